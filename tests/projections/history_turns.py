"""The turns of a history: who tries what, on which day, and what there is to be turned back.

A turn is one thing somebody tries on a day; what the rules refuse simply does not happen.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeAlias

from ledger.deciding.answers import Accepted
from ledger.domain.values import (
    ContributionId,
    MeetingId,
    Month,
    PersonId,
    ResolutionId,
    ShiftId,
    month_of,
    previous_month,
)
from ledger.engine import Ledger
from ledger.projections.projector import Projector
from ledger.store.codec import Recorded, decode
from tests.builders import CLERK, START, person, unit

COLLEAGUE: Final = person(10**9 + 1)


@dataclass(frozen=True)
class Turn:
    """So many days later somebody tries something; the numbers say with whom, where and how."""

    days: int
    what: Callable[["Town", "Turn"], None]
    one: int
    two: int
    back: int


@dataclass
class Town:
    """A town, what happened in it by kind of event, and what may be reversed."""

    ledger: Ledger
    projector: Projector
    now: datetime = START + timedelta(days=20)
    happened: defaultdict[type, list[Any]] = field(default_factory=partial(defaultdict, list))
    served: list[tuple[ShiftId, PersonId]] = field(default_factory=list)
    starts: dict[ShiftId, datetime] = field(default_factory=dict)
    dead: list[PersonId] = field(default_factory=list)
    given: list[ContributionId] = field(default_factory=list)
    met: list[MeetingId] = field(default_factory=list)
    pledged: list[ContributionId] = field(default_factory=list)
    decided: list[ResolutionId] = field(default_factory=list)

    def take(self, turn: Turn) -> None:
        self.now += timedelta(days=turn.days, minutes=1)
        turn.what(self, turn)

    def day(self, turn: Turn) -> date:
        return (self.now - timedelta(days=turn.back)).date()

    def month(self, back: int = 1) -> Month:
        """The month that many months ago; with 1, the last one that is over."""
        month = month_of(self.now.date())
        for _ in range(back):
            month = previous_month(month)
        return month

    def some(self, kind: type, turn: Turn) -> list[Any]:
        """Up to two events of the kind that happened, counted round."""
        found = self.happened[kind]
        at = turn.back + 10 * turn.one
        return [found[(at + more) % len(found)] for more in range(min(2, len(found)))]

    def do(self, *commands: object, by: PersonId = CLERK) -> None:
        """Each by itself; whatever one of them became is remembered."""
        units = [unit(command, by=by, at=self.now) for command in commands]
        for answer in self.ledger.execute(units):
            if isinstance(answer, Accepted):
                for written in answer.events:
                    self.happened[type(written.event)].append(written.event)

    def events(self) -> list[Recorded]:
        return [decode(*row) for row in self.ledger.recorder.read(0, 10**6)]


Turning: TypeAlias = Callable[[Town, Turn], None]
