"""The law of settlements: whatever is claimed, taken back, repaid and paid, in the end nobody owes.

A year of a canteen is made up month by month and settled in order; each month's claims are counted
here from the events themselves. When every settlement is paid, each payer's accounts with the
canteen come to nothing, and each fund holds what it was given less what the canteen has kept.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as some

from ledger.domain import canteens, funds, postings
from ledger.domain.canteens import CloseClaims
from ledger.domain.decisions import Refused
from ledger.domain.meal_records import (
    MealClaimed,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.settlement_records import MonthClaims
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    PaySettlement,
    SubmitSettlement,
)
from ledger.domain.values import (
    Count,
    Digest,
    Fen,
    Month,
    PersonId,
    first_day,
    month_of,
    next_month,
)
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    COLLEAGUE,
    COOPERATIVE_PAYS,
    FUND,
    FUND_PAYS,
    MEMBER,
    XIANHU_CANTEEN,
    aged,
    agreed,
    line,
    noon,
    published,
    served,
    tier,
)
from tests.domain.settlement_town import APPROVER, CASHIER, CHECKER, money
from tests.story import Given, given

GIVEN_FEN = 1_000_000
SHARED = tier(10, "SHARED", aged(60), line(FUND_PAYS, 300), line(COOPERATIVE_PAYS, 200))
CANTEEN: tuple[Any, ...] = (
    *served(
        published(
            tiers=(SHARED,), resolutions=agreed(FUND_PAYS, COOPERATIVE_PAYS), claim_days=Count(31)
        ),
        memberships=MEMBER,
    ),
    money(GIVEN_FEN),
)
JANUARY = Month("2026-01")
MONTHS = 4

STEP = some.tuples(some.sampled_from(["eat", "reverse", "repay", "give up"]), some.integers(0, 27))
YEARS = some.lists(some.lists(STEP, max_size=8), min_size=MONTHS, max_size=MONTHS)


class Year:
    """What happened, with every account that it moved."""

    def __init__(self) -> None:
        self.story: Given = given(*CANTEEN)
        self.moved: Counter[str] = Counter()
        self.moved[f"fund/{FUND}"] = GIVEN_FEN
        self.events: list[Any] = []

    def do(self, command: object, by: PersonId, on: date) -> bool:
        """Give the command at noon of that day; whether it was accepted."""
        outcome = self.story.when(command, by=by, at=noon(on)).outcome
        if isinstance(outcome, Refused):
            return False
        for stream, event in outcome:
            self.story.ledger.fold((stream, event))
            self.events.append(event)
            for posting in postings.of(event):
                self.moved[posting.account] += posting.amount
        return True

    def must(self, command: object, by: PersonId, on: date) -> None:
        assert self.do(command, by, on), self.story.when(command, by=by, at=noon(on)).outcome

    def month(self, month: Month) -> Any:
        return self.story.ledger.states[canteens.stream(XIANHU_CANTEEN, month)]

    def count(self, month: Month) -> None:
        """What the events themselves say of the month."""
        signs = {MealClaimed: 1, MealReversed: -1, MealReinstated: 1}
        settling = [
            event for event in self.events if type(event) in signs and event.settles_in == month
        ]
        shares: Counter[Any] = Counter()
        for event in settling:
            for share in event.shares:
                shares[share.payer] += signs[type(event)] * share.amount_fen
        meals_of_month = sum(signs[type(event)] for event in settling)
        self.story.ledger.states[canteens.counted(XIANHU_CANTEEN, month)] = MonthClaims(
            meals_of_month, len(settling), 0, 0, tuple(sorted(shares.items())), (), Digest("0" * 64)
        )


def live(year: Year, month: Month, steps: list[tuple[str, int]]) -> None:
    """Eat, take back what was eaten at any time, and end recoveries, as the steps say."""
    for what, number in steps:
        day = first_day(month) + timedelta(days=number)
        match what:
            case "eat":
                year.do(ClaimMeal(CHEN, XIANHU_CANTEEN, day), CLERK, day)
            case "reverse":
                reverse(year, number, day)
            case "repay":
                repaid = SettleRecovery(XIANHU_CANTEEN, month, Count(number % 3 + 1), day)
                year.do(repaid, CASHIER, day)
            case _:
                given_up = WriteOffRecovery(XIANHU_CANTEEN, month, Count(number % 3 + 1))
                year.do(given_up, APPROVER, day)


def reverse(year: Year, number: int, day: date) -> None:
    claimed = [event for event in year.events if isinstance(event, MealClaimed)]
    if claimed:
        event = claimed[number % len(claimed)]
        kind = tuple(ReversalKind)[number % 2]
        reason = MealReversalReason.ineligible
        month = month_of(event.occurred_on)
        year.do(ReverseMeal(CHEN, month, event.claim, kind, reason), COLLEAGUE, day)


def settle(year: Year, month: Month, on: date) -> None:
    year.must(CloseClaims(XIANHU_CANTEEN, month), CHECKER, on)
    year.count(month)
    year.must(SubmitSettlement(XIANHU_CANTEEN, month), CLERK, on)
    year.must(CheckSettlement(XIANHU_CANTEEN, month, Count(1)), CHECKER, on)
    year.must(ApproveSettlement(XIANHU_CANTEEN, month, Count(1)), APPROVER, on)


def pay(year: Year, month: Month, on: date) -> None:
    settlement = year.month(month).settlement
    for payer in settlement.payers:
        left_fen = settlement.left_fen(payer)
        if left_fen > 1:  # in two parts, so that parts are tried as well
            half = PaySettlement(XIANHU_CANTEEN, month, payer, Fen(left_fen // 2), on)
            year.must(half, CASHIER, on)
        if left_fen:
            rest = Fen(left_fen - left_fen // 2 if left_fen > 1 else left_fen)
            year.must(PaySettlement(XIANHU_CANTEEN, month, payer, rest, on), CASHIER, on)


@drawn(YEARS)
@settings(max_examples=60)
def test_when_every_settlement_is_paid_nobody_owes_but_what_is_carried(
    months: list[list[tuple[str, int]]],
) -> None:
    year, month = Year(), JANUARY
    for steps in months:
        live(year, month, steps)
        following = first_day(next_month(month))
        settle(year, month, following)
        pay(year, month, following)
        month = next_month(month)
    last = month_of(first_day(month) - timedelta(days=1))
    carried = {
        payer: min(due.due_fen, 0) for payer, due in year.month(last).settlement.payers.items()
    }
    for payer, fen in carried.items():
        assert year.moved[f"due/{XIANHU_CANTEEN}/{payer}"] == fen
        assert year.moved[f"owes/{payer}/{XIANHU_CANTEEN}"] == -fen
    fund = year.story.ledger.states[funds.stream(FUND)]
    assert year.moved[f"fund/{FUND}"] == fund.balance_fen
    assert year.moved[f"reserved/{FUND}"] == fund.reserved_fen == 0
    assert fund.awaited_fen == 0
