"""Meal tiers: a canteen's day by the tier that bore each meal, and where meals are served."""

from dataclasses import replace
from datetime import date

from ledger.domain.values import CommunityId, RuleCode, SiteId
from ledger.projections import clerks, meal_records
from ledger.projections.meal_tiers import by_tier, places
from ledger.projections.view import View
from tests.projections.by_hand import LEADER, Having
from tests.projections.meal_events import CANTEEN, canteen, claimed, reinstated, reversed_
from tests.projections.service_events import CHEN, JINNING, MARCH_2, WU

MODEL = meal_records.MODEL
XIANHU, XIANHU_CANTEEN = CommunityId("xianhu"), SiteId("xianhu-canteen")
LUNCH = claimed()
FULL = replace(claimed(2, who=WU, borne=()), rule=None)


def test_a_day_without_meals_has_no_tiers(having: Having) -> None:
    assert by_tier(having(), CANTEEN, MARCH_2) == ()


def test_the_meals_of_a_day_stand_under_their_tiers(having: Having) -> None:
    other_day, elsewhere = claimed(3, date(2026, 3, 3)), claimed(4, at=XIANHU_CANTEEN)
    found = by_tier(having(LUNCH, FULL, other_day, elsewhere), CANTEEN, MARCH_2)
    told = [(each.rule, each.meals, each.price_fen, each.personal_fen) for each in found]
    assert told == [(RuleCode("AGE70"), 1, 1500, 900), (None, 1, 1500, 1500)]


def test_meals_asked_for_at_the_full_price_stand_apart_from_those_that_no_tier_fits(
    having: Having,
) -> None:
    asked_for = replace(claimed(2, borne=()), at_full_price=True)
    found = by_tier(having(LUNCH, FULL, asked_for), CANTEEN, MARCH_2)
    told = [(each.rule, each.at_full_price, each.meals) for each in found]
    assert told == [(RuleCode("AGE70"), False, 1), (None, False, 1), (None, True, 1)]


def test_what_was_taken_back_counts_until_it_is_known(having: Having) -> None:
    connection = having(LUNCH, reversed_(LUNCH), reinstated(LUNCH))
    meals = [
        sum(each.meals for each in by_tier(connection, CANTEEN, MARCH_2, View(known=position)))
        for position in range(4)
    ]
    assert meals == [0, 1, 0, 1]


def test_places_are_told_within_reach(having: Having) -> None:
    connection = having(canteen(), canteen(XIANHU_CANTEEN, XIANHU))
    assert [each.canteen for each in places(connection, None)] == [CANTEEN, XIANHU_CANTEEN]
    assert [each.canteen for each in places(connection, {JINNING})] == [CANTEEN]
    assert places(connection, frozenset()) == ()


def test_a_clerks_newest_come_first_and_others_do_not(having: Having) -> None:
    connection = having(LUNCH, claimed(1, who=WU), claimed(2, at=XIANHU_CANTEEN), reversed_(LUNCH))
    found = clerks.newest_of(connection, CANTEEN, LEADER, since=0, limit=5)
    assert [(each.person, each.status) for each in found] == [(WU, "standing"), (CHEN, "reversed")]
    assert clerks.newest_of(connection, CANTEEN, CHEN, since=0, limit=5) == ()
    assert [
        each.person for each in clerks.newest_of(connection, CANTEEN, LEADER, since=0, limit=1)
    ] == [WU]
    assert [
        each.person for each in clerks.newest_of(connection, CANTEEN, LEADER, since=1, limit=5)
    ] == [WU]
