"""Races: what two or three may want to do at once, and which of them an order can let through."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from ledger.domain.attendance import AttestAttendance
from ledger.domain.communities import SetServiceRules
from ledger.domain.community_records import ServiceRules
from ledger.domain.councils import Body
from ledger.domain.disbursement_records import DisbursementRefusal, PaymentReversalReason
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RefuseDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
    WithdrawDisbursement,
)
from ledger.domain.facts import Note
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.fund_records import ReceiptReversalReason
from ledger.domain.funds import OpenFund, ReceiveMoney
from ledger.domain.imported_payments import ImportPayment
from ledger.domain.lots import ReceiptKind
from ledger.domain.meals import ClaimMeal
from ledger.domain.objection_records import ObjectionAnswer, ObjectionReason
from ledger.domain.objections import AnswerObjection, RaiseObjection
from ledger.domain.payees import RegisterPayee
from ledger.domain.periods import ClosePeriod, ProposeReopen, ReopenPeriod, ReopenReason
from ledger.domain.purposes import (
    ApprovePurposeChange,
    RefusePurposeChange,
    RequestPurposeChange,
)
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.resolution_records import (
    PaymentAllowed,
    PurposeChangeAllowed,
    RevocationReason,
    SubsidyAllowed,
    Votes,
)
from ledger.domain.resolutions import RecordResolution, RevokeResolution
from ledger.domain.service import ConfirmService, RefuseService
from ledger.domain.service_records import RefusalReason
from ledger.domain.shifts import ScheduleShift
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.timebank import DonateCredit, TransferCredit
from ledger.domain.unclaimable import EnterUnclaimableMeal
from ledger.domain.values import (
    Count,
    Fen,
    FundId,
    Minutes,
    Month,
    NoteText,
    PersonId,
    ResolutionId,
    Sha256,
    ShiftId,
    SiteId,
    Slug,
    Title,
)
from tests.builders import (
    CANTEEN,
    CLERK,
    FUND,
    JINNING,
    MEAL_FUND,
    NEW_YEAR,
    person,
    resolved,
    six_yuan_from_seventy_on,
)
from tests.engine.town import MONDAY, NOON

MANAGER, ONE, TWO, THREE, CASHIER, TELLER = (person(number) for number in range(90, 96))
SHOP, BOOKS, TOWN = Slug("bookshop"), Slug("books"), Slug("town")
OTHER, YOUTH, OLD = SiteId("jinning-second"), FundId("jinning-youth"), FundId("jinning-old")
VOTES, DOCUMENT = Votes(Count(9), Count(1)), Sha256("5e" * 32)

Step = tuple[object, PersonId]


@dataclass(frozen=True)
class Race:
    """What happens before the n-th run, who contends then, and who may have been accepted."""

    before: Callable[[int], Iterable[Step]]
    contenders: Callable[[int], dict[str, Step]]
    allowed: tuple[set[str], ...]


RULES = SetServiceRules(JINNING, NEW_YEAR, ServiceRules(time_bank=True))
"""Set on the day on which the community is registered, so that they hold from then on."""

TOWN_OF_TWO: tuple[object, ...] = (
    RegisterPayee(SHOP, JINNING, Title("书店")),
    RegisterSite(OTHER, JINNING, SiteKind.canteen, Title("第二饭堂"), NEW_YEAR),
    resolved(SubsidyAllowed(OTHER, FUND, NEW_YEAR), name=ResolutionId("second")),
    six_yuan_from_seventy_on(OTHER, agreed=ResolutionId("second")),
    OpenFund(YOUTH, JINNING, Title("少年宫"), Slug("youth")),
    OpenFund(OLD, JINNING, Title("敬老"), Slug("old")),
    ReceiveMoney(YOUTH, ReceiptKind.donation, TOWN, MONDAY, Fen(100_000)),
)

# -- disbursements, the n-th of them -------------------------------------------------------------


def asked(amount: int) -> Callable[[int], list[Step]]:
    """Each of its own purpose, so that it is in a band of its own."""
    return lambda n: [
        (RequestDisbursement(MEAL_FUND, SHOP, Slug(f"books-{n}"), Fen(amount)), MANAGER)
    ]


def approved(n: int) -> list[Step]:
    return [*asked(1_000)(n), (approve(n), ONE)]


def paid(n: int) -> list[Step]:
    return [*approved(n), (pay(n), CASHIER)]


def approve(n: int) -> ApproveDisbursement:
    return ApproveDisbursement(MEAL_FUND, Count(n))


def pay(n: int) -> PayDisbursement:
    return PayDisbursement(MEAL_FUND, Count(n), MONDAY)


def withdraw(n: int) -> WithdrawDisbursement:
    return WithdrawDisbursement(MEAL_FUND, Count(n))


def refuse(n: int) -> RefuseDisbursement:
    return RefuseDisbursement(MEAL_FUND, Count(n), DisbursementRefusal.other)


def reverse(n: int) -> ReverseDisbursement:
    return ReverseDisbursement(MEAL_FUND, Count(n), PaymentReversalReason.other)


SMALL, LARGE = asked(1_000), asked(600_000)
DISBURSEMENTS = {
    "one of one approves": Race(
        SMALL,
        lambda n: {"one": (approve(n), ONE), "two": (approve(n), TWO)},
        ({"one"}, {"two"}),
    ),
    "two of two approve": Race(
        LARGE,
        lambda n: {
            "one": (approve(n), ONE),
            "two": (approve(n), TWO),
            "three": (approve(n), THREE),
        },
        ({"one", "two"}, {"one", "three"}, {"two", "three"}),
    ),
    "the same approves twice": Race(
        LARGE,
        lambda n: {"one": (approve(n), ONE), "again": (approve(n), ONE)},
        ({"one"}, {"again"}),
    ),
    "two pay": Race(
        approved,
        lambda n: {"cashier": (pay(n), CASHIER), "teller": (pay(n), TELLER)},
        ({"cashier"}, {"teller"}),
    ),
    "it is approved or withdrawn": Race(
        SMALL,
        lambda n: {"approves": (approve(n), ONE), "withdraws": (withdraw(n), MANAGER)},
        ({"approves"}, {"withdraws"}),
    ),
    "it is approved by two or withdrawn": Race(
        LARGE,
        lambda n: {
            "one": (approve(n), ONE),
            "two": (approve(n), TWO),
            "withdraws": (withdraw(n), MANAGER),
        },
        ({"one", "two"}, {"withdraws"}, {"one", "withdraws"}, {"two", "withdraws"}),
    ),
    "it is refused or paid": Race(
        approved,
        lambda n: {"refuses": (refuse(n), TWO), "pays": (pay(n), CASHIER)},
        ({"refuses"}, {"pays"}),
    ),
    "it is paid and reversed": Race(
        approved,
        lambda n: {"reverses": (reverse(n), TWO), "pays": (pay(n), CASHIER)},
        ({"pays"}, {"pays", "reverses"}),
    ),
    "two reverse": Race(
        paid,
        lambda n: {"one": (reverse(n), ONE), "two": (reverse(n), TWO)},
        ({"one"}, {"two"}),
    ),
}

# -- funds and resolutions -----------------------------------------------------------------------


def purse(n: int) -> FundId:
    return FundId(f"purse-{n}")


def filled(n: int) -> list[Step]:
    """A fund of its own with one receipt of 10 yuan."""
    gift = ReceiveMoney(purse(n), ReceiptKind.donation, TOWN, MONDAY, Fen(1_000))
    return [(OpenFund(purse(n), JINNING, Title("小基金")), CLERK), (gift, CLERK)]


def take_out(n: int) -> Step:
    return ReverseReceipt(purse(n), Count(1), ReceiptReversalReason.entered_by_mistake), MANAGER


def citing(n: int) -> RequestDisbursement:
    return RequestDisbursement(MEAL_FUND, SHOP, Slug(f"books-{n}"), Fen(1_000), cited(n))


def cited(n: int) -> ResolutionId:
    return ResolutionId(f"cited-{n}")


def decided(n: int) -> list[Step]:
    allowed = (PaymentAllowed(MEAL_FUND, Fen(1_000)),)
    body = Body.council_hall
    decision = RecordResolution(cited(n), JINNING, body, MONDAY, VOTES, DOCUMENT, payments=allowed)
    return [(decision, CLERK)]


def revoke(n: int) -> Step:
    return RevokeResolution(cited(n), MONDAY, RevocationReason.other), CLERK


def change_asked(n: int) -> list[Step]:
    name, moved = ResolutionId(f"change-{n}"), PurposeChangeAllowed(YOUTH, OLD, Fen(100))
    body = Body.residents_assembly
    decision = RecordResolution(
        name, JINNING, body, MONDAY, VOTES, DOCUMENT, purpose_changes=(moved,)
    )
    return [(decision, CLERK), (RequestPurposeChange(YOUTH, OLD, Fen(100), name), MANAGER)]


FUNDS = {
    "a receipt is taken out or spent": Race(
        filled,
        lambda n: {
            "takes out": take_out(n),
            "spends": (ImportPayment(purse(n), SHOP, BOOKS, MONDAY, Fen(1_000)), MANAGER),
        },
        ({"takes out"}, {"spends"}),
    ),
    "a receipt is taken out or promised": Race(
        filled,
        lambda n: {
            "takes out": take_out(n),
            "asks": (RequestDisbursement(purse(n), SHOP, Slug(f"books-{n}"), Fen(501)), MANAGER),
        },
        ({"takes out"}, {"asks"}),
    ),
    "the same money is promised or moved": Race(
        filled,
        lambda n: {
            "asks": (RequestDisbursement(purse(n), SHOP, Slug(f"books-{n}"), Fen(501)), MANAGER),
            "moves": (MoveBetweenFunds(purse(n), YOUTH, Fen(501), MONDAY), MANAGER),
        },
        ({"asks"}, {"moves"}),
    ),
    "a resolution is revoked while it is cited": Race(
        decided,
        lambda n: {"asks": (citing(n), MANAGER), "revokes": revoke(n)},
        ({"revokes"}, {"asks", "revokes"}),
    ),
    "a resolution has room for one": Race(
        decided,
        lambda n: {"asks": (citing(n), MANAGER), "asks too": (citing(n), CLERK)},
        ({"asks"}, {"asks too"}),
    ),
    "a resolution is revoked while a payment is approved": Race(
        lambda n: [*decided(n), (citing(n), MANAGER)],
        lambda n: {"approves": (approve(n), ONE), "revokes": revoke(n)},
        ({"revokes"}, {"approves", "revokes"}),
    ),
    "a change of purpose is approved or refused": Race(
        change_asked,
        lambda n: {
            "approves": (ApprovePurposeChange(YOUTH, Count(n)), ONE),
            "refuses": (RefusePurposeChange(YOUTH, Count(n)), TWO),
        },
        ({"approves"}, {"refuses"}),
    ),
}

# -- meals, service and books --------------------------------------------------------------------


def lunch(n: int, site: SiteId) -> Step:
    return ClaimMeal(person(0), site, MONDAY - timedelta(days=n)), CLERK


def not_claimed(n: int) -> EnterUnclaimableMeal:
    return EnterUnclaimableMeal(person(0), CANTEEN, MONDAY - timedelta(days=n))


def kitchen(n: int) -> ShiftId:
    return ShiftId(f"kitchen-{n}")


def attended(n: int) -> list[Step]:
    start = NOON - timedelta(days=n)
    planned = ScheduleShift(kitchen(n), JINNING, Title("帮厨"), start, start + timedelta(hours=1))
    times = (planned.starts_at, planned.ends_at)
    return [(planned, CLERK), (AttestAttendance(planned.shift, person(1), *times), CLERK)]


def refuse_it(n: int) -> RefuseService:
    return RefuseService(kitchen(n), person(1), RefusalReason.other)


def confirm(n: int) -> ConfirmService:
    return ConfirmService(kitchen(n), person(1))


def objected(n: int) -> list[Step]:
    note = Note(NoteText("那天我在"))
    objection = RaiseObjection(kitchen(n), person(1), ObjectionReason.wrongly_refused, note)
    return [*attended(n), (refuse_it(n), CASHIER), (objection, person(1))]


def answer(n: int, what: ObjectionAnswer) -> AnswerObjection:
    return AnswerObjection(kitchen(n), person(1), what)


def proposed(_: int) -> list[Step]:
    """January, closed anew for each run: the run before has reopened it."""
    proposal = ProposeReopen(JINNING, Month("2026-01"), ReopenReason.papers_found)
    return [(ClosePeriod(JINNING, Month("2026-01")), CLERK), (proposal, CLERK)]


REOPEN = ReopenPeriod(JINNING, Month("2026-01"))
OTHERS = {
    "the same meal at two canteens": Race(
        lambda n: [],
        lambda n: {"here": lunch(n, CANTEEN), "there": lunch(n, OTHER)},
        ({"here"}, {"there"}),
    ),
    "two enter what was eaten once": Race(
        lambda n: [lunch(n, OTHER)],
        lambda n: {"one": (not_claimed(n), ONE), "two": (not_claimed(n), TWO)},
        ({"one"}, {"two"}),
    ),
    "service is confirmed or refused": Race(
        attended,
        lambda n: {
            "confirms": (confirm(n), ONE),
            "confirms too": (confirm(n), TWO),
            "refuses": (refuse_it(n), THREE),
        },
        ({"confirms"}, {"confirms too"}, {"refuses"}),
    ),
    "an objection is upheld or rejected": Race(
        objected,
        lambda n: {
            "upholds": (answer(n, ObjectionAnswer.upheld), ONE),
            "rejects": (answer(n, ObjectionAnswer.rejected), TWO),
        },
        ({"upholds"}, {"rejects"}),
    ),
    "credit is given twice": Race(
        lambda n: [*attended(n), (confirm(n), ONE)],
        lambda n: {
            "gives": (TransferCredit(person(1), person(2), Minutes(60)), CLERK),
            "donates": (DonateCredit(person(1), Minutes(60)), CLERK),
        },
        ({"gives"}, {"donates"}),
    ),
    "two reopen a month": Race(
        proposed, lambda n: {"one": (REOPEN, ONE), "two": (REOPEN, TWO)}, ({"one"}, {"two"})
    ),
}
RACES = DISBURSEMENTS | FUNDS | OTHERS
