"""The canteen of Xianhu in March, as the stories about settlements and recoveries find it."""

from datetime import date
from typing import Any

from ledger.domain import canteens, funds, payees, sites
from ledger.domain.canteens import AttestPlates
from ledger.domain.facts import Kinship, Relation
from ledger.domain.fund_records import MoneyReceived
from ledger.domain.lots import ReceiptKind
from ledger.domain.payees import PayeeRegistered
from ledger.domain.settlement_payments import PaySettlement
from ledger.domain.settlement_records import MonthClaims, PayerDue
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    SubmitSettlement,
)
from ledger.domain.sites import OperatorChanged
from ledger.domain.values import (
    Count,
    Digest,
    Fen,
    Month,
    PayerPath,
    PersonId,
    SiteId,
    Slug,
    Title,
)
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    FUND,
    NEW_YEAR,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    closed,
    noon,
    registered,
    sheet,
)
from tests.story import Counted, Sheet, Told, given

MARCH, NEXT = Month("2026-03"), Month("2026-04")
CHECKER, APPROVER, CASHIER = (
    PersonId(f"00000000-0000-4000-8000-0000000000{number}") for number in ("1a", "1b", "1c")
)
FUND_PAYER, COOPERATIVE_PAYER = PayerPath(f"fund/{FUND}"), PayerPath("cooperative/xianhu/e1")
KITCHEN = Slug("xianhu-kitchen")
FIRST, SECOND = Count(1), Count(2)
DIGEST = Digest("ab" * 32)
SECOND_OF_MARCH = date(2026, 3, 2)


def month_of_claims(
    shares: dict[PayerPath, int] | None = None, by_day: dict[date, int] | None = None
) -> MonthClaims:
    """Three meals on Monday, of which the fund bears 900 fen and the cooperative 300."""
    borne = {FUND_PAYER: 900, COOPERATIVE_PAYER: 300} if shares is None else shares
    days = {SECOND_OF_MARCH: 3} if by_day is None else by_day
    meals = sum(days.values())
    return MonthClaims(
        meals, meals, 3600, 3600 - sum(borne.values()), tuple(sorted(borne.items())),
        tuple(sorted(days.items())), DIGEST,
    )  # fmt: skip


def counted(month: Month = MARCH, canteen: SiteId = XIANHU_CANTEEN, **told: Any) -> Counted:
    return Counted(canteens.counted(canteen, month), month_of_claims(**told))


def money(amount: int, receipt: int = 1) -> Any:
    """The fund received so much."""
    event = MoneyReceived(
        FUND, ReceiptKind.donation, Slug("donor"), None, Fen(amount), Count(receipt),
        NEW_YEAR, Month("2026-01"),
    )  # fmt: skip
    return (funds.stream(FUND), event)


RUN_BY_A_KITCHEN = (sites.stream(XIANHU_CANTEEN), OperatorChanged(
    XIANHU_CANTEEN, KITCHEN, NEW_YEAR, NEW_YEAR,
))  # fmt: skip

RUN_BY_CHEN: tuple[Any, ...] = (
    (payees.stream(KITCHEN), PayeeRegistered(KITCHEN, XIANHU, Title("厨房"), CHEN, NEW_YEAR)),
    registered(),
    Sheet(CHEN, sheet(relations=(Relation(COLLEAGUE, Kinship.spouse),))),
)
"""Chen stands behind the kitchen, and has declared the colleague as her spouse."""

CLOSED_MARCH: tuple[Any, ...] = (*TOWN, RUN_BY_A_KITCHEN, money(100_000), *closed("2026-03"))
READY: tuple[Any, ...] = (*CLOSED_MARCH, counted())

submit = SubmitSettlement(XIANHU_CANTEEN, MARCH)
check = CheckSettlement(XIANHU_CANTEEN, MARCH, FIRST)
approve = ApproveSettlement(XIANHU_CANTEEN, MARCH, FIRST)

SUBMITTED = (submit, CLERK, noon(APRIL))
CHECKED = (check, CHECKER, noon(APRIL))
APPROVED = (approve, APPROVER, noon(APRIL))
UNTIL_APPROVED = (SUBMITTED, CHECKED, APPROVED)


def pay(amount: int, payer: PayerPath = FUND_PAYER, on: date = APRIL) -> PaySettlement:
    return PaySettlement(XIANHU_CANTEEN, MARCH, payer, Fen(amount), on)


def plates(count: int, on: date = SECOND_OF_MARCH) -> AttestPlates:
    return AttestPlates(XIANHU_CANTEEN, on, Count(count))


def due(payer: PayerPath, shares: int, repaid: int = 0, carried: int = 0) -> PayerDue:
    return PayerDue(payer, shares, Fen(repaid), carried, shares + repaid + carried)


def story(command: Any, *happened: Any, by: PersonId = CLERK, at: date = APRIL) -> Told:
    """What comes of a command at noon, after these happenings and steps."""
    return given(*after(*happened)).when(command, by=by, at=noon(at))
