"""Whoever was entered twice counts once, from the position on at which that was found."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.community_records import CommunityRegistered, PopulationRecorded
from ledger.domain.values import (
    CommunityId,
    Count,
    MeetingId,
    Month,
    PersonId,
    ShiftId,
    Title,
    ZoneName,
)
from ledger.projections.league import Measure, table
from ledger.projections.league_records import MODEL
from ledger.projections.seasons import Season
from ledger.projections.view import NOW, Basis, View
from tests.projections import plain
from tests.projections.by_hand import BATCH, Having, Log, in_runs, rows_differ
from tests.projections.contribution_events import came, gift, went, withdrawn
from tests.projections.identity_events import merged, separated
from tests.projections.service_events import (
    APRIL,
    CHEN,
    JINNING,
    NEW_YEAR,
    PATROL,
    WU,
    credited,
    reversed_,
)

AGAIN = PersonId("00000000-0000-4000-8000-0000000000a2")
THRICE = PersonId("00000000-0000-4000-8000-0000000000a3")
XIANHU = CommunityId("xianhu")
QUARTER = Season.named("2026-Q1")
MARCH_9, APRIL_1 = date(2026, 3, 9), date(2026, 4, 1)


def community(name: CommunityId = JINNING) -> CommunityRegistered:
    title, zone = Title("社区"), ZoneName("Asia/Shanghai")
    return CommunityRegistered(name, title, Title("丹灶镇"), zone, NEW_YEAR)


def people(
    having: Having, *events: object, season: Season = QUARTER, view: View = NOW
) -> tuple[int, int]:
    """How many served, and how many took part, in Jinning."""
    residents = PopulationRecorded(JINNING, Count(1000), NEW_YEAR, NEW_YEAR)
    (line,) = table(having(community(), residents, *events), season, view)
    served, took_part = (
        line.figures[Measure.active_volunteers],
        line.figures[Measure.participation_per_thousand],
    )
    assert served is not None
    assert took_part is not None
    return served.whole, took_part.whole


TWICE = (credited(), credited(60, PATROL, MARCH_9, who=AGAIN), came(AGAIN))
"""Positions 3 to 5; the first merge is the sixth."""


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("season", ["2026-03", "2026-Q1", "2026", "all"])
def test_two_ids_of_one_person_count_once(having: Having, season: str, basis: Basis) -> None:
    asked = Season.named(season), View(basis=basis)
    assert people(having, *TWICE, season=asked[0], view=asked[1]) == (2, 2)
    found = people(having, *TWICE, *merged(AGAIN), season=asked[0], view=asked[1])
    assert found == (1, 1)


def test_as_known_before_it_was_found_they_are_two(having: Having) -> None:
    story = (*TWICE, *merged(AGAIN), *separated(AGAIN))
    found = [people(having, *story, view=View(known=known)) for known in range(3, 10)]
    assert found == [(1, 1), (2, 2), (2, 2), (1, 1), (1, 1), (2, 2), (2, 2)]


def test_up_to_a_day_she_counts_from_the_first_day_of_either(having: Having) -> None:
    story = (*TWICE, credited(30, ShiftId("night"), APRIL_1, who=WU), *merged(AGAIN))
    days = (date(2026, 3, 1), date(2026, 3, 2), MARCH_9, APRIL_1)
    season = Season.named("2026")
    found = [people(having, *story, season=season, view=View(day)) for day in days]
    assert found == [(0, 0), (1, 1), (1, 1), (2, 2)]


def test_what_is_reversed_under_the_duplicate_leaves_her_counted(having: Having) -> None:
    """Her days under the id that is kept go on counting; when those go too, nobody is left."""
    back = replace(reversed_(60, PATROL, MARCH_9), person=AGAIN)
    assert people(having, *TWICE, *merged(AGAIN), back) == (1, 1)
    assert people(having, *TWICE, *merged(AGAIN), back, reversed_()) == (0, 1)
    assert people(having, *TWICE, *merged(AGAIN), back, reversed_(), went(AGAIN)) == (0, 0)


def test_what_is_confirmed_under_either_id_afterwards_counts_nobody_more(having: Having) -> None:
    late = credited(60, PATROL, MARCH_9, who=AGAIN)
    assert people(having, credited(), *merged(AGAIN), late) == (1, 1)
    assert people(having, late, *merged(AGAIN), credited()) == (1, 1)
    assert people(having, credited(), *merged(AGAIN), late, *separated(AGAIN)) == (2, 2)


def test_separated_they_are_two_as_far_as_both_still_have_days(having: Having) -> None:
    back = replace(reversed_(60, PATROL, MARCH_9), person=AGAIN)
    assert people(having, *TWICE, *merged(AGAIN), *separated(AGAIN)) == (2, 2)
    assert people(having, *TWICE, *merged(AGAIN), back, *separated(AGAIN)) == (1, 2)
    after = (*separated(AGAIN), credited(30, ShiftId("night"), who=AGAIN))
    assert people(having, *TWICE, *merged(AGAIN), back, *after) == (2, 2)


def test_three_ids_of_one_person_count_once(having: Having) -> None:
    story = (*TWICE, came(THRICE), *merged(AGAIN), *merged(THRICE))
    assert people(having, *story) == (1, 1)
    assert people(having, *story, *separated(AGAIN)) == (2, 2)
    assert people(having, *story, *separated(AGAIN), *separated(THRICE)) == (2, 3)


def test_by_booking_a_month_keeps_whom_it_had_when_a_later_month_takes_her_day_back(
    having: Having,
) -> None:
    """March booked both, and what April takes back was booked in March all the same."""
    back = replace(reversed_(60, PATROL, MARCH_9, booked_in=APRIL), person=AGAIN)
    for story in ((back, *merged(AGAIN)), (*merged(AGAIN), back)):
        both = (*TWICE, *story, *separated(AGAIN))
        booked = View(basis=Basis.booked)
        assert people(having, *TWICE, *story, view=booked) == (1, 1)
        assert people(having, *both, view=booked) == (2, 2)
        assert people(having, *both) == (1, 2)


# -- any story ---------------------------------------------------------------------------------

IDS = (CHEN, AGAIN, THRICE, WU)
SEASONS = ("2026-02", "2026-03", "2026-04", "2026-Q1", "2026-Q2", "2026", "all")
DAYS = (date(2026, 2, 10), MARCH_9, date(2026, 3, 20), APRIL_1)
MONTHS = (None, None, APRIL, Month("2026-05"))
Turn = tuple[int, int, int, int]


@dataclass
class Story:
    """A log in which any turn may be taken."""

    log: Log = field(default_factory=Log)
    ends: list[Any] = field(default_factory=list)
    merged: set[PersonId] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=count)

    def take(self, turn: Turn) -> None:
        """Somebody takes part, has it taken back, or is found to be somebody else, or not."""
        what, who, when, how = turn
        match what:
            case 0 | 1 | 2:
                begins, ends = self.occasion(IDS[who], DAYS[when], how)
                self.log.add(begins)
                self.ends.append(ends)
            case 3 if self.ends:
                self.log.add(self.ends.pop(when % len(self.ends)))
            case 4 if who and IDS[who] not in self.merged:
                self.merged.add(IDS[who])
                self.log.add(*merged(IDS[who]))
            case 5 if IDS[who] in self.merged:
                self.merged.remove(IDS[who])
                self.log.add(*separated(IDS[who]))
            case _:
                pass

    def occasion(self, who: PersonId, day: date, how: int) -> tuple[Any, Any]:
        """One of service, a gift and a council; booked, and taken back, then or later."""
        number, booked, gone = next(self.numbers), MONTHS[how % 4], MONTHS[how // 4 % 4]
        where = (JINNING, XIANHU)[how // 16]
        match number % 3:
            case 0:
                begins: Any = came(who, MeetingId(f"meeting-{number}"))
                ends: Any = went(who, begins.meeting)
            case 1:
                begins = gift(who=who)
                ends = withdrawn(begins)
            case _:
                begins = credited(60, ShiftId(f"shift-{number}"), who=who)
                ends = replace(reversed_(60, begins.shift), person=who)
        month = booked or Month(day.isoformat()[:7])
        here = {"community": where, "occurred_on": day}
        return (
            replace(begins, **here, booked_in=month),
            replace(ends, **here, booked_in=max(month, gone or month)),
        )


def told(connection: Connection[Any], season: Season, view: View) -> dict[str, Any]:
    return {
        line.community: {
            measure: None if figure is None else Fraction(figure.amount, figure.per)
            for measure, figure in line.figures.items()
        }
        for line in table(connection, season, view)
    }


TURN = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 3), st.integers(0, 31))


def test_any_story_of_duplicates_counts_as_the_log_says_however_it_is_cut(database: str) -> None:
    @settings(max_examples=60)
    @given(
        st.lists(TURN, min_size=8, max_size=30),
        st.sets(st.integers(1, 40)),
        st.integers(3, 40),
        st.sampled_from((None, *DAYS)),
    )
    def tell(turns: list[Turn], cuts: set[int], known: int, as_of: date | None) -> None:
        story = Story()
        for where in (JINNING, XIANHU):
            residents = PopulationRecorded(where, Count(1000), date(2026, 1, 1), NEW_YEAR)
            story.log.add(community(where), residents)
        for turn in turns:
            story.take(turn)
        events = story.log.events
        assert not rows_differ(database, MODEL, events, cuts)
        with in_runs(database, MODEL, events, cuts) as connection:
            batches = [(at.position, at.position, at.recorded_at) for at in events]
            connection.cursor().executemany(BATCH, batches)
            for season in map(Season.named, SEASONS):
                for basis in Basis:
                    for view in (View(basis=basis), View(as_of, known, basis)):
                        expected = plain.league(events, season, view)
                        assert told(connection, season, view) == expected

    tell()
