"""A plain reading of a community's month: its books worked out from all events, one by one."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from ledger.domain import postings
from ledger.domain.contribution_records import (
    AmountVisibilitySet,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
)
from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.fund_records import (
    FundOpened,
    ImportedPaymentReversed,
    MoneyReceived,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.periods import PeriodClosed, PeriodReopened
from ledger.domain.recovery_records import RecoveryReceiptReversed, RecoveryReceived
from ledger.domain.resolution_records import ResolutionRecorded
from ledger.domain.service_records import ServiceCredited, ServiceReinstated, ServiceReversed
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaid,
    SettlementPaymentReversed,
)
from ledger.domain.values import month_of
from ledger.store.codec import Recorded
from tests.projections.plain import kept_as

MEALS = {MealClaimed: 1, MealReversed: -1, MealReinstated: 1}
SERVICE = {ServiceCredited: 1, ServiceReversed: -1, ServiceReinstated: 1}
RECEIPTS = {OpeningBalanceRecorded: 1, MoneyReceived: 1, ReceiptReversed: -1}
PAYMENTS = {
    PaymentImported: 1,
    DisbursementPaid: 1,
    SettlementDisbursed: 1,
    ImportedPaymentReversed: -1,
    DisbursementReversed: -1,
    SettlementDisbursementReversed: -1,
    RecoveryReceived: -1,
    RecoveryReceiptReversed: 1,
}
MEALS_FOR_ELDERS = "elder-meals"


class Month:
    """The books of a month as known at a position."""

    def __init__(
        self, log: Collection[Recorded], community: str, month: str, position: int
    ) -> None:
        self.known: list[Any] = [at.event for at in log if at.position <= position]
        self.community, self.month = community, month
        self.homes: dict[str, str] = {
            each.fund: each.community for each in self.known if isinstance(each, FundOpened)
        }
        self.same = kept_as(at for at in log if at.position <= position)

    def who(self, person: Any) -> Any:
        """The id that counts."""
        return self.same.get(person, person)

    def booked(self, kinds: Collection[type]) -> list[Any]:
        """The events of these kinds that are the community's and the month's."""
        return [
            each
            for each in self.known
            if type(each) in kinds
            and each.booked_in == self.month
            and self.home(each) == self.community
        ]

    def home(self, event: Any) -> Any:
        if type(event) in {*RECEIPTS, *PAYMENTS}:
            return self.homes[event.fund]
        return event.community

    def meals(self) -> tuple[int, int, int, int, int]:
        """Diners, meals, price, diners who pay, and what they pay."""
        claims = self.claims()
        return (
            len({self.who(each.person) for each, _ in claims}),
            sum(sign for _, sign in claims),
            sum(sign * each.price_fen for each, sign in claims),
            len({self.who(each.person) for each, _ in claims if each.copayment_fen}),
            sum(sign * each.copayment_fen for each, sign in claims),
        )

    def claims(self) -> list[tuple[Any, int]]:
        """Each claim that the month counts or takes back, with its sign."""
        signs: Counter[Any] = Counter()
        found = {}
        for each in self.booked(MEALS):
            key = each.person, month_of(each.occurred_on), each.claim
            signs[key] += MEALS[type(each)]
            found[key] = each
        return [(found[key], sign) for key, sign in signs.items() if sign]

    def shares(self) -> dict[str, tuple[int, int]]:
        """By payer: of how many people's meals, and how much. Donors are one."""
        people: defaultdict[str, set[str]] = defaultdict(set)
        amounts: Counter[str] = Counter()
        for each, sign in self.claims():
            for share in each.shares:
                payer = "donor" if share.payer.startswith("donor/") else share.payer
                people[payer].add(self.who(each.person))
                amounts[payer] += sign * share.amount_fen
        return {payer: (len(people[payer]), amounts[payer]) for payer in people}

    def service(self) -> tuple[int, int]:
        """Volunteers and minutes; who has nothing left of what the month gave is none of them."""
        standing: Counter[tuple[str, str]] = Counter()
        minutes = 0
        for each in self.booked(SERVICE):
            sign = SERVICE[type(each)]
            key = each.person, each.shift
            standing[key] = max(standing[key] + sign, 0)
            minutes += sign * each.service_minutes
        people = {self.who(person) for (person, _), times in standing.items() if times}
        return len(people), minutes

    def gifts(self) -> dict[str, tuple[int, int]]:
        """By kind: givers and contributions."""
        given: Counter[Any] = Counter()
        found = {}
        for each in self.booked((ContributionRecorded, ContributionWithdrawn)):
            given[each.contribution] += 1 if isinstance(each, ContributionRecorded) else -1
            found[each.contribution] = self.recorded(each.contribution)
        people: defaultdict[str, set[str]] = defaultdict(set)
        counts: Counter[str] = Counter()
        for name, count in given.items():
            if count:
                counts[found[name].gift.kind] += count
                people[found[name].gift.kind] |= self.giver(found[name])
        return {kind: (len(people[kind]), counts[kind]) for kind in people}

    def entries(self) -> dict[str, tuple[bool, bool, bool]]:
        """By gift: does the table rest on it, do the receipts, and may everybody see it?"""
        given: defaultdict[str, list[int]] = defaultdict(list)
        for each in self.booked((ContributionRecorded, ContributionWithdrawn)):
            given[each.contribution].append(1 if isinstance(each, ContributionRecorded) else -1)
        return {
            name: (
                sum(signs) != 0,
                1 in signs and self.recorded(name).gift.kind == "cash",
                1 in signs and self.may_be_listed(self.recorded(name)),
            )
            for name, signs in given.items()
        }

    def may_be_listed(self, given: ContributionRecorded) -> bool:
        """It stands, so does its money, its giver is named, and that was her last word."""
        gone = False
        wish = False
        for each in self.known:
            match each:
                case ContributionWithdrawn(contribution=given.contribution):
                    gone = True
                case ReceiptReversed(fund=given.gift.fund, receipt=given.receipt):
                    gone = True
                case ContributionPledged() | ContributionRecorded() | AmountVisibilitySet():
                    if each.contribution == given.contribution:
                        wish = each.amount_public
                case _:
                    pass
        return wish and not gone and (given.person or given.organisation) is not None

    def recorded(self, contribution: str) -> Any:
        return next(
            each
            for each in self.known
            if isinstance(each, ContributionRecorded) and each.contribution == contribution
        )

    def giver(self, given: ContributionRecorded) -> set[str]:
        """Who gave it: an organisation is nobody, and who is not named is somebody."""
        return set() if given.organisation else {self.who(given.person) or given.contribution}

    def receipts(self) -> dict[str, tuple[int, int]]:
        """By kind: how many people gave it, and how much."""
        people: defaultdict[str, set[str]] = defaultdict(set)
        amounts: Counter[str] = Counter()
        gifts = {each.contribution for each in self.known if isinstance(each, ContributionRecorded)}
        for each in self.booked(RECEIPTS):
            kind = kind_of(each)
            amounts[kind] += RECEIPTS[type(each)] * each.amount_fen
            people[kind] |= (
                self.giver(self.recorded(each.source)) if each.source in gifts else set()
            )
        return {kind: (len(people[kind]), amounts[kind]) for kind in people}

    def payments(self) -> dict[str, int]:
        """By purpose: what was paid, less what came back."""
        amounts: Counter[str] = Counter()
        for each in self.booked(PAYMENTS):
            purpose = getattr(each, "purpose", MEALS_FOR_ELDERS)
            amounts[purpose] += PAYMENTS[type(each)] * each.amount_fen
        return dict(amounts)

    def funds(self) -> dict[str, tuple[int, int, int]]:
        """By fund at the end of the month: held, reserved, and eaten but not settled."""
        held: Counter[str] = Counter()
        reserved: Counter[str] = Counter()
        accrued: Counter[str] = Counter()
        for each in self.known:
            if getattr(each, "booked_in", "9999") > self.month:
                continue
            for account, _, amount in postings.of(each):
                match account.split("/"):
                    case ["fund", fund]:
                        held[fund] += amount
                    case ["reserved", fund]:
                        reserved[fund] += amount
                    case ["owes", "fund", fund, _]:
                        accrued[fund] -= amount
                    case _:
                        pass
            for fund, amount in settled(each):
                accrued[fund] += amount
        opened = [
            each.fund
            for each in self.known
            if isinstance(each, FundOpened)
            and each.community == self.community
            and month_of(each.occurred_on) <= self.month
        ]
        return {fund: (held[fund], reserved[fund], accrued[fund]) for fund in opened}

    def happened(self) -> tuple[int, int, int]:
        """Resolutions that were decided in the month; how often it was reopened and closed."""
        decided = [
            each
            for each in self.known
            if isinstance(each, ResolutionRecorded)
            and each.community == self.community
            and month_of(each.occurred_on) == self.month
        ]
        return len(decided), self.times(PeriodReopened), self.times(PeriodClosed)

    def times(self, kind: type) -> int:
        return sum(
            isinstance(each, kind) and (each.community, each.month) == (self.community, self.month)  # type: ignore[attr-defined]
            for each in self.known
        )


def kind_of(receipt: Any) -> str:
    words = {OpeningBalanceRecorded: "opening", ReceiptReversed: "receipt_reversed"}
    return words.get(type(receipt)) or str(receipt.kind.value)


def settled(event: object) -> Iterable[tuple[str, int]]:
    """An approved share is reserved and not accrued any more; until then it is owed."""
    if isinstance(event, SettlementApproved):
        for due in event.payers:
            if due.payer.startswith("fund/"):
                yield due.payer.removeprefix("fund/"), -max(due.due_fen, 0)
    elif isinstance(event, SettlementPaid) and event.payer.startswith("fund/"):
        yield event.payer.removeprefix("fund/"), event.amount_fen
    elif isinstance(event, SettlementPaymentReversed) and event.payer.startswith("fund/"):
        yield event.payer.removeprefix("fund/"), -event.amount_fen


def told(sums: Any) -> dict[str, Any]:
    """The read model's answer in the words of the plain reading."""
    meals, service = sums.meals, sums.service
    return {
        "meals": (
            meals.diners,
            meals.meals,
            meals.price_fen,
            meals.paying_diners,
            meals.copayment_fen,
        ),
        "shares": {each.payer: (each.diners, each.amount_fen) for each in meals.shares},
        "service": (service.volunteers, service.service_minutes),
        "gifts": {each.kind.value: (each.givers, each.contributions) for each in sums.gifts},
        "receipts": {each.kind.value: (each.givers, each.amount_fen) for each in sums.receipts},
        "payments": {each.purpose: each.amount_fen for each in sums.payments},
        "funds": {
            each.fund: (each.held_fen, each.reserved_fen, each.accrued_fen) for each in sums.funds
        },
        "happened": (sums.resolutions, sums.reopenings, sums.closings),
    }


def expected(
    log: Collection[Recorded], community: str, month: str, position: int
) -> dict[str, Any]:
    """What the books of the month must say."""
    plain = Month(log, community, month, position)
    words = ("meals", "shares", "service", "gifts", "receipts", "payments", "funds", "happened")
    return {word: getattr(plain, word)() for word in words}
