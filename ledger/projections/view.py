"""What a reader asks to be true: as of a day, as known at a position, by occurrence or by booking.

`as_of` counts what occurred up to and including that local day. `known_at` forgets what was
recorded strictly after a time, or after a position, which is finer; a date means the end of that
local day. Every answer is then about one position.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.communities import SHANGHAI
from ledger.domain.values import ZoneName, midnight

POSITION_AT: Final = """
SELECT coalesce((SELECT last_position FROM ledger.batches WHERE recorded_at <= %s
                 ORDER BY recorded_at DESC LIMIT 1), 0)
"""


class Basis(StrEnum):
    """Whether a month is the one in which something occurred or the one it was booked in."""

    occurred = "occurred"
    booked = "booked"


@dataclass(frozen=True, slots=True)
class View:
    """`known` is a position; None for everything that is projected."""

    as_of: date | None = None
    known: int | None = None
    basis: Basis = Basis.occurred


def position_known(
    connection: Connection[Any], known_at: int | date | datetime, time_zone: ZoneName = SHANGHAI
) -> int:
    """The last position known at a time, at the end of a local day, or the position itself."""
    if isinstance(known_at, int):
        return known_at
    if not isinstance(known_at, datetime):
        known_at = midnight(known_at + timedelta(days=1), time_zone) - timedelta(microseconds=1)
    (row,) = connection.cursor(row_factory=tuple_row).execute(POSITION_AT, (known_at,)).fetchall()
    return int(row[0])
