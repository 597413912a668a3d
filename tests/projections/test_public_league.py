"""The public league: closed months only, and nothing that the notices do not say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain import small_cells
from ledger.domain.community_records import CommunityRegistered, PopulationRecorded
from ledger.domain.periods import PeriodClosed, PeriodReopened, ReopenReason
from ledger.domain.values import CommunityId, Count, Month, Title, ZoneName
from ledger.projections import month_deeds, periods, public_league, public_months
from ledger.projections.league import Figure
from ledger.projections.public_league import Gap, Line, Measure
from ledger.projections.seasons import Season, closed
from ledger.projections.view import View
from ledger.store.codec import Recorded
from tests.builders import CLERK, person
from tests.projections import plain_league
from tests.projections.contribution_events import CHAIRS, gift
from tests.projections.history_views import HISTORIES, PHASES, Start, some_position
from tests.projections.identity_events import merged
from tests.projections.meal_events import canteen, claimed
from tests.projections.real_log import written
from tests.projections.service_events import CHEN, JINNING, NEW_YEAR, credited
from tests.servers import Server, temporary_database

XILIAN = CommunityId("xilian")
JANUARY, FEBRUARY, MARCH = (Month(f"2026-0{number}") for number in (1, 2, 3))
QUARTER = Season.named("2026-Q1")
SEASONS = (*map(Season.named, (JANUARY, FEBRUARY, MARCH)), QUARTER)
MANY = 6


def community(name: CommunityId) -> CommunityRegistered:
    zone = ZoneName("Asia/Shanghai")
    return CommunityRegistered(name, Title(name), Title("丹灶"), zone, NEW_YEAR)


def residents(count: int, where: CommunityId = JINNING) -> PopulationRecorded:
    return PopulationRecorded(where, Count(count), NEW_YEAR, NEW_YEAR)


def closing(month: Month, where: CommunityId = JINNING) -> PeriodClosed:
    return PeriodClosed(where, month, date(2026, 4, 2))


def served(people: int, month: int = 3, where: CommunityId = JINNING) -> list[object]:
    """An hour of each of so many people."""
    on = date(2026, month, 2)
    return [credited(60, on=on, who=person(number), where=where) for number in range(people)]


@contextmanager
def having(server: Server, *events: object) -> Iterator[Connection[Any]]:
    with (
        temporary_database(server) as database,
        written(database, public_league.MODELS, *events) as connection,
    ):
        yield connection


def lines(
    connection: Connection[Any], position: int, season: Season, measure: Measure
) -> dict[str, Line]:
    view = View(known=position)
    shown = {
        (each.community, each.month): public_months.shown_of(
            month_deeds.of_month(connection, each.community, each.month, position)
        )
        for each in periods.closed_months(connection, view)
    }
    now, then = (public_league.homes(connection, each, view) for each in (season, season.before))
    told = public_league.table(season, measure, shown, now, then)
    return {line.community: line for line in told}


def march(server: Server, measure: Measure, *events: object) -> dict[str, Line]:
    """The league of March, of both communities."""
    homes = (community(JINNING), community(XILIAN))
    with having(server, *homes, *events) as connection:
        return lines(connection, len(events) + 2, SEASONS[2], measure)


def test_a_month_that_is_not_closed_has_no_figure_and_takes_no_rank(embedded: Server) -> None:
    both = (*served(9), *served(6, where=XILIAN), closing(MARCH, XILIAN))
    found = march(embedded, Measure.service_minutes, *both)
    assert found[JINNING].gap is Gap.not_closed
    assert found[JINNING].figure is None
    assert found[XILIAN].figure == Figure(360, 1, 1)
    assert list(found) == [XILIAN, JINNING]


def test_a_month_that_was_reopened_is_not_closed(embedded: Server) -> None:
    again = PeriodReopened(
        JINNING, MARCH, ReopenReason.papers_found, CLERK, person(1), date(2026, 4, 3)
    )
    found = march(embedded, Measure.service_minutes, *served(9), closing(MARCH), again)
    assert found[JINNING].gap is Gap.not_closed


def test_without_a_population_there_is_no_figure_for_each_head_but_one_for_all(
    embedded: Server,
) -> None:
    events = (*served(5), *served(5, where=XILIAN), residents(1000, XILIAN))
    closed_both = (*events, closing(MARCH), closing(MARCH, XILIAN))
    each = march(embedded, Measure.minutes_per_thousand, *closed_both)
    assert each[JINNING].gap is Gap.no_population
    assert each[XILIAN].exact == 300
    every = march(embedded, Measure.service_minutes, *closed_both)
    assert [(line.figure and line.figure.rank, line.tied) for line in every.values()] == [
        (1, True),
        (1, True),
    ]


def test_whoever_ate_for_nothing_leaves_no_share_to_compare(embedded: Server) -> None:
    found = march(embedded, Measure.copayment_share, closing(MARCH))
    assert found[JINNING].gap is Gap.no_meals


def test_a_quarter_is_what_its_months_show(embedded: Server) -> None:
    months = [closing(month) for month in (JANUARY, FEBRUARY, MARCH)]
    events = (*served(6, 1), *served(0, 2), *served(5, 3), *months)
    with having(embedded, community(JINNING), residents(700), *events) as connection:
        told = {
            measure: lines(connection, len(events) + 2, QUARTER, measure)[JINNING].exact
            for measure in Measure
        }
        before = lines(connection, len(events) + 2, SEASONS[2], Measure.volunteers)[JINNING]
    assert told[Measure.service_minutes] == 660
    assert told[Measure.volunteers] == Fraction(11, 3)
    assert told[Measure.volunteers_per_thousand] == Fraction(11_000, 2_100)
    assert [before.exact, before.before, before.change] == [5, 0, 1]


def test_a_quarter_with_a_month_that_is_open_is_not_compared(embedded: Server) -> None:
    events = (*served(6, 1), closing(JANUARY), closing(FEBRUARY))
    with having(embedded, community(JINNING), *events) as connection:
        found = lines(connection, len(events) + 1, QUARTER, Measure.service_minutes)
    assert found[JINNING].gap is Gap.not_closed


def test_five_ids_that_are_four_people_are_few(embedded: Server) -> None:
    found = [credited(60, who=who) for who in (CHEN, *map(person, range(4)))]
    events = (*found, closing(MARCH))
    shown = march(embedded, Measure.service_minutes, *events)
    assert shown[JINNING].exact == 300
    fewer = march(embedded, Measure.service_minutes, *events, *merged(person(0)))
    assert fewer[JINNING].gap is Gap.few_people


@pytest.mark.parametrize("month", [1, 2, 3])
def test_all_leagues_are_the_same_however_few_they_were_in_one_month(
    embedded: Server, month: int
) -> None:
    """Whoever lays every season and every measure side by side learns no more."""
    seen = set()
    for few in range(1, 5):
        events = [canteen(), community(JINNING), residents(1000)]
        for each in (1, 2, 3):
            people = few if each == month else MANY
            on = date(2026, each, 27)
            events += served(people, each)
            events += [claimed(on=on, who=person(number)) for number in range(people)]
            events += [gift(CHAIRS, on, who=person(number)) for number in range(people)]
        events += [closing(each) for each in (JANUARY, FEBRUARY, MARCH)]
        with having(embedded, *events) as connection:
            seen.add(
                repr(
                    [
                        lines(connection, len(events), season, measure)
                        for season in SEASONS
                        for measure in Measure
                    ]
                )
            )
    assert len(seen) == 1
    assert "few_people" in seen.pop()


def test_seasons_to_choose_are_those_that_somebody_has_closed_the_newest_first() -> None:
    months = {JINNING: [FEBRUARY, MARCH], XILIAN: [Month("2025-12"), JANUARY]}
    names = [season.name for season in closed(months)]
    assert names == ["2026-03", "2026-02", "2026-01", "2025-12"]
    whole = closed({JINNING: [JANUARY, FEBRUARY, MARCH]})
    assert [season.name for season in whole] == ["2026-03", "2026-Q1", "2026-02", "2026-01"]
    assert closed({}) == ()


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("2026-03", "2026-02"),
        ("2026-01", "2025-12"),
        ("2026-Q2", "2026-Q1"),
        ("2026-Q1", "2025-Q4"),
    ],
)
def test_a_season_is_compared_with_the_one_before(name: str, before: str) -> None:
    assert Season.named(name).before == Season.named(before)


@settings(max_examples=6 * HISTORIES, phases=PHASES)
@given(st.randoms(use_true_random=True), st.integers(60, 160))
def test_every_league_is_what_the_log_says(start: Start, dice: Random, count: int) -> None:
    """In half of the histories, which have few people, two are many."""
    with pytest.MonkeyPatch.context() as patch, start.told(dice, count) as (connection, events):
        patch.setattr(small_cells, "PEOPLE_LEAST", dice.choice((2, 5)))
        for known in (len(events), some_position(connection, dice, events) or 1):
            position = min(known, len(events))
            months = {at.event.month for at in events if isinstance(at.event, PeriodClosed)}
            for season in {*map(Season.named, months), QUARTER}:
                compare(connection, events, position, season)


def compare(
    connection: Connection[Any], events: list[Recorded], position: int, season: Season
) -> None:
    expected = plain_league.league(events, season, position)
    for measure in Measure:
        found = lines(connection, position, season, measure)
        told = {name: line.gap or line.exact for name, line in found.items()}
        assert told == {name: each[measure] for name, each in expected.items()}, measure
