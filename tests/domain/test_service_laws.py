"""Laws of service, whatever shifts a neighbour attends: one place at a time, sums that hold."""

from collections import Counter
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import pairwise

from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.domain import service
from ledger.domain.community_records import Community, ServiceRules
from ledger.domain.decisions import Refused
from ledger.domain.record_state import Record
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_records import (
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    Status,
)
from ledger.domain.service_reversals import after_correction, after_death
from ledger.domain.service_state import Service, evolve
from ledger.domain.values import CommunityId, Count, ShiftId
from tests.domain.shift_stories import (
    BERLIN,
    CHEN,
    JINNING,
    LEADER,
    PARTNERTOWN,
    XIANHU,
    at,
    attested,
    community,
    later,
    month_closed,
    person,
    ruled,
    scheduled,
)
from tests.story import Given, Told, given

FIRST = at("03-27 00:00")
DECIDED = at("04-02 12:00")
MONTH_CLOSED = month_closed("2026-03", PARTNERTOWN)

attendances = st.tuples(
    st.sampled_from((JINNING, XIANHU, PARTNERTOWN)),
    st.integers(0, 4 * 1440).map(lambda minutes: later(FIRST, minutes)),  # when the shift starts
    st.integers(1, 1440),  # how long it lasts
    st.integers(-240, 1439),  # when she comes, from its start
    st.integers(1, 1500),  # how long she stays
    st.booleans(),  # whether it is reversed again
)
Attended = tuple[CommunityId, datetime, int, int, int, bool]


def town() -> Given:
    """Three communities in two time zones, over the night when Berlin's clocks change."""
    late = ruled(ServiceRules(late_entry_days=Count(4)), where=XIANHU)
    people = (person(), person(LEADER))
    return given(*community(), *community(XIANHU), *community(PARTNERTOWN, BERLIN), *people, late)


def lived(days: list[Attended]) -> tuple[Service, list[ServiceCredited | ServiceHeld]]:
    """Every attendance confirmed in turn, some reversed again: the state, and what was decided."""
    story, decided = town(), []
    for number, (where, start, lasts, comes, stays, mistaken) in enumerate(days):
        name = ShiftId(f"s{number}")
        story.ledger.allowed = None
        come = later(start, comes)
        story.ledger.fold(scheduled(start, later(start, lasts), name, where))
        story.ledger.fold(attested(come, later(come, stays), name))
        told = story.when(ConfirmService(name, CHEN), by=LEADER, at=DECIDED)
        decided += take(story, told)
        if mistaken and not isinstance(told.outcome, Refused):
            reverse = ReverseService(name, CHEN, ReversalReason.other)
            take(story, story.when(reverse, by=LEADER, at=DECIDED))
    story.ledger.allowed = None
    return story.ledger[service.stream(CHEN)], decided


def anywhere(name: CommunityId) -> Community:
    return Community()


def credited_in(state: Service) -> dict[ShiftId, Record]:
    every = state.records.items()
    return {name: record for name, record in every if record.status is Status.credited}


def take(story: Given, told: Told) -> list[ServiceCredited | ServiceHeld]:
    if isinstance(told.outcome, Refused):
        return []
    for happening in told.decision:
        story.ledger.fold(happening)
    return [event for event in told.events if isinstance(event, ServiceCredited | ServiceHeld)]


@for_all(st.lists(attendances, max_size=12))
def test_the_days_of_every_record_sum_to_its_minutes_and_lie_within_its_shift(
    days: list[Attended],
) -> None:
    _, decided = lived(days)
    for event in decided:
        assert event.service_minutes >= 1
        assert event.ends_at - event.starts_at == timedelta(minutes=event.service_minutes)
        assert sum(day.service_minutes for day in event.days) == event.service_minutes
        where, start, lasts, comes, stays, _ = days[int(event.shift[1:])]
        assert event.community == where
        assert start <= event.starts_at < event.ends_at <= later(start, lasts)
        assert later(start, comes) <= event.starts_at
        assert event.ends_at <= later(start, comes + stays)


@for_all(st.lists(attendances, max_size=12))
def test_no_two_credited_or_held_records_ever_share_a_minute(days: list[Attended]) -> None:
    state, _ = lived(days)
    standing = [record for record in state.records.values() if record.takes_time()]
    in_order = sorted(standing, key=lambda record: record.starts_at)
    for earlier, following in pairwise(in_order):
        assert earlier.ends_at <= following.starts_at


@for_all(st.lists(attendances, max_size=12))
def test_what_is_credited_never_takes_a_day_over_the_units_limit(days: list[Attended]) -> None:
    state, _ = lived(days)
    sums: Counter[date] = Counter()
    for record in state.records.values():
        if record.status is Status.credited:
            for day in record.days:
                sums[day.day] += day.service_minutes
    assert all(minutes <= 480 for minutes in sums.values())


@for_all(st.lists(attendances, max_size=12))
def test_the_timeline_is_sorted_and_finds_what_a_search_of_all_records_finds(
    days: list[Attended],
) -> None:
    state, _ = lived(days)
    assert list(state.timeline) == sorted(state.timeline)
    for _, start, lasts, *_ in days:
        end = later(start, lasts)
        clashes = [
            record
            for record in state.records.values()
            if record.takes_time() and record.starts_at < end and start < record.ends_at
        ]
        assert (state.overlapping(start, end) in clashes) if clashes else True
        assert bool(clashes) == (state.overlapping(start, end) is not None)


@for_all(st.lists(attendances, max_size=12), st.dates(date(2026, 3, 26), date(2026, 4, 1)))
def test_a_death_that_was_none_leaves_everything_credited_as_it_was(
    days: list[Attended], died_on: date
) -> None:
    before, _ = lived(days)
    dead = reduce(evolve, after_death(CHEN, before, died_on, anywhere), before)
    alive = reduce(evolve, after_correction(CHEN, dead, died_on, None, anywhere), dead)
    assert credited_in(alive) == credited_in(before)
    every = credited_in(dead).values()
    assert all(part.day <= died_on for record in every for part in record.days)


def test_a_person_with_a_closed_month_and_a_full_day_is_covered_by_the_laws() -> None:
    """The random stories above must reach every verdict, or they prove nothing."""
    day = (JINNING, FIRST, 480, 0, 480, False)
    again = (JINNING, later(FIRST, 480), 1, 0, 1, False)
    late = (XIANHU, later(FIRST, 600), 1, 0, 1, False)
    clash = (PARTNERTOWN, FIRST, 1, 0, 1, False)
    absent = (PARTNERTOWN, later(FIRST, 2000), 1, 1, 1, False)
    undone = (JINNING, later(FIRST, 3000), 60, 0, 60, True)
    state, decided = lived([day, again, late, clash, absent, undone])
    assert [type(event) for event in decided] == [
        ServiceCredited,
        ServiceHeld,
        ServiceHeld,
        ServiceCredited,
    ]
    assert sorted(record.status for record in state.records.values()) == [
        Status.credited,
        Status.held,
        Status.held,
        Status.reversed,
    ]
    assert state.overlapping(*window(state)) is not None


def window(state: Service) -> tuple[datetime, datetime]:
    first = state.records[ShiftId("s0")]
    return first.starts_at, first.ends_at
