"""Why a meal is refused, which reason comes first, and on which days one may eat."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from ledger.domain import people, sites
from ledger.domain.decisions import Happening
from ledger.domain.meals import ClaimMeal
from ledger.domain.person_records import DeathRecorded
from ledger.domain.refusals import Code
from ledger.domain.sites import DatedException, ServiceDaysSet, Weekday
from ledger.domain.tiers import Sitting
from ledger.domain.values import Count, Fen, PersonId, SiteId
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    MONDAY,
    NEW_YEAR,
    STATION,
    SUNDAY,
    XIANHU_CANTEEN,
    after,
    claimed,
    eats,
    lunch,
    noon,
    published,
    registered,
    served,
)
from tests.story import Sheet, given

ONE_DAY = timedelta(days=1)
WORKING_DAYS = tuple(Weekday)[:5]
NOBODY = PersonId("00000000-0000-4000-8000-000000000000")

Change = Callable[[tuple[Any, ...]], tuple[Any, ...]]


def died_at_new_year(town: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*town, (people.stream(CHEN), DeathRecorded(CHEN, NEW_YEAR, NEW_YEAR)))


def registered_tomorrow(town: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*town, registered(on=MONDAY + ONE_DAY))


def without_facts(town: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(each for each in town if not isinstance(each, Sheet))


def policy(**changes: Any) -> Change:
    """The canteen's policy differs as told."""
    return lambda town: (*(each for each in town if each != published()), published(**changes))


REFUSALS: dict[str, tuple[dict[str, Any], Change, dict[str, object]]] = {
    "site_must_be_known": (
        {"canteen": SiteId("nowhere")},
        tuple,
        {"site": "nowhere"},
    ),
    "person_must_be_known": ({"person": NOBODY}, tuple, {"person": NOBODY}),
    "day_must_not_be_in_the_future": (
        {"served_on": MONDAY + ONE_DAY},
        tuple,
        {"day": MONDAY + ONE_DAY, "today": MONDAY},
    ),
    "amount_must_be_positive": ({"charged_fen": Fen(0)}, tuple, {"amount_fen": 0}),
    "site_must_be_a_canteen": ({"canteen": STATION}, tuple, {"site": STATION}),
    "person_must_be_registered_on_the_day": (
        {},
        registered_tomorrow,
        {"registered_on": MONDAY + ONE_DAY, "day": MONDAY},
    ),
    "person_must_be_alive_on_the_day": ({}, died_at_new_year, {"day": MONDAY}),
    "person_must_have_facts": ({}, without_facts, {}),
    "claim_must_not_be_too_late": (
        {"served_on": MONDAY - 8 * ONE_DAY},
        tuple,
        {"day": MONDAY - 8 * ONE_DAY, "until": MONDAY - ONE_DAY},
    ),
    "policy_must_cover_the_day": (
        {},
        policy(valid_until=MONDAY),
        {"site": XIANHU_CANTEEN, "day": MONDAY},
    ),
    "canteen_must_serve_on_the_day": (
        {},
        policy(weekdays=(Weekday.tuesday,)),
        {"site": XIANHU_CANTEEN, "day": MONDAY},
    ),
    "sitting_must_be_served": (
        {"sitting": Sitting.breakfast},
        policy(sittings=(Sitting.lunch, Sitting.dinner)),
        {"site": XIANHU_CANTEEN, "sitting": "breakfast", "sittings": "lunch, dinner"},
    ),
    "charge_must_be_the_price": (
        {"charged_fen": Fen(1199)},
        tuple,
        {"charged_fen": 1199, "price_fen": 1200},
    ),
    "day_must_not_have_two_subsidised_meals": (
        {},
        lambda town: after(*town, claimed()),
        {"day": MONDAY, "meals": 1, "meals_most": 1},
    ),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_what_a_claim_must_satisfy(code: str) -> None:
    changes, change, values = REFUSALS[code]
    command = replace(lunch(), **changes)
    given(*change(eats())).when(command, by=CLERK).refused(code, **values)


NEVER_TOGETHER = [
    {"policy_must_cover_the_day", "canteen_must_serve_on_the_day"},
    {"policy_must_cover_the_day", "sitting_must_be_served"},
]
"""Where no version is valid, none can say on which days and at which sittings."""

PAIRS = [pair for pair in combinations(REFUSALS, 2) if set(pair) not in NEVER_TOGETHER]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_objections_the_one_listed_first_is_the_answer(first: str, second: str) -> None:
    assert Code[first].order < Code[second].order
    town = REFUSALS[first][1](REFUSALS[second][1](eats()))
    changes = REFUSALS[second][0] | REFUSALS[first][0]
    given(*town).when(replace(lunch(), **changes), by=CLERK).refused(first)


def test_all_objections_at_once_give_the_first_and_never_a_stack_trace() -> None:
    command = ClaimMeal(NOBODY, SiteId("nowhere"), date.max, Sitting.dinner, Fen(0))
    given().when(command).refused("site_must_be_known")
    command = ClaimMeal(CHEN, XIANHU_CANTEEN, date.min)
    given(*eats()).when(command).refused("person_must_be_registered_on_the_day")


@pytest.mark.parametrize("price_fen", [None, 1200])
def test_an_amount_that_is_the_price_may_be_given(price_fen: int | None) -> None:
    assert given(*eats()).when(lunch(charged_fen=price_fen)).events[0].price_fen == 1200


# -- days --------------------------------------------------------------------------------------


def test_the_day_of_death_itself_is_a_day_on_which_she_may_eat() -> None:
    dead = (people.stream(CHEN), DeathRecorded(CHEN, MONDAY, MONDAY))
    assert given(*eats(), dead).when(lunch(MONDAY), at=noon(SUNDAY)).events
    given(*eats(), dead).when(lunch(MONDAY + ONE_DAY), at=noon(SUNDAY)).refused(
        "person_must_be_alive_on_the_day", day=MONDAY + ONE_DAY
    )


def test_the_day_of_registration_is_the_first_on_which_she_may_eat() -> None:
    town = (*eats(), registered(on=MONDAY))
    assert given(*town).when(lunch(MONDAY)).events
    given(*town).when(lunch(MONDAY - ONE_DAY)).refused("person_must_be_registered_on_the_day")


@pytest.mark.parametrize("days_later", [0, 7])
def test_a_paper_sheet_may_be_recorded_until_the_last_of_the_claim_days(days_later: int) -> None:
    at = noon(MONDAY) + days_later * ONE_DAY
    event = given(*eats()).when(lunch(MONDAY), at=at).events[0]
    assert (event.occurred_on, event.claimed_at) == (MONDAY, at)


def test_the_day_after_the_claim_days_is_too_late() -> None:
    given(*eats()).when(lunch(MONDAY), at=noon(MONDAY) + 8 * ONE_DAY).refused(
        "claim_must_not_be_too_late", day=MONDAY, until=MONDAY + 7 * ONE_DAY
    )
    same_day_only = served(published(claim_days=Count(0)))
    assert given(*same_day_only).when(lunch(MONDAY)).events
    given(*same_day_only).when(lunch(MONDAY), at=noon(MONDAY) + ONE_DAY).refused(
        "claim_must_not_be_too_late", until=MONDAY
    )


def test_any_number_of_claim_days_may_be_set() -> None:
    town = served(published(claim_days=Count(10**8)))
    assert given(*town).when(lunch(NEW_YEAR)).events


@pytest.mark.parametrize(
    ("moment", "accepted"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), True),
    ],
)
def test_the_day_begins_at_midnight_in_shanghai(moment: datetime, accepted: bool) -> None:
    told = given(*eats()).when(lunch(MONDAY), at=moment)
    if accepted:
        assert told.events
    else:
        told.refused("day_must_not_be_in_the_future", today=MONDAY - ONE_DAY)


def service_days(*weekdays: Weekday, exceptions: tuple[DatedException, ...] = ()) -> Happening:
    event = ServiceDaysSet(XIANHU_CANTEEN, weekdays, exceptions, NEW_YEAR, NEW_YEAR)
    return (sites.stream(XIANHU_CANTEEN), event)


CLOSED, OPENED = DatedException(MONDAY, open=False), DatedException(SUNDAY, open=True)


@pytest.mark.parametrize(
    ("canteen_days", "policy_days", "exceptions", "day", "serves"),
    [
        (None, WORKING_DAYS, (), MONDAY, True),
        (None, WORKING_DAYS, (), SUNDAY, False),
        (WORKING_DAYS, tuple(Weekday), (), MONDAY, True),
        (WORKING_DAYS, tuple(Weekday), (), SUNDAY, False),
        (tuple(Weekday), WORKING_DAYS, (), SUNDAY, False),
        ((Weekday.tuesday,), (Weekday.monday,), (), MONDAY, False),
        (WORKING_DAYS, WORKING_DAYS, (CLOSED,), MONDAY, False),
        (WORKING_DAYS, WORKING_DAYS, (OPENED,), SUNDAY, True),
    ],
)
def test_canteen_and_policy_must_both_serve_unless_that_very_day_was_named(
    canteen_days: tuple[Weekday, ...] | None,
    policy_days: tuple[Weekday, ...],
    exceptions: tuple[DatedException, ...],
    day: date,
    serves: bool,
) -> None:
    days = () if canteen_days is None else (service_days(*canteen_days, exceptions=exceptions),)
    town = served(published(weekdays=policy_days), *days)
    told = given(*town).when(lunch(day), at=noon(SUNDAY))
    if serves:
        assert told.events
    else:
        told.refused("canteen_must_serve_on_the_day", day=day)


def test_on_a_closed_day_nobody_eats_not_even_at_full_price() -> None:
    town = served(published(weekdays=(Weekday.sunday,)), born_on=date(1990, 1, 1))
    given(*town).when(lunch(MONDAY)).refused("canteen_must_serve_on_the_day")
