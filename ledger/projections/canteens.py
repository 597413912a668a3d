"""Canteens: how many plates went out on each day of a month, and what cash was counted.

Of several attestations of a day the last one counts, and all of them are told of; takings of a day
add up, less what was counted wrongly. These are questions to the read model `settlements`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.canteen_records import TakingsReversalReason
from ledger.domain.values import Count, Fen, Month, PersonId, SiteId, first_day, next_month
from ledger.projections.asking import ask, until

DAYS: Final = """
SELECT day, plates, attested_by, coalesce(attestations, 0) AS attestations,
       coalesce(takings_fen, 0) AS takings_fen, coalesce(countings, 0) AS countings
FROM (SELECT DISTINCT ON (day) day, plates, attested_by, count(*) OVER (PARTITION BY day)
          AS attestations
      FROM settlements.plates
      WHERE canteen = %(canteen)s AND day >= %(first)s AND day < %(beyond)s
        AND position <= %(known)s
      ORDER BY day, position DESC) AS attested
FULL JOIN (SELECT day, sum(amount_fen)::bigint AS takings_fen,
               count(*) FILTER (WHERE reverses IS NULL)
                   - count(*) FILTER (WHERE reverses IS NOT NULL) AS countings
           FROM settlements.takings
           WHERE canteen = %(canteen)s AND day >= %(first)s AND day < %(beyond)s
             AND position <= %(known)s
           GROUP BY day) AS counted USING (day)
ORDER BY day
"""
COUNTINGS: Final = """
SELECT position, counting, day, amount_fen, entered_by, booked_in, reason FROM (
    SELECT *, coalesce(reverses, count(*) FILTER (WHERE reverses IS NULL) OVER (ORDER BY position))
        AS counting FROM settlements.takings
    WHERE canteen = %(canteen)s AND day >= %(first)s AND day < %(beyond)s) AS entries
WHERE position <= %(known)s
ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class CanteenDay:
    """The plates that count, how often plates were attested, and the cash counted that day.

    `countings` are those that stand.
    """

    day: date
    plates: Count | None
    attested_by: PersonId | None
    attestations: Count
    takings_fen: Fen
    countings: Count


@dataclass(frozen=True, slots=True)
class Counting:
    """Cash as it was counted, or what does not stand of it: then it is below zero.

    `counting` numbers those of the month; what takes one back has its number, and a `reason`.
    """

    position: int
    counting: Count
    day: date
    amount_fen: int
    entered_by: PersonId
    booked_in: Month
    reason: TakingsReversalReason | None


def days(
    connection: Connection[Any], canteen: SiteId, month: Month, *, known: int | None = None
) -> tuple[CanteenDay, ...]:
    """The days of the month on which plates were attested or cash was counted."""
    return ask(connection, CanteenDay, DAYS, **_asked(canteen, month, known))


def countings(
    connection: Connection[Any], canteen: SiteId, month: Month, *, known: int | None = None
) -> tuple[Counting, ...]:
    """The countings of the month and their reversals, in the order in which they were entered."""
    return ask(connection, Counting, COUNTINGS, **_asked(canteen, month, known))


def _asked(canteen: SiteId, month: Month, known: int | None) -> dict[str, object]:
    span = {"first": first_day(month), "beyond": first_day(next_month(month))}
    return {"canteen": canteen, "known": until(known), **span}
