"""Attendance: who came to a shift, who left, and when.

People check in and out around the shift's own time, with a sign-up or without. That is recorded
when it happens: never ahead of the clock, and at most a day behind it. It is checked if the leader
records it, or the person herself with the code that the site shows at that moment; without the
code she attests it. Where it was forgotten somebody attests both times. An attendance with both
times is whole: it is not recorded again, a mistake is corrected openly. Whoever had a place and did
not come is marked so, until somebody attests that she did.

Service rests on an attendance. So it is taken back before the attendance is corrected, and decided
anew afterwards; and as of every decision about service, nobody opens her own or a relation's again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from ledger.domain import attendance_rules as rules
from ledger.domain import communities, identity, service, shifts, speaking
from ledger.domain.attendance_rules import PRESENCE_HOURS_MOST
from ledger.domain.decisions import (
    Context,
    Decision,
    Known,
    Outcome,
    Stream,
    first_refusal,
)
from ledger.domain.intervals import last_minute
from ledger.domain.service_records import ServiceReopened
from ledger.domain.service_rules import unless_impartial
from ledger.domain.shift_records import (
    AttendanceAttested,
    AttendanceCorrected,
    CheckedIn,
    CheckedOut,
    CorrectionReason,
    EvidenceGrade,
    NoShowMarked,
    NoShowWithdrawn,
)
from ledger.domain.shifts import utc_minute
from ledger.domain.values import CommunityId, PersonId, ShiftId, SiteCode

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckIn:
    """State that the person came; `code` is what the site shows her at that moment."""

    shift: ShiftId
    person: PersonId
    at: datetime
    code: SiteCode | None = None


@dataclass(frozen=True, slots=True)
class CheckOut:
    """State that the person left; `code` is what the site shows her at that moment."""

    shift: ShiftId
    person: PersonId
    at: datetime
    code: SiteCode | None = None


@dataclass(frozen=True, slots=True)
class AttestAttendance:
    """State when the person came and left, where checking in or out was forgotten."""

    shift: ShiftId
    person: PersonId
    check_in: datetime
    check_out: datetime


@dataclass(frozen=True, slots=True)
class CorrectAttendance:
    """State when the person came and left, where what is on record is wrong."""

    shift: ShiftId
    person: PersonId
    check_in: datetime
    check_out: datetime
    reason: CorrectionReason


@dataclass(frozen=True, slots=True)
class MarkNoShow:
    """State that somebody who had a place did not come."""

    shift: ShiftId
    person: PersonId


Check: TypeAlias = CheckIn | CheckOut
AttendanceCommand: TypeAlias = (
    CheckIn | CheckOut | AttestAttendance | CorrectAttendance | MarkNoShow
)

# -- deciding ----------------------------------------------------------------------------------


def place(command: AttendanceCommand, known: Known) -> CommunityId | None:
    """The community whose shift it is."""
    return known[shifts.stream(command.shift)].community or None


def needs(command: AttendanceCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person, the shift and its community; for a correction her service, and who corrects."""
    yield from identity.streams_of(command.person, known)
    yield from shifts.streams_of(command.shift, known)
    if isinstance(command, Check):
        yield from speaking.needs(command, context.actor, known)
    if isinstance(command, CorrectAttendance):
        yield from service.streams_of(command.person, known, context)


def decide(command: AttendanceCommand, known: Known, context: Context) -> Outcome:
    """Times are put into the one form that is stored before any rule looks at them."""
    refusal = shifts.unless_known(command.shift, command.person, known)
    if refusal:
        return refusal
    seen = _seen(command, known, context)
    match command:
        case CheckIn():
            return shifts.unless_plausible(command.at) or _check_in(command, seen, known)
        case CheckOut():
            return shifts.unless_plausible(command.at) or _check_out(command, seen, known)
        case AttestAttendance():
            refusal = shifts.unless_plausible(command.check_in, command.check_out)
            return refusal or _attest(command, seen)
        case CorrectAttendance():
            refusal = shifts.unless_plausible(command.check_in, command.check_out)
            return refusal or _correct(command, seen, known)
        case MarkNoShow():
            return _mark(command, seen)
        case _:
            assert_never(command)


def _seen(command: AttendanceCommand, known: Known, context: Context) -> rules.Seen:
    shift = known[shifts.stream(command.shift)]
    return rules.Seen(
        command.shift,
        command.person,
        shift,
        known[communities.stream(shift.community)],
        known,
        shift.attendances.get(command.person),
        context,
    )


def _check_in(command: CheckIn, seen: rules.Seen, known: Known) -> Outcome:
    at = utc_minute(command.at)
    refusal = first_refusal(
        *rules.usual(seen, at),
        *rules.unless_now(at, seen),
        rules.unless_shown(command.code, seen),
        rules.unless_there(seen),
    )
    grade = _grade(command, "attendance/check-in", seen, known)
    event = CheckedIn(command.shift, command.person, at, grade, seen.day(at))
    return refusal or ((shifts.stream(command.shift), event), *_came_after_all(seen))


def _check_out(command: CheckOut, seen: rules.Seen, known: Known) -> Outcome:
    at = utc_minute(command.at)
    refusal = first_refusal(
        *rules.usual(seen, last_minute(at)),
        *rules.unless_now(at, seen),
        rules.unless_shown(command.code, seen),
        rules.unless_gone(at, seen),
    )
    grade = _grade(command, "attendance/check-out", seen, known)
    if seen.attendance is not None and seen.attendance.grade is not EvidenceGrade.checked:
        grade = seen.attendance.grade
    event = CheckedOut(command.shift, command.person, at, grade, seen.day(at))
    return refusal or ((shifts.stream(command.shift), event),)


def _grade(command: Check, name: str, seen: rules.Seen, known: Known) -> EvidenceGrade:
    """Whoever speaks for herself is believed to be there if she says what is shown there now."""
    if command.code is not None:
        there = rules.is_just_now(command.at, seen)
    else:
        there = not speaking.is_own(name, command, known, seen.context)
    return EvidenceGrade.checked if there else EvidenceGrade.attested


def _attest(command: AttestAttendance, seen: rules.Seen) -> Outcome:
    check_in, check_out = utc_minute(command.check_in), utc_minute(command.check_out)
    refusal = first_refusal(
        *rules.usual(seen, last_minute(check_out)),
        rules.unless_future(check_out, seen),
        shifts.unless_length(check_in, check_out, PRESENCE_HOURS_MOST, seen.community),
        rules.unless_whole(seen),
        rules.unless_common(check_in, check_out, seen),
    )
    event = AttendanceAttested(
        command.shift, command.person, check_in, check_out, seen.day(check_in)
    )
    return refusal or ((shifts.stream(command.shift), event), *_came_after_all(seen))


def _came_after_all(seen: rules.Seen) -> Decision:
    if seen.who not in seen.shift.no_shows:
        return ()
    event = NoShowWithdrawn(seen.name, seen.who, seen.shift.community, seen.service_day())
    return ((shifts.stream(seen.name), event),)


def _correct(command: CorrectAttendance, seen: rules.Seen, known: Known) -> Outcome:
    record = known[service.stream(command.person)].records.get(command.shift)
    check_in, check_out = utc_minute(command.check_in), utc_minute(command.check_out)
    refusal = first_refusal(
        *rules.usual(seen, last_minute(check_out)),
        rules.unless_future(check_out, seen),
        shifts.unless_length(check_in, check_out, PRESENCE_HOURS_MOST, seen.community),
        *rules.unless_partial(seen),
        rules.unless_standing(command.shift, record),
        *(unless_impartial(command.person, known, seen.context) if record else ()),
        rules.unless_common(check_in, check_out, seen),
        rules.unless_same(check_in, check_out, seen),
    )
    if refusal:
        return refusal
    about = (command.shift, command.person, seen.shift.community)
    day = seen.day(seen.shift.attendances[command.person].check_in)
    event = AttendanceCorrected(*about, check_in, check_out, command.reason, day)
    corrected = (shifts.stream(command.shift), event)
    if record is None:
        return (corrected,)
    reopened = ServiceReopened(*about, record.occurred_on)
    return (corrected, (service.stream(command.person), reopened))


def _mark(command: MarkNoShow, seen: rules.Seen) -> Outcome:
    refusal = first_refusal(*rules.usual(seen), *rules.unless_absent(seen))
    event = NoShowMarked(command.shift, command.person, seen.shift.community, seen.service_day())
    return refusal or ((shifts.stream(command.shift), event),)
