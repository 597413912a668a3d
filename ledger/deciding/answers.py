"""What is asked of the engine, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from ledger.domain.authority import Authority
from ledger.domain.decisions import Refused


@dataclass(frozen=True, slots=True)
class Unit:
    """What is accepted or refused as a whole, under one key: a command, or an atomic group.

    `at` is a simulated moment, which only a demo or a test ledger takes.
    """

    authority: Authority
    key: str
    commands: tuple[object, ...]
    at: datetime | None = None


class Written(NamedTuple):
    """One event of an answer. `position` is None for a dry run."""

    stream: str
    version: int
    name: str
    event: Any
    position: int | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The unit happened. `position` is that of its last event; for a dry run, where it was true."""

    events: tuple[Written, ...]
    position: int
    recorded_at: datetime | None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """A rule said no to the command at `place`; nothing changed.

    It is true at `position`: what stands behind that, even of the same batch, may change it.
    """

    refused: Refused
    position: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class Broken:
    """The engine failed on this unit alone and wrote nothing of it; its log has the reference."""

    reference: str


Answer: TypeAlias = Accepted | Declined | Broken


class LedgerUnavailable(RuntimeError):
    """The database cannot be reached. Nothing is known of what was sent: send it again."""
