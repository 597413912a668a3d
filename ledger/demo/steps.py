"""A step of a case: one command, the row it comes from, its time, and whoever gives it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, auto
from typing import Self

from ledger.domain.administrators import AppointFirst
from ledger.domain.authority import Authority, Role
from ledger.domain.values import CommunityId, PersonId


class Turn(IntEnum):
    """What comes first among steps of the same moment."""

    town = auto()
    schedule = auto()
    close = auto()
    death = auto()
    money = auto()
    meal = auto()
    attend = auto()
    confirm = auto()
    settle = auto()
    tell = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a case by its table and its id."""

    table: str
    id: str

    def __str__(self) -> str:
        return f"{self.table} {self.id}"


@dataclass(frozen=True, slots=True)
class Step:
    """A command and where it comes from. `judged`: the case expects an answer to it.

    Without an `actor` nobody in the case is said to have given it. Its `home` is the community in
    which she works who gives it; None is the whole town.
    """

    at: datetime
    turn: Turn
    row: Row
    command: object
    actor: PersonId | None = None
    judged: bool = False
    home: CommunityId | None = None

    def by(self, actor: PersonId) -> Self:
        """The same step, taken by that person."""
        return replace(self, actor=actor)


def authority(step: Step) -> Authority:
    """Whoever acts in a case may do everything: the case is about rules, not about offices."""
    if step.actor is None or isinstance(step.command, AppointFirst):
        return Authority.of_the_machine()
    return Authority.alike(step.actor, Role, None)
