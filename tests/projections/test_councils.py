"""Meetings of councils: how many came, as known at any position, and never who."""

from dataclasses import fields
from datetime import date

import pytest

from ledger.domain.councils import Body, MeetingRecorded
from ledger.domain.values import CommunityId, MeetingId, SiteId
from ledger.projections.council_records import MODEL
from ledger.projections.councils import Meeting, meetings
from ledger.projections.view import NOW, View
from tests.projections.by_hand import Having, Log, rows_differ
from tests.projections.contribution_events import HALL, came, went
from tests.projections.service_events import CHEN, JINNING, MARCH_2, WU

LATER = MeetingId("hall-0309")
MARCH_9 = date(2026, 3, 9)


def held(meeting: MeetingId, on: date, where: CommunityId = JINNING) -> MeetingRecorded:
    return MeetingRecorded(meeting, where, Body.council_hall, SiteId("hall"), on)


THEIRS = held(MeetingId("theirs"), MARCH_9, CommunityId("xianhu"))
HISTORY = (held(HALL, MARCH_2), came(CHEN), came(WU), went(CHEN), held(LATER, MARCH_9), THEIRS)


@pytest.mark.parametrize(
    ("known", "expected"),
    [(0, []), (1, [0]), (2, [1]), (3, [2]), (4, [1]), (5, [0, 1]), (None, [0, 1])],
)
def test_whoever_came_is_counted_as_known(
    having: Having, known: int | None, expected: list[int]
) -> None:
    view = NOW if known is None else View(known=known)
    found = meetings(having(*HISTORY), JINNING, view)
    assert [each.attended for each in found] == expected


def test_meetings_are_told_latest_first_and_page_by_page(having: Having) -> None:
    connection = having(*HISTORY)
    (first,) = meetings(connection, JINNING, limit=1)
    (second,) = meetings(connection, JINNING, limit=1, after=first.key)
    assert (first.meeting, second.meeting) == (LATER, HALL)
    assert meetings(connection, JINNING, limit=1, after=second.key) == ()
    assert (second.body, second.site, second.held_on) == (Body.council_hall, "hall", MARCH_2)


def test_who_came_is_not_told(having: Having) -> None:
    assert CHEN not in str(meetings(having(*HISTORY), JINNING))
    assert "person" not in {field.name for field in fields(Meeting)}


@pytest.mark.parametrize("cut", range(1, len(HISTORY)))
def test_rows_do_not_depend_on_where_a_run_is_cut(database: str, cut: int) -> None:
    log = Log()
    log.add(*HISTORY)
    assert not rows_differ(database, MODEL, log.events, [cut])
