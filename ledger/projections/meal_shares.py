"""Meal shares: what a fund bore of the meals of each month at each canteen of its community.

By the day on which was eaten, and only of months whose claims are closed: what they come to is
fixed. These are questions to the read model `meals`.
"""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import CommunityId, Month, PayerPath, SiteId, first_day
from ledger.projections.asking import ask
from ledger.projections.view import NOW, View, bounds

BORNE: Final = """
SELECT here.canteen, month, (
    SELECT coalesce(sum(amount_fen), 0)::bigint FROM (
        SELECT amount_fen FROM meals.day_shares AS share
        WHERE share.canteen = here.canteen AND payer = %(payer)s
          AND served_on >= opens AND served_on < closes
          AND recorded_on < %(before_day)s
        UNION ALL
        SELECT sign * amount_fen FROM meals.entries AS entry
        JOIN meals.shares AS share ON share.position = claim_position
        WHERE entry.canteen = here.canteen AND payer = %(payer)s
          AND served_on >= opens AND served_on < closes
          AND entry.position > %(after)s AND entry.position <= %(until)s) AS amounts) AS shares_fen
FROM meals.canteens AS here JOIN meals.closings USING (canteen)
CROSS JOIN LATERAL (SELECT (month || '-01')::date AS opens) AS first
CROSS JOIN LATERAL (SELECT (opens + interval '1 month')::date AS closes) AS span
WHERE community = %(community)s AND opens >= %(since)s
ORDER BY month, here.canteen
"""


@dataclass(frozen=True, slots=True)
class Borne:
    """What the payer bore of a closed month of a canteen."""

    canteen: SiteId
    month: Month
    shares_fen: int


def borne(
    connection: Connection[Any],
    community: CommunityId,
    payer: PayerPath,
    since: Month,
    view: View = NOW,
) -> tuple[Borne, ...]:
    """The closed months from that one on, of every canteen of the community, in their order."""
    asked = {"community": community, "payer": payer, "since": first_day(since)}
    return ask(connection, Borne, BORNE, **asked, **bounds(connection, view))
