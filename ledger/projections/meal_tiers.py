"""Meal tiers: the meals of a canteen's day by the tier that bore them, and where meals are served.

These are questions to the read model `meals`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import CommunityId, Count, Fen, RuleCode, SiteId
from ledger.projections.asking import Reach, ask, seen, within
from ledger.projections.view import NOW, View

TIERS: Final = """
SELECT rule, at_full_price, sum(sign)::bigint AS meals,
       sum(sign * entry.price_fen)::bigint AS price_fen,
       sum(sign * entry.copayment_fen)::bigint AS personal_fen
FROM meals.entries AS entry
JOIN meals.claims AS claim ON claim.position = claim_position
WHERE entry.canteen = %(canteen)s AND entry.served_on = %(day)s AND entry.position <= %(known)s
  AND claim.canteen = %(canteen)s AND claim.served_on = %(day)s
GROUP BY rule, at_full_price HAVING sum(sign) <> 0
ORDER BY rule NULLS LAST, at_full_price
"""
PLACES: Final = """
SELECT canteen, community FROM meals.canteens
WHERE %(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[])
ORDER BY community, canteen
"""


@dataclass(frozen=True, slots=True)
class TierTotals:
    """The meals of a tier that stand; those without a rule are at the full price, wanted or not."""

    rule: RuleCode | None
    at_full_price: bool
    meals: Count
    price_fen: Fen
    personal_fen: Fen


@dataclass(frozen=True, slots=True)
class Place:
    """A site, of whatever kind, and the community that it lies in."""

    canteen: SiteId
    community: CommunityId


def by_tier(
    connection: Connection[Any], canteen: SiteId, day: date, view: View = NOW
) -> tuple[TierTotals, ...]:
    """The canteen's day by tier; what was taken back counts nothing."""
    return ask(connection, TierTotals, TIERS, canteen=canteen, day=day, known=seen(view)["known"])


def places(connection: Connection[Any], reach: Reach) -> tuple[Place, ...]:
    """The sites within reach; which of them are canteens, the sites say themselves."""
    return ask(connection, Place, PLACES, reach=within(reach))
