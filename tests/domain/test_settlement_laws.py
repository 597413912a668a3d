"""The law of settlements: whatever is claimed, taken back, repaid and paid, in the end nobody owes.

A year of a canteen is made up month by month and settled in order; each month's claims are counted
here from the events themselves. When every settlement is paid, each payer's accounts with the
canteen come to nothing, and each fund holds what it was given less what the canteen has kept: once
the shares of each meal that stands, or whose recovery was given up.
"""

from datetime import date, timedelta
from typing import TypeAlias

from hypothesis import example, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from ledger.domain import funds
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.meal_records import (
    MealClaimed,
    MealReversalReason,
    ReversalKind,
)
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import RecoveryReversalReason
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.settlement_payments import ReverseSettlementPayment
from ledger.domain.values import (
    Count,
    Month,
    PayerPath,
    first_day,
    month_of,
    months_between,
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
from tests.domain.canteen_year import Year, approve, pay, present
from tests.domain.settlement_reading import Reading
from tests.domain.settlement_town import APPROVER, CASHIER

JANUARY = Month("2026-01")
MONTHS = 4

Steps: TypeAlias = list[tuple[str, int]]
Lived: TypeAlias = tuple[Steps, Steps]
"""A month, and what happens between its presentation and its approval."""

TAKING_BACK = ("eat", "reverse", "repay", "give up", "dies", "not paid", "not so")
WHAT = (*TAKING_BACK, "died later", "lives")


def years(meanwhile: tuple[str, ...]) -> some.SearchStrategy[list[Lived]]:
    def steps(what: tuple[str, ...], most: int) -> some.SearchStrategy[Steps]:
        step = some.tuples(some.sampled_from(what), some.integers(0, 27))
        return some.lists(step, max_size=most)

    month = some.tuples(steps(WHAT, 8), steps(meanwhile, 3))
    return some.lists(month, min_size=MONTHS, max_size=MONTHS)


def undisturbed(*months: Steps) -> list[Lived]:
    return [(steps, []) for steps in months]


EATEN, GONE, BACK = [("eat", 11)], ("dies", 20), ("lives", 26)
BOTH_GIVEN_UP, BOTH_REPAID = [("give up", 24), ("give up", 25)], [("repay", 24), ("repay", 25)]
NEITHER = [("not so", 25)]
MISTAKE = RecoveryReversalReason.entered_by_mistake


def live(year: Year, month: Month, steps: Steps, on: date | None = None) -> None:
    """Eat, die and live, take back what was eaten, end recoveries and open them, as steps say."""
    for what, number in steps:
        day = on or first_day(month) + timedelta(days=number)
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
            case "not paid":
                reason = tuple(PaymentReversalReason)[number % 4]
                year.do(
                    ReverseSettlementPayment(
                        XIANHU_CANTEEN, previous_month(month), Count(number % 5 + 1), reason
                    ),
                    APPROVER,
                    day,
                )
            case _:
                end(what, number, year, month, day)


def end(what: str, number: int, year: Year, month: Month, day: date) -> None:
    """One recovery of the month is repaid or given up; or none of them was."""
    which = Count(number % 3 + 1)
    match what:
        case "repay":
            year.do(SettleRecovery(XIANHU_CANTEEN, month, which, day), CASHIER, day)
        case "give up":
            year.do(WriteOffRecovery(XIANHU_CANTEEN, month, which), APPROVER, day)
        case _:
            for each in range(1, 5):
                not_so = ReverseRecovery(XIANHU_CANTEEN, month, Count(each), MISTAKE)
                year.do(not_so, COLLEAGUE, day)


def reverse(year: Year, number: int, day: date) -> None:
    claimed = [event for event in year.events if isinstance(event, MealClaimed)]
    if claimed:
        event = claimed[number % len(claimed)]
        kind = tuple(ReversalKind)[number % 2]
        reason = MealReversalReason.ineligible
        month = month_of(event.occurred_on)
        year.do(ReverseMeal(CHEN, month, event.claim, kind, reason), COLLEAGUE, day)


def lived(months: list[Lived]) -> tuple[Year, Month]:
    """The year and a quiet month after it, every settlement of them paid, and that month."""
    year, month = Year(), JANUARY
    for steps, meanwhile in (*months, ([], [])):
        live(year, month, steps)
        following = first_day(next_month(month))
        present(year, month, following)
        live(year, next_month(month), meanwhile, following)
        approve(year, month, following)
        for settled in months_between(JANUARY, month):
            pay(year, settled, following)
        month = next_month(month)
    return year, previous_month(month)


@drawn(years(WHAT))
@example(undisturbed(EATEN, [GONE, *BOTH_GIVEN_UP, BACK], [], []))
@example(undisturbed(EATEN, [GONE, *BOTH_GIVEN_UP], [BACK, GONE, *BOTH_REPAID], [BACK]))
@example(undisturbed(EATEN, [GONE, *BOTH_REPAID, BACK, *NEITHER], [], []))
@example(undisturbed(EATEN, [GONE, *BOTH_GIVEN_UP, *NEITHER, BACK], [], []))
@example(undisturbed(EATEN, [GONE, *BOTH_GIVEN_UP, BACK, *NEITHER, GONE], [], []))
@settings(max_examples=100)
def test_when_every_settlement_is_paid_nobody_owes_but_what_is_carried(
    months: list[Lived],
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


@drawn(years(WHAT))
@example(undisturbed(EATEN, [GONE, *BOTH_REPAID, BACK, GONE], [], []))
@example(undisturbed(EATEN, [GONE, *BOTH_GIVEN_UP, BACK], [GONE, *BOTH_REPAID, BACK, GONE], []))
@example(undisturbed(EATEN, [GONE, *BOTH_REPAID, BACK, GONE, *NEITHER, BACK], [], []))
@example(undisturbed(EATEN, [GONE, *BOTH_REPAID, BACK, *NEITHER, GONE], [BACK], []))
@settings(max_examples=100)
def test_no_share_is_given_twice_or_is_to_come_back_unless_it_was_given(
    months: list[Lived],
) -> None:
    year, _ = lived(months)
    told = Reading(year.events)
    assert told.unfounded == told.astray == []


@drawn(years(TAKING_BACK))
@example(undisturbed([("eat", 11), ("eat", 12)], [GONE], [], BOTH_REPAID))
@example(undisturbed(EATEN, [GONE], [BACK, GONE], []))
@example(undisturbed(EATEN, [GONE, *BOTH_GIVEN_UP], [BACK, GONE], []))
@example(undisturbed(EATEN, [], [], [GONE, *BOTH_REPAID, *NEITHER]))
@example(undisturbed(EATEN, [], [], [GONE, *BOTH_GIVEN_UP, *NEITHER]))
@settings(max_examples=100)
def test_what_the_canteen_owes_after_a_settlement_is_still_to_come_back(
    months: list[Lived],
) -> None:
    """Not so for meals that stand again between the presentation and the approval of a month."""
    year, last = lived(months)
    open_ones: dict[PayerPath, list[int]] = {}
    for recovery in year.month(next_month(last)).recoveries.values():
        if recovery.open:
            open_ones.setdefault(recovery.payer, []).append(recovery.amount_fen)
    for payer, due in year.month(last).settlement.payers.items():
        oldest, *others = open_ones.get(payer, [0])
        assert sum(others) <= max(-due.due_fen, 0) <= oldest + sum(others)
