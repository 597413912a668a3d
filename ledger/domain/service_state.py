"""What is remembered of a person's service: each record, its interval, and the sum of each day.

Records are kept sorted by time, so that a rule about one evening looks at the days around it and
not at ten years. Nothing is forgotten: what was refused or reversed stays as such.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, assert_never

from ledger.domain.decisions import Stream
from ledger.domain.objection_records import (
    ObjectionAnswered,
    ObjectionEvent,
    ObjectionRaised,
    Objections,
)
from ledger.domain.objection_records import evolve as dispute
from ledger.domain.opening_state import Opening, opened
from ledger.domain.record_state import Record
from ledger.domain.service_records import (
    DeciderFoundRelated,
    Deciders,
    LateServiceRecorded,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceEvent,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReopened,
    ServiceReversed,
    StarGranted,
    Status,
)
from ledger.domain.shift_records import NEVER
from ledger.domain.values import Count, Minutes, PersonId, ShiftId, UnitId

VICINITY: Final = timedelta(days=4)
"""Wider than a shift and the two days it can touch, in whatever time zone they were counted."""

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Service:
    """All service of one person; `timeline` holds what was ever credited or held, by its start.

    `records` come in the order in which they were last credited or held. `notes` is how many notes
    about it lie in the vault, `stars` how many stars were granted for it, and `stars_by` by whom.
    `elsewhere` is never kept: it is what a rule sees beside it of whoever was entered twice.
    """

    records: Mapping[ShiftId, Record] = field(default_factory=dict)
    timeline: tuple[tuple[datetime, ShiftId], ...] = ()
    openings: Mapping[UnitId, Opening] = field(default_factory=dict)
    stars: Count = Count(0)
    stars_by: Deciders = ()
    notes: Count = Count(0)
    objections: Mapping[ShiftId, Objections] = field(default_factory=dict)
    elsewhere: tuple["Service", ...] = ()

    def beside(self, others: Iterable["Service"]) -> "Service":
        """The same, with what the person has under her other ids, as a rule looks at it."""
        return replace(self, elsewhere=tuple(others))

    def everywhere(self) -> Iterator["Service"]:
        """Under this id, and under her others where a rule looks at them too."""
        yield self
        yield from self.elsewhere

    def stars_reached(self) -> Count:
        """The highest star that was granted."""
        return max(each.stars for each in self.everywhere())

    def decided_by(self, person: PersonId) -> bool:
        """Whether service that counts, or may count, or a star rests on that person's word."""
        records = [each.decided_by for each in self.records.values() if each.takes_time()]
        openings = [each.decided_by for each in self.openings.values()]
        return any(person in each for each in (*records, *openings, self.stars_by))

    def opening_of(self, unit: UnitId | None, day: date) -> Opening | None:
        """The opening minutes that hold all service of the unit on that day, if any do."""
        for each in self.everywhere():
            opening = None if unit is None else each.openings.get(unit)
            if opening is not None and opening.as_of >= day:
                return opening
        return None

    def first_day_for(self, unit: UnitId) -> date | None:
        """The earliest day on which service of the unit is credited or held."""
        records = (record for each in self.everywhere() for record in each.records.values())
        days = (each.occurred_on for each in records if each.unit == unit and each.takes_time())
        return min(days, default=None)

    def around(self, starts_at: datetime, ends_at: datetime) -> Iterator[Record]:
        """The records that may share a minute or a local day with that interval."""
        for each in self.everywhere():
            first = bisect(each.timeline, (starts_at - VICINITY,))
            last = bisect(each.timeline, (ends_at + VICINITY,))
            yield from (each.records[shift] for _, shift in each.timeline[first:last])

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

    def credited_minutes(self) -> Minutes:
        """All that counts by now, what was served before this ledger included."""
        credited = [
            record.service_minutes
            for each in self.everywhere()
            for record in each.records.values()
            if record.status is Status.credited
        ]
        brought = [
            opening.service_minutes
            for each in self.everywhere()
            for opening in each.openings.values()
        ]
        return Minutes(sum(brought) + sum(credited))

    def earned_minutes(self) -> Minutes:
        """Of that, what earned time credit where and when there was a time bank."""
        every = self.records.values()
        earned = [each for each in every if each.status is Status.credited and each.time_bank]
        return Minutes(sum(each.service_minutes for each in earned))


def stream(person: PersonId) -> Stream[Service]:
    """The stream of a person's service."""
    return Stream(f"service-{person}")


# -- evolving ----------------------------------------------------------------------------------


def evolve(service: Service, event: ServiceEvent) -> Service:
    """A refused or reversed record stays on record, so that nobody decides it twice."""
    match event:
        case ServiceCredited() | ServiceHeld():
            return _enter(service, event)
        case OpeningMinutesImported() | OpeningMinutesReversed():
            return replace(service, openings=opened(service.openings, event))
        case StarGranted():
            granted_by = tuple(dict.fromkeys((*service.stars_by, *event.decided_by)))
            return replace(service, stars=event.star, stars_by=granted_by)
        case DeciderFoundRelated():
            return service
        case LateServiceRecorded():
            service = replace(service, notes=event.note_version)
            return _put(service, event.shift, _explained(service.records[event.shift], event))
        case ObjectionRaised() | ObjectionAnswered():
            return _disputed(service, event)
        case ServiceRefused() | ServiceReversed() | ServiceReinstated() | ServiceReopened():
            return _put(service, event.shift, _settled(service.records.get(event.shift), event))
        case _:
            assert_never(event)


def _enter(service: Service, event: ServiceCredited | ServiceHeld) -> Service:
    timeline, records = service.timeline, service.records
    before = records.get(event.shift)
    if before is not None:  # what was held and is now credited stands here once
        timeline = tuple(entry for entry in timeline if entry[1] != event.shift)
        records = {shift: record for shift, record in records.items() if shift != event.shift}
    entry = (event.starts_at, event.shift)
    here = bisect(timeline, entry)
    timeline = (*timeline[:here], entry, *timeline[here:])
    service = replace(service, timeline=timeline, records=records)
    return _put(service, event.shift, _entered(event, before))


def _entered(event: ServiceCredited | ServiceHeld, before: Record | None) -> Record:
    record = Record(
        event.community,
        event.occurred_on,
        Status.credited,
        event.starts_at,
        event.ends_at,
        event.unit,
        event.days,
        decided_by=event.decided_by,
        deciders=_each_once(before.deciders if before else (), event.decided_by),
        late=event.late,
        booked_in=before.booked_in if before else None,
        grade=event.grade,
    )
    if isinstance(event, ServiceHeld):
        return replace(record, status=Status.held, hold=event.hold)
    released_from = before.hold if before and before.status is Status.held else None
    record = replace(record, time_bank=event.time_bank, released_from=released_from)
    return replace(record, booked_in=event.booked_in)


def _explained(record: Record, event: LateServiceRecorded) -> Record:
    here = (event.recorded_by,)
    decided_by, deciders = _each_once(record.decided_by, here), _each_once(record.deciders, here)
    return replace(record, late=event.reason, decided_by=decided_by, deciders=deciders)


def _each_once(before: Deciders, now: Deciders) -> Deciders:
    return tuple(dict.fromkeys((*before, *now)))


def _settled(
    record: Record | None,
    event: ServiceRefused | ServiceReversed | ServiceReinstated | ServiceReopened,
) -> Record:
    record = record or Record(event.community, event.occurred_on, Status.refused, NEVER, NEVER)
    match event:
        case ServiceReinstated():
            again = replace(record, status=Status.credited, booked_in=event.booked_in)
            return replace(again, ended_by_death=False)
        case ServiceReopened():
            return replace(record, reopened=True, ended_by_death=False)
        case ServiceRefused():
            ended = replace(record, status=Status.refused)
            dead = event.reason is RefusalReason.after_death
        case ServiceReversed():
            ended = replace(record, status=Status.reversed, booked_in=event.booked_in)
            dead = event.reason is ReversalReason.after_death
        case _:
            assert_never(event)
    decided_by = event.decided_by or record.decided_by
    deciders = _each_once(record.deciders, event.decided_by)
    ended = replace(ended, decided_by=decided_by, deciders=deciders)
    return replace(ended, reopened=False, ended_by_death=dead)


def _put(service: Service, shift: ShiftId, record: Record) -> Service:
    """What is new about a record may be disputed for any reason again."""
    service = replace(service, records={**service.records, shift: record})
    before = service.objections.get(shift)
    if before is None or not before.rejected:
        return service
    objections = {**service.objections, shift: replace(before, rejected=frozenset())}
    return replace(service, objections=objections)


def _disputed(service: Service, event: ObjectionEvent) -> Service:
    after = dispute(service.objections.get(event.shift, Objections()), event)
    notes = event.note_version if isinstance(event, ObjectionRaised) else service.notes
    return replace(service, notes=notes, objections={**service.objections, event.shift: after})
