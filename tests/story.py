"""Stories of one minute: given what happened, when somebody asks, then this follows.

    given(*happenings).when(command, by=actor, at=moment).then(event, ...)
    given(*happenings).when(command, by=actor, at=moment).refused("code", value=...)

A happening is (stream, event), or a `Sheet` that stands in the vault, or what the ledger has
`Counted`, or another story's outcome.
No store is involved: the events are folded by the same `evolve` that the engine uses.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from ledger.domain.catalogue import VERB_OF_COMMAND, kind_of
from ledger.domain.decisions import Context, Decision, Happening, Outcome, Refused, Stream
from ledger.domain.facts import Contact, FactSheet, Note
from ledger.domain.notice_records import MonthFigures
from ledger.domain.refusals import sentence
from ledger.domain.settlement_records import MonthClaims
from ledger.domain.values import PersonId, SiteCode

S = TypeVar("S")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # Monday 2 March 2026, 12:00 in Shanghai
SOMEBODY = PersonId("00000000-0000-4000-8000-00000000000f")


@dataclass(frozen=True)
class Sheet:
    """A fact sheet in the vault, of the version that the person's stream names."""

    person: PersonId
    sheet: FactSheet


@dataclass(frozen=True)
class Counted:
    """What a canteen's closed month comes to, or what is said of a month at a position."""

    stream: Stream[Any]
    counted: MonthClaims | MonthFigures


@dataclass
class Ledger:
    """Streams folded in memory; it refuses to be read beyond what `needs` asked for."""

    states: dict[str, Any] = field(default_factory=dict)
    sheets: dict[PersonId, FactSheet] = field(default_factory=dict)
    allowed: set[str] | None = None
    happened: list[Happening] = field(default_factory=list)

    def __getitem__(self, stream: Stream[S]) -> S:
        assert self.allowed is None or stream in self.allowed, f"{stream} is not in needs"
        state: S = self.states.get(stream, kind_of(stream).initial)
        return state

    def get(self, stream: Stream[S]) -> S | None:
        return self[stream] if self.allowed is None or stream in self.allowed else None

    def sheet(self, person: PersonId) -> FactSheet | None:
        stream = f"person-{person}"
        assert self.allowed is None or stream in self.allowed, f"{stream} is not in needs"
        return self.sheets.get(person)

    def fold(self, happening: Happening) -> None:
        stream, event = happening
        self.happened.append(happening)
        self.states[stream] = kind_of(stream).evolve(
            self.states.get(stream, kind_of(stream).initial), event
        )


@dataclass(frozen=True)
class Told:
    """What came out of a story; `then` and `refused` say what should have."""

    outcome: Outcome

    @property
    def decision(self) -> Decision:
        assert not isinstance(self.outcome, Refused), self.outcome
        return self.outcome

    @property
    def events(self) -> tuple[Any, ...]:
        return tuple(event for _, event in self.decision)

    def then(self, *events: object) -> "Told":
        assert self.events == events
        return self

    def refused(self, code: str, **values: object) -> None:
        assert isinstance(self.outcome, Refused), self.outcome
        assert self.outcome.code.name == code, self.outcome
        told = {name: self.outcome.values.get(name) for name in values}
        assert told == values
        for language in ("en", "zh"):
            _filled(self.outcome, language)


def _filled(refused: Refused, language: str) -> None:
    """Every brace of both sentences must have a value, or a person would read a brace."""
    sentence(refused.code, refused.values, language)


@dataclass(frozen=True)
class Given:
    """A ledger to which something has happened."""

    ledger: Ledger

    def when(
        self,
        command: object,
        *,
        by: PersonId = SOMEBODY,
        at: datetime = NOON,
        shown: AbstractSet[SiteCode] = frozenset(),
    ) -> Told:
        """Decide the command as `by`, at that moment, reading only what it says it needs."""
        context = Context(by, at, _commitments(command), shown)
        verb = VERB_OF_COMMAND[type(command)]
        self.ledger.allowed = set()
        while wanted := set(verb.needs(command, self.ledger, context)) - self.ledger.allowed:
            self.ledger.allowed |= wanted
        return Told(verb.decide(command, self.ledger, context))


def _commitments(command: object) -> dict[str, str]:
    fields = getattr(type(command), "__dataclass_fields__", {})
    return {
        name: f"commitment-to-{name}"
        for name in fields
        if isinstance(getattr(command, name), FactSheet | Contact | Note)
    }


Part: TypeAlias = Happening | Sheet | Counted | Told | tuple[Happening, ...]
Story: TypeAlias = tuple[Part, ...]


def given(*happenings: Part) -> Given:
    """A ledger in which these things happened, in this order."""
    ledger = Ledger()
    for happening in happenings:
        match happening:
            case Sheet():
                ledger.sheets[happening.person] = happening.sheet
            case Counted():
                ledger.states[happening.stream] = happening.counted
            case Told():
                for each in happening.decision:
                    ledger.fold(each)
            case (str() as stream, event):
                ledger.fold((Stream(stream), event))
            case _:
                for each in happening:
                    ledger.fold(each)
    return Given(ledger)
