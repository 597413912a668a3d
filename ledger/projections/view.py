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

from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import ZoneName, midnight

POSITION_AT: Final = """
SELECT coalesce((SELECT last_position FROM ledger.batches WHERE recorded_at <= %s
                 ORDER BY recorded_at DESC LIMIT 1), 0)
"""
REACH: Final = """
SELECT cut.day AS before_day,
       coalesce((SELECT last_position FROM ledger.batches
                 WHERE recorded_at < cut.day::timestamp AT TIME ZONE 'UTC'
                 ORDER BY recorded_at DESC LIMIT 1), 0) AS after
FROM (SELECT (recorded_at AT TIME ZONE 'UTC')::date AS day FROM ledger.batches
      WHERE last_position >= %s ORDER BY last_position LIMIT 1) AS cut
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


NOW: Final = View()
"""Everything that is projected."""


def bounds(connection: Connection[Any], view: View) -> dict[str, Any]:
    """A view as a statement names it that adds up days and then, of one recorded day, entries.

    It counts what occurred up to `as_of` and was recorded before the UTC day `before_day`, and of
    that day what stands `after` a position and not beyond `until`. Where everything is known there
    is no such day. Months are those of booking if `booked`.
    """
    before_day, after = date.max, 0
    if view.known is not None:
        with connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(REACH, (view.known,)).fetchone()
        before_day, after = row or (before_day, after)
    return {
        "as_of": view.as_of or date.max,
        "before_day": before_day,
        "after": after,
        "until": 0 if before_day == date.max else view.known,
        "booked": view.basis is Basis.booked,
    }


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
