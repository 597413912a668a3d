"""Own waiting: what of a person's service does not count yet, the oldest first, and why it waits.

What is held has its reason. What nobody has confirmed waits for that, or for the time at which she
left; or it lies across what is on record already, and then it counts for nothing until one of the
two is corrected.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

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
        """What would come of it, as things stand."""
        return Minutes(sum(self._minutes(each) for each in self.entries))

    def _minutes(self, each: Entry) -> Minutes:
        crossed = isinstance(each, Unconfirmed) and each.shift in self.crossed
        return Minutes(0) if crossed else each.service_minutes or Minutes(0)

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
