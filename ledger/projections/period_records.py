"""What is kept of periods: when each month was closed, and who asked for it to book again.

Rows only come, each with its position, so that any position can be asked about.
"""

from collections.abc import Sequence
from typing import Any, Final

from ledger.domain.periods import PeriodClosed, PeriodReopened, ReopeningProposed
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.closings (
    community text COLLATE "C" NOT NULL,
    month     text COLLATE "C" NOT NULL,
    position  bigint NOT NULL,
    closed_by text NOT NULL,
    closed_on date NOT NULL,
    PRIMARY KEY (community, month, position)
);
CREATE TABLE {s}.proposals (
    position    bigint PRIMARY KEY,
    community   text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    reason      text NOT NULL,
    proposed_by text NOT NULL,
    proposed_on date NOT NULL
);
CREATE INDEX proposals_of_community ON {s}.proposals (community, position);
CREATE TABLE {s}.reopenings (
    community   text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    reopened_by text NOT NULL,
    reopened_on date NOT NULL,
    PRIMARY KEY (community, month, position)
);
"""

# -- folding -----------------------------------------------------------------------------------

CLOSE: Final = "COPY {s}.closings (community, month, position, closed_by, closed_on) FROM STDIN"
PROPOSE: Final = """
COPY {s}.proposals (position, community, month, reason, proposed_by, proposed_on) FROM STDIN
"""
REOPEN: Final = """
COPY {s}.reopenings (community, month, position, reopened_by, reopened_on) FROM STDIN
"""

Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """Closings, proposals and reopenings, each as it came."""
    changes = Changes()
    changes.copy(CLOSE, [_closed(at) for at in of_type(events, PeriodClosed)])
    changes.copy(PROPOSE, [_proposed(at) for at in of_type(events, ReopeningProposed)])
    changes.copy(REOPEN, [_reopened(at) for at in of_type(events, PeriodReopened)])
    return changes


MODEL: Final = ReadModel("periods", 1, TABLES, fold)


def _closed(at: Recorded) -> Row:
    event: PeriodClosed = at.event
    return event.community, event.month, at.position, at.actor, event.occurred_on


def _proposed(at: Recorded) -> Row:
    event: ReopeningProposed = at.event
    asked = event.community, event.month, event.reason, event.proposed_by, event.occurred_on
    return at.position, *asked


def _reopened(at: Recorded) -> Row:
    event: PeriodReopened = at.event
    return event.community, event.month, at.position, event.reopened_by, event.occurred_on
