"""Month sums: what a community's books say of a month, and how many people each sum rests on.

Everything is counted by `booked_in`, as known at a position, out of the tables that other questions
use, so the sums are those of meals, league, funds and contributions. A meal, a service or a gift
that was taken back in the same month counts nothing there, nor does who was behind it. Whoever was
entered twice is one, from the position on at which that was found.
Nothing here is masked; what the public may see of it is in `public_months`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import CommunityId, Count, Month, Slug, first_day, next_month
from ledger.projections import (
    contribution_records,
    fund_records,
    funds,
    league_records,
    meal_records,
    period_records,
    resolution_records,
)
from ledger.projections.asking import ask
from ledger.projections.fund_records import MovementKind
from ledger.projections.league_duplicates import STANDING
from ledger.projections.meals import ONE_DAY
from ledger.projections.model import ReadModel
from ledger.projections.view import Basis, View, bounds

MODELS: Final[tuple[ReadModel, ...]] = (
    meal_records.MODEL,
    league_records.MODEL,
    contribution_records.MODEL,
    fund_records.MODEL,
    resolution_records.MODEL,
    period_records.MODEL,
)
"""What the sums are asked of; they are final once all of these have come to the position."""

RECEIPTS: Final = (
    MovementKind.opening,
    MovementKind.award,
    MovementKind.donation,
    MovementKind.contribution,
    MovementKind.appropriation,
    MovementKind.receipt_reversed,
)
PAYMENTS: Final = (
    MovementKind.payment,
    MovementKind.disbursement,
    MovementKind.settlement,
    MovementKind.payment_reversed,
    MovementKind.recovery,
    MovementKind.recovery_reversed,
)
"""Moves between funds are neither."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a payer bears, and of how many people's meals. All donors are one payer: `donor`."""

    payer: str
    diners: Count
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Meals:
    """What was served, and who bears it: the eaters their own part, payers their shares."""

    diners: Count
    meals: int
    price_fen: int
    paying_diners: Count
    copayment_fen: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """Minutes of service, and of how many people."""

    volunteers: Count
    service_minutes: int


@dataclass(frozen=True, slots=True)
class Gifts:
    """Contributions of a kind, and of how many people; who is not named is one of them."""

    kind: ContributionKind
    givers: Count
    contributions: int


@dataclass(frozen=True, slots=True)
class Receipts:
    """Money that came in by one way, and how many people gave it, where people did."""

    kind: MovementKind
    givers: Count
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Payments:
    """Money paid for a purpose, less what came back."""

    purpose: Slug
    amount_fen: int


@dataclass(frozen=True, slots=True)
class MonthSums:
    """The books of a community's month; `closings` counts how often it had been closed.

    `identities` counts how often it had been found in the town who is one person, or is not.
    """

    meals: Meals
    service: Service
    gifts: tuple[Gifts, ...]
    receipts: tuple[Receipts, ...]
    payments: tuple[Payments, ...]
    funds: tuple[funds.Fund, ...]
    resolutions: int
    reopenings: int
    closings: int
    identities: int


MEALS: Final = """
WITH claims AS MATERIALIZED (
    SELECT claim_position, coalesce(kept_as, person) AS person, price_fen, copayment_fen,
           sum(sign)::bigint AS sign
    FROM meals.canteens AS here CROSS JOIN LATERAL (
        SELECT * FROM meals.entries AS served
        WHERE served.canteen = here.canteen AND served_on BETWEEN %(first)s AND %(last)s
          AND NOT late AND position <= %(known)s
        UNION ALL
        SELECT * FROM meals.entries AS taken_late
        WHERE taken_late.canteen = here.canteen AND booked_in = %(month)s
          AND late AND position <= %(known)s) AS entry
    LEFT JOIN {duplicates} AS duplicate USING (person)
    WHERE community = %(community)s
    GROUP BY claim_position, coalesce(kept_as, person), price_fen, copayment_fen
    HAVING sum(sign) <> 0),
diners AS (
    SELECT person, sum(sign) AS meals, sum(sign * price_fen) AS price_fen,
           sum(sign * copayment_fen) AS copayment_fen, bool_or(copayment_fen <> 0) AS pays
    FROM claims GROUP BY person),
borne AS (
    SELECT payer, person, sum(amount_fen) AS amount_fen
    FROM (SELECT person, sign * amount_fen AS amount_fen,
                 CASE WHEN payer LIKE 'donor/%%' THEN 'donor' ELSE payer END AS payer
          FROM claims JOIN meals.shares AS share ON share.position = claim_position) AS part
    GROUP BY payer, person)
SELECT count(*) AS diners, coalesce(sum(meals), 0)::bigint AS meals,
       coalesce(sum(price_fen), 0)::bigint AS price_fen,
       count(*) FILTER (WHERE pays) AS paying_diners,
       coalesce(sum(copayment_fen), 0)::bigint AS copayment_fen,
       (SELECT coalesce(jsonb_agg(to_jsonb(share) ORDER BY payer), '[]')
        FROM (SELECT payer, count(*) AS diners, sum(amount_fen)::bigint AS amount_fen
              FROM borne GROUP BY payer) AS share) AS shares
FROM diners
""".replace("{duplicates}", STANDING)
SERVICE: Final = """
SELECT (SELECT coalesce(sum(served_booked), 0)::bigint FROM league.turns
        WHERE season = %(month)s AND community = %(community)s AND position <= %(known)s)
           AS volunteers,
       coalesce(sum(service_minutes), 0)::bigint AS service_minutes
FROM (SELECT service_minutes FROM league.sums
      WHERE community = %(community)s AND booked_in = %(month)s AND recorded_on < %(before_day)s
      UNION ALL
      SELECT service_minutes FROM league.entries
      WHERE community = %(community)s AND booked_in = %(month)s
        AND position > %(after)s AND position <= %(until)s) AS minutes
"""
GIFTS: Final = """
SELECT kind, count(DISTINCT coalesce(kept_as, person, contribution)) FILTER (
           WHERE organisation IS NULL) AS givers,
       sum(given)::bigint AS contributions
FROM (SELECT contribution, kind, person, organisation, sum(given) AS given
      FROM (SELECT contribution, kind, person, organisation, 1 AS given
            FROM contributions.contributions
            WHERE community = %(community)s AND booked_in = %(month)s AND position <= %(known)s
            UNION ALL
            SELECT contribution, kind, person, organisation, -1
            FROM contributions.endings AS ending
            JOIN contributions.contributions AS gift USING (contribution)
            WHERE community = %(community)s AND ending.booked_in = %(month)s
              AND ending.position <= %(known)s) AS entry
      GROUP BY contribution, kind, person, organisation HAVING sum(given) <> 0) AS gift
LEFT JOIN {duplicates} AS duplicate USING (person)
GROUP BY kind
""".replace("{duplicates}", STANDING)
RECEIVED: Final = """
SELECT movement.kind, sum(movement.amount_fen)::bigint AS amount_fen,
       count(DISTINCT coalesce(kept_as, gift.person, gift.contribution)) FILTER (
           WHERE gift.organisation IS NULL) AS givers
FROM funds.funds AS fund JOIN funds.movements AS movement USING (fund)
LEFT JOIN contributions.contributions AS gift
    ON movement.kind IN ('contribution', 'receipt_reversed') AND gift.contribution = movement.other
    AND gift.position <= %(known)s
LEFT JOIN {duplicates} AS duplicate ON duplicate.person = gift.person
WHERE fund.community = %(community)s AND movement.booked_in = %(month)s
  AND movement.position <= %(known)s AND movement.kind = ANY (%(receipts)s)
GROUP BY movement.kind ORDER BY movement.kind
""".replace("{duplicates}", STANDING)
"""A contribution of money is the receipt's source, and its giver is the contribution's."""
PAID: Final = """
SELECT purpose, -sum(movement.amount_fen)::bigint AS amount_fen
FROM funds.funds AS fund JOIN funds.movements AS movement USING (fund)
WHERE fund.community = %(community)s AND movement.booked_in = %(month)s
  AND movement.position <= %(known)s AND movement.kind = ANY (%(payments)s)
GROUP BY purpose ORDER BY purpose
"""
HAPPENED: Final = """
SELECT (SELECT count(*) FROM resolutions.resolutions
        WHERE community = %(community)s AND decided_on >= %(first)s AND decided_on <= %(last)s
          AND position <= %(known)s),
       (SELECT count(*) FROM periods.reopenings
        WHERE community = %(community)s AND month = %(month)s AND position <= %(known)s),
       (SELECT count(*) FROM periods.closings
        WHERE community = %(community)s AND month = %(month)s AND position <= %(known)s),
       (SELECT count(*) FILTER (WHERE position <= %(known)s)
             + count(*) FILTER (WHERE ended_position <= %(known)s) FROM league.duplicates)
"""


def of_month(
    connection: Connection[Any],
    community: CommunityId,
    month: Month,
    position: int,
    *,
    since: MonthSums | None = None,
) -> MonthSums:
    """What the books say of the month as known at a position, which `MODELS` must have reached.

    `since` are the sums of an earlier position, after which the month was closed all the time: a
    closed month takes no entry (DOMAIN 6), so its meals and its service, which are dear to count,
    are the same still, unless somebody was found to be two or one since then. Months before it may
    be open, and their entries move its funds.
    """
    view = View(known=position, basis=Basis.booked)
    values = {
        "community": community,
        "month": month,
        "first": first_day(month),
        "last": first_day(next_month(month)) - ONE_DAY,
        "known": position,
        **bounds(connection, view),
    }
    receipts, payments = list(RECEIPTS), list(PAYMENTS)
    happened = _happened(connection, values)
    meals, service = (
        _eaten_and_served(connection, values)
        if since is None or since.identities != happened[-1]
        else (since.meals, since.service)
    )
    return MonthSums(
        meals,
        service,
        ask(connection, Gifts, GIFTS, **values),
        ask(connection, Receipts, RECEIVED, receipts=receipts, **values),
        ask(connection, Payments, PAID, payments=payments, **values),
        funds.funds_as_booked(connection, community, month, view),
        *happened,
    )


def _happened(
    connection: Connection[Any], values: Mapping[str, object]
) -> tuple[int, int, int, int]:
    """Resolutions, reopenings and closings; and how often it was found who is one person."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((resolutions, reopenings, closings, identities),) = cursor.execute(
            HAPPENED, values
        ).fetchall()
    return resolutions, reopenings, closings, identities


def _eaten_and_served(
    connection: Connection[Any], values: Mapping[str, object]
) -> tuple[Meals, Service]:
    (meals,) = ask(connection, Meals, MEALS, **values)
    (service,) = ask(connection, Service, SERVICE, **values)
    return meals, service
