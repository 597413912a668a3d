"""Recoveries that a settlement was too small for go on until the money is back or given up."""

from dataclasses import replace
from datetime import date, timedelta

from ledger.domain import canteens
from ledger.domain.canteen_records import CanteenMonth
from ledger.domain.deaths import CorrectDeath
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryEnd,
    RecoveryLifted,
    RecoveryRaised,
    RecoverySettled,
)
from ledger.domain.settlement_state import NO_SETTLEMENT, Stage
from ledger.domain.values import Count, Fen, Month
from tests.domain.canteen_town import CHEN, CLERK, COLLEAGUE, XIANHU, XIANHU_CANTEEN, noon
from tests.domain.canteen_year import Year, settled
from tests.domain.settlement_town import APPROVER, CASHIER, COOPERATIVE_PAYER, FUND_PAYER
from tests.domain.test_recovery_balance import (
    EATEN_ON,
    FEBRUARY,
    FIRST,
    FOUND_OUT,
    JANUARY,
    MARCH,
    NEIGHBOUR,
    SECOND,
    a_neighbour_eats,
    dies,
    due,
    eaten_and_paid,
    of,
    spent,
)

ONE_DAY = timedelta(days=1)
APRIL = Month("2026-04")
MARCH_3, APRIL_3 = date(2026, 3, 3), date(2026, 4, 3)


def nobody_eats_any_more() -> Year:
    """January's meal is to come back, and the settlement of February, of no meals, is approved."""
    year = eaten_and_paid()
    dies(year)
    settled(year, FEBRUARY, MARCH_3)
    return year


def ends(year: Year) -> list[tuple[Month, Count, RecoveryEnd]]:
    return [(each.month, each.recovery, each.end) for each in of(year, RecoverySettled)]


CARRIED = [(FEBRUARY, FIRST, RecoveryEnd.carried), (FEBRUARY, SECOND, RecoveryEnd.carried)]


def test_what_nothing_offset_goes_on_in_the_next_settlement() -> None:
    year = nobody_eats_any_more()
    assert ends(year) == CARRIED
    assert of(year, RecoveryRaised)[-1] == RecoveryRaised(
        XIANHU_CANTEEN, XIANHU, MARCH, SECOND, CHEN, FUND_PAYER, (ClaimName(JANUARY, FIRST),),
        Fen(300), JANUARY, MARCH_3,
    )  # fmt: skip


def test_and_can_be_repaid_there() -> None:
    year = nobody_eats_any_more()
    for number in (FIRST, SECOND):
        year.must(SettleRecovery(XIANHU_CANTEEN, MARCH, number, MARCH_3), CASHIER, MARCH_3)
    assert (due(year), spent(year)) == (0, 0)
    settled(year, MARCH, APRIL_3)
    told = year.month(MARCH).settlement.due(FUND_PAYER)
    assert (told.carried_fen, told.repaid_fen, told.due_fen) == (-300, 300, 0)
    assert (due(year), spent(year)) == (0, 0)


def test_or_given_up() -> None:
    year = nobody_eats_any_more()
    for number in (FIRST, SECOND):
        year.must(WriteOffRecovery(XIANHU_CANTEEN, MARCH, number), APPROVER, MARCH_3)
    settled(year, MARCH, APRIL_3)
    assert (due(year), spent(year)) == (0, 300)


def test_or_lifted_when_the_meal_stands_again() -> None:
    year = nobody_eats_any_more()
    year.must(CorrectDeath(CHEN, None), COLLEAGUE, MARCH_3)
    lifted = of(year, RecoveryLifted)
    assert [(each.month, each.recovery) for each in lifted] == [(MARCH, FIRST), (MARCH, SECOND)]
    settled(year, MARCH, APRIL_3)
    assert (due(year), spent(year)) == (0, 300)


def test_or_offset_when_the_canteen_serves_enough_again() -> None:
    year = nobody_eats_any_more()
    settled(year, MARCH, APRIL_3)
    a_neighbour_eats(year)
    year.must(ClaimMeal(NEIGHBOUR, XIANHU_CANTEEN, APRIL_3), CLERK, APRIL_3)
    settled(year, APRIL, date(2026, 5, 3))
    assert ends(year)[-2:] == [
        (APRIL, FIRST, RecoveryEnd.offset),
        (APRIL, SECOND, RecoveryEnd.offset),
    ]
    assert due(year) == 0


def test_what_goes_on_is_over_in_the_settlement_that_was_too_small() -> None:
    year = nobody_eats_any_more()
    command = SettleRecovery(XIANHU_CANTEEN, FEBRUARY, FIRST, MARCH_3)
    told = year.story.when(command, by=CASHIER, at=noon(MARCH_3))
    told.refused("recovery_must_be_open", recovery=FIRST, end="carried")


def test_the_oldest_is_covered_first() -> None:
    """Two meals are taken back one after the other, and February has one of its own."""
    year = Year()
    for day in (EATEN_ON, EATEN_ON + ONE_DAY):
        year.must(ClaimMeal(CHEN, XIANHU_CANTEEN, day), CLERK, day)
    settled(year, JANUARY, date(2026, 2, 3))
    kind, reason = ReversalKind.subsidy_withdrawn, MealReversalReason.ineligible
    for claim in (FIRST, SECOND):
        command = ReverseMeal(CHEN, JANUARY, claim, kind, reason)
        year.must(command, COLLEAGUE, FOUND_OUT)
    year.must(ClaimMeal(CHEN, XIANHU_CANTEEN, FOUND_OUT), CLERK, FOUND_OUT)
    settled(year, FEBRUARY, MARCH_3)
    offset, carried = RecoveryEnd.offset, RecoveryEnd.carried
    assert [each.end for each in of(year, RecoverySettled)] == [offset, offset, carried, carried]
    assert [each.payer for each in of(year, RecoveryRaised)[-2:]] == [COOPERATIVE_PAYER, FUND_PAYER]
    assert (due(year), spent(year)) == (-300, 600)


def test_nothing_goes_on_into_a_month_that_was_settled_before() -> None:
    """As when the policy turned out to have begun earlier than the first month that was settled."""
    year = eaten_and_paid()
    dies(year)
    settlement = replace(NO_SETTLEMENT, stage=Stage.approved)
    march = CanteenMonth(closed=True, settlement=settlement)
    year.story.ledger.states[canteens.stream(XIANHU_CANTEEN, MARCH)] = march
    settled(year, FEBRUARY, MARCH_3)
    assert [each.end for each in of(year, RecoverySettled)] == [RecoveryEnd.offset] * 2
    assert not year.month(MARCH).recoveries
