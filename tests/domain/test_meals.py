"""Meals: priced by their day, refused for a reason, and subsidised once a day wherever eaten."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.domain import communities, meals, people
from ledger.domain.community_records import MonthClosed
from ledger.domain.meal_records import MealClaimed
from ledger.domain.person_records import FactsRecorded
from ledger.domain.sites import Weekday
from ledger.domain.tiers import Charge, PayerShare, Sitting
from ledger.domain.values import Count, Fen, Month, PayerPath, PersonId, RuleCode, SiteId, month_of
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    FUND_PAYS,
    JINNING,
    JINNING_CANTEEN,
    JINNING_VERSION,
    MONDAY,
    NEW_YEAR,
    SUNDAY,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    aged,
    claimed,
    closed,
    eats,
    line,
    lunch,
    noon,
    published,
    registered,
    served,
    sheet,
    tier,
)
from tests.story import Sheet, given

ONE_DAY = timedelta(days=1)
WORKING_DAYS = tuple(Weekday)[:5]
MARCH = Month("2026-03")
NOBODY = PersonId("00000000-0000-4000-8000-000000000000")
MEAL = MealClaimed(
    person=CHEN,
    canteen=XIANHU_CANTEEN,
    community=XIANHU,
    claim=Count(1),
    occurred_on=MONDAY,
    sitting=Sitting.lunch,
    facts_version=Count(0),
    policy_version=Count(1),
    rule=RuleCode("AGE80"),
    price_fen=Fen(1200),
    shares=(PayerShare(PayerPath("fund/xianhu-meals"), Fen(300)),),
    copayment_fen=Fen(900),
    subsidised_limit=Count(1),
    booked_in=MARCH,
    settles_in=MARCH,
    adjusts=None,
    claimed_by=CLERK,
    claimed_at=noon(MONDAY),
)


# -- pricing -----------------------------------------------------------------------------------


def test_a_claim_says_what_priced_it_and_who_bears_what() -> None:
    given(*eats()).when(lunch(), by=CLERK).then(MEAL)


def test_without_a_tier_the_meal_is_served_at_full_price() -> None:
    unsubsidised = replace(MEAL, rule=None, shares=(), copayment_fen=Fen(1200))
    given(*eats(born_on=date(1990, 1, 1))).when(lunch(), by=CLERK).then(unsubsidised)


def test_a_meal_elsewhere_is_priced_there_and_as_that_community_sees_the_eater() -> None:
    for_their_own = tier(30, "AGE60", aged(60, registered=True), line(FUND_PAYS, 100))
    town = served(published(JINNING_VERSION, tiers=(for_their_own,)))
    event = given(*town).when(lunch(at=JINNING_CANTEEN)).events[0]
    assert (event.community, event.rule, event.price_fen) == (JINNING, None, 1500)


def test_the_claim_names_the_newest_sheet() -> None:
    sheets = [
        (people.stream(CHEN), FactsRecorded(CHEN, Count(version), "commitment", NEW_YEAR))
        for version in (1, 2)
    ]
    assert given(*eats(), *sheets).when(lunch()).events[0].facts_version == 2


def test_a_policy_that_changes_in_mid_month_prices_each_day_by_its_own_version() -> None:
    change = date(2026, 3, 16)
    raised = (tier(20, "AGE80", aged(80), line(FUND_PAYS, 500)),)
    town = served(
        published(valid_until=change),
        published(valid_from=change, version=Count(2), tiers=raised),
    )
    for day, version, share_fen in ((date(2026, 3, 15), 1, 300), (change, 2, 500)):
        event = given(*town).when(lunch(day), at=noon(change)).events[0]
        assert (event.policy_version, event.shares[0].amount_fen) == (version, share_fen)


def test_claims_of_a_month_are_numbered() -> None:
    town = after(*eats(), claimed(), claimed(MONDAY + ONE_DAY), claimed(SUNDAY))
    told = given(*town).when(lunch(SUNDAY + ONE_DAY), at=noon(SUNDAY + ONE_DAY))
    assert told.events[0].claim == 4
    told = given(*town).when(lunch(APRIL), at=noon(APRIL))
    assert told.events[0].claim == 1


def test_the_cap_at_which_a_claim_was_made_is_on_record() -> None:
    town = served(published(subsidised_meals_per_day=Count(2)))
    assert given(*town).when(lunch()).events[0].subsidised_limit == 2


@pytest.mark.parametrize(
    ("charged_fen", "price_fen", "share_fen"),
    [(None, 1200, 300), (1000, 1000, 300), (5000, 5000, 300), (299, 299, 299), (1, 1, 1)],
)
def test_where_the_charge_is_free_the_shares_never_exceed_it(
    charged_fen: int | None, price_fen: int, share_fen: int
) -> None:
    town = served(published(charge=Charge.amount_charged))
    event = given(*town).when(lunch(charged_fen=charged_fen)).events[0]
    assert event.price_fen == price_fen
    assert [share.amount_fen for share in event.shares] == [share_fen]
    assert event.copayment_fen == price_fen - share_fen


# -- the cap -----------------------------------------------------------------------------------

TWICE = (
    *TOWN,
    published(subsidised_meals_per_day=Count(2), sittings=tuple(Sitting)),
    published(JINNING_VERSION),
    registered(),
    Sheet(CHEN, sheet()),
)


def test_a_second_subsidised_lunch_is_refused_wherever_it_is_eaten() -> None:
    given(*after(*eats(), claimed(at=XIANHU_CANTEEN))).when(lunch(at=JINNING_CANTEEN)).refused(
        "day_must_not_have_two_subsidised_meals", day=MONDAY, meals=1, meals_most=1
    )


def test_the_next_day_is_another_day() -> None:
    town = after(*eats(), claimed())
    assert given(*town).when(lunch(MONDAY + ONE_DAY), at=noon(MONDAY + ONE_DAY)).events


def test_the_cap_is_that_of_the_canteen_at_which_the_claim_is_made() -> None:
    once = after(*TWICE, claimed(at=JINNING_CANTEEN))
    dinner = lunch(at=XIANHU_CANTEEN, sitting=Sitting.dinner)
    assert given(*once).when(dinner).events
    once = after(*TWICE, claimed(at=XIANHU_CANTEEN))
    given(*once).when(lunch(at=JINNING_CANTEEN)).refused(
        "day_must_not_have_two_subsidised_meals", meals=1, meals_most=1
    )


def test_where_two_are_allowed_the_third_is_refused() -> None:
    twice = after(*TWICE, claimed(), claimed(sitting=Sitting.dinner))
    given(*twice).when(lunch(sitting=Sitting.breakfast)).refused(
        "day_must_not_have_two_subsidised_meals", meals=2, meals_most=2
    )


def test_a_meal_at_full_price_is_never_refused_for_the_cap_and_never_counts() -> None:
    unsubsidised_there = replace(JINNING_VERSION, tiers=())
    town = (*TOWN, published(), published(unsubsidised_there), registered(), Sheet(CHEN, sheet()))
    full_price = claimed(at=JINNING_CANTEEN)
    assert given(*after(*town, full_price, full_price)).when(lunch()).events
    given(*after(*town, claimed(), full_price)).when(lunch()).refused(
        "day_must_not_have_two_subsidised_meals", meals=1
    )


def test_a_tier_that_gives_nothing_is_no_subsidy() -> None:
    town = served(published(tiers=(tier(10, "NOTHING", aged(60), line(FUND_PAYS, 0)),)))
    event = given(*after(*town, claimed())).when(lunch()).events[0]
    assert (event.rule, event.shares, event.copayment_fen) == ("NOTHING", (), 1200)
    subsidised_elsewhere = after(*town, published(JINNING_VERSION), claimed(at=JINNING_CANTEEN))
    assert given(*subsidised_elsewhere).when(lunch()).events


# -- months ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "settles_in", "adjusts"),
    [
        ((), "2026-03", None),
        (("2026-02",), "2026-03", None),
        (("2026-03",), "2026-04", "2026-03"),
        (("2026-03", "2026-04"), "2026-05", "2026-03"),
    ],
)
def test_a_meal_settles_in_the_first_month_that_is_open_and_says_which_it_adjusts(
    months: tuple[str, ...], settles_in: str, adjusts: str | None
) -> None:
    town = (*eats(), *closed(*months))
    event = given(*town).when(lunch(date(2026, 3, 31)), at=noon(date(2026, 4, 3))).events[0]
    assert (event.settles_in, event.adjusts) == (settles_in, adjusts)
    assert event.booked_in == MARCH


def test_a_meal_of_a_closed_month_is_booked_in_the_first_open_one() -> None:
    march_closed = (communities.stream(XIANHU), MonthClosed(MARCH, APRIL))
    event = given(*eats(), march_closed).when(lunch(date(2026, 3, 31)), at=noon(APRIL)).events[0]
    assert (event.occurred_on, event.booked_in, event.settles_in) == (
        date(2026, 3, 31),
        "2026-04",
        MARCH,
    )


def test_a_claim_is_a_matter_of_the_canteens_community() -> None:
    town = given(*eats()).ledger
    assert meals.place(lunch(at=JINNING_CANTEEN), town) == JINNING
    assert meals.place(lunch(at=SiteId("nowhere")), town) is None


def test_the_stream_of_a_meal_is_that_of_its_own_month() -> None:
    ((stream, _),) = given(*eats()).when(lunch()).decision
    assert stream == f"meals-{CHEN}-{month_of(MONDAY)}" == f"meals-{CHEN}-2026-03"
