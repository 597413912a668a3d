"""A step of a case: one command, the row it comes from, its time, and whoever gives it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, auto
from typing import Final

from ledger.demo import names
from ledger.domain.authority import Authority, Role
from ledger.domain.values import PersonId

OFFICE: Final = names.person("office")
"""Whoever types in what nobody in the case is said to have typed."""


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
    """A command and where it comes from. `judged`: the case expects an answer to it."""

    at: datetime
    turn: Turn
    row: Row
    command: object
    actor: PersonId = OFFICE
    judged: bool = False


def authority(actor: PersonId) -> Authority:
    """Whoever acts in a case may do everything: the case is about rules, not about offices."""
    return Authority.alike(actor, Role, None)
