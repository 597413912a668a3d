"""Service: what a person has, as known at a position, by occurrence and by booking."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.community_records import STAR_THRESHOLDS, ServiceRules, ServiceRulesSet
from ledger.domain.intervals import DayMinutes
from ledger.domain.objection_records import ObjectionAnswer
from ledger.domain.person_records import PersonRegistered
from ledger.domain.service_records import (
    Hold,
    LateReason,
    RefusalReason,
    ReversalReason,
    StarGranted,
    Status,
)
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import (
    CommunityId,
    Count,
    Minutes,
    Month,
    PersonId,
    ShiftId,
)
from ledger.projections import service
from ledger.projections.asking import PAGE_MOST
from ledger.projections.service import ServiceRecord, Statement
from ledger.projections.service_records import MODEL
from ledger.projections.view import NOW, Basis, View
from tests.projections.by_hand import LEADER, Having, Log, in_runs, rows_differ
from tests.projections.service_events import (
    APRIL,
    CHEN,
    JINNING,
    MARCH,
    MARCH_2,
    MUTUAL_AID,
    NEW_YEAR,
    PATROL,
    WU,
    answered,
    came_after_all,
    corrected,
    credited,
    disputed,
    held,
    late_recorded,
    missed,
    opening,
    opening_reversed,
    refused,
    reinstated,
    reopened,
    reversed_,
)

UPHELD = ObjectionAnswer.upheld
MAY = Month("2026-05")


def registered(who: PersonId = CHEN) -> PersonRegistered:
    return PersonRegistered(who, JINNING, Count(1), "commitment", NEW_YEAR)


def stars_at(*hours: int, since: date = NEW_YEAR) -> ServiceRulesSet:
    rules = ServiceRules(star_thresholds=tuple(Minutes(60 * hour) for hour in hours))
    return ServiceRulesSet(JINNING, since, rules, NEW_YEAR)


Told = Callable[..., Statement]


@pytest.fixture
def told(having: Having) -> Told:
    """The statement of Chen after these events, as seen by a view."""

    def tell(*events: object, view: View = NOW, **page: Any) -> Statement:
        return service.statement(having(*events), CHEN, view, **page)

    return tell


def test_nobody_has_nothing_and_no_community(told: Told) -> None:
    answer = told()
    assert (answer.community, answer.totals.service_minutes, answer.records) == (None, 0, ())
    assert (answer.stars, answer.star_thresholds) == (0, STAR_THRESHOLDS)


def test_minutes_are_summed_by_grade_and_by_month(told: Told) -> None:
    answer = told(
        registered(),
        credited(120),
        credited(60, PATROL, date(2026, 4, 1), EvidenceGrade.attested),
        credited(500, who=WU),
        opening(5940),
        opening(60, "another-unit"),
    )
    assert answer.community == JINNING
    assert answer.totals.service_minutes == 120 + 60 + 5940 + 60
    assert answer.totals.by_grade == {"checked": 120, "attested": 60, "estimated": 6000}
    assert answer.totals.by_month == {MARCH: 120, APRIL: 60, "2026-01": 6000}
    assert answer.records[-1].shift is None


def test_opening_minutes_that_were_taken_back_count_no_more_and_those_of_other_units_do(
    told: Told,
) -> None:
    other = opening(60, "another-unit")
    events = (other, opening(5940), opening_reversed(5940), opening(30))
    brought = {Month("2026-01"): Minutes(6000)}
    for known, totals in ((2, brought), (3, {"2026-01": 60}), (4, {"2026-01": 90})):
        assert told(*events, view=View(known=known)).totals.by_month == totals
    only, again = told(*events[:3]), told(*events)
    assert [(each.status, each.service_minutes) for each in only.records] == [
        ("reversed", 5940),
        ("credited", 60),
    ]
    assert [each.service_minutes for each in again.records] == [30, 60]


def test_opening_minutes_taken_back_say_by_whom_and_why_and_who_brought_them(told: Told) -> None:
    (record,) = told(opening(60), opening_reversed(60, booked_in=APRIL)).records
    assert (record.shift, record.unit, record.grade) == (None, MUTUAL_AID, "estimated")
    assert (record.reason, record.booked_in) == ("figure_wrong", APRIL)
    assert (record.confirmed_by, record.confirmed_position, record.position) == (LEADER, 1, 2)
    booked = told(opening(60), opening_reversed(60, booked_in=APRIL), view=View(basis=Basis.booked))
    assert booked.totals.by_month == {"2026-01": 60, APRIL: -60}
    assert booked.totals.service_minutes == 0


def test_a_record_says_who_confirmed_it_and_where_it_stands(told: Told) -> None:
    (record,) = told(credited(90)).records
    assert (record.status, record.position, record.confirmed_position) == ("credited", 1, 1)
    assert (record.confirmed_by, record.decided_by) == (LEADER, LEADER)
    assert record.confirmed_at == record.recorded_at
    assert record.days == (DayMinutes(MARCH_2, Minutes(90)),)
    assert (record.unit, record.grade, record.booked_in) == (MUTUAL_AID, "checked", MARCH)


def test_a_released_record_says_who_confirmed_it_and_who_released_it(told: Told) -> None:
    released = replace(credited(600), decided_by=(WU, LEADER), late=LateReason.kept_on_paper)
    (record,) = told(held(600), released).records
    assert (record.confirmed_by, record.decided_by) == (WU, LEADER)
    assert (record.confirmed_position, record.late) == (2, LateReason.kept_on_paper)


@pytest.mark.parametrize("cuts", [(), (1, 2)])
def test_it_was_confirmed_when_its_confirmer_said_so_whoever_released_it_when(
    database: str, cuts: tuple[int, ...]
) -> None:
    log = Log()
    log.add(held(600), by=WU)
    log.add(replace(held(600), decided_by=(WU,)))
    log.add(replace(credited(600), decided_by=(WU, LEADER)), reversed_(600))
    with in_runs(database, MODEL, log.events, cuts) as connection:
        (record,) = service.statement(connection, CHEN).records
    assert (record.confirmed_by, record.confirmed_at) == (WU, log.events[0].recorded_at)


def test_what_was_reversed_shows_what_it_was_and_counts_no_more(told: Told) -> None:
    answer = told(registered(), credited(120), reversed_(120))
    (record,) = answer.records
    assert (record.status, record.reason) == (Status.reversed, ReversalReason.found_false)
    assert (record.confirmed_position, record.position) == (2, 3)
    assert (record.service_minutes, record.grade, record.unit) == (120, "checked", MUTUAL_AID)
    assert (answer.totals.service_minutes, answer.totals.by_month) == (0, {})


@pytest.mark.parametrize(
    ("known", "minutes", "status"),
    [(1, 0, []), (2, 120, ["credited"]), (3, 120, ["credited"]), (4, 0, ["reversed"])],
)
def test_a_record_counts_until_the_position_of_its_reversal(
    told: Told, known: int, minutes: int, status: list[str]
) -> None:
    answer = told(
        registered(), credited(120), registered(WU), reversed_(120), view=View(known=known)
    )
    assert answer.totals.service_minutes == minutes
    assert [record.status for record in answer.records] == status


@pytest.mark.parametrize(("as_of", "minutes"), [(date(2026, 3, 1), 0), (MARCH_2, 120)])
def test_as_of_is_the_local_day_and_includes_it(told: Told, as_of: date, minutes: int) -> None:
    assert told(credited(120), view=View(as_of=as_of)).totals.service_minutes == minutes


def test_a_closed_month_keeps_its_minutes_and_the_next_one_loses_them(told: Told) -> None:
    events = (credited(120), reversed_(120, booked_in=APRIL), credited(30, PATROL))
    booked = told(*events, view=View(basis=Basis.booked)).totals
    assert booked.by_month == {MARCH: 150, APRIL: -120}
    assert booked.service_minutes == 30
    assert told(*events).totals.by_month == {MARCH: 30}


def test_held_minutes_are_pending_with_their_reason(told: Told) -> None:
    answer = told(
        held(600, why=Hold.day_over_unit_limit),
        held(60, PATROL, date(2026, 2, 1), Hold.month_closed),
    )
    assert answer.totals.held_minutes == 660
    assert answer.totals.service_minutes == 0
    assert [each.hold for each in answer.pending] == ["month_closed", "day_over_unit_limit"]


def test_all_that_is_held_is_pending_however_much(told: Told) -> None:
    """More than a list has on one page: the papers of some years came in at once."""
    events = [held(60, ShiftId(f"s-{number}")) for number in range(PAGE_MOST + 1)]
    answer = told(*events)
    assert len(answer.pending) == PAGE_MOST + 1
    assert answer.totals.held_minutes == sum(each.service_minutes or 0 for each in answer.pending)


def test_what_was_held_and_refused_after_all_keeps_its_times(told: Told) -> None:
    events = (held(600), refused(reason=RefusalReason.after_death))
    answer = told(*events)
    (record,) = answer.records
    assert (record.status, record.reason, record.service_minutes) == (
        Status.refused,
        RefusalReason.after_death,
        600,
    )
    assert record.starts_at is not None
    assert (answer.pending, answer.totals.held_minutes) == ((), 0)
    assert told(*events, view=View(known=1)).totals.held_minutes == 600


def test_what_was_refused_at_once_has_no_time(told: Told) -> None:
    (record,) = told(refused()).records
    assert (record.status, record.starts_at, record.service_minutes) == ("refused", None, None)
    assert record.confirmed_by is None


def test_service_a_mistaken_death_ended_is_one_record_again(told: Told) -> None:
    answer = told(
        credited(120),
        reversed_(120, reason=ReversalReason.after_death),
        credited(110),
    )
    (record,) = answer.records
    assert (record.status, record.position) == (Status.credited, 3)
    assert answer.totals.service_minutes == 110


AGAIN = (credited(120), reversed_(120, reason=ReversalReason.after_death), reinstated(120))


def test_what_stands_again_is_as_it_was_confirmed_and_says_who_gave_it_back(told: Told) -> None:
    before, after = told(AGAIN[0]), told(*AGAIN)
    assert after.totals == before.totals
    (first,), (record,) = before.records, after.records
    assert record == replace(first, position=3, recorded_at=record.recorded_at)
    assert (record.confirmed_position, record.grade, record.reason) == (1, "checked", None)
    assert record.recorded_at > first.recorded_at


@pytest.mark.parametrize(("known", "minutes"), [(1, 120), (2, 0), (3, 120), (4, 0), (5, 120)])
def test_what_was_given_back_counts_from_its_own_position_on(
    told: Told, known: int, minutes: int
) -> None:
    events = (*AGAIN, reversed_(120, reason=ReversalReason.after_death), reinstated(120))
    answer = told(*events, view=View(known=known))
    assert answer.totals.service_minutes == minutes
    assert len(answer.records) == 1


def test_what_was_given_back_is_booked_in_its_own_month(told: Told) -> None:
    events = (credited(120), reversed_(120, booked_in=APRIL), reinstated(120, booked_in=MAY))
    booked = told(*events, view=View(basis=Basis.booked)).totals
    assert booked.by_month == {MARCH: 120, APRIL: -120, MAY: 120}
    assert told(*events).totals.by_month == {MARCH: 120}


@pytest.mark.parametrize(("minutes", "stars"), [(5999, 0), (6000, 1), (17_999, 1), (90_000, 5)])
def test_stars_are_reached_at_the_threshold(told: Told, minutes: int, stars: int) -> None:
    assert told(registered(), opening(minutes)).stars == stars


def test_the_thresholds_are_those_of_the_persons_community(told: Told) -> None:
    mine = (registered(), opening(120), stars_at(1, 2, 3))
    assert told(*mine).stars == 2
    assert told(opening(120), stars_at(1, 2, 3)).stars == 0, "registered nowhere"
    assert told(*mine, stars_at(2)).star_thresholds == (120,), "the later entry of the same day"
    later = stars_at(9, since=date(2026, 6, 1))
    assert told(*mine, later, view=View(as_of=date(2026, 5, 31))).stars == 2
    assert told(*mine, later, view=View(as_of=date(2026, 6, 1))).stars == 0
    assert told(*mine, later, view=View(known=3)).stars == 2


def test_where_somebody_lives_is_not_known_before_she_is_registered(told: Told) -> None:
    events = (opening(60), stars_at(1), registered())
    before, after = (told(*events, view=View(known=known)) for known in (2, 3))
    assert (before.community, before.star_thresholds) == (None, STAR_THRESHOLDS)
    assert (after.community, after.star_thresholds) == (JINNING, (60,))


def star(number: int, minutes: int = 6000, on: date = MARCH_2) -> StarGranted:
    return StarGranted(CHEN, JINNING, Count(number), Minutes(6000), Minutes(minutes), on, (LEADER,))


def test_a_granted_star_stands_beside_those_that_are_reached_and_stays(told: Told) -> None:
    mine = (registered(), opening(5940), credited(60))
    assert (told(*mine).stars, told(*mine).granted) == (1, ())
    answer = told(*mine, star(1), reversed_(60))
    (granted,) = answer.granted
    assert (answer.stars, granted.star, granted.granted_by) == (0, 1, LEADER)
    assert (granted.threshold_minutes, granted.position) == (6000, 4)


@pytest.mark.parametrize(
    ("view", "stars"),
    [
        (NOW, [1, 2]),
        (View(known=1), [1]),
        (View(known=0), []),
        (View(as_of=date(2026, 3, 1)), []),
        (View(as_of=MARCH_2), [1]),
    ],
)
def test_what_was_granted_later_is_not_seen(told: Told, view: View, stars: list[int]) -> None:
    answer = told(star(1), star(2, on=date(2026, 3, 3)), view=view)
    assert [each.star for each in answer.granted] == stars


def test_stars_bow_to_the_readers_reach(told: Told) -> None:
    assert told(star(1), reach={CommunityId("xianhu")}).granted == ()


def test_pages_are_newest_first_and_go_on_where_the_last_one_ended(told: Told) -> None:
    days = [date(2026, 3, day) for day in (5, 2, 9, 2, 7)]
    events = [credited(10, ShiftId(f"shift-{n}"), day) for n, day in enumerate(days)]
    seen: list[ServiceRecord] = []
    while page := told(*events, limit=2, after=seen[-1].key if seen else None).records:
        seen += page
    assert [(each.occurred_on.day, each.position) for each in seen] == [
        (9, 3),
        (7, 5),
        (5, 1),
        (2, 4),
        (2, 2),
    ]


DECISIONS = st.sampled_from(
    [
        credited(120),
        credited(120, PATROL),
        held(600),
        held(60, PATROL),
        late_recorded(),
        corrected(),
        reopened(),
        missed(),
        missed(PATROL),
        came_after_all(),
        disputed(),
        disputed(PATROL),
        answered(),
        answered(answer=UPHELD),
        refused(),
        refused(PATROL),
        reversed_(120),
        reversed_(120, PATROL),
        reinstated(120),
        reinstated(120, PATROL),
        opening(60),
        opening(60, "another-unit"),
        opening_reversed(60),
        stars_at(1),
    ]
)


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:

    @settings(max_examples=40)
    @given(st.lists(DECISIONS, max_size=12), st.sets(st.integers(1, 11)))
    def cut(events: list[object], cuts: set[int]) -> None:
        log = Log()
        for event in events:
            log.add(event)
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()
