"""The rules of attendance: near the shift, recorded when it happened, once, and corrected openly.

Each rule is one small function; their order of precedence is that of `refusals.Code`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ledger.domain import shifts, standing
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Refused
from ledger.domain.record_state import Record
from ledger.domain.refusals import Code
from ledger.domain.shift_records import Attendance, Shift
from ledger.domain.shifts import SHIFT_HOURS_MOST
from ledger.domain.sign_up_rules import unless_came
from ledger.domain.values import Minutes, PersonId, ShiftId, SiteCode, local, local_day

CHECK_MINUTES_MOST: Final = Minutes(240)
"""How long before its start and after its end a person may check in or out."""

CHECK_HOURS_LATE_MOST: Final = 24
"""How long after its moment a check may be recorded: a phone may have no network for a whole shift,
but what is told a day later is somebody's memory, and that is attested by name."""

CODE_MINUTES_MOST: Final = 2
"""How far from its moment a check with the site's code may be recorded: the code says that she is
there now, and whoever learns it says nothing about an hour ago."""

PRESENCE_HOURS_MOST: Final = SHIFT_HOURS_MOST + 2 * CHECK_MINUTES_MOST // 60


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules of attendance look at; `name` is the shift's id, `who` the person's."""

    name: ShiftId
    who: PersonId
    shift: Shift
    community: Community
    known: Known
    attendance: Attendance | None
    context: Context

    def service_day(self) -> date:
        return self.shift.day(self.community.time_zone)

    def day(self, moment: datetime) -> date:
        return local_day(moment, self.community.time_zone)

    def clock(self, moment: datetime) -> datetime:
        """The time as people of the community read it, for a sentence."""
        return local(moment, self.community.time_zone)


def usual(seen: Seen, until: datetime | None = None) -> Iterable[Refused | None]:
    """A shift over midnight reaches into a day that is not the service day; `until` is a minute."""
    day = seen.service_day()
    yield standing.unless_living_member(seen.who, day, seen.known)
    if until is not None:
        last = max(day, seen.day(until))
        yield standing.unless_living_member(seen.who, last, seen.known)
    yield shifts.unless_cancelled(seen.name, seen.shift)


def unless_now(at: datetime, seen: Seen) -> Iterable[Refused | None]:
    """Around the shift, and recorded when it happened: or it would not count as checked."""
    yield unless_future(at, seen)
    yield unless_near(at, seen)
    yield unless_late(at, seen)


def unless_future(at: datetime, seen: Seen) -> Refused | None:
    if at <= seen.context.decided_at:
        return None
    now = seen.clock(seen.context.decided_at)
    return Refused(Code.time_must_not_be_in_the_future, at=seen.clock(at), now=now)


def unless_near(at: datetime, seen: Seen) -> Refused | None:
    margin = timedelta(minutes=CHECK_MINUTES_MOST)
    if seen.shift.starts_at - margin <= at <= seen.shift.ends_at + margin:
        return None
    return Refused(
        Code.check_in_must_be_near_the_shift, at=seen.clock(at), minutes_most=CHECK_MINUTES_MOST
    )


def unless_late(at: datetime, seen: Seen) -> Refused | None:
    now = seen.context.decided_at
    if now - at <= timedelta(hours=CHECK_HOURS_LATE_MOST):
        return None
    return Refused(
        Code.check_in_must_not_be_too_late,
        at=seen.clock(at),
        now=seen.clock(now),
        hours_most=CHECK_HOURS_LATE_MOST,
    )


def unless_shown(code: SiteCode | None, seen: Seen) -> Refused | None:
    if code is None or code in seen.context.shown:
        return None
    return Refused(Code.code_must_be_the_one_shown, typed=code, shift=seen.name)


def is_just_now(at: datetime, seen: Seen) -> bool:
    return seen.context.decided_at - at <= timedelta(minutes=CODE_MINUTES_MOST)


def unless_there(seen: Seen) -> Refused | None:
    if seen.attendance is None:
        return None
    return Refused(
        Code.check_in_must_come_only_once,
        shift=seen.name,
        at=seen.clock(seen.attendance.check_in),
    )


def unless_gone(at: datetime, seen: Seen) -> Refused | None:
    """Whoever leaves has come before, by a minute at least, and has not left yet."""
    attendance = seen.attendance
    if attendance is None or attendance.check_out is not None:
        return Refused(Code.check_out_must_follow_a_check_in, shift=seen.name)
    if at == attendance.check_in:
        came = seen.clock(attendance.check_in)
        return Refused(Code.check_out_must_come_a_minute_after_the_check_in, at=came)
    return shifts.unless_length(attendance.check_in, at, PRESENCE_HOURS_MOST, seen.community)


def unless_whole(seen: Seen) -> Refused | None:
    attendance = seen.attendance
    if attendance is None or attendance.check_out is None:
        return None
    return Refused(
        Code.attendance_must_not_be_recorded_twice,
        shift=seen.name,
        check_in=seen.clock(attendance.check_in),
        check_out=seen.clock(attendance.check_out),
    )


def unless_common(check_in: datetime, check_out: datetime, seen: Seen) -> Refused | None:
    """A slip of the pen would stand for ever: what is attested whole is not attested again."""
    if check_in < seen.shift.ends_at and seen.shift.starts_at < check_out:
        return None
    return Refused(Code.service_must_have_a_minute)


def unless_partial(seen: Seen) -> Iterable[Refused | None]:
    """What is not whole yet is attested, and not corrected."""
    if seen.attendance is None:
        yield Refused(Code.person_must_have_attended, shift=seen.name)
    elif seen.attendance.check_out is None:
        yield Refused(Code.attendance_must_have_an_end, shift=seen.name)


def unless_standing(name: ShiftId, record: Record | None) -> Refused | None:
    """Minutes that count, or may count, rest on the attendance as it is."""
    if record is None or not record.takes_time():
        return None
    return Refused(Code.service_must_be_taken_back_first, shift=name, status=record.status)


def unless_same(check_in: datetime, check_out: datetime, seen: Seen) -> Refused | None:
    attendance = seen.attendance
    if attendance is None or (check_in, check_out) != (attendance.check_in, attendance.check_out):
        return None
    return Refused(
        Code.correction_must_change_the_times,
        shift=seen.name,
        check_in=seen.clock(check_in),
        check_out=seen.clock(check_out),
    )


def unless_absent(seen: Seen) -> Iterable[Refused | None]:
    """Only of a shift that is over can it be said that somebody with a place did not come."""
    yield shifts.unless_ended(seen.name, seen.shift, seen.community, seen.context)
    if seen.who not in seen.shift.signed_up:
        yield Refused(Code.person_must_be_signed_up, shift=seen.name)
    yield unless_came(seen.name, seen.shift, seen.who, seen.community)
    if seen.who in seen.shift.no_shows:
        yield Refused(Code.no_show_must_not_be_marked_twice, shift=seen.name)
