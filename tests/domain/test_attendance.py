"""Attendance: came, left, or attested where that was forgotten; never ahead of the clock."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ledger.domain import shifts
from ledger.domain.attendance import AttestAttendance, CheckIn, CheckOut
from ledger.domain.decisions import Happening
from ledger.domain.shift_records import (
    Attendance,
    AttendanceAttested,
    CancelReason,
    CheckedIn,
    CheckedOut,
    EvidenceGrade,
    Shift,
    ShiftCancelled,
)
from ledger.domain.values import ShiftId
from tests.domain.shift_stories import (
    BERLIN,
    CHEN,
    JINNING_EVENT,
    KITCHEN,
    LONG_AGO,
    PARTNERTOWN,
    STRANGER,
    at,
    attested,
    came,
    community,
    died,
    later,
    left,
    person,
    scheduled,
)
from tests.story import Told, given

MONDAY = date(2026, 3, 2)
NINE, ELEVEN = at("03-02 09:00"), at("03-02 11:00")
EVENING = at("03-02 20:00")
SHIFT = (*JINNING_EVENT, scheduled(NINE, ELEVEN))
CANCELLED: Happening = (
    shifts.stream(KITCHEN),
    ShiftCancelled(KITCHEN, CancelReason.weather, LONG_AGO),
)


def remembered(*story: Happening | Told) -> Attendance:
    shift: Shift = given(*SHIFT, *story).ledger[shifts.stream(KITCHEN)]
    return shift.attendances[CHEN]


def test_a_neighbour_checks_in_and_out_without_a_sign_up() -> None:
    came_in = given(*SHIFT).when(CheckIn(KITCHEN, CHEN, NINE), at=NINE)
    came_in.then(CheckedIn(KITCHEN, CHEN, NINE, EvidenceGrade.checked, MONDAY))
    went = given(*SHIFT, came_in).when(CheckOut(KITCHEN, CHEN, ELEVEN), at=ELEVEN)
    went.then(CheckedOut(KITCHEN, CHEN, ELEVEN, EvidenceGrade.checked, MONDAY))
    assert remembered(came_in, went) == Attendance(NINE, ELEVEN, EvidenceGrade.checked)


def test_times_are_stored_in_utc_and_whole_minutes_whatever_clock_wrote_them() -> None:
    elsewhere = NINE.replace(second=59, microsecond=999).astimezone(timezone(timedelta(hours=5.5)))
    (event,) = given(*SHIFT).when(CheckIn(KITCHEN, CHEN, elsewhere), at=EVENING).events
    assert (event.at, event.at.tzinfo) == (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), UTC)


@pytest.mark.parametrize(("minutes", "day"), [(-1, MONDAY), (0, date(2026, 3, 3))])
def test_the_day_of_a_time_is_the_local_day_of_the_shifts_community(
    minutes: int, day: date
) -> None:
    midnight = at("03-03 00:00", BERLIN)
    shift = scheduled(midnight, later(midnight, 60), where=PARTNERTOWN)
    command = CheckIn(KITCHEN, CHEN, later(midnight, minutes))
    story = given(*community(PARTNERTOWN, BERLIN), person(), shift)
    (event,) = story.when(command, at=at("03-03 09:00")).events
    assert event.occurred_on == day


@pytest.mark.parametrize(
    ("minutes", "near"),
    [(-241, False), (-240, True), (0, True), (120 + 240, True), (120 + 241, False)],
)
def test_one_checks_in_and_out_at_most_four_hours_away_from_the_shift(
    minutes: int, near: bool
) -> None:
    moment = later(NINE, minutes)
    come = given(*SHIFT).when(CheckIn(KITCHEN, CHEN, moment), at=EVENING)
    very_early = came(later(NINE, -300))
    leave = given(*SHIFT, very_early).when(CheckOut(KITCHEN, CHEN, moment), at=EVENING)
    for told in (come, leave):
        if near:
            assert told.decision
        else:
            told.refused("check_in_must_be_near_the_shift", at=moment, minutes_most=240)


@pytest.mark.parametrize(("seconds", "in_time"), [(-1, True), (0, True), (1, False)])
def test_what_is_recorded_more_than_a_day_after_its_moment_was_not_checked(
    seconds: int, in_time: bool
) -> None:
    come, leave = CheckIn(KITCHEN, CHEN, NINE), CheckOut(KITCHEN, CHEN, ELEVEN)
    for story, command in ((given(*SHIFT), come), (given(*SHIFT, came(NINE)), leave)):
        now = command.at + timedelta(hours=24, seconds=seconds)
        told = story.when(command, at=now)
        if in_time:
            assert told.decision
        else:
            told.refused("check_in_must_not_be_too_late", at=command.at, now=now, hours_most=24)


def test_what_was_recorded_too_late_is_attested() -> None:
    weeks_later = at("03-23 09:00")
    come = given(*SHIFT).when(CheckIn(KITCHEN, CHEN, NINE), at=weeks_later)
    come.refused("check_in_must_not_be_too_late")
    whole = AttestAttendance(KITCHEN, CHEN, NINE, ELEVEN)
    for attended in ((), (came(NINE),)):
        told = given(*SHIFT, *attended).when(whole, at=weeks_later)
        assert remembered(*attended, told).grade is EvidenceGrade.attested


def test_a_time_far_from_the_shift_is_told_before_its_lateness_and_that_before_the_rest() -> None:
    weeks_later = at("03-23 09:00")
    early = CheckIn(KITCHEN, CHEN, later(NINE, -241))
    given(*SHIFT).when(early, at=weeks_later).refused("check_in_must_be_near_the_shift")
    twice, alone = CheckIn(KITCHEN, CHEN, NINE), CheckOut(KITCHEN, CHEN, ELEVEN)
    given(*SHIFT, came(NINE)).when(twice, at=weeks_later).refused("check_in_must_not_be_too_late")
    given(*SHIFT).when(alone, at=weeks_later).refused("check_in_must_not_be_too_late")
    given(*SHIFT, CANCELLED).when(twice, at=weeks_later).refused("shift_must_not_be_cancelled")


@pytest.mark.parametrize(("seconds", "future"), [(-1, True), (0, False), (1, False)])
def test_nobody_comes_or_leaves_ahead_of_the_clock(seconds: int, future: bool) -> None:
    moment, now = later(NINE, 60), later(NINE, 60) + timedelta(seconds=seconds)
    commands = (
        (given(*SHIFT), CheckIn(KITCHEN, CHEN, moment)),
        (given(*SHIFT, came(NINE)), CheckOut(KITCHEN, CHEN, moment)),
        (given(*SHIFT), AttestAttendance(KITCHEN, CHEN, NINE, moment)),
    )
    for story, command in commands:
        told = story.when(command, at=now)
        if future:
            told.refused("time_must_not_be_in_the_future", at=moment, now=now)
        else:
            assert told.decision


def test_seconds_are_cut_before_the_clock_is_asked() -> None:
    moment = NINE.replace(second=30)
    assert given(*SHIFT).when(CheckIn(KITCHEN, CHEN, moment), at=NINE.replace(second=1)).decision


def test_one_checks_in_once() -> None:
    command = CheckIn(KITCHEN, CHEN, later(NINE, 5))
    for attended in (
        (came(NINE),),
        (came(NINE), left(ELEVEN)),
        (attested(NINE, ELEVEN),),
    ):
        given(*SHIFT, *attended).when(command, at=EVENING).refused(
            "check_in_must_come_only_once", shift=KITCHEN, at=NINE
        )


def test_who_leaves_has_come_and_has_not_left_yet() -> None:
    command = CheckOut(KITCHEN, CHEN, ELEVEN)
    for attended in ((), (came(NINE), left(ELEVEN)), (attested(NINE, ELEVEN),)):
        given(*SHIFT, *attended).when(command, at=EVENING).refused(
            "check_out_must_follow_a_check_in", shift=KITCHEN
        )


def test_one_leaves_at_least_a_minute_after_coming() -> None:
    def leaves(minutes: int) -> Told:
        leave = CheckOut(KITCHEN, CHEN, later(NINE, minutes))
        return given(*SHIFT, came(NINE)).when(leave, at=EVENING)

    assert leaves(1).decision
    leaves(0).refused("check_out_must_come_a_minute_after_the_check_in", at=NINE)
    leaves(-1).refused("interval_must_have_length", start=NINE, end=later(NINE, -1))


def test_the_longest_presence_is_a_day_and_four_hours_on_both_sides() -> None:
    end = later(NINE, 24 * 60)
    day_long = (*JINNING_EVENT, scheduled(NINE, end), came(later(NINE, -240)))
    leave = CheckOut(KITCHEN, CHEN, later(end, 240))
    assert given(*day_long).when(leave, at=at("03-04 09:00")).decision


def test_nobody_attends_a_shift_that_was_called_off() -> None:
    for command in (
        CheckIn(KITCHEN, CHEN, NINE),
        CheckOut(KITCHEN, CHEN, NINE),
        AttestAttendance(KITCHEN, CHEN, NINE, ELEVEN),
    ):
        given(*SHIFT, CANCELLED).when(command, at=EVENING).refused(
            "shift_must_not_be_cancelled", shift=KITCHEN
        )


def test_the_dead_and_the_not_yet_registered_do_not_attend() -> None:
    commands = (
        CheckIn(KITCHEN, CHEN, NINE),
        CheckOut(KITCHEN, CHEN, NINE),
        AttestAttendance(KITCHEN, CHEN, NINE, ELEVEN),
    )
    for command in commands:
        given(*SHIFT, died(CHEN, date(2026, 3, 1))).when(command, at=EVENING).refused(
            "person_must_be_alive_on_the_day", day=MONDAY
        )
        late = (*community(), person(on=date(2026, 3, 3)), scheduled(NINE, ELEVEN))
        given(*late).when(command, at=EVENING).refused(
            "person_must_be_registered_on_the_day", day=MONDAY
        )


def test_both_the_person_and_the_shift_must_be_known() -> None:
    nothing = ShiftId("nothing")
    given(*SHIFT).when(CheckIn(nothing, CHEN, NINE)).refused("shift_must_be_known", shift=nothing)
    given(*SHIFT).when(CheckIn(nothing, STRANGER, NINE)).refused("person_must_be_known")


def test_a_year_beyond_memory_is_a_slip_of_the_pen() -> None:
    first = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
    for command in (
        CheckIn(KITCHEN, CHEN, first),
        CheckOut(KITCHEN, CHEN, first),
        AttestAttendance(KITCHEN, CHEN, first, ELEVEN),
        AttestAttendance(KITCHEN, CHEN, first, first),
    ):
        given(*SHIFT).when(command, at=EVENING).refused("year_must_be_plausible", year=1)


# -- attesting ---------------------------------------------------------------------------------


def test_the_leader_attests_what_was_forgotten() -> None:
    command = AttestAttendance(KITCHEN, CHEN, NINE, ELEVEN)
    told = given(*SHIFT).when(command, at=EVENING)
    told.then(AttendanceAttested(KITCHEN, CHEN, NINE, ELEVEN, MONDAY))
    assert remembered(told) == Attendance(NINE, ELEVEN, EvidenceGrade.attested)


def test_a_forgotten_check_out_is_attested_and_the_whole_counts_as_attested() -> None:
    ten = later(NINE, 60)
    command = AttestAttendance(KITCHEN, CHEN, NINE, ten)
    told = given(*SHIFT, came(later(NINE, 5))).when(command, at=EVENING)
    assert remembered(came(later(NINE, 5)), told) == Attendance(NINE, ten, EvidenceGrade.attested)


def test_an_attendance_with_both_times_is_not_attested_over() -> None:
    command = AttestAttendance(KITCHEN, CHEN, NINE, later(ELEVEN, 60))
    for attended in ((came(NINE), left(ELEVEN)), (attested(NINE, ELEVEN),)):
        given(*SHIFT, *attended).when(command, at=EVENING).refused(
            "attendance_must_not_be_recorded_twice", shift=KITCHEN, check_in=NINE, check_out=ELEVEN
        )


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [(0, 0, False), (1, 0, False), (0, 1, True), (-240, 28 * 60, True), (-240, 28 * 60 + 1, False)],
)
def test_an_attested_presence_has_length(start: int, end: int, fits: bool) -> None:
    command = AttestAttendance(KITCHEN, CHEN, later(NINE, start), later(NINE, end))
    told = given(*SHIFT).when(command, at=at("03-09 09:00"))
    if fits:
        assert told.decision
    else:
        told.refused("interval_must_have_length", start=command.check_in, hours_most=32)


@pytest.mark.parametrize(
    ("start", "end", "common"),
    [(-60, 0, False), (-60, 1, True), (119, 180, True), (120, 180, False)],
)
def test_an_attested_presence_lies_in_the_shift_for_a_minute_at_least(
    start: int, end: int, common: bool
) -> None:
    command = AttestAttendance(KITCHEN, CHEN, later(NINE, start), later(NINE, end))
    told = given(*SHIFT).when(command, at=EVENING)
    if common:
        assert told.decision
    else:
        told.refused("service_must_have_a_minute")


def test_the_future_is_refused_before_the_length_and_the_distance() -> None:
    far = later(NINE, 60 * 24 * 30)
    given(*SHIFT).when(CheckIn(KITCHEN, CHEN, far), at=EVENING).refused(
        "time_must_not_be_in_the_future"
    )
    given(*SHIFT).when(AttestAttendance(KITCHEN, CHEN, far, far), at=EVENING).refused(
        "time_must_not_be_in_the_future"
    )
