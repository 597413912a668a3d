"""Comparing: what a log says today of days that were past when it was signed before.

An earlier checkpoint has a size; the entries behind it are what was not known then. The last entry
that it covers was recorded on some day. Whatever is about that day or an earlier one, and came
later, changes the picture of then: a late entry, a reversal, a payment that did not stand. What is
about later days only goes on.

Figures are those of the rule book by the month of occurrence: what is in a fund or promised by it,
what a canteen is owed by each payer or took, and the minutes served in a community. No person's
account is among them, nor the other side of an entry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from ledger.domain import postings
from ledger.domain.community_records import SHANGHAI
from ledger.domain.postings import Unit
from ledger.domain.values import Month, local_day, month_of
from ledger.store.codec import Recorded

FIGURES: Final = ("fund", "reserved", "due", "takings", "community")
Key: TypeAlias = tuple[str, Month, Unit]


@dataclass(frozen=True, slots=True)
class Later:
    """An entry that came later: the day it is about, the day it was recorded, what it moved."""

    position: int
    event: str
    occurred_on: date
    recorded_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure of a month as it was known then and is known now, and what made the difference."""

    figure: str
    month: Month
    unit: Unit
    then: int
    now: int
    entries: tuple[Later, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that changed of what was known; `others` are entries that change no figure, by event.

    `known_until` is the local day on which the last entry was recorded that was known then; `ahead`
    counts the entries about later days.
    """

    size_then: int
    size_now: int
    known_until: date
    changed: tuple[Changed, ...]
    others: dict[str, int]
    ahead: int


@dataclass(slots=True)
class _Reading:
    """The log up to a position: figures then, figures now, and what came between."""

    size: int
    known_until: date = date.min
    then: Counter[Key] = field(default_factory=Counter)
    now: Counter[Key] = field(default_factory=Counter)
    later: defaultdict[Key, list[Later]] = field(default_factory=lambda: defaultdict(list))
    others: Counter[str] = field(default_factory=Counter)
    ahead: int = 0
    read: int = 0

    def look(self, at: Recorded) -> None:
        self.read = at.position
        moved = _moved(at)
        if at.position <= self.size:
            self.known_until = local_day(at.recorded_at, SHANGHAI)
            self.then.update(moved)
            self.now.update(moved)
        elif at.event.occurred_on > self.known_until:
            self.ahead += 1
        elif moved:
            self._came(at, moved)
        else:
            self.others[at.name.partition(".")[0]] += 1

    def _came(self, at: Recorded, moved: Counter[Key]) -> None:
        self.now.update(moved)
        days = at.event.occurred_on, local_day(at.recorded_at, SHANGHAI)
        for key, amount in moved.items():
            self.later[key].append(Later(at.position, at.name, *days, amount))


def compare(events: Iterable[Recorded], size: int) -> Difference:
    """What the entries behind that size say of days that were past then."""
    reading = _Reading(size)
    for at in events:
        reading.look(at)
    changed = [
        Changed(*key, reading.then[key], reading.now[key], tuple(entries))
        for key, entries in sorted(reading.later.items())
    ]
    others = dict(sorted(reading.others.items()))
    known = reading.known_until
    return Difference(size, reading.read, known, tuple(changed), others, reading.ahead)


def _moved(at: Recorded) -> Counter[Key]:
    """By how much the entry changes each figure of its month; minutes served count upwards."""
    moved: Counter[Key] = Counter()
    for account, unit, amount in postings.of(at.event):
        kind, *parts = account.split("/")
        if kind in FIGURES and parts[-1] != "reservation":
            sign = -1 if kind == "community" else 1
            moved[account, month_of(at.event.occurred_on), unit] += sign * amount
    return moved
