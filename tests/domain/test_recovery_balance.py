"""What is back already is not to come back, and what was given up is not paid a second time."""

from datetime import date
from typing import Any

from ledger.domain import postings
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryEnd,
    RecoveryRaised,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.values import Count, Fen, Month, PersonId
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    COLLEAGUE,
    FUND,
    MEMBER,
    XIANHU,
    XIANHU_CANTEEN,
    registered,
    sheet,
)
from tests.domain.canteen_year import GIVEN_FEN, Year, approve, pay, present, settle, settled
from tests.domain.settlement_town import APPROVER, CASHIER, COOPERATIVE_PAYER, FUND_PAYER

JANUARY, FEBRUARY, MARCH, APRIL = (Month(f"2026-0{number}") for number in range(1, 5))
EATEN_ON, DIED_ON = date(2026, 1, 12), date(2026, 1, 10)
FOUND_OUT, LATER = date(2026, 2, 10), date(2026, 3, 10)
NEIGHBOUR = PersonId("00000000-0000-4000-8000-0000000000ee")
FIRST, SECOND = Count(1), Count(2)
"""Of two recoveries of one day the first is the cooperative's, 200 fen, the second the fund's."""


def eaten_and_paid() -> Year:
    """One meal in January, of which the fund has paid 300 fen and the cooperative 200."""
    year = Year()
    year.must(ClaimMeal(CHEN, XIANHU_CANTEEN, EATEN_ON), CLERK, EATEN_ON)
    settled(year, JANUARY, date(2026, 2, 3))
    assert spent(year) == 300
    return year


def spent(year: Year) -> int:
    return GIVEN_FEN - year.moved[f"fund/{FUND}"]


def due(year: Year) -> int:
    return year.moved[f"due/{XIANHU_CANTEEN}/{FUND_PAYER}"]


def dies(year: Year, on: date = FOUND_OUT) -> None:
    year.must(RecordDeath(CHEN, DIED_ON), COLLEAGUE, on)


def lives(year: Year, on: date = FOUND_OUT) -> None:
    year.must(CorrectDeath(CHEN, None), COLLEAGUE, on)


def gives_up(year: Year, month: Month = FEBRUARY, on: date = FOUND_OUT) -> None:
    for number in (FIRST, SECOND):
        year.must(WriteOffRecovery(XIANHU_CANTEEN, month, number), APPROVER, on)


def repays(year: Year, month: Month = FEBRUARY, on: date = FOUND_OUT) -> None:
    for number in (FIRST, SECOND):
        year.must(SettleRecovery(XIANHU_CANTEEN, month, number, on), CASHIER, on)


def a_neighbour_eats(year: Year) -> None:
    """Three meals of February, of which the fund bears 300 fen each."""
    year.story.ledger.fold(registered(NEIGHBOUR))
    year.story.ledger.sheets[NEIGHBOUR] = sheet(memberships=MEMBER)
    for day in (date(2026, 2, 2), date(2026, 2, 3), date(2026, 2, 4)):
        year.must(ClaimMeal(NEIGHBOUR, XIANHU_CANTEEN, day), CLERK, FOUND_OUT)


def of(year: Year, kind: type) -> list[Any]:
    return [event for event in year.events if isinstance(event, kind)]


# -- given up, and standing again --------------------------------------------------------------


def test_a_meal_given_up_that_stands_again_is_paid_once() -> None:
    year = eaten_and_paid()
    dies(year)
    gives_up(year)
    lives(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert (due(year), spent(year)) == (0, 300)


def test_also_when_the_month_that_gave_it_up_is_settled() -> None:
    year = eaten_and_paid()
    dies(year)
    gives_up(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    lives(year, LATER)
    settled(year, MARCH, date(2026, 4, 3))
    assert (due(year), spent(year)) == (0, 300)


def test_what_is_not_given_up_any_more_makes_the_settlement_smaller_that_pays_the_meal() -> None:
    year = eaten_and_paid()
    dies(year)
    gives_up(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    lives(year, LATER)
    cooperative, fund = of(year, WriteOffReversed)
    assert cooperative.payer == COOPERATIVE_PAYER
    assert fund == WriteOffReversed(
        XIANHU_CANTEEN, XIANHU, MARCH, SECOND, CHEN, FUND_PAYER, (ClaimName(JANUARY, FIRST),),
        Fen(300), FEBRUARY, LATER, MARCH,
    )  # fmt: skip
    assert {each.account: each.amount for each in postings.of(fund)} == {
        f"due/{XIANHU_CANTEEN}/{FUND_PAYER}": -300,
        f"owes/{FUND_PAYER}/{XIANHU_CANTEEN}": 300,
    }
    settle(year, MARCH, date(2026, 4, 3))
    told = year.month(MARCH).settlement.due(FUND_PAYER)
    assert (told.shares_fen, told.carried_fen, told.due_fen) == (300, -300, 0)


def test_the_ledger_reverses_it_by_itself() -> None:
    assert WriteOffReversed in VERB_OF_COMMAND[CorrectDeath].consequences


def test_a_meal_taken_back_again_is_to_come_back_again_whole() -> None:
    year = eaten_and_paid()
    dies(year)
    gives_up(year)
    lives(year)
    dies(year)
    assert [each.amount_fen for each in of(year, RecoveryRaised)] == [200, 300, 200, 300]
    for number in (Count(3), Count(4)):
        year.must(SettleRecovery(XIANHU_CANTEEN, FEBRUARY, number, FOUND_OUT), CASHIER, FOUND_OUT)
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert (due(year), spent(year)) == (0, 0)


# -- back already ------------------------------------------------------------------------------


def back_and_dead_again() -> Year:
    year = eaten_and_paid()
    dies(year)
    repays(year)
    lives(year)
    dies(year)
    return year


def test_nothing_is_to_come_back_that_is_back() -> None:
    year = back_and_dead_again()
    assert len(of(year, RecoveryRaised)) == 2  # one of each payer, before it was repaid
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert (due(year), spent(year)) == (0, 0)


def test_what_is_back_cannot_be_given_up() -> None:
    year = back_and_dead_again()
    assert not year.do(WriteOffRecovery(XIANHU_CANTEEN, FEBRUARY, Count(4)), APPROVER, FOUND_OUT)


def test_a_meal_that_stands_again_and_is_taken_back_by_hand_raises_nothing_either() -> None:
    year = eaten_and_paid()
    dies(year)
    repays(year)
    lives(year)
    kind, reason = ReversalKind.subsidy_withdrawn, MealReversalReason.ineligible
    year.must(ReverseMeal(CHEN, JANUARY, FIRST, kind, reason), COLLEAGUE, FOUND_OUT)
    assert len(of(year, RecoveryRaised)) == 2


def test_an_offset_is_not_offset_twice() -> None:
    year = eaten_and_paid()
    dies(year)
    a_neighbour_eats(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert spent(year) == 900  # three meals; January's one is taken off and was paid before
    lives(year, LATER)
    dies(year, LATER)
    settled(year, MARCH, date(2026, 4, 3))
    assert (due(year), spent(year)) == (0, 900)
    assert [each.end for each in of(year, RecoverySettled)] == [RecoveryEnd.offset] * 2


def test_once_it_was_paid_again_it_is_to_come_back_again() -> None:
    year = eaten_and_paid()
    dies(year)
    repays(year)
    lives(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert spent(year) == 300
    dies(year, LATER)
    raised = of(year, RecoveryRaised)[2:]
    assert [(each.month, each.amount_fen) for each in raised] == [(MARCH, 200), (MARCH, 300)]


def test_what_was_only_lifted_is_still_with_the_canteen() -> None:
    year = eaten_and_paid()
    dies(year)
    repays(year)
    lives(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    for _ in range(2):
        dies(year, LATER)
        lives(year, LATER)
    assert len(of(year, RecoveryRaised)) == 6
    settled(year, MARCH, date(2026, 4, 3))
    assert (due(year), spent(year)) == (0, 300)


def test_what_was_taken_back_before_its_approval_comes_back_once() -> None:
    """January presents the meal, February takes it back, before January is approved."""
    year = Year()
    year.must(ClaimMeal(CHEN, XIANHU_CANTEEN, EATEN_ON), CLERK, EATEN_ON)
    present(year, JANUARY, date(2026, 2, 3))
    dies(year)
    approve(year, JANUARY, FOUND_OUT)
    pay(year, JANUARY, FOUND_OUT)
    a_neighbour_eats(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    lives(year, LATER)
    dies(year, LATER)
    assert len(of(year, RecoveryRaised)) == 2  # one of each payer, before January was approved
    settled(year, MARCH, date(2026, 4, 3))
    assert (due(year), spent(year)) == (0, 900)
