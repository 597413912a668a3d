"""The law of settlements: whatever is claimed, taken back, repaid and paid, in the end nobody owes.

A year of a canteen is made up month by month and settled in order; each month's claims are counted
here from the events themselves. When every settlement is paid, each payer's accounts with the
canteen come to nothing, and each fund holds what it was given less what the canteen has kept: once
the shares of each meal that stands, or whose recovery was given up.
"""

from datetime import date, timedelta

from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from ledger.domain import funds
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.meal_records import (
    MealClaimed,
    MealReversalReason,
    ReversalKind,
)
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import RecoveryReversalReason
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.values import (
    Count,
    Month,
    PayerPath,
    first_day,
    month_of,
    next_month,
    previous_month,
)
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    COLLEAGUE,
    FUND,
    XIANHU_CANTEEN,
)
from tests.domain.canteen_year import Year, settled
from tests.domain.settlement_reading import Reading
from tests.domain.settlement_town import APPROVER, CASHIER

JANUARY = Month("2026-01")
MONTHS = 4

WHAT = ("eat", "reverse", "repay", "give up", "not so", "dies", "died later", "lives")
STEP = some.tuples(some.sampled_from(WHAT), some.integers(0, 27))
YEARS = some.lists(some.lists(STEP, max_size=8), min_size=MONTHS, max_size=MONTHS)
EATEN, GONE, BACK = [("eat", 11)], ("dies", 20), ("lives", 26)
BOTH_GIVEN_UP, BOTH_REPAID = [("give up", 24), ("give up", 25)], [("repay", 24), ("repay", 25)]
NEITHER = [("not so", 25)]
MISTAKE = RecoveryReversalReason.entered_by_mistake


def live(year: Year, month: Month, steps: list[tuple[str, int]]) -> None:
    """Eat, die and live, take back what was eaten, end recoveries and open them, as steps say."""
    for what, number in steps:
        day = first_day(month) + timedelta(days=number)
        match what:
            case "eat":
                year.do(ClaimMeal(CHEN, XIANHU_CANTEEN, day), CLERK, day)
            case "reverse":
                reverse(year, number, day)
            case "dies":
                year.do(RecordDeath(CHEN, day - timedelta(days=4 * number)), COLLEAGUE, day)
            case "died later":
                year.do(CorrectDeath(CHEN, day), COLLEAGUE, day)
            case "lives":
                year.do(CorrectDeath(CHEN, None), COLLEAGUE, day)
            case "repay":
                repaid = SettleRecovery(XIANHU_CANTEEN, month, Count(number % 3 + 1), day)
                year.do(repaid, CASHIER, day)
            case "not so":
                for which in range(1, 5):
                    not_so = ReverseRecovery(XIANHU_CANTEEN, month, Count(which), MISTAKE)
                    year.do(not_so, COLLEAGUE, day)
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


def lived(months: list[list[tuple[str, int]]]) -> tuple[Year, Month]:
    """The year, every settlement of it paid, and its last month."""
    year, month = Year(), JANUARY
    for steps in months:
        live(year, month, steps)
        following = first_day(next_month(month))
        settled(year, month, following)
        month = next_month(month)
    return year, previous_month(month)


@drawn(YEARS)
@example([EATEN, [GONE, *BOTH_GIVEN_UP, BACK], [], []])
@example([EATEN, [GONE, *BOTH_GIVEN_UP], [BACK, GONE, *BOTH_REPAID], [BACK]])
@example([EATEN, [GONE, *BOTH_REPAID, BACK, *NEITHER], [], []])
@example([EATEN, [GONE, *BOTH_GIVEN_UP, *NEITHER, BACK], [], []])
@example([EATEN, [GONE, *BOTH_GIVEN_UP, BACK, *NEITHER, GONE], [], []])
@settings(max_examples=100)
def test_when_every_settlement_is_paid_nobody_owes_but_what_is_carried(
    months: list[list[tuple[str, int]]],
) -> None:
    year, last = lived(months)
    told = Reading(year.events)
    for payer, due in year.month(last).settlement.payers.items():
        carried_fen = min(due.due_fen, 0)
        assert year.moved[f"due/{XIANHU_CANTEEN}/{payer}"] == carried_fen
        assert year.moved[f"owes/{payer}/{XIANHU_CANTEEN}"] == -carried_fen
        entitled_fen = sum(told.fen[each] for each in told.entitled if each[2] == payer)
        assert told.spent[payer] == entitled_fen - carried_fen
    fund = year.story.ledger.states[funds.stream(FUND)]
    assert year.moved[f"fund/{FUND}"] == fund.balance_fen
    assert year.moved[f"reserved/{FUND}"] == fund.reserved_fen == 0
    assert fund.awaited_fen == 0


@drawn(YEARS)
@example([EATEN, [GONE, *BOTH_REPAID, BACK, GONE], [], []])
@example([EATEN, [GONE, *BOTH_GIVEN_UP, BACK], [GONE, *BOTH_REPAID, BACK, GONE], []])
@example([EATEN, [GONE, *BOTH_REPAID, BACK, GONE, *NEITHER, BACK], [], []])
@example([EATEN, [GONE, *BOTH_REPAID, BACK, *NEITHER, GONE], [BACK], []])
@settings(max_examples=100)
def test_no_share_is_given_twice_or_is_to_come_back_unless_it_was_given(
    months: list[list[tuple[str, int]]],
) -> None:
    year, _ = lived(months)
    told = Reading(year.events)
    assert told.unfounded == told.astray == []


@drawn(YEARS)
@example([[("eat", 11), ("eat", 12)], [GONE], [], BOTH_REPAID])
@example([EATEN, [GONE], [BACK, GONE], []])
@example([EATEN, [GONE, *BOTH_GIVEN_UP], [BACK, GONE], []])
@example([EATEN, [], [], [GONE, *BOTH_REPAID, *NEITHER]])
@example([EATEN, [], [], [GONE, *BOTH_GIVEN_UP, *NEITHER]])
@settings(max_examples=100)
def test_what_the_canteen_owes_after_a_settlement_is_still_to_come_back(
    months: list[list[tuple[str, int]]],
) -> None:
    year, last = lived(months)
    open_ones: dict[PayerPath, list[int]] = {}
    for recovery in year.month(next_month(last)).recoveries.values():
        if recovery.open:
            open_ones.setdefault(recovery.payer, []).append(recovery.amount_fen)
    for payer, due in year.month(last).settlement.payers.items():
        oldest, *others = open_ones.get(payer, [0])
        assert sum(others) <= max(-due.due_fen, 0) <= oldest + sum(others)
