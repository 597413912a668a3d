"""The shape of every rule: a command is decided on what is known, and becomes events or a refusal.

    needs(command, known, context)  -> the streams that must be read, asked until nothing new
    place(command, known)           -> the community it happens in, for permissions
    decide(command, known, context) -> ((stream, event), ...) or Refused; pure
    evolve(state, event)            -> the next state of one stream; total, and without rules

Nothing here reads a clock, draws a random number or does I/O: what changes comes in as argument.
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from ledger.domain.facts import FactSheet
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, PersonId, SiteCode

State = TypeVar("State")


class Stream(str, Generic[State]):
    """The id of a stream that remembers, for the type checker, which state it folds to."""

    __slots__ = ()


class Known(Protocol):
    """What has been read of the ledger, all of it true at one position."""

    def __getitem__(self, stream: Stream[State]) -> State:
        """The state of a stream that was asked for in `needs`; an absent stream is as new."""
        ...

    def get(self, stream: Stream[State]) -> State | None:
        """The state if it has been read already, None while `needs` is still being asked."""
        ...

    def sheet(self, person: PersonId) -> FactSheet | None:
        """The fact sheet that the person's stream names, if she has one and it was not erased."""
        ...


class Context(NamedTuple):
    """What a decision may know besides streams.

    `commitments`: for each personal field of the command, the salted commitment made to it.
    `shown`: the codes that the place of the command shows at that moment.
    """

    actor: PersonId
    decided_at: datetime
    commitments: Mapping[str, str] = MappingProxyType({})
    shown: AbstractSet[SiteCode] = frozenset()


class Refused:
    """A rule said no. `values` are what the sentence names; nothing has changed."""

    __slots__ = ("code", "values")

    def __init__(self, code: Code, **values: object) -> None:
        self.code = code
        self.values = values

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Refused) and self.code is other.code and self.values == other.values
        )

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"Refused({self.code.name}, {self.values})"


Happening: TypeAlias = tuple[Stream[Any], object]
"""One event and the stream it belongs to."""

Decision: TypeAlias = tuple[Happening, ...]
Outcome: TypeAlias = Decision | Refused


@dataclass(frozen=True, slots=True)
class Kind(Generic[State]):
    """A kind of stream: the state of a new one, and how an event changes it."""

    initial: State
    evolve: Callable[[State, Any], State]


@dataclass(frozen=True, slots=True)
class Verb:
    """How one command is handled; `catalogue.VERBS` lists them all by name."""

    command: type
    needs: Callable[[Any, Known, Context], Iterable[Stream[Any]]]
    decide: Callable[[Any, Known, Context], Outcome]
    place: Callable[[Any, Known], CommunityId | None]
    """The community whose people may give it; None for what concerns the whole town."""
    consequences: frozenset[type] = frozenset()
    """Events that follow from it without anybody's choice: the system did them, not the actor."""


def first_refusal(*refusals: Refused | None) -> Refused | None:
    """Of the rules that object, the one that stands first in the list of refusals."""
    return min(
        (refused for refused in refusals if refused is not None),
        key=lambda refused: refused.code.order,
        default=None,
    )
