"""Certified service: what of a person's service a certificate is about, read off her records.

It counts what is credited and stands, of one organising unit and within a period, under any of her
ids. Opening minutes were served on days that nobody knows, so a period holds all of them or none;
and what stands under two ids of hers is certified only once it stands once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple

from ledger.domain.certificate_records import GradedMinutes
from ledger.domain.opening_state import Opening
from ledger.domain.record_state import Record
from ledger.domain.service_records import Status
from ledger.domain.service_state import Service
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Count, Digest, Minutes, ShiftId, UnitId

OPENING: Final = "opening minutes"
"""What they are called where a record is called by its shift; no shift is called so."""


class Scope(NamedTuple):
    """Whose records, and of which local days, both included; without a first day all before."""

    community: CommunityId
    unit: UnitId | None
    first_day: date | None
    last_day: date

    def covers(self, day: date) -> bool:
        """Whether the day lies within the period."""
        return (self.first_day is None or self.first_day <= day) and day <= self.last_day

    def cuts(self, opening: Opening) -> bool:
        """Whether some of the days up to that one lie within the period, and others do not."""
        if self.first_day is None:
            return self.last_day < opening.as_of
        return self.first_day <= opening.as_of


class Entry(NamedTuple):
    """What is counted: a record of a shift, or opening minutes."""

    name: str
    grade: EvidenceGrade
    service_minutes: Minutes


@dataclass(frozen=True, slots=True)
class Certified:
    """What is within a scope. `openings` are all that the unit ever brought for her, and stand."""

    scope: Scope
    records: tuple[tuple[ShiftId, Record], ...]
    openings: tuple[Opening, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that counts."""
        whole = (each for each in self.openings if self.scope.covers(each.as_of))
        return (
            *(_entry(shift, record) for shift, record in self.records),
            *(Entry(OPENING, each.grade, each.service_minutes) for each in whole),
        )

    @property
    def records_counted(self) -> Count:
        """How many records it counts, opening minutes as one."""
        return Count(len(self.entries))

    @property
    def minutes(self) -> tuple[GradedMinutes, ...]:
        """The sums, of the best evidence first; a grade without minutes is not named."""
        sums: Counter[EvidenceGrade] = Counter()
        for each in self.entries:
            sums[each.grade] += each.service_minutes
        found = ((grade, Minutes(sums[grade])) for grade in EvidenceGrade)
        return tuple(GradedMinutes(grade, minutes) for grade, minutes in found if minutes)

    @property
    def cut(self) -> Opening | None:
        """Opening minutes of which the period would hold an unknown part."""
        return next((each for each in self.openings if self.scope.cuts(each)), None)

    @property
    def twice(self) -> date | None:
        """The earliest day whose service stands more than once, under several ids of hers."""
        times = sorted((each.starts_at, each.ends_at, each.occurred_on) for _, each in self.records)
        before = [each.as_of for each in self.openings]
        days = [
            *before[1:],
            *(day for _, _, day in times if before and day <= max(before)),
            *(day for (_, ends, _), (starts, _, day) in pairwise(times) if starts < ends),
        ]
        return min(days, default=None)


def certified(served: Service, scope: Scope) -> Certified:
    """What of her service is within the scope, under this id and those that stand beside it."""
    openings = (each.openings.get(scope.unit) for each in served.everywhere() if scope.unit)
    return Certified(scope, tuple(_records(served, scope)), tuple(filter(None, openings)))


def digest_of(entries: Iterable[Entry]) -> Digest:
    """The SHA-256 of one line for each entry, in their order as text: `sweep-0106 checked 120`.

    It names no person, and whoever has the log can make it again.
    """
    lines = sorted(f"{each.name} {each.grade} {each.service_minutes}\n" for each in entries)
    return Digest(sha256("".join(lines).encode()).hexdigest())


def _records(served: Service, scope: Scope) -> Iterator[tuple[ShiftId, Record]]:
    for each in served.everywhere():
        for shift, record in each.records.items():
            of_the_unit = (record.community, record.unit) == (scope.community, scope.unit)
            stands = record.status is Status.credited
            if of_the_unit and stands and scope.covers(record.occurred_on):
                yield shift, record


def _entry(shift: ShiftId, record: Record) -> Entry:
    if record.grade is None:
        raise LookupError(f"the record of {shift} was credited without a grade")
    return Entry(shift, record.grade, record.service_minutes)
