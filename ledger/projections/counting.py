"""Counting: the figures that a rule may read, though no rule reads a projection.

They are final once they are there. What all claims of a canteen's month come to is fixed by the
closing of the month: when the read model has folded that, it has folded every event that settles in
it, and none can come any more. What the public is shown of a community's month is fixed by the
position that it is asked at (`public_months`). While that is not folded, there are no figures.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Final, TypeAlias

from psycopg import Connection
from psycopg.errors import InvalidSchemaName, UndefinedColumn, UndefinedTable
from psycopg.rows import tuple_row

from ledger.domain.notice_records import MonthFigures
from ledger.domain.settlement_records import MonthClaims
from ledger.domain.values import Digest, Month, PayerPath, first_day, next_month
from ledger.projections import public_months
from ledger.projections.public_months import FIGURES
from ledger.projections.reading import snapshot

CLAIMS: Final = "claims-"
COUNTED: Final = (CLAIMS, FIGURES)
"""How the streams begin that are counted and not read."""

Counted: TypeAlias = MonthClaims | MonthFigures

SETTLES: Final = """(
        served_on >= %(first)s AND served_on < %(beyond)s AND NOT moved
        OR settles_in = %(month)s AND moved)"""
COUNT: Final = """
WITH entries AS MATERIALIZED (
    SELECT position, position AS claim_position, served_on, 1 AS sign, true AS whole,
           copayment_fen
    FROM meals.claims WHERE canteen = %(canteen)s AND {settles}
    UNION ALL
    SELECT position, claim_position, served_on,
           CASE status WHEN 'reversed' THEN -1 ELSE 1 END, kind = 'void', copayment_fen
    FROM meals.changes WHERE canteen = %(canteen)s AND {settles}),
borne AS (
    SELECT payer, sum(sign * amount_fen)::bigint AS amount_fen
    FROM entries JOIN meals.shares AS share ON share.position = claim_position GROUP BY payer),
days AS (SELECT DISTINCT served_on FROM entries WHERE served_on >= %(first)s OR sign = 1),
eaten AS (
    SELECT served_on, sum(sign)::bigint AS meals
    FROM (SELECT served_on, 1 AS sign FROM meals.claims JOIN days USING (served_on)
          WHERE canteen = %(canteen)s AND settles_in <= %(month)s
          UNION ALL
          SELECT served_on, CASE status WHEN 'reversed' THEN -1 ELSE 1 END
          FROM meals.changes JOIN days USING (served_on)
          WHERE canteen = %(canteen)s AND settles_in <= %(month)s) AS until_then
    GROUP BY served_on),
whole AS (
    SELECT coalesce(sum(sign), 0)::bigint AS meals, count(*) AS entries,
           coalesce(sum(sign * copayment_fen) FILTER (WHERE whole), 0)::bigint AS copayment_fen,
           sha256(coalesce(string_agg(sha256(state), '' ORDER BY position), '')) AS digest
    FROM entries LEFT JOIN ledger.stored_events ON notification_id = position)
SELECT meals, entries, copayment_fen, encode(digest, 'hex'),
       (SELECT array_agg(payer ORDER BY payer) FROM borne),
       (SELECT array_agg(amount_fen ORDER BY payer) FROM borne),
       (SELECT array_agg(served_on ORDER BY served_on) FROM eaten),
       (SELECT array_agg(meals ORDER BY served_on) FROM eaten)
FROM whole
WHERE EXISTS (SELECT FROM meals.closings WHERE canteen = %(canteen)s AND month = %(month)s)
""".replace("{settles}", SETTLES)
"""Where only the subsidy was withdrawn, the copayment stays with the canteen."""


def of_streams(connection: Connection[Any], streams: Collection[str]) -> dict[str, Counted]:
    """What these streams stand for, as far as it is counted, all of one snapshot."""
    months = [stream for stream in streams if stream.startswith(CLAIMS)]
    figures = [stream for stream in streams if stream.startswith(FIGURES)]
    try:
        with snapshot(connection):
            return of_months(connection, months) | public_months.counted(connection, figures)
    except (UndefinedTable, UndefinedColumn, InvalidSchemaName):
        return {}  # a read model is not there yet, or is of an older version


def of_months(connection: Connection[Any], streams: Collection[str]) -> dict[str, MonthClaims]:
    """The months of these streams (see `canteens.counted`) that are closed and counted."""
    found = {}
    for stream in streams:
        canteen, month = stream.removeprefix(CLAIMS)[:-8], Month(stream[-7:])
        claims = of_month(connection, canteen, month)
        if claims is not None:
            found[stream] = claims
    return found


def of_month(connection: Connection[Any], canteen: str, month: Month) -> MonthClaims | None:
    """What the month comes to; None while it is open, or the read model has not come so far."""
    asked = {
        "canteen": canteen,
        "month": month,
        "first": first_day(month),
        "beyond": first_day(next_month(month)),
    }
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(COUNT, asked).fetchone()
    return None if row is None else _claims(*row)


def _claims(
    meals: int,
    entries: int,
    copayment_fen: int,
    digest: str,
    *columns: list[Any] | None,
) -> MonthClaims:
    payers, amounts, days, counts = (column or [] for column in columns)
    shares: list[tuple[PayerPath, int]] = list(zip(payers, amounts, strict=True))
    by_day: list[tuple[date, int]] = list(zip(days, counts, strict=True))
    price_fen = copayment_fen + sum(amounts)
    return MonthClaims(
        meals, entries, price_fen, copayment_fen, tuple(shares), tuple(by_day), Digest(digest)
    )
