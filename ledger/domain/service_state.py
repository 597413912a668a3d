"""What is remembered of a person's service: each record, its interval, and the sum of each day.

Records are kept sorted by time, so that a rule about one evening looks at the days around it and
not at ten years. Nothing is forgotten: what was refused or reversed stays as such.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, assert_never

from ledger.domain.intervals import Days, elapsed
from ledger.domain.service_records import (
    Deciders,
    Hold,
    LateReason,
    OpeningMinutesImported,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceEvent,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReversed,
    Status,
)
from ledger.domain.shift_records import NEVER
from ledger.domain.values import CommunityId, Minutes, ShiftId, UnitId

VICINITY: Final = timedelta(days=4)
"""Wider than a shift and the two days it can touch, in whatever time zone they were counted."""

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """The service of one person in one shift; one that was refused at once has no time.

    What a recorded death ended stands again, or may be confirmed anew, if the death was a mistake;
    that is nobody's decision, so `deciders` stay those on whose word it was credited or held.
    """

    community: CommunityId
    occurred_on: date
    status: Status
    starts_at: datetime
    ends_at: datetime
    unit: UnitId | None = None
    days: Days = ()
    time_bank: bool = False
    ended_by_death: bool = False
    hold: Hold | None = None
    deciders: Deciders = ()
    late: LateReason | None = None

    @property
    def service_minutes(self) -> Minutes:
        """The minutes that were credited or held."""
        return elapsed(self.starts_at, self.ends_at)

    def takes_time(self) -> bool:
        """Whether nothing else may be credited or held for the same minutes."""
        return self.status in (Status.credited, Status.held)


@dataclass(frozen=True, slots=True)
class Service:
    """All service of one person; `timeline` holds what was ever credited or held, by its start."""

    records: Mapping[ShiftId, Record] = field(default_factory=dict)
    timeline: tuple[tuple[datetime, ShiftId], ...] = ()
    opened_units: frozenset[UnitId] = frozenset()

    def around(self, starts_at: datetime, ends_at: datetime) -> Iterator[Record]:
        """The records that may share a minute or a local day with that interval."""
        first = bisect(self.timeline, (starts_at - VICINITY,))
        last = bisect(self.timeline, (ends_at + VICINITY,))
        return (self.records[shift] for _, shift in self.timeline[first:last])

    def overlapping(
        self, starts_at: datetime, ends_at: datetime, besides: Record | None = None
    ) -> Record | None:
        """A credited or held record, other than `besides`, that shares a minute with them."""
        for record in self.around(starts_at, ends_at):
            shared = record.starts_at < ends_at and starts_at < record.ends_at
            if shared and record.takes_time() and record is not besides:
                return record
        return None

    def credited_by_day(self, starts_at: datetime, ends_at: datetime) -> Counter[date]:
        """Credited minutes of each local day that the interval may touch."""
        sums: Counter[date] = Counter()
        for record in self.around(starts_at, ends_at):
            if record.status is Status.credited:
                for part in record.days:
                    sums[part.day] += part.service_minutes
        return sums


# -- evolving ----------------------------------------------------------------------------------


def evolve(service: Service, event: ServiceEvent) -> Service:
    """A refused or reversed record stays on record, so that nobody decides it twice."""
    match event:
        case ServiceCredited():
            record = _record(event, Status.credited)
            return _enter(service, event.shift, replace(record, time_bank=event.time_bank))
        case ServiceHeld():
            record = _record(event, Status.held)
            return _enter(service, event.shift, replace(record, hold=event.hold))
        case ServiceRefused():
            blank = Record(event.community, event.occurred_on, Status.refused, NEVER, NEVER)
            record = service.records.get(event.shift, blank)
            dead = event.reason is RefusalReason.after_death
            return _end(service, event, replace(record, status=Status.refused, ended_by_death=dead))
        case ServiceReversed():
            record = service.records[event.shift]
            dead = event.reason is ReversalReason.after_death
            return _end(
                service, event, replace(record, status=Status.reversed, ended_by_death=dead)
            )
        case ServiceReinstated():
            record = service.records[event.shift]
            record = replace(record, status=Status.credited, ended_by_death=False)
            return _put(service, event.shift, record)
        case OpeningMinutesImported():
            return replace(service, opened_units=service.opened_units | {event.unit})
        case _:
            assert_never(event)


def _record(event: ServiceCredited | ServiceHeld, status: Status) -> Record:
    return Record(
        event.community,
        event.occurred_on,
        status,
        event.starts_at,
        event.ends_at,
        event.unit,
        event.days,
        deciders=event.deciders,
        late=event.late,
    )


def _enter(service: Service, shift: ShiftId, record: Record) -> Service:
    timeline = service.timeline
    if shift in service.records:  # what was held and is now credited stands here once
        timeline = tuple(entry for entry in timeline if entry[1] != shift)
    entry = (record.starts_at, shift)
    here = bisect(timeline, entry)
    timeline = (*timeline[:here], entry, *timeline[here:])
    return replace(_put(service, shift, record), timeline=timeline)


def _end(service: Service, event: ServiceRefused | ServiceReversed, record: Record) -> Service:
    deciders = event.deciders or record.deciders
    return _put(service, event.shift, replace(record, deciders=deciders))


def _put(service: Service, shift: ShiftId, record: Record) -> Service:
    return replace(service, records={**service.records, shift: record})
