"""Crossings: what of a person's service that counts or is held lies across where she came besides.

Nobody serves in two places at once, so such an attendance is not confirmed before one of the two is
corrected. Only she herself is told which the other one is: it may lie in any community.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import PersonId, ShiftId
from ledger.projections.asking import ask, seen
from ledger.projections.shifts import Unconfirmed
from ledger.projections.view import NOW, View

CROSSING: Final = """
SELECT DISTINCT ON (came.shift) came.shift, records.shift AS other,
       records.starts_at, records.ends_at
FROM unnest(%(shifts)s::text[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
     AS came (shift, begins, ends)
JOIN service.records ON records.starts_at < came.ends AND came.begins < records.ends_at
WHERE person = ANY (%(persons)s::text[]) AND status IN ('credited', 'held')
  AND occurred_on <= %(as_of)s AND position <= %(known)s
  AND (until_position IS NULL OR until_position > %(known)s)
ORDER BY came.shift, records.starts_at
"""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The first record of hers, of the shift `other`, that lies across her time in the shift."""

    shift: ShiftId
    other: ShiftId
    starts_at: datetime
    ends_at: datetime


def crossings(
    connection: Connection[Any],
    persons: Collection[PersonId],
    came: Collection[Unconfirmed],
    view: View = NOW,
) -> dict[ShiftId, Crossing]:
    """What lies across those times that nobody has confirmed, by their shift; ids are all hers."""
    times = [(each.shift, *each.span) for each in came if each.span]
    if not times:
        return {}
    shifts, begins, ends = (list(each) for each in zip(*times, strict=True))
    asked = {"persons": list(persons), "shifts": shifts, "begins": begins, "ends": ends}
    return {each.shift: each for each in ask(connection, Crossing, CROSSING, **asked, **seen(view))}
