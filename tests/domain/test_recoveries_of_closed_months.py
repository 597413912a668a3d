"""A meal that is taken back after its month was closed, and before that month is approved.

The closed month presents the meal all the same and is paid for it. So it is to come back, in the
next settlement, just as if the month had been approved by then.
"""

from datetime import date
from typing import Any

import pytest

from ledger.domain.deaths import RecordDeath
from ledger.domain.meals import ClaimMeal
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryEnd,
    RecoveryRaised,
    RecoveryReversalReason,
    RecoverySettled,
)
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.values import Count, Fen
from tests.domain.canteen_town import CHEN, CLERK, COLLEAGUE, XIANHU, XIANHU_CANTEEN, noon
from tests.domain.canteen_year import Year, approve, pay, present, settled
from tests.domain.settlement_town import APPROVER, CASHIER, COOPERATIVE_PAYER, FUND_PAYER
from tests.domain.test_recovery_balance import (
    APRIL,
    EATEN_ON,
    FEBRUARY,
    FIRST,
    FOUND_OUT,
    JANUARY,
    LATER,
    MARCH,
    SECOND,
    a_neighbour_eats,
    dies,
    due,
    eaten_and_paid,
    gives_up,
    lives,
    of,
    repays,
    spent,
)

FEBRUARY_3, MARCH_3, APRIL_3 = date(2026, 2, 3), date(2026, 3, 3), date(2026, 4, 3)


def eaten_and_presented() -> Year:
    """One meal in January, presented and not yet approved: 300 fen of the fund's, 200 of others."""
    year = Year()
    year.must(ClaimMeal(CHEN, XIANHU_CANTEEN, EATEN_ON), CLERK, EATEN_ON)
    present(year, JANUARY, FEBRUARY_3)
    return year


def taken_back_in_time() -> Year:
    """She is found to have died before; then January is approved and paid with her meal."""
    year = eaten_and_presented()
    dies(year)
    approve(year, JANUARY, FOUND_OUT)
    pay(year, JANUARY, FOUND_OUT)
    assert spent(year) == 300
    return year


def nothing_is_owed(year: Year) -> bool:
    """By nobody to the canteen, nor by the canteen to anybody."""
    return not any(
        year.moved[account]
        for payer in (FUND_PAYER, COOPERATIVE_PAYER)
        for account in (f"due/{XIANHU_CANTEEN}/{payer}", f"owes/{payer}/{XIANHU_CANTEEN}")
    )


def test_it_is_to_come_back_in_the_next_settlement_which_says_what_it_adjusts() -> None:
    year = eaten_and_presented()
    dies(year)
    assert of(year, RecoveryRaised)[1] == RecoveryRaised(
        XIANHU_CANTEEN, XIANHU, FEBRUARY, SECOND, CHEN, FUND_PAYER, (ClaimName(JANUARY, FIRST),),
        Fen(300), JANUARY, FOUND_OUT,
    )  # fmt: skip


def test_the_next_settlement_is_smaller_by_it_and_nobody_owes_any_more() -> None:
    year = taken_back_in_time()
    a_neighbour_eats(year)
    settled(year, FEBRUARY, MARCH_3)
    assert [each.end for each in of(year, RecoverySettled)] == [RecoveryEnd.offset] * 2
    assert nothing_is_owed(year)
    assert spent(year) == 900


def test_where_nobody_eats_any_more_it_can_be_repaid() -> None:
    year = taken_back_in_time()
    repays(year)
    settled(year, FEBRUARY, MARCH_3)
    assert nothing_is_owed(year)
    assert spent(year) == 0


def test_or_given_up() -> None:
    year = taken_back_in_time()
    gives_up(year)
    settled(year, FEBRUARY, MARCH_3)
    assert nothing_is_owed(year)
    assert spent(year) == 300


def test_or_it_goes_on_until_it_is_repaid() -> None:
    year = taken_back_in_time()
    settled(year, FEBRUARY, MARCH_3)
    assert due(year) == -300
    repays(year, MARCH, LATER)
    settled(year, MARCH, APRIL_3)
    assert nothing_is_owed(year)
    assert spent(year) == 0


def test_a_meal_that_stands_again_is_not_to_come_back() -> None:
    year = taken_back_in_time()
    lives(year)
    settled(year, FEBRUARY, MARCH_3)
    assert nothing_is_owed(year)
    assert spent(year) == 300


@pytest.mark.parametrize(
    ("command", "by"),
    [
        (SettleRecovery(XIANHU_CANTEEN, APRIL, SECOND, date(2026, 4, 5)), CASHIER),
        (WriteOffRecovery(XIANHU_CANTEEN, APRIL, SECOND), APPROVER),
    ],
)
def test_what_march_pays_again_does_not_end_before_march_is_approved(command: Any, by: Any) -> None:
    """January paid it, February took it off, March pays it again and is only presented."""
    year = eaten_and_paid()
    dies(year)
    a_neighbour_eats(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    lives(year, LATER)
    present(year, MARCH, date(2026, 4, 3))
    year.must(RecordDeath(CHEN, date(2026, 1, 10)), COLLEAGUE, date(2026, 4, 4))
    told = year.story.when(command, by=by, at=noon(date(2026, 4, 5)))
    told.refused("settlement_must_be_approved_first")


def test_whoever_took_a_repayment_back_does_not_give_it_up_one_month_later_either() -> None:
    """February is too small, so the recovery is carried into March, as another one."""
    year = eaten_and_paid()
    dies(year)
    repays(year)
    for number in (1, 2):
        back = ReverseRecovery(
            XIANHU_CANTEEN, FEBRUARY, Count(number), RecoveryReversalReason.not_honoured
        )
        year.must(back, COLLEAGUE, FOUND_OUT)
    settled(year, FEBRUARY, date(2026, 3, 3))
    give_up = WriteOffRecovery(XIANHU_CANTEEN, MARCH, SECOND)
    told = year.story.when(give_up, by=COLLEAGUE, at=noon(LATER))
    told.refused("settlement_steps_must_be_by_different_persons")
