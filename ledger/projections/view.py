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
    match known_at:
        case int():
            return known_at
        case datetime():
            moment = known_at
        case date():
            moment = midnight(known_at + timedelta(days=1), time_zone) - timedelta(microseconds=1)
    row = connection.execute(POSITION_AT, (moment,)).fetchone()
    assert row is not None
    return int(next(iter(row.values())) if isinstance(row, dict) else row[0])
