"""Standing meals: those of a canteen's month that stand, as claimed, to be priced anew.

They are told with the sheet and the version that each was decided on, in the order of the claims.
These are questions to the read model `meals`.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from psycopg import Connection, sql
from psycopg.rows import tuple_row

from ledger.domain.repricing import Meal
from ledger.domain.tiers import PayerShare
from ledger.domain.values import Fen, Month, PayerPath, PersonId, SiteId, first_day, next_month
from ledger.projections.asking import seen
from ledger.projections.counting import SETTLES
from ledger.projections.view import NOW, View

SERVED: Final = sql.SQL("served_on >= %(first)s AND served_on < %(beyond)s")
SETTLED: Final = sql.SQL(SETTLES)
MEALS: Final = """
WITH served AS MATERIALIZED (
    SELECT * FROM meals.claims
    WHERE canteen = %(canteen)s AND {of_the_month} AND position <= %(known)s),
last AS (
    SELECT DISTINCT ON (claim_position) claim_position AS position, status FROM meals.changes
    WHERE canteen = %(canteen)s AND position <= %(known)s
      AND served_on >= (SELECT min(served_on) FROM served) AND served_on < %(beyond)s
    ORDER BY claim_position, changes.position DESC),
borne AS (
    SELECT position, array_agg(payer ORDER BY payer) AS payers,
           array_agg(amount_fen ORDER BY payer) AS amounts
    FROM served JOIN meals.shares USING (position) GROUP BY position)
SELECT position, claim, person, person, facts_version, served_on, policy_version, rule, price_fen,
       copayment_fen, at_full_price, payers, amounts
FROM served LEFT JOIN last USING (position) LEFT JOIN borne USING (position)
WHERE status IS DISTINCT FROM 'reversed'
ORDER BY position
"""
AT_FULL_PRICE: Final = """
SELECT person, count(*) AS meals FROM meals.claims AS claim
WHERE person = ANY (%(persons)s::text[]) AND served_on = %(day)s AND at_full_price
  AND position <= %(known)s
  AND (SELECT status FROM meals.changes
       WHERE claim_position = claim.position AND changes.position <= %(known)s
       ORDER BY changes.position DESC LIMIT 1) IS DISTINCT FROM 'reversed'
GROUP BY person
"""
LAST_CLOSED: Final = "SELECT max(month) FROM meals.closings WHERE canteen = %s"


def of_month(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> tuple[Meal, ...]:
    """The meals served in the month that stand as known, each under the id that it was claimed."""
    return _standing(connection, SERVED, canteen, month, view)


def settling_in(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> tuple[Meal, ...]:
    """Those that were claimed for the settlement of the month and stand, whenever they were eaten.

    What was eaten in the month and recorded once its claims were closed is of a later settlement.
    """
    return _standing(connection, SETTLED, canteen, month, view)


def _standing(
    connection: Connection[Any], which: sql.SQL, canteen: SiteId, month: Month, view: View
) -> tuple[Meal, ...]:
    asked = {
        "canteen": canteen,
        "month": month,
        "first": first_day(month),
        "beyond": first_day(next_month(month)),
        "known": seen(view)["known"],
    }
    borne: dict[tuple[tuple[str, int], ...], tuple[PayerShare, ...]] = {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        statement = sql.SQL(MEALS).format(of_the_month=which)
        rows = cursor.execute(statement, asked, binary=True).fetchall()
    meals = []
    for *columns, at_full_price, payers, amounts in rows:
        alike = tuple(zip(payers or (), amounts or (), strict=True))
        if alike not in borne:
            borne[alike] = tuple(PayerShare(PayerPath(payer), Fen(fen)) for payer, fen in alike)
        meals.append(Meal._make([*columns, borne[alike], at_full_price]))
    return tuple(meals)


def last_closed(connection: Connection[Any], canteen: SiteId) -> Month | None:
    """The latest month whose claims are closed there."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(LAST_CLOSED, (canteen,)).fetchone()
    return found[0] if found else None


def at_full_price(
    connection: Connection[Any], persons: Iterable[PersonId], day: date, view: View = NOW
) -> dict[PersonId, int]:
    """Of these persons, how many meals of the day stand for which the full price was asked."""
    asked = {"persons": sorted(set(persons)), "day": day, "known": seen(view)["known"]}
    with connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(AT_FULL_PRICE, asked).fetchall())
