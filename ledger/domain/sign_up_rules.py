"""The rules of sign-ups: until the shift is over, once, and who moves up when a place becomes free.

Nobody moves up any more once the shift has started: she would have missed what nobody could tell
her. Passed over is whoever died while she waited, or must not be signed up any more: a minor
without a guardian's consent, or somebody whose data are only kept.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from ledger.domain import guardianship, people, standing
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.shift_records import Shift
from ledger.domain.values import PersonId, ShiftId, local


def unless_over(
    name: ShiftId, shift: Shift, community: Community, context: Context
) -> Refused | None:
    if context.decided_at < shift.ends_at:
        return None
    ended_at = local(shift.ends_at, community.time_zone)
    return Refused(Code.shift_must_not_be_over, shift=name, ended_at=ended_at)


def unless_listed(name: ShiftId, shift: Shift, person: PersonId) -> Refused | None:
    if shift.lists(person):
        return None
    return Refused(Code.person_must_be_signed_up, shift=name)


def unless_came(
    name: ShiftId, shift: Shift, person: PersonId, community: Community
) -> Refused | None:
    attendance = shift.attendances.get(person)
    if attendance is None:
        return None
    at = local(attendance.check_in, community.time_zone)
    return Refused(Code.person_must_not_have_come, shift=name, at=at)


def waiting_behind(shift: Shift, person: PersonId) -> Iterable[Stream[Any]]:
    """Those who wait for the place that the person has, in their order."""
    return map(people.stream, shift.waiting if person in shift.signed_up else ())


def next_in_line(
    shift: Shift, person: PersonId, community: Community, known: Known, context: Context
) -> PersonId | None:
    """Who gets the place that the person gives back, if anybody does."""
    if person not in shift.signed_up or context.decided_at >= shift.starts_at:
        return None
    day = shift.day(community.time_zone)
    return next((each for each in shift.waiting if not unless_may_come(each, day, known)), None)


def unless_may_come(name: PersonId, day: date, known: Known) -> Refused | None:
    """Why somebody who signs up, or waits, cannot be on the list of a shift on that day."""
    person = known[people.stream(name)]
    return first_refusal(
        standing.unless_living_member(name, day, known),
        guardianship.unless_service_is_consented_to(known.sheet(name), person.rights, day),
        standing.unless_free(name, person),
    )
