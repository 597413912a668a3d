"""Facts that came just in time, a dead person's card, and clerks: what is found and what is not."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain.canteen_records import PlatesAttested
from ledger.domain.decisions import Happening, Stream
from ledger.domain.meal_records import MealClaimed, MealReversalReason, MealReversed, ReversalKind
from ledger.domain.person_records import FactsRecorded, PersonRegistered
from ledger.domain.settlement_records import DayOverPlates
from ledger.domain.values import CommunityId, Count, PersonId, RuleCode, month_of
from ledger.projections.asking import Reach
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import DETECTORS
from tests.builders import CLERK, person
from tests.projections.detecting import found, found_one
from tests.projections.meal_events import CANTEEN, canteen, claimed, reinstated, reversed_, shares
from tests.projections.service_events import CHEN, JINNING, MARCH_2
from tests.projections.settlement_events import returned, submitted
from tests.projections.test_service_detectors import XIANHU

ONE_DAY = timedelta(days=1)

# -- facts before a subsidy --------------------------------------------------------------------

PATTERN = Pattern.facts_before_subsidy


def registered(where: CommunityId = JINNING) -> Happening:
    fact = PersonRegistered(CHEN, where, Count(1), "commitment", MARCH_2 - 30 * ONE_DAY)
    return Stream[Any](f"person-{CHEN}"), fact


def sheet(on: date, version: int = 2) -> Happening:
    fact = FactsRecorded(CHEN, Count(version), "commitment", on)
    return Stream[Any](f"person-{CHEN}"), fact


def lunch(on: date, version: int, rule: str | None, fen: int = 600) -> MealClaimed:
    meal = claimed(on=on, borne=shares(fund=fen) if rule else ())
    return replace(
        meal, facts_version=Count(version), rule=None if rule is None else RuleCode(rule)
    )


def test_a_sheet_recorded_just_before_its_first_subsidy_is_found(database: str) -> None:
    finding = found_one(
        database,
        PATTERN,
        registered(),
        lunch(MARCH_2 - ONE_DAY, 1, None),
        sheet(MARCH_2),
        lunch(MARCH_2 + ONE_DAY, 2, "AGE70"),
        lunch(MARCH_2 + 2 * ONE_DAY, 2, "AGE70"),
    )
    assert (finding.subject, finding.others, finding.community) == (CHEN, (CANTEEN,), JINNING)
    assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 1 + 2, (5, 4, 3))
    assert (finding.facts["rule"], finding.facts["rule_before"]) == ("AGE70", "-")


@pytest.mark.parametrize(("days", "count"), [(-3, 1), (0, 1), (7, 1), (8, 0)])
def test_seven_days_are_just_before_and_eight_are_not(database: str, days: int, count: int) -> None:
    first = lunch(MARCH_2 + days * ONE_DAY, 2, "AGE70")
    events = registered(), lunch(MARCH_2 - 9 * ONE_DAY, 1, None), sheet(MARCH_2), first
    assert len(found(database, *events, pattern=PATTERN)) == count


@pytest.mark.parametrize(
    "innocent",
    [
        [sheet(MARCH_2), lunch(MARCH_2, 2, "AGE70")],
        [lunch(MARCH_2 - ONE_DAY, 1, "AGE70"), sheet(MARCH_2), lunch(MARCH_2, 2, "AGE70")],
        [lunch(MARCH_2 - ONE_DAY, 1, "AGE70"), sheet(MARCH_2), lunch(MARCH_2, 2, None)],
        [lunch(MARCH_2 - ONE_DAY, 1, "AGE70"), sheet(MARCH_2), lunch(MARCH_2, 2, "HARDSHIP")],
        [lunch(MARCH_2 - ONE_DAY, 1, None), lunch(MARCH_2, 1, "AGE70")],
    ],
    ids=["never ate before", "same tier", "nothing gained", "a class granted", "a birthday"],
)
def test_a_sheet_that_changes_no_price_is_not(database: str, innocent: list[Any]) -> None:
    assert found(database, registered(), *innocent, pattern=PATTERN) == []


def test_a_meal_asked_for_at_the_full_price_is_no_tier_before(database: str) -> None:
    asked_for = replace(lunch(MARCH_2 - ONE_DAY, 1, None), at_full_price=True)
    events = registered(), asked_for, sheet(MARCH_2), lunch(MARCH_2, 2, "AGE70")
    assert found(database, *events, pattern=PATTERN) == []


def test_a_meal_that_was_taken_back_gained_nothing(database: str) -> None:
    meal = lunch(MARCH_2, 2, "AGE70")
    before = registered(), lunch(MARCH_2 - ONE_DAY, 1, None), sheet(MARCH_2)
    assert found(database, *before, meal, reversed_(meal), pattern=PATTERN) == []


@pytest.mark.parametrize(
    ("reach", "place"),
    [(None, [None]), ({JINNING, XIANHU}, [None]), ({JINNING}, []), ({XIANHU}, [])],
)
def test_a_sheet_of_another_community_is_told_to_whoever_sees_both(
    database: str, reach: Reach, place: list[CommunityId | None]
) -> None:
    """On which day her registrar recorded it is in no trail that the canteen's auditor reads."""
    before = lunch(MARCH_2 - ONE_DAY, 1, None), sheet(MARCH_2)
    events = registered(XIANHU), *before, lunch(MARCH_2, 2, "AGE70")
    findings = found(database, *events, pattern=PATTERN, reach=reach)
    assert [each.community for each in findings] == place


# -- a dead person's card ----------------------------------------------------------------------


def test_meals_on_a_dead_persons_card_are_counted_with_their_sum(database: str) -> None:
    first, second = claimed(1), claimed(2, MARCH_2 + ONE_DAY, borne=shares(fund=900))
    events = canteen(), first, second, reversed_(second), reversed_(first)
    finding = found_one(database, Pattern.meals_after_death, *events)
    assert (finding.subject, finding.others, finding.community) == (CHEN, (CANTEEN,), JINNING)
    assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 1 + 2, (5, 4))
    assert (finding.facts["meals"], finding.facts["subsidy_fen"]) == (2, 1500)


def test_a_death_that_was_none_and_other_reversals_are_not(database: str) -> None:
    alive, ineligible = claimed(1), claimed(2)
    other = reversed_(ineligible, reason=MealReversalReason.ineligible)
    events = canteen(), alive, ineligible, reversed_(alive), reinstated(alive), other
    assert found(database, *events) == []


def test_what_was_found_out_is_told_as_it_was_known(database: str) -> None:
    meal = claimed()
    assert found(database, canteen(), meal, reversed_(meal), known=2) == []


# -- many meals within seconds -----------------------------------------------------------------

AT_NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def rush(on: date, people: int = 20, seconds: int = 2) -> list[MealClaimed]:
    """So many people's meals of a day, one every so many seconds."""
    return [
        replace(
            claimed(on=on, who=person(number)),
            claimed_at=AT_NOON + number * timedelta(seconds=seconds),
        )
        for number in range(people)
    ]


def days(count: int, **like: int) -> list[MealClaimed]:
    return [meal for number in range(count) for meal in rush(MARCH_2 + number * ONE_DAY, **like)]


def plates(on: date) -> Happening:
    stream = Stream[Any](f"canteen-{CANTEEN}-{month_of(on)}")
    return stream, PlatesAttested(CANTEEN, JINNING, Count(20), CLERK, on)


def test_days_of_many_meals_within_seconds_and_without_plates_are_found(database: str) -> None:
    meals = days(3)
    finding = found_one(database, Pattern.meals_in_seconds, canteen(), *meals)
    assert (finding.subject, finding.others) == (meals[0].claimed_by, (CANTEEN,))
    assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 36 + 3, (61, 41, 21))
    assert (finding.facts["days"], finding.facts["meals"]) == (3, 60)


@pytest.mark.parametrize(
    "innocent",
    [[*days(3), plates(MARCH_2)], days(2), days(3, people=19), days(3, seconds=3)],
    ids=["plates of one day", "two days", "few people", "one after another"],
)
def test_a_busy_canteen_is_not(database: str, innocent: list[Any]) -> None:
    assert found(database, canteen(), *innocent, pattern=Pattern.meals_in_seconds) == []


# -- a clerk who undoes much -------------------------------------------------------------------


def recorded(who: PersonId, by: PersonId = CLERK) -> MealClaimed:
    return replace(claimed(who=who), claimed_by=by)


def undone(meal: MealClaimed) -> MealReversed:
    """By the clerk, who is the actor of everything in such a log."""
    return reversed_(meal, kind=ReversalKind.void, reason=MealReversalReason.entered_by_mistake)


def month(meals: int, taken_back: int, by: PersonId = CLERK) -> list[object]:
    recordings = [recorded(person(number), by) for number in range(meals)]
    return [*recordings, *map(undone, recordings[:taken_back])]


def test_a_clerk_who_undoes_a_tenth_is_found(database: str) -> None:
    finding = found_one(database, Pattern.meals_undone, canteen(), *month(50, 5))
    assert (finding.subject, finding.others, finding.since) == (CLERK, (CANTEEN,), MARCH_2)
    assert (finding.score, finding.evidence) == (5, (56, 55, 54, 53, 52))
    assert (finding.facts["month"], finding.facts["meals"]) == ("2026-03", 50)


@pytest.mark.parametrize(
    "innocent",
    [month(51, 5), month(10, 4), month(50, 5, by=person(7))],
    ids=["less than a tenth", "only four", "somebody else took them back"],
)
def test_a_few_mistakes_are_not(database: str, innocent: list[Any]) -> None:
    assert found(database, canteen(), *innocent, pattern=Pattern.meals_undone) == []


# -- more meals than plates --------------------------------------------------------------------


def over(day: int, meals: int, dishes: int) -> DayOverPlates:
    return DayOverPlates(date(2026, 3, day), Count(meals), Count(dishes))


def test_days_of_more_meals_than_plates_are_told_by_canteen(database: str) -> None:
    first = replace(
        submitted(over=(over(2, 30, 20), over(9, 31, 21))), meals=100, price_fen=150_000
    )
    finding = found_one(database, Pattern.meals_over_plates, canteen(), first)
    assert (finding.subject, finding.others, finding.community) == (CANTEEN, (), JINNING)
    assert (finding.since, finding.score, finding.evidence) == (
        MARCH_2,
        20 * 1500 // 1000 + 2,
        (2,),
    )
    assert (finding.facts["days"], finding.facts["meals"], finding.facts["plates"]) == (2, 61, 41)


@pytest.mark.parametrize(
    ("meals", "price_fen", "score"), [(0, 0, 1), (0, 1500, 1), (3, -4500, 1), (-3, -4500, 15 + 1)]
)
def test_a_month_that_comes_to_nothing_or_less_weighs_its_days_at_least(
    database: str, meals: int, price_fen: int, score: int
) -> None:
    """As many meals of the month before were taken back, and at another price."""
    told = replace(submitted(over=(over(2, 30, 20),)), meals=meals, price_fen=price_fen)
    finding = found_one(database, Pattern.meals_over_plates, canteen(), told)
    assert finding.score == score


@pytest.mark.parametrize(("known", "count"), [(2, 1), (None, 0)])
def test_what_a_later_submission_puts_right_is_not(
    database: str, known: int | None, count: int
) -> None:
    events = canteen(), submitted(over=(over(2, 30, 20),)), returned(), submitted(2)
    findings = found(database, *events, pattern=Pattern.meals_over_plates, known=known)
    assert len(findings) == count


@pytest.mark.parametrize("pattern", [Pattern.meals_over_plates, Pattern.meals_in_seconds])
def test_one_day_and_one_plate_are_told_as_one(pattern: Pattern) -> None:
    words = DETECTORS[pattern].en
    counts = ("days", "meals", "plates")
    named = dict.fromkeys(("canteen", "clerk", "subsidy_fen"), "…")
    _, sentence, _ = words.filled(named | dict.fromkeys(counts, "1"))
    assert not re.search(r"\b1 \w+s\b", sentence), sentence
