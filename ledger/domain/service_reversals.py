"""Reversing service and reinstating it, and what a death and its correction do to it by themselves.

The same minutes are taken back or given back, for the service day, and booked in the first open
month, not before what they undo; it names what it adjusts. A correction gives back what was
reversed for that death alone. Where the time was given to something else meanwhile, the day is full
by now, or opening minutes of the unit hold it, the service stays reversed, and people decide about
it anew; so they do about service that was only held. A long day that somebody had released is not
held again.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, TypeAlias

from ledger.domain.community_records import Community
from ledger.domain.record_state import Record
from ledger.domain.service_records import (
    Deciders,
    RefusalReason,
    ReversalReason,
    ServiceRefused,
    ServiceReinstated,
    ServiceReversed,
    Status,
)
from ledger.domain.service_rules import booking, hold_of_days, left_over
from ledger.domain.service_state import Service, evolve
from ledger.domain.values import CommunityId, PersonId, ShiftId

CommunityNamed: TypeAlias = Callable[[CommunityId], Community]
NOBODY: Final[Deciders] = ()
"""Who decides what follows from a death."""


def reversal(
    person: PersonId,
    shift: ShiftId,
    record: Record,
    reason: ReversalReason,
    community: Community,
    *,
    decided_by: Deciders = NOBODY,
) -> ServiceReversed:
    """The reversal of service that is credited."""
    booked_in, adjusts = booking(community, record.occurred_on, record.booked_in)
    return ServiceReversed(
        shift,
        person,
        record.community,
        record.service_minutes,
        record.time_bank,
        reason,
        record.occurred_on,
        booked_in,
        adjusts,
        decided_by,
    )


def reinstatement(
    person: PersonId, shift: ShiftId, record: Record, community: Community
) -> ServiceReinstated:
    """The undoing of a reversal."""
    booked_in, adjusts = booking(community, record.occurred_on, record.booked_in)
    return ServiceReinstated(
        shift,
        person,
        record.community,
        record.unit,
        record.service_minutes,
        record.time_bank,
        record.occurred_on,
        booked_in,
        adjusts,
    )


# -- what follows from a death (see `deaths`) --------------------------------------------------


def communities_of(service: Service) -> frozenset[CommunityId]:
    """The communities whose service a death may end, or its correction give back."""
    return frozenset(
        record.community
        for record in service.records.values()
        if record.takes_time() or record.ended_by_death
    )


def after_death(
    person: PersonId, service: Service, died_on: date, community_named: CommunityNamed
) -> Iterator[ServiceReversed | ServiceRefused]:
    """Take back what was credited, and refuse what is held, if it goes on after the day of death.

    What began on that day falls as a whole: its minutes up to midnight are a new decision, once
    the attendance was corrected.
    """
    for shift, record in service.records.items():
        if record.takes_time() and record.last_day > died_on:
            yield _ended(person, shift, record, community_named(record.community))


def _ended(
    person: PersonId, shift: ShiftId, record: Record, community: Community
) -> ServiceReversed | ServiceRefused:
    if record.status is Status.credited:
        return reversal(person, shift, record, ReversalReason.after_death, community)
    reason = RefusalReason.after_death
    return ServiceRefused(shift, person, record.community, reason, record.occurred_on, NOBODY)


def after_correction(
    person: PersonId,
    service: Service,
    recorded: date,
    died_on: date | None,
    community_named: CommunityNamed,
) -> Iterator[ServiceReinstated]:
    """Give back what lay after the recorded day of death and no longer lies after the right one.

    What was credited first comes first, should two of them be in each other's way; so each finds
    the day as it was when it was credited.
    """
    for shift, record in service.records.items():
        if _rises(record, recorded, died_on):
            community = community_named(record.community)
            if _fits(record, service, community):
                event = reinstatement(person, shift, record, community)
                service = evolve(service, event)
                yield event


def _rises(record: Record, recorded: date, died_on: date | None) -> bool:
    return (
        record.status is Status.reversed
        and record.ended_by_death
        and recorded < record.last_day
        and (died_on is None or record.last_day <= died_on)
    )


def _fits(record: Record, service: Service, community: Community) -> bool:
    """Whether it is in nobody's way: no minute is credited or held twice, no day goes over.

    A long day that was released for it is not held for it again.
    """
    span = record.starts_at, record.ends_at
    if service.overlapping(*span) or service.opening_of(record.unit, record.occurred_on):
        return False
    hold = hold_of_days(record.days, service.credited_by_day(*span), community)
    return left_over(hold, record.released_from) is None
