"""Handovers: to whom the log was handed, by whom, on which day, and whether with fact sheets.

It is told to every officer and auditor, of whatever community: all of them are in that log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.handovers import LogHandedOver
from ledger.domain.values import HandoverId, PersonId
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, ask, ask_one, seen
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.projections.view import NOW, View
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.handovers (
    position  bigint PRIMARY KEY,
    handover  text COLLATE "C" NOT NULL UNIQUE,
    auditor   text COLLATE "C" NOT NULL,
    sheets    boolean NOT NULL,
    handed_by text COLLATE "C" NOT NULL,
    handed_on date NOT NULL
);
"""

# -- folding -----------------------------------------------------------------------------------

ENTER: Final = """
COPY {s}.handovers (position, handover, auditor, sheets, handed_by, handed_on) FROM STDIN
"""


def fold(events: Sequence[Recorded]) -> Changes:
    """Each handover a row."""
    changes = Changes()
    changes.copy(ENTER, [_entered(at) for at in of_type(events, LogHandedOver)])
    return changes


MODEL: Final = ReadModel("handovers", 1, TABLES, fold)


def _entered(at: Recorded) -> tuple[Any, ...]:
    event: LogHandedOver = at.event
    named = event.handover, event.auditor, event.sheets
    return at.position, *named, at.actor, event.occurred_on


# -- asking ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handover:
    """That the log up to and including `position` went to an auditor."""

    position: int
    handover: HandoverId
    auditor: PersonId
    sheets: bool
    handed_by: PersonId
    handed_on: date


_HANDOVERS: Final = """
SELECT position, handover, auditor, sheets, handed_by, handed_on FROM handovers.handovers
WHERE position <= %(known)s
"""
REGISTER: Final = f"""{_HANDOVERS}
  AND position < %(before)s ORDER BY position DESC LIMIT %(limit)s
"""
ONE: Final = f"{_HANDOVERS}  AND handover = %(handover)s"


def register(
    connection: Connection[Any],
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: int | None = None,
) -> tuple[Handover, ...]:
    """All of them, the latest first."""
    before = POSITION_MOST if after is None else after
    return ask(connection, Handover, REGISTER, limit=limit, before=before, **seen(view))


def handover(connection: Connection[Any], name: HandoverId, view: View = NOW) -> Handover | None:
    """One of them; None where none of that id is known."""
    return ask_one(connection, Handover, ONE, handover=name, **seen(view))
