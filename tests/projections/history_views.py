"""What is asked of a history: any view of it, and what of the log such a view may look at."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any, Final

import psycopg
from hypothesis import Phase
from psycopg import Connection

from ledger.projections.view import NOW, Basis, View, position_known
from ledger.store.codec import Recorded
from tests.projections import histories
from tests.servers import Server

SHANGHAI: Final = timezone(timedelta(hours=8))
PHASES: Final = (Phase.explicit, Phase.reuse, Phase.generate)
"""Dice that were thrown cannot be made smaller, so nobody waits for a search for smaller ones."""
HISTORIES: Final = int(os.environ.get("HISTORIES", "1"))
"""How many times as many histories as usual: for a night, or after a change of many tables."""
TURNS_BACK: Final = (
    *("reversed", "reinstated", "refused", "returned", "withdrawn", "lifted", "settled", "revoked"),
    *("corrected", "reopened", "closed", "approved", "paid", "moved", "answered"),
)
"""Words in the names of events after which something is not as it was."""


@dataclass(frozen=True)
class Start:
    """A town before its first turn, to be copied for each history."""

    server: Server
    name: str
    keys: Path

    @contextmanager
    def copied(self) -> Iterator[str]:
        name = self.server.create(self.name)
        try:
            yield self.server.url_of(name)
        finally:
            self.server.drop(name)

    @contextmanager
    def told(self, dice: Random, count: int) -> Iterator[tuple[Connection[Any], list[Recorded]]]:
        """A connection to a copy in which so many turns were taken and folded, and its log."""
        with self.copied() as url:
            with histories.town(url, self.keys) as town:
                for turn in histories.turns(dice, count):
                    town.take(turn)
                town.projector.catch_up()
                events = town.events()
            with psycopg.connect(url, autocommit=True) as connection:
                yield connection, events


def seen(events: Sequence[Recorded], view: View) -> list[Recorded]:
    """The definition: recorded up to the position, and occurred up to the day."""
    return [
        at
        for at in events
        if (view.known is None or at.position <= view.known)
        and (view.as_of is None or at.event.occurred_on <= view.as_of)
    ]


def some_views(
    connection: Connection[Any], dice: Random, events: Sequence[Recorded], count: int
) -> Iterator[View]:
    """All that is known, by either basis; then often as known when something was turned back."""
    yield from (View(basis=basis) for basis in Basis)
    days = sorted({at.event.occurred_on for at in events})
    for _ in range(count):
        as_of = dice.choice((None, dice.choice(days) + timedelta(days=dice.randrange(-1, 2))))
        known = some_position(connection, dice, events)
        yield View(as_of, known, dice.choice(tuple(Basis)))


def some_position(
    connection: Connection[Any], dice: Random, events: Sequence[Recorded]
) -> int | None:
    """None, a position, or the one that a time or a day comes to."""
    back = [at for at in events if any(word in at.name for word in TURNS_BACK)] or list(events)
    kind = dice.choice(sorted({at.name for at in back}))  # rare ones as often as others
    near = dice.choice([at for at in back if at.name == kind])
    match dice.randrange(5):
        case 0:
            return None
        case 1:
            moment = near.recorded_at - timedelta(microseconds=dice.randrange(3) - 1)
            return agreed(connection, events, moment, moment)
        case 2:
            day = near.recorded_at.astimezone(SHANGHAI).date() - timedelta(dice.randrange(2))
            end = datetime.combine(day, time.max, SHANGHAI)
            return agreed(connection, events, day, end)
        case 3:
            return dice.randrange(len(events) + 3)
        case _:
            return near.position - dice.randrange(2)


def agreed(
    connection: Connection[Any], events: Sequence[Recorded], asked: date | datetime, until: datetime
) -> int:
    """The last position recorded up to a time, on which the ledger and the log agree."""
    position = max((at.position for at in events if at.recorded_at <= until), default=0)
    assert position_known(connection, asked) == position
    return position


def at_position(view: View) -> View:
    """The view without what a register does not take."""
    return replace(NOW, known=view.known)
