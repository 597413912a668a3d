"""The rules of sign-ups: until the shift is over, once, and who moves up when a place becomes free.

Nobody moves up any more once the shift has started: she would have missed what nobody could tell
her. Whoever died while she waited is passed over.
"""

from collections.abc import Iterable
from typing import Any

from ledger.domain import people
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Refused, Stream
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
    may_come = (
        each
        for each in shift.waiting
        if not people.unless_living_member(known[people.stream(each)], day)
    )
    return next(may_come, None)
