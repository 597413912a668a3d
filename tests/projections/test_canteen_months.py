"""A canteen's month by its days, what came late to it, and what a fund bore of closed months."""

from dataclasses import replace
from datetime import date

from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.values import CommunityId, Count, Month, SiteId
from ledger.projections import canteen_months, meal_records, meal_shares
from ledger.projections.canteen_months import Apart, EatenOn, Kept, Later, Moved
from ledger.projections.meal_shares import Borne
from ledger.projections.view import View
from tests.projections.by_hand import Having
from tests.projections.meal_events import (
    CANTEEN,
    COOPERATIVE,
    FUND,
    canteen,
    claimed,
    reinstated,
    reversed_,
    shares,
)
from tests.projections.service_events import APRIL, JINNING, MARCH, MARCH_2, WU

MODEL = meal_records.MODEL
MARCH_3, APRIL_1, MAY = date(2026, 3, 3), date(2026, 4, 1), Month("2026-05")
XILIAN = CommunityId("xilian")
VOID = (ReversalKind.void, MealReversalReason.entered_by_mistake)
LUNCH = claimed()


def closed(month: Month, on: date = APRIL_1) -> ClaimsClosed:
    return ClaimsClosed(CANTEEN, JINNING, month, on)


# -- by its days ---------------------------------------------------------------------------------


def test_each_day_tells_its_meals_and_the_cash_of_its_eaters(having: Having) -> None:
    connection = having(LUNCH, claimed(1, who=WU), claimed(2, MARCH_3), claimed(3, APRIL_1))
    monday, tuesday = canteen_months.eaten(connection, CANTEEN, MARCH)
    assert monday == EatenOn(MARCH_2, 2, 1800)
    assert tuesday == EatenOn(MARCH_3, 1, 900)
    assert canteen_months.eaten(connection, CANTEEN, Month("2026-05")) == ()


def test_cash_goes_back_with_a_void_meal_and_stays_where_a_subsidy_is_withdrawn(
    having: Having,
) -> None:
    connection = having(LUNCH, reversed_(LUNCH, None, *VOID))
    assert canteen_months.eaten(connection, CANTEEN, MARCH) == (EatenOn(MARCH_2, 0, 0),)
    connection = having(LUNCH, reversed_(LUNCH), reinstated(LUNCH))
    assert canteen_months.eaten(connection, CANTEEN, MARCH) == (EatenOn(MARCH_2, 1, 900),)
    then = canteen_months.eaten(connection, CANTEEN, MARCH, View(known=2))
    assert then == (EatenOn(MARCH_2, 0, 900),)


def test_a_copayment_is_kept_where_the_subsidy_is_withdrawn_until_it_stands_again(
    having: Having,
) -> None:
    connection = having(LUNCH, reversed_(LUNCH), reinstated(LUNCH))
    for known, kept in ((1, Kept(0, 0)), (2, Kept(1, 900)), (3, Kept(0, 0))):
        assert canteen_months.kept(connection, CANTEEN, MARCH, View(known=known)) == kept
    connection = having(LUNCH, reversed_(LUNCH, None, *VOID))
    assert canteen_months.kept(connection, CANTEEN, MARCH) == Kept(0, 0)


def test_what_is_kept_is_told_in_the_month_in_which_it_settles(having: Having) -> None:
    connection = having(LUNCH, reversed_(LUNCH, APRIL))
    assert canteen_months.kept(connection, CANTEEN, MARCH) == Kept(0, 0)
    assert canteen_months.kept(connection, CANTEEN, APRIL) == Kept(1, 900)


def test_a_day_keeps_what_its_eaters_paid_in_whatever_month_it_settles(having: Having) -> None:
    supper = claimed(1, who=WU)
    connection = having(LUNCH, supper, reversed_(LUNCH, APRIL), reversed_(supper, None, *VOID))
    assert canteen_months.kept_on(connection, CANTEEN, MARCH_2) == Kept(1, 900)
    assert canteen_months.kept_on(connection, CANTEEN, MARCH_2, View(known=2)) == Kept(0, 0)
    assert canteen_months.kept_on(connection, CANTEEN, MARCH_3) == Kept(0, 0)
    connection = having(LUNCH, reversed_(LUNCH), reinstated(LUNCH))
    assert canteen_months.kept_on(connection, CANTEEN, MARCH_2) == Kept(0, 0)


def test_a_month_rests_on_the_versions_by_which_its_entries_were_priced(having: Having) -> None:
    second = replace(claimed(2, MARCH_3), policy_version=Count(2))
    third = replace(claimed(1, APRIL_1), policy_version=Count(3))
    connection = having(LUNCH, second, third, reversed_(LUNCH, APRIL))

    def versions(month: Month, known: int | None = None) -> frozenset[int]:
        return canteen_months.priced_by(connection, CANTEEN, month, View(known=known))

    assert versions(MARCH) == {1, 2}
    assert versions(MARCH, 1) == {1}
    assert versions(APRIL) == {1, 3}
    assert versions(APRIL, 3) == {3}
    assert versions(MAY) == frozenset()


# -- what came late ------------------------------------------------------------------------------


def test_what_is_taken_back_after_the_closing_comes_off_the_month_after(having: Having) -> None:
    lunch = claimed(borne=shares(fund=600, cooperative=300))
    connection = having(lunch, reversed_(lunch, APRIL), claimed(2, APRIL_1))
    assert canteen_months.moved(connection, CANTEEN, APRIL) == (
        Moved(MARCH, COOPERATIVE, -1, -300),
        Moved(MARCH, FUND, -1, -600),
    )
    assert canteen_months.moved(connection, CANTEEN, MARCH) == ()
    assert canteen_months.moved(connection, CANTEEN, APRIL, View(known=1)) == ()


def test_a_day_says_what_of_it_settles_later_and_what_of_that_payers_bear(having: Having) -> None:
    connection = having(LUNCH, reversed_(LUNCH, APRIL), reinstated(LUNCH, MAY), claimed(2))
    taken_back, stands_again = Later(APRIL, 0, 1, -600), Later(MAY, 1, 0, 600)
    assert canteen_months.later(connection, CANTEEN, MARCH) == (taken_back, stands_again)
    assert canteen_months.later(connection, CANTEEN, MARCH, View(known=2)) == (taken_back,)
    assert canteen_months.later(connection, CANTEEN, MARCH, View(known=1)) == ()
    assert canteen_months.later(connection, CANTEEN, APRIL) == ()


def test_what_was_taken_back_in_its_own_month_settles_no_later(having: Having) -> None:
    connection = having(LUNCH, reversed_(LUNCH))
    assert canteen_months.later(connection, CANTEEN, MARCH) == ()


def test_books_and_settlements_of_a_month_differ_by_what_stands_in_one_of_them(
    having: Having,
) -> None:
    """The claims of April were closed before its books, those of March after."""
    lunch, late = claimed(2, APRIL_1), claimed(3, MARCH_3, booked_in=APRIL)
    late = replace(late, settles_in=MARCH)
    gone = replace(reversed_(lunch, APRIL), settles_in=MAY)
    connection = having(canteen(), LUNCH, lunch, late, gone)
    here = Apart(APRIL, MARCH, 1, 600)
    assert canteen_months.apart(connection, JINNING, MARCH) == (here,)
    assert canteen_months.apart(connection, JINNING, APRIL) == (here, Apart(APRIL, MAY, -1, -600))
    assert canteen_months.apart(connection, JINNING, MAY) == (Apart(APRIL, MAY, -1, -600),)
    assert canteen_months.apart(connection, JINNING, APRIL, View(known=4)) == (here,)
    assert canteen_months.apart(connection, XILIAN, APRIL) == ()


def test_the_books_have_what_is_kept_in_the_month_that_books_it(having: Having) -> None:
    away = claimed(1, who=WU, at=SiteId("xilian-canteen"))
    meals = (canteen(), canteen(away.canteen, XILIAN), LUNCH, away, claimed(2, MARCH_3))
    connection = having(*meals, reversed_(LUNCH, APRIL), reversed_(meals[-1]), reversed_(away))

    def kept(month: Month, *known: int) -> Kept:
        view = View(known=known[0]) if known else View()
        return canteen_months.kept_in_books(connection, JINNING, month, view)

    assert kept(MARCH) == kept(APRIL) == Kept(1, 900)
    assert kept(MARCH, 6) == Kept(0, 0)
    assert kept(MAY) == Kept(0, 0)


# -- what a fund bore ----------------------------------------------------------------------------


def test_only_closed_months_tell_what_a_fund_bore(having: Having) -> None:
    lunch = claimed(2, MARCH_3, borne=shares(fund=600, cooperative=300))
    meals = (canteen(), LUNCH, lunch, claimed(3, APRIL_1))
    connection = having(*meals, closed(MARCH))
    since = Month("2025-12")
    assert meal_shares.borne(connection, JINNING, FUND, since) == (Borne(CANTEEN, MARCH, 1200),)
    assert meal_shares.borne(connection, JINNING, COOPERATIVE, since) == (
        Borne(CANTEEN, MARCH, 300),
    )
    assert meal_shares.borne(connection, JINNING, FUND, APRIL) == ()


def test_a_closed_month_without_meals_cost_nothing_and_what_was_taken_back_neither(
    having: Having,
) -> None:
    february = Month("2026-02")
    connection = having(canteen(), closed(february), LUNCH, reversed_(LUNCH, APRIL), closed(MARCH))
    found = meal_shares.borne(connection, JINNING, FUND, february)
    assert found == (Borne(CANTEEN, february, 0), Borne(CANTEEN, MARCH, 0))
    before = meal_shares.borne(connection, JINNING, FUND, MARCH, View(known=3))
    assert before == (Borne(CANTEEN, MARCH, 600),)
