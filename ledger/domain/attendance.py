"""Attendance: who came to a shift, who left, and when.

People check in and out around the shift's own time, with a sign-up or without. That is recorded
when it happens: never ahead of the clock, and at most a day behind it. Where it was forgotten
somebody attests both times. An attendance with both times is whole: it is not recorded again here,
a mistake is corrected openly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, people, shifts
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.people import Person
from ledger.domain.refusals import Code
from ledger.domain.shift_records import (
    Attendance,
    AttendanceAttested,
    CheckedIn,
    CheckedOut,
    Shift,
)
from ledger.domain.shifts import SHIFT_HOURS_MOST, utc_minute
from ledger.domain.values import CommunityId, Minutes, PersonId, ShiftId, local, local_day

CHECK_MINUTES_MOST: Final = Minutes(240)
"""How long before its start and after its end a person may check in or out."""

CHECK_HOURS_LATE_MOST: Final = 24
"""How long after its moment a check may be recorded: a phone may have no network for a whole shift,
but what is told a day later is somebody's memory, and that is attested by name."""

PRESENCE_HOURS_MOST: Final = SHIFT_HOURS_MOST + 2 * CHECK_MINUTES_MOST // 60


@dataclass(frozen=True, slots=True)
class CheckIn:
    """State that the person came."""

    shift: ShiftId
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckOut:
    """State that the person left."""

    shift: ShiftId
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class AttestAttendance:
    """State when the person came and left, where checking in or out was forgotten."""

    shift: ShiftId
    person: PersonId
    check_in: datetime
    check_out: datetime


AttendanceCommand: TypeAlias = CheckIn | CheckOut | AttestAttendance


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the rules of attendance look at; `name` is the shift's id."""

    name: ShiftId
    shift: Shift
    community: Community
    person: Person
    attendance: Attendance | None
    context: Context

    def day(self, moment: datetime) -> date:
        return local_day(moment, self.community.time_zone)

    def clock(self, moment: datetime) -> datetime:
        """The time as people of the community read it, for a sentence."""
        return local(moment, self.community.time_zone)


def place(command: AttendanceCommand, known: Known) -> CommunityId | None:
    """The community whose shift it is."""
    return known[shifts.stream(command.shift)].community or None


def needs(command: AttendanceCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person, the shift and its community."""
    yield people.stream(command.person)
    yield from shifts.streams_of(command.shift, known)


def decide(command: AttendanceCommand, known: Known, context: Context) -> Outcome:
    """Times are put into the one form that is stored before any rule looks at them."""
    refusal = shifts.unless_known(command.shift, command.person, known)
    if refusal:
        return refusal
    seen = _seen(command, known, context)
    match command:
        case CheckIn():
            return shifts.unless_plausible(command.at) or _check_in(command, seen)
        case CheckOut():
            return shifts.unless_plausible(command.at) or _check_out(command, seen)
        case AttestAttendance():
            refusal = shifts.unless_plausible(command.check_in, command.check_out)
            return refusal or _attest(command, seen)
        case _:
            assert_never(command)


def _seen(command: AttendanceCommand, known: Known, context: Context) -> _Seen:
    shift = known[shifts.stream(command.shift)]
    return _Seen(
        command.shift,
        shift,
        known[communities.stream(shift.community)],
        known[people.stream(command.person)],
        shift.attendances.get(command.person),
        context,
    )


def _check_in(command: CheckIn, seen: _Seen) -> Outcome:
    at = utc_minute(command.at)
    refusal = first_refusal(*_usual(seen), *_unless_now(at, seen), _unless_there(seen))
    event = CheckedIn(command.shift, command.person, at, seen.day(at))
    return refusal or ((shifts.stream(command.shift), event),)


def _check_out(command: CheckOut, seen: _Seen) -> Outcome:
    at = utc_minute(command.at)
    refusal = first_refusal(*_usual(seen), *_unless_now(at, seen), _unless_gone(at, seen))
    event = CheckedOut(command.shift, command.person, at, seen.day(at))
    return refusal or ((shifts.stream(command.shift), event),)


def _attest(command: AttestAttendance, seen: _Seen) -> Outcome:
    check_in, check_out = utc_minute(command.check_in), utc_minute(command.check_out)
    refusal = first_refusal(
        *_usual(seen),
        _unless_future(check_out, seen),
        shifts.unless_length(check_in, check_out, PRESENCE_HOURS_MOST, seen.community),
        _unless_whole(seen),
        _unless_common(check_in, check_out, seen),
    )
    event = AttendanceAttested(
        command.shift, command.person, check_in, check_out, seen.day(check_in)
    )
    return refusal or ((shifts.stream(command.shift), event),)


# -- rules -------------------------------------------------------------------------------------


def _usual(seen: _Seen) -> Iterable[Refused | None]:
    yield people.unless_living_member(seen.person, seen.shift.day(seen.community.time_zone))
    yield shifts.unless_cancelled(seen.name, seen.shift)


def _unless_now(at: datetime, seen: _Seen) -> Iterable[Refused | None]:
    """Around the shift, and recorded when it happened: or it would not count as checked."""
    yield _unless_future(at, seen)
    yield _unless_near(at, seen)
    yield _unless_late(at, seen)


def _unless_future(at: datetime, seen: _Seen) -> Refused | None:
    if at <= seen.context.decided_at:
        return None
    now = seen.clock(seen.context.decided_at)
    return Refused(Code.time_must_not_be_in_the_future, at=seen.clock(at), now=now)


def _unless_near(at: datetime, seen: _Seen) -> Refused | None:
    margin = timedelta(minutes=CHECK_MINUTES_MOST)
    if seen.shift.starts_at - margin <= at <= seen.shift.ends_at + margin:
        return None
    return Refused(
        Code.check_in_must_be_near_the_shift, at=seen.clock(at), minutes_most=CHECK_MINUTES_MOST
    )


def _unless_late(at: datetime, seen: _Seen) -> Refused | None:
    now = seen.context.decided_at
    if now - at <= timedelta(hours=CHECK_HOURS_LATE_MOST):
        return None
    return Refused(
        Code.check_in_must_not_be_too_late,
        at=seen.clock(at),
        now=seen.clock(now),
        hours_most=CHECK_HOURS_LATE_MOST,
    )


def _unless_there(seen: _Seen) -> Refused | None:
    if seen.attendance is None:
        return None
    return Refused(
        Code.check_in_must_come_only_once,
        shift=seen.name,
        at=seen.clock(seen.attendance.check_in),
    )


def _unless_gone(at: datetime, seen: _Seen) -> Refused | None:
    """Whoever leaves has come before, by a minute at least, and has not left yet."""
    attendance = seen.attendance
    if attendance is None or attendance.check_out is not None:
        return Refused(Code.check_out_must_follow_a_check_in, shift=seen.name)
    return shifts.unless_length(attendance.check_in, at, PRESENCE_HOURS_MOST, seen.community)


def _unless_whole(seen: _Seen) -> Refused | None:
    attendance = seen.attendance
    if attendance is None or attendance.check_out is None:
        return None
    return Refused(
        Code.attendance_must_not_be_recorded_twice,
        shift=seen.name,
        check_in=seen.clock(attendance.check_in),
        check_out=seen.clock(attendance.check_out),
    )


def _unless_common(check_in: datetime, check_out: datetime, seen: _Seen) -> Refused | None:
    """A slip of the pen would stand for ever: what is attested whole is not attested again."""
    if check_in < seen.shift.ends_at and seen.shift.starts_at < check_out:
        return None
    return Refused(Code.service_must_have_a_minute)
