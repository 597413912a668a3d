"""The book: a ledger's first event says for ever whether it is live, a demo or a test.

Only a demo or a test ledger may simulate its clock, and it says so on every answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId


class LedgerKind(StrEnum):
    """What the figures of a ledger are good for."""

    live = "live"
    demo = "demo"
    test = "test"


@dataclass(frozen=True, slots=True)
class CreateLedger:
    """Begin the ledger. It is the first command for ever, and comes once."""

    kind: LedgerKind


@dataclass(frozen=True, slots=True)
class LedgerCreated:
    """The ledger began, as live, demo or test."""

    kind: LedgerKind
    occurred_on: date


@dataclass(frozen=True, slots=True)
class Book:
    """The kind of the ledger; None before its first event."""

    kind: LedgerKind | None = None

    @property
    def simulated(self) -> bool:
        """Whether commands may bring their own time."""
        return self.kind in (LedgerKind.demo, LedgerKind.test)


BookEvent: TypeAlias = LedgerCreated
STREAM: Final = Stream[Book]("ledger")


def needs(command: CreateLedger, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The ledger's own stream."""
    return (STREAM,)


def place(command: CreateLedger, known: Known) -> CommunityId | None:
    """The whole town."""
    return None


def decide(command: CreateLedger, known: Known, context: Context) -> Outcome:
    """Create the ledger, once."""
    kind = known[STREAM].kind
    if kind is not None:
        return Refused(Code.ledger_must_be_created_only_once, kind=kind)
    return ((STREAM, LedgerCreated(command.kind, context.decided_at.date())),)


def evolve(book: Book, event: BookEvent) -> Book:
    """The kind is fixed from the first event on."""
    match event:
        case LedgerCreated():
            return Book(event.kind)
        case _:
            assert_never(event)
