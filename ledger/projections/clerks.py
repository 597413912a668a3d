"""Clerks: how many meals each of them recorded at a canteen, and how many of these she undid.

Whoever recorded a meal may take it back for ten minutes; after that somebody else reverses it. So
what was reversed by its own author was undone, and one who undoes much is looked at (DOMAIN 6).
"""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection, sql

from ledger.domain.values import Count, Month, PersonId, SiteId, first_day, next_month
from ledger.projections.asking import ask, seen
from ledger.projections.meals import CLAIMS, Claim
from ledger.projections.view import NOW, View

CLERKS: Final = """
SELECT claimed_by AS clerk, count(*) AS claims, count(*) FILTER (WHERE EXISTS (
    SELECT FROM meals.changes AS change
    WHERE claim_position = claim.position AND status = 'reversed'
      AND decided_by = claimed_by AND change.position <= %(known)s)) AS undone
FROM meals.claims AS claim
WHERE canteen = %(canteen)s AND served_on >= %(first)s AND served_on < %(beyond)s
  AND served_on <= %(as_of)s AND position <= %(known)s
GROUP BY claimed_by ORDER BY claimed_by
"""
NEWEST: Final = sql.SQL(CLAIMS).format(
    claims=sql.SQL("""
SELECT * FROM meals.claims
WHERE canteen = %(canteen)s AND claimed_by = %(clerk)s
  AND position > %(since)s AND position <= %(known)s AND served_on <= %(as_of)s
ORDER BY position DESC LIMIT %(limit)s
""")
)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Whoever recorded meals: how many, and how many of them she took back herself."""

    clerk: PersonId
    claims: Count
    undone: Count


def of_canteen(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> tuple[Clerk, ...]:
    """The clerks of the meals that were served at the canteen in the month, by id."""
    span = {"first": first_day(month), "beyond": first_day(next_month(month))}
    return ask(connection, Clerk, CLERKS, canteen=canteen, **span, **seen(view))


def newest_of(
    connection: Connection[Any],
    canteen: SiteId,
    clerk: PersonId,
    *,
    since: int,
    limit: int,
    view: View = NOW,
) -> tuple[Claim, ...]:
    """What she recorded at the canteen behind a position, for whatever day, the last first."""
    asked = {"canteen": canteen, "clerk": clerk, "since": since, "limit": limit}
    found = ask(connection, Claim, NEWEST, **asked, **seen(view))
    return tuple(sorted(found, key=lambda claim: -claim.position))
