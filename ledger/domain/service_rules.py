"""The rules of service: who may decide about it, what is a record, and what has to wait.

Each rule is one small function; their order of precedence is that of `refusals.Code`, and of what
has to wait that of `Hold`. Limits and days are those of the service day in the shift's community.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ledger.domain import communities, identity, shifts, standing
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Refused, first_refusal
from ledger.domain.intervals import Days, split_by_day
from ledger.domain.record_state import Record
from ledger.domain.refusals import Code
from ledger.domain.service_records import (
    Hold,
    RefusalReason,
    ReversalReason,
    Status,
)
from ledger.domain.service_state import Service
from ledger.domain.shift_records import Attendance, Shift
from ledger.domain.values import Month, PersonId, ShiftId, local, month_of


@dataclass(frozen=True, slots=True)
class Seen:
    """One person in one shift: what the rules of service look at.

    `starts_at` and `ends_at` are the time present within the shift, without length for somebody who
    did not come or has not left. `day` is the service day.
    """

    name: ShiftId
    person: PersonId
    shift: Shift
    community: Community
    day: date
    attendance: Attendance | None
    starts_at: datetime
    ends_at: datetime
    service: Service
    record: Record | None

    def waits(self) -> bool:
        """Whether it was confirmed and is held."""
        return self.record is not None and self.record.status is Status.held

    def days(self) -> Days:
        """The minutes present, by local day."""
        return split_by_day(self.starts_at, self.ends_at, self.community.time_zone)

    def last_day(self) -> date:
        """The local day of the last minute present; the service day where there is none."""
        return max((part.day for part in self.days()), default=self.day)

    def in_closed_month(self) -> bool:
        """Whether the books of the service day are closed."""
        return month_of(self.day) in self.community.closed

    def clock(self, moment: datetime) -> datetime:
        """The time as people of the community read it, for a sentence."""
        return local(moment, self.community.time_zone)


def look(name: ShiftId, person: PersonId, known: Known) -> Seen:
    """What is known of a person in a shift; the shift must be known."""
    shift, service = known[shifts.stream(name)], identity.service_of(person, known)
    community = known[communities.stream(shift.community)]
    attendance = shift.attendances.get(person)
    starts_at, ends_at = _presence(shift, attendance)
    return Seen(
        name,
        person,
        shift,
        community,
        shift.day(community.time_zone),
        attendance,
        starts_at,
        ends_at,
        service,
        service.records.get(name),
    )


def _presence(shift: Shift, attendance: Attendance | None) -> tuple[datetime, datetime]:
    if attendance is None or attendance.check_out is None:
        return shift.starts_at, shift.starts_at
    return max(attendance.check_in, shift.starts_at), min(attendance.check_out, shift.ends_at)


def unless_living(seen: Seen, known: Known) -> Refused | None:
    """Registered by the service day, and alive on the day of the last minute present."""
    days = (seen.day, seen.last_day())
    return first_refusal(*(standing.unless_living_member(seen.person, day, known) for day in days))


def unless_impartial(person: PersonId, known: Known, context: Context) -> Iterable[Refused | None]:
    """Nobody decides about herself or a declared relation; either side may have declared it."""
    actor = context.actor
    if identity.are_same(actor, person, known):
        yield Refused(Code.confirmer_must_not_be_the_volunteer)
    elif identity.are_related(actor, person, known):
        yield Refused(Code.confirmer_must_not_be_related)


def unless_attended(seen: Seen) -> Refused | None:
    if seen.attendance is None:
        return Refused(Code.person_must_have_attended, shift=seen.name)
    return None


def unless_ended(seen: Seen) -> Refused | None:
    if seen.attendance is not None and seen.attendance.check_out is None:
        return Refused(Code.attendance_must_have_an_end, shift=seen.name)
    return None


def unless_undecided(seen: Seen) -> Refused | None:
    """One decision for a person in a shift, unless it followed from a death or was opened again.

    An ending by a death is left to people where its correction could not undo it; whoever is
    confirmed after it was found alive, or the rule of the living refuses.
    """
    record = seen.record
    if record is None or record.stands_open():
        return None
    return Refused(Code.service_must_not_be_decided_twice, shift=seen.name, status=record.status)


def unless_settled(seen: Seen) -> Refused | None:
    """What is held was decided once, and waits to be decided again."""
    return None if seen.waits() else unless_undecided(seen)


def unless_waiting(seen: Seen, *holds: Hold) -> Refused | None:
    """Each kind of hold has its own way out."""
    if seen.record is None:
        return Refused(Code.record_must_be_known, record=seen.name)
    hold = seen.record.hold
    if not seen.waits() or hold is None:
        return Refused(Code.service_must_be_held, shift=seen.name, status=seen.record.status)
    if hold not in holds:
        return Refused(Code.hold_must_be_ended_its_own_way, shift=seen.name, hold=hold)
    return None


def unless_new_hands(seen: Seen, context: Context) -> Refused | None:
    """A second pair of eyes is somebody else's, also of one whose word was overruled since."""
    if seen.record is None or context.actor not in seen.record.deciders:
        return None
    return Refused(Code.second_decision_must_be_another_persons, shift=seen.name)


def unless_minute(seen: Seen) -> Refused | None:
    return None if seen.starts_at < seen.ends_at else Refused(Code.service_must_have_a_minute)


def unless_alone(seen: Seen) -> Refused | None:
    """No two credited or held intervals of a person intersect, in any community.

    Only the shared time is told: the other record may lie in a community that is not the reader's.
    """
    other = seen.service.overlapping(seen.starts_at, seen.ends_at, seen.record)
    if other is None:
        return None
    return Refused(
        Code.intervals_must_not_overlap,
        start=seen.clock(max(other.starts_at, seen.starts_at)),
        end=seen.clock(min(other.ends_at, seen.ends_at)),
    )


def unless_opened(seen: Seen) -> Refused | None:
    """What a unit's opening minutes hold is not credited a second time."""
    opening = seen.service.opening_of(seen.shift.unit, seen.day)
    if opening is None:
        return None
    return Refused(
        Code.service_must_not_be_in_opening_minutes,
        unit=seen.shift.unit,
        as_of=opening.as_of,
        day=seen.day,
    )


def unless_credited(seen: Seen) -> Refused | None:
    if seen.record is None:
        return Refused(Code.record_must_be_known, record=seen.name)
    if seen.record.status is Status.credited:
        return None
    return Refused(Code.service_must_be_credited, shift=seen.name, status=seen.record.status)


def unless_given_by_people(reason: ReversalReason | RefusalReason) -> Refused | None:
    """What bears this reason stands again, or open, without the death: so no person gives it."""
    if reason not in (ReversalReason.after_death, RefusalReason.after_death):
        return None
    return Refused(Code.reason_must_not_be_left_to_the_ledger, reason=reason.value)


def hold_of(seen: Seen, context: Context) -> Hold | None:
    """Why the service has to wait for another decision, if it has to."""
    if seen.in_closed_month():
        return Hold.month_closed
    late_days = (seen.community.day_of(context) - seen.day).days
    if late_days > seen.community.rules_on(seen.day).late_entry_days:
        return Hold.late_entry
    return hold_of_its_days(seen)


def hold_of_its_days(seen: Seen) -> Hold | None:
    """Whether it makes a day too long, with what is credited now."""
    sums = seen.service.credited_by_day(seen.starts_at, seen.ends_at)
    return hold_of_days(seen.days(), sums, seen.community)


def hold_of_days(parts: Days, sums: Counter[date], community: Community) -> Hold | None:
    """The minutes of each local day, with what is credited beside them, against its limits."""
    days = [(part.day, part.service_minutes + sums[part.day]) for part in parts]
    rules_on = community.rules_on
    if any(minutes > rules_on(day).town_minutes_most for day, minutes in days):
        return Hold.day_over_town_limit
    if any(minutes > rules_on(day).unit_minutes_most for day, minutes in days):
        return Hold.day_over_unit_limit
    return None


def left_over(hold: Hold | None, released_from: Hold | None) -> Hold | None:
    """What a second decision cannot end: the town's ends every long day, any other the unit's."""
    if released_from is Hold.day_over_town_limit:
        return None
    return None if released_from and hold is Hold.day_over_unit_limit else hold


def booking(
    community: Community, day: date, before: Month | None = None
) -> tuple[Month, Month | None]:
    """The month that books what happened that day, and the month of the day where that is another.

    `before` is the month of an earlier entry about the same service: what takes it back, or stands
    for it now, is not booked before it.
    """
    happened_in = month_of(day)
    booked_in = community.books(day) if before is None else community.books_mirror_of(before)
    return booked_in, None if booked_in == happened_in else happened_in
