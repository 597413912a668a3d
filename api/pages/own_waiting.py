"""Own waiting: what of a person's service does not count yet, the oldest first, and why it waits.

What is held has its reason. What nobody has confirmed waits for that, or for the time at which she
left; or it lies across what is on record already, and then it counts for nothing until one of the
two is corrected. Of two that wait at the same time, one can be confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from ledger.domain.intervals import Span, most_apart
from ledger.domain.values import Minutes, PersonId, ShiftId
from ledger.projections import shifts
from ledger.projections.crossings import Crossing, crossings
from ledger.projections.service import ServiceRecord
from ledger.projections.shifts import LONG_AGO, Unconfirmed
from ledger.projections.view import View

Entry: TypeAlias = ServiceRecord | Unconfirmed


@dataclass(frozen=True, slots=True)
class Waits:
    """All that waits, the oldest first; `crossed` is what lies across some of it, by the shift."""

    entries: tuple[Entry, ...]
    crossed: Mapping[ShiftId, Crossing]

    @property
    def unconfirmed(self) -> tuple[Unconfirmed, ...]:
        """Where she came, and nobody has said whether it is service."""
        return tuple(each for each in self.entries if isinstance(each, Unconfirmed))

    @property
    def service_minutes(self) -> Minutes:
        """The most that may come of it, as things stand: of two that overlap one can count."""
        held = sum(each.service_minutes or 0 for each in self.entries if is_held(each))
        return Minutes(held + most_apart(span for _, span in self._confirmable))

    def rival_of(self, each: Unconfirmed) -> Unconfirmed | None:
        """The first one that waits as this does and lies across it: one of the two can count."""
        spans = {other.shift: span for other, span in self._confirmable}
        if each.shift not in spans:
            return None
        begins, ends = spans.pop(each.shift)
        across = {shift for shift, span in spans.items() if span[0] < ends and begins < span[1]}
        return next((other for other in self.unconfirmed if other.shift in across), None)

    @property
    def _confirmable(self) -> tuple[tuple[Unconfirmed, Span], ...]:
        """What could be confirmed as it stands, and the time in which it lies."""
        spans = ((each, each.span) for each in self.unconfirmed if each.shift not in self.crossed)
        return tuple((each, span) for each, span in spans if span)

    @property
    def not_left(self) -> int:
        """Of so many it is not known how long they were."""
        return sum(each.check_out is None for each in self.unconfirmed)

    @property
    def shifts(self) -> set[ShiftId]:
        """The shifts whose names are told."""
        named = {each.shift for each in self.entries if each.shift}
        return named | {each.other for each in self.crossed.values()}


def waits_of(
    connection: Any,  # noqa: ANN401 - see Room
    persons: tuple[PersonId, ...],
    pending: tuple[ServiceRecord, ...],
    view: View,
) -> Waits:
    """What waits, given what of it is held; ids are all hers."""
    person, *also = persons
    came = shifts.unconfirmed_of(connection, person, also=tuple(also), known=view.known, limit=None)
    entries: tuple[Entry, ...] = (*pending, *came)
    return Waits(tuple(sorted(entries, key=_begins)), crossings(connection, persons, came, view))


def _begins(each: Entry) -> tuple[datetime, str]:
    return each.starts_at or LONG_AGO, each.shift or ""


def is_held(each: Entry) -> bool:
    """Whether somebody has confirmed it, and a second person has to."""
    return isinstance(each, ServiceRecord)
