"""Month sums: what a community's books say of a month, and how many people each sum rests on.

Everything is counted by `booked_in`, as known at a position, out of the tables that other questions
use, so the sums are those of meals, league, funds and contributions. What people did is counted in
`month_deeds`, the money here. Whoever was entered twice is one, from the position on at which that
was found. Nothing here is masked; what the public may see of it is in `public_months`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.values import CommunityId, Count, Month, Slug
from ledger.projections import (
    fund_records,
    funds,
    month_deeds,
    period_records,
    resolution_records,
)
from ledger.projections.asking import ask
from ledger.projections.fund_records import MovementKind
from ledger.projections.league_duplicates import STANDING
from ledger.projections.model import ReadModel
from ledger.projections.month_deeds import GIFTS, IDENTITIES, Gifts, Meals, Service
from ledger.projections.view import Basis, View

MODELS: Final[tuple[ReadModel, ...]] = (
    *month_deeds.MODELS,
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
       ({identities})
""".replace("{identities}", IDENTITIES)


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
    values = month_deeds.asked(connection, community, month, view)
    receipts, payments = list(RECEIPTS), list(PAYMENTS)
    happened = _happened(connection, values)
    meals, service = (
        month_deeds.eaten_and_served(connection, values)
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
