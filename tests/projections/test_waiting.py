"""Waiting: what somebody has to decide next, and since when."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.service_records import Hold, LateReason, ServiceHeld
from ledger.domain.values import CommunityId, Title, ZoneName
from ledger.projections import service_records, waiting
from ledger.projections.waiting import Held
from tests.projections.by_hand import LEADER, Having
from tests.projections.service_events import (
    CHEN,
    JINNING,
    NEW_YEAR,
    PATROL,
    WU,
    answered,
    credited,
    disputed,
    held,
    late_recorded,
    refused,
)

MODEL = service_records.MODEL
BEGUN = date(2026, 1, 1)
UNIT, TOWN = Hold.day_over_unit_limit, Hold.day_over_town_limit


def community(zone: str = "Asia/Shanghai") -> CommunityRegistered:
    return CommunityRegistered(JINNING, Title("金宁"), Title("丹灶镇"), ZoneName(zone), NEW_YEAR)


def queue(having: Having, *events: object, day: date = BEGUN) -> tuple[Held, ...]:
    return waiting.held(having(community(), *events), JINNING, day)


def test_what_is_held_waits_with_its_reason_until_it_is_decided(having: Having) -> None:
    elsewhere = replace(held(60), community=CommunityId("xianhu"), person=WU)
    events = (held(600, why=UNIT), held(60, PATROL), elsewhere)
    assert [(row.shift, row.hold) for row in queue(having, *events)] == [
        ("kitchen", "day_over_unit_limit"),
        ("patrol", "late_entry"),
    ]
    assert [row.shift for row in queue(having, *events, credited(600), refused(PATROL))] == []


def test_what_a_release_left_to_the_town_waits_for_it_since_then(having: Having) -> None:
    first: ServiceHeld = replace(held(600, why=UNIT), decided_by=(WU,))
    escalated = replace(first, hold=TOWN, decided_by=(WU, LEADER))
    (row,) = queue(having, first, held(60, PATROL), escalated, refused(PATROL))
    assert (row.hold, row.position, row.confirmed_by, row.decided_by) == (TOWN, 4, WU, LEADER)


def test_what_is_held_again_has_waited_since_it_was_held_first(having: Having) -> None:
    """The first hold is recorded on New Year's Day, the second one after it on the next day."""
    first, next_day = held(600, why=UNIT), date(2026, 1, 2)
    (row,) = queue(having, first, first, replace(first, hold=TOWN), day=next_day)
    assert (row.position, row.hold, row.days_waiting) == (4, TOWN, 1)


def test_what_was_decided_and_is_held_anew_waits_anew(having: Having) -> None:
    first, next_day = held(600, why=UNIT), date(2026, 1, 2)
    (row,) = queue(having, first, refused(), first, day=next_day)
    assert (row.position, row.days_waiting) == (4, 0)


def test_of_what_came_late_the_queue_says_whether_there_is_evidence(having: Having) -> None:
    without, with_it = queue(having, held(60), held(60, PATROL), late_recorded(PATROL))
    assert (without.late, without.evidence_by) == (None, None)
    assert (with_it.late, with_it.evidence_by) == (LateReason.forgotten, LEADER)
    approved = replace(held(800, why=TOWN), late=LateReason.forgotten)
    (row,) = queue(having, held(800), late_recorded(), approved)
    assert (row.hold, row.late, row.evidence_by) == (TOWN, LateReason.forgotten, None)


def test_days_are_counted_as_the_community_has_them(having: Having) -> None:
    """The second event is recorded on New Year's Day at 10 o'clock in UTC."""
    for day, days in ((BEGUN, 0), (date(2026, 1, 31), 30)):
        (row,) = queue(having, held(60), day=day)
        assert (row.person, row.days_waiting) == (CHEN, days)
    kiritimati = community("Pacific/Kiritimati")
    (row,) = waiting.held(having(kiritimati, held(60)), JINNING, date(2026, 1, 2))
    assert row.days_waiting == 0


def test_pages_go_on_where_the_last_one_ended(having: Having) -> None:
    connection = having(community(), held(60), held(60, PATROL))
    (first,) = waiting.held(connection, JINNING, BEGUN, limit=1)
    (second,) = waiting.held(connection, JINNING, BEGUN, limit=1, after=first.position)
    assert (first.shift, second.shift) == ("kitchen", "patrol")
    assert waiting.held(connection, JINNING, BEGUN, limit=1, after=second.position) == ()


@pytest.mark.parametrize(
    ("day", "days_left"),
    [(date(2026, 3, 15), 1), (date(2026, 3, 16), 0), (date(2026, 3, 17), -1)],
    ids=["the day before", "on the day itself", "a day too late"],
)
def test_the_clock_of_an_objection_runs_out_on_its_day(
    having: Having, day: date, days_left: int
) -> None:
    connection = having(community(), disputed(answer_by=date(2026, 3, 16)))
    (row,) = waiting.objections(connection, JINNING, day)
    assert (row.answer_by, row.days_left) == (date(2026, 3, 16), days_left)


def test_open_objections_are_listed_by_the_day_of_their_answer(having: Having) -> None:
    day = date(2026, 3, 10)
    connection = having(
        *(disputed(), answered(), disputed(answer_by=date(2026, 3, 20))),
        disputed(PATROL, answer_by=date(2026, 3, 9)),
        replace(disputed(), community=CommunityId("xianhu"), person=WU),
    )
    patrol, kitchen = waiting.objections(connection, JINNING, day)
    assert (patrol.shift, patrol.days_left, kitchen.shift, kitchen.days_left) == (
        *("patrol", -1),
        *("kitchen", 10),
    )
    assert (kitchen.position, kitchen.raised_by) == (3, LEADER)
    assert waiting.objections(connection, JINNING, day, limit=1, after=patrol.key) == (kitchen,)
    assert waiting.objections(connection, JINNING, day, limit=1, after=kitchen.key) == ()


# -- as it was known ---------------------------------------------------------------------------


def test_what_waited_then_is_told_without_what_ended_it_or_came_of_it_later(
    having: Having,
) -> None:
    connection = having(community(), held(60), late_recorded(), held(60, PATROL), credited(60))
    told = [
        [(each.shift, each.late) for each in waiting.held(connection, JINNING, BEGUN, known=known)]
        for known in (1, 2, 3, 4, 5, None)
    ]
    assert told == [
        [],
        [("kitchen", None)],
        [("kitchen", LateReason.forgotten)],
        [("kitchen", LateReason.forgotten), ("patrol", None)],
        [("patrol", None)],
        [("patrol", None)],
    ]


def test_an_objection_was_open_until_its_answer_was_known(having: Having) -> None:
    connection = having(disputed(), answered(), disputed(PATROL))
    told = [
        [each.position for each in waiting.objections(connection, JINNING, BEGUN, known=known)]
        for known in (0, 1, 2, 3, None)
    ]
    assert told == [[], [1], [], [3], [3]]
