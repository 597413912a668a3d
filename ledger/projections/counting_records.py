"""What is kept of what is counted in a canteen, plates and cash, for the model `settlements`.

Every row is what one event says, with its position, and none is ever changed.
"""

from collections.abc import Sequence
from typing import Any, Final, assert_never

from ledger.domain.canteen_records import PlatesAttested, TakingsCounted, TakingsReversed
from ledger.projections.model import Changes, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.plates (
    canteen     text COLLATE "C" NOT NULL,
    day         date NOT NULL,
    position    bigint NOT NULL,
    plates      integer NOT NULL,
    attested_by text NOT NULL,
    PRIMARY KEY (canteen, day, position)
);
CREATE TABLE {s}.takings (
    canteen    text COLLATE "C" NOT NULL,
    day        date NOT NULL,
    position   bigint NOT NULL,
    amount_fen bigint NOT NULL,         -- below zero where it was counted wrongly
    entered_by text NOT NULL,
    booked_in  text COLLATE "C" NOT NULL,
    reverses   integer,                 -- of what is taken back: the number of the counting
    reason     text,
    PRIMARY KEY (canteen, day, position)
);
"""

# -- folding -----------------------------------------------------------------------------------

ATTEST: Final = "COPY {s}.plates (canteen, day, position, plates, attested_by) FROM STDIN"
COUNT: Final = """
COPY {s}.takings (canteen, day, position, amount_fen, entered_by, booked_in, reverses, reason)
FROM STDIN
"""

Row = tuple[Any, ...]


def enter(events: Sequence[Recorded], changes: Changes) -> None:
    """Add what a run of events counted."""
    changes.copy(ATTEST, [_plates(at) for at in of_type(events, PlatesAttested)])
    counted = of_type(events, TakingsCounted, TakingsReversed)
    changes.copy(COUNT, [_takings(at) for at in counted])


def _plates(at: Recorded) -> Row:
    event: PlatesAttested = at.event
    return event.canteen, event.occurred_on, at.position, event.plates, at.actor


def _takings(at: Recorded) -> Row:
    event: TakingsCounted | TakingsReversed = at.event
    name, entry = (event.canteen, event.occurred_on, at.position), (at.actor, event.booked_in)
    match event:
        case TakingsCounted():
            return (*name, event.amount_fen, *entry, None, None)
        case TakingsReversed():
            return (*name, -event.amount_fen, *entry, event.counting, event.reason)
        case _:
            assert_never(event)
