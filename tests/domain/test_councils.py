"""Councils: a meeting is held once, and each person comes to it once."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import communities, councils, people
from ledger.domain.community_records import MonthClosed
from ledger.domain.councils import (
    AttendanceWithdrawn,
    Body,
    MeetingAttended,
    MeetingRecorded,
    RecordAttendance,
    RecordMeeting,
    WithdrawAttendance,
)
from ledger.domain.decisions import Happening
from ledger.domain.person_records import DeathRecorded
from ledger.domain.values import CommunityId, MeetingId, Month, SiteId
from tests.domain.canteen_town import (
    CHEN,
    JINNING,
    JINNING_CANTEEN,
    MONDAY,
    STATION,
    TOWN,
    XIANHU,
    noon,
    registered,
)
from tests.story import Told, given

MEETING = MeetingId("hall-0301")
SUNDAY = MONDAY - timedelta(days=1)
HELD: Happening = (
    councils.stream(MEETING),
    MeetingRecorded(MEETING, XIANHU, Body.council_hall, STATION, SUNDAY),
)
MARCH = Month("2026-03")
CAME: Happening = (
    councils.stream(MEETING),
    MeetingAttended(MEETING, CHEN, XIANHU, SUNDAY, MARCH),
)


def asking(command: Any, *happenings: Happening) -> Told:
    return given(*TOWN, *happenings).when(command, at=noon(MONDAY))


def meeting(
    home: CommunityId = XIANHU, on: date = SUNDAY, site: SiteId | None = STATION
) -> RecordMeeting:
    return RecordMeeting(MEETING, home, Body.council_hall, on, site)


# -- meetings ----------------------------------------------------------------------------------


def test_a_meeting_is_recorded_on_the_day_it_was_held() -> None:
    told = asking(meeting())
    assert told.decision == (HELD,)
    assert told.decision[0][0] == "council-hall-0301"


def test_a_meeting_may_be_held_anywhere() -> None:
    assert asking(meeting(site=None)).events[0].site is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (meeting(CommunityId("nowhere"), site=None), "community_must_be_known"),
        (meeting(site=SiteId("nowhere")), "site_must_be_known"),
        (meeting(site=JINNING_CANTEEN), "site_must_be_known"),
        (meeting(on=MONDAY + timedelta(days=1)), "day_must_not_be_in_the_future"),
    ],
)
def test_what_a_meeting_must_satisfy(command: RecordMeeting, code: str) -> None:
    asking(command).refused(code)


def test_a_meeting_is_recorded_once() -> None:
    asking(meeting(), HELD).refused("meeting_must_be_new", meeting=MEETING)


# -- who came ----------------------------------------------------------------------------------


def test_a_person_came_to_the_meeting() -> None:
    asking(RecordAttendance(MEETING, CHEN), HELD, registered()).then(CAME[1])


def test_whoever_lives_elsewhere_may_come_too() -> None:
    told = asking(RecordAttendance(MEETING, CHEN), HELD, registered(home=JINNING))
    told.then(CAME[1])


def test_what_came_out_after_the_month_was_closed_is_booked_in_the_next() -> None:
    closed = (communities.stream(XIANHU), MonthClosed(MARCH, MONDAY))
    (event,) = asking(RecordAttendance(MEETING, CHEN), HELD, registered(), closed).events
    assert (event.occurred_on, event.booked_in) == (SUNDAY, "2026-04")


def test_a_person_comes_once() -> None:
    asking(RecordAttendance(MEETING, CHEN), HELD, registered(), CAME).refused(
        "person_must_not_attend_a_meeting_twice", meeting=MEETING
    )


def test_whoever_is_not_registered_alive_on_the_day_did_not_come() -> None:
    command = RecordAttendance(MEETING, CHEN)
    asking(command, HELD).refused("person_must_be_known", person=CHEN)
    asking(command, HELD, registered(on=MONDAY)).refused("person_must_be_registered_on_the_day")
    before = SUNDAY - timedelta(days=1)
    died: Happening = (people.stream(CHEN), DeathRecorded(CHEN, before, before))
    asking(command, HELD, registered(), died).refused("person_must_be_alive_on_the_day")


def test_nobody_comes_to_a_meeting_that_was_not_recorded() -> None:
    for command in (RecordAttendance(MEETING, CHEN), WithdrawAttendance(MEETING, CHEN)):
        asking(command, registered()).refused("meeting_must_be_known", meeting=MEETING)


def test_a_presence_entered_by_mistake_is_taken_back_and_may_be_entered_again() -> None:
    withdrawn = AttendanceWithdrawn(MEETING, CHEN, XIANHU, SUNDAY, MARCH)
    asking(WithdrawAttendance(MEETING, CHEN), HELD, registered(), CAME).then(withdrawn)
    gone: Happening = (councils.stream(MEETING), withdrawn)
    asking(RecordAttendance(MEETING, CHEN), HELD, registered(), CAME, gone).then(CAME[1])
    asking(WithdrawAttendance(MEETING, CHEN), HELD, registered(), CAME, gone).refused(
        "person_must_have_come_to_the_meeting", meeting=MEETING
    )


def test_a_meeting_is_the_matter_of_its_community() -> None:
    town = given(*TOWN, HELD).ledger
    assert councils.place(meeting(), town) == XIANHU
    assert councils.place(RecordAttendance(MEETING, CHEN), town) == XIANHU
    assert councils.place(RecordAttendance(MeetingId("no"), CHEN), town) is None
