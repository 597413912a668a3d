"""Misuse that no rule can refuse, planted in the year, and the list of it.

How bold each is, is left to chance: some of it stays below what a detector asks for, so that the
share that is found says something. Nobody is planted twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from ledger.demo.scale.acts import Act
from ledger.demo.scale.canteens import UNDONE_PERMILLE
from ledger.demo.scale.cast import Elder, Volunteer
from ledger.demo.scale.days import FIRST_DAY, Calendar
from ledger.demo.scale.places import Place
from ledger.domain.values import Month, PersonId, month_of
from ledger.projections.detectors import Pattern

P = TypeVar("P", Elder, Volunteer)


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted: a finding of the pattern that names all of these has found it."""

    pattern: Pattern
    names: tuple[str, ...]
    since: date
    times: int


@dataclass(slots=True)
class Plan:
    """The list of what is planted, and how the year differs by it."""

    planted: list[Planted] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    taken: set[PersonId] = field(default_factory=set)
    """Who has a part in it, or in what is tried: chance does nothing more to them."""
    away: set[PersonId] = field(default_factory=set)
    """Of those, the volunteers who serve in nothing else."""
    sheets: dict[PersonId, Elder] = field(default_factory=dict)
    """Elders who are not as they were cast."""
    undone: dict[tuple[int, Month], int] = field(default_factory=dict)
    without_plates: set[tuple[int, date]] = field(default_factory=set)
    overdrawn: set[int] = field(default_factory=set)
    ghosts: int = 0
    """How many shifts at dawn there are, so that each has a name of its own."""

    def undone_permille(self, place: Place, day: date) -> int:
        """How many meals of a thousand the first clerk takes back."""
        return self.undone.get((place.number, month_of(day)), UNDONE_PERMILLE)


class Nobody(LookupError):
    """So small a community has nobody left for it."""


def taken(people: Iterator[P]) -> P:
    """The next of the people who are left. Raises Nobody."""
    for each in people:
        return each
    raise Nobody


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever plants: in which plan and year, beside which places, and with which dice."""

    plan: Plan
    year: Calendar
    places: Sequence[Place]
    random: Random

    def note(self, pattern: Pattern, names: Sequence[str], since: date, times: int) -> None:
        """Put it on the list."""
        self.plan.planted.append(Planted(pattern, tuple(names), since, times))

    def day(self, least: int = 20, most: int = 300) -> date:
        """A day of the year on which offices are open."""
        day = FIRST_DAY + timedelta(days=self.random.randrange(least, most))
        while not self.year.serves(day):
            day += timedelta(days=1)
        return day
