"""What is remembered of a person's service: each record, its interval, and the sum of each day.

Records are kept sorted by time, so that a rule about one evening looks at the days around it and
not at ten years. Nothing is forgotten: what was refused or reversed stays as such.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from ledger.domain.intervals import Days, elapsed
from ledger.domain.shift_records import NEVER, EvidenceGrade
from ledger.domain.values import CommunityId, Minutes, Month, PersonId, ShiftId, UnitId

VICINITY: Final = timedelta(days=4)
"""Wider than a shift and the two days it can touch, in whatever time zone they were counted."""


class Status(StrEnum):
    """What became of the service of one person in one shift."""

    credited = "credited"
    held = "held"
    refused = "refused"
    reversed = "reversed"


class Hold(StrEnum):
    """Why service waits for another decision; the first that applies."""

    month_closed = "month_closed"
    late_entry = "late_entry"
    day_over_town_limit = "day_over_town_limit"
    day_over_unit_limit = "day_over_unit_limit"


class RefusalReason(StrEnum):
    """Why an attendance is not service."""

    not_present = "not_present"
    not_service = "not_service"
    wrong_person = "wrong_person"
    entered_twice = "entered_twice"
    after_death = "after_death"
    other = "other"


class ReversalReason(StrEnum):
    """Why credited service is taken back."""

    entered_by_mistake = "entered_by_mistake"
    found_false = "found_false"
    after_death = "after_death"
    other = "other"


class OpeningGrade(StrEnum):
    """How well minutes from before this ledger are known: as two of the evidence grades."""

    imported = "imported"
    estimated = "estimated"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceCredited:
    """The person served from `starts_at` until before `ends_at`; the minutes are hers.

    The envelope's actor confirmed it. `occurred_on` is the local day on which the shift started;
    `adjusts` names its month when that was closed and the minutes are booked in a later one.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    unit: UnitId | None
    starts_at: datetime
    ends_at: datetime
    service_minutes: Minutes
    days: Days
    grade: EvidenceGrade
    time_bank: bool
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class ServiceHeld:
    """The service was confirmed, but waits for another decision; nothing is credited."""

    shift: ShiftId
    person: PersonId
    community: CommunityId
    unit: UnitId | None
    starts_at: datetime
    ends_at: datetime
    service_minutes: Minutes
    days: Days
    grade: EvidenceGrade
    hold: Hold
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ServiceRefused:
    """The attendance, or the held service, is not credited."""

    shift: ShiftId
    person: PersonId
    community: CommunityId
    reason: RefusalReason
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ServiceReversed:
    """Credited service was taken back; `occurred_on` is the day of what it corrects."""

    shift: ShiftId
    person: PersonId
    community: CommunityId
    service_minutes: Minutes
    time_bank: bool
    reason: ReversalReason
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class ServiceReinstated:
    """Reversed service stands again, because the death it was reversed for was recorded wrongly.

    It undoes just what the reversal did; `occurred_on` is the service day.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    unit: UnitId | None
    service_minutes: Minutes
    time_bank: bool
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class OpeningMinutesImported:
    """What the person had served for the unit up to a day, as another system or memory has it."""

    person: PersonId
    unit: UnitId
    community: CommunityId
    service_minutes: Minutes
    grade: EvidenceGrade
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


ServiceEvent: TypeAlias = (
    ServiceCredited
    | ServiceHeld
    | ServiceRefused
    | ServiceReversed
    | ServiceReinstated
    | OpeningMinutesImported
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """The service of one person in one shift; one that was refused at once has no time.

    What a recorded death ended stands again, or may be confirmed anew, if the death was a mistake.
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

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Record | None:
        """A credited or held record that shares a minute with that interval."""
        for record in self.around(starts_at, ends_at):
            if record.takes_time() and record.starts_at < ends_at and starts_at < record.ends_at:
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
            return _enter(service, event, Status.credited, time_bank=event.time_bank)
        case ServiceHeld():
            return _enter(service, event, Status.held, time_bank=False)
        case ServiceRefused():
            blank = Record(event.community, event.occurred_on, Status.refused, NEVER, NEVER)
            record = service.records.get(event.shift, blank)
            dead = event.reason is RefusalReason.after_death
            return _settle(service, event.shift, record, Status.refused, dead=dead)
        case ServiceReversed():
            record = service.records[event.shift]
            dead = event.reason is ReversalReason.after_death
            return _settle(service, event.shift, record, Status.reversed, dead=dead)
        case ServiceReinstated():
            record = service.records[event.shift]
            return _settle(service, event.shift, record, Status.credited, dead=False)
        case OpeningMinutesImported():
            return replace(service, opened_units=service.opened_units | {event.unit})
        case _:
            assert_never(event)


def _enter(
    service: Service, event: ServiceCredited | ServiceHeld, status: Status, *, time_bank: bool
) -> Service:
    record = Record(
        event.community,
        event.occurred_on,
        status,
        event.starts_at,
        event.ends_at,
        event.unit,
        event.days,
        time_bank,
    )
    timeline = service.timeline
    if event.shift in service.records:  # what was held and is now credited stands here once
        timeline = tuple(entry for entry in timeline if entry[1] != event.shift)
    entry = (event.starts_at, event.shift)
    here = bisect(timeline, entry)
    timeline = (*timeline[:here], entry, *timeline[here:])
    return replace(_put(service, event.shift, record), timeline=timeline)


def _settle(
    service: Service, shift: ShiftId, record: Record, status: Status, *, dead: bool
) -> Service:
    return _put(service, shift, replace(record, status=status, ended_by_death=dead))


def _put(service: Service, shift: ShiftId, record: Record) -> Service:
    return replace(service, records={**service.records, shift: record})
