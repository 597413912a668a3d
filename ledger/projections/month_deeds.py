"""Month deeds: what people did in a month of a community's books: they ate, served and gave.

Counted by `booked_in`, as known at a position, with how many people are behind each sum. What was
taken back in the same month counts nothing, nor does who was behind it; whoever was entered twice
is one, from the position on at which that was found. Nothing here is masked (see `public_months`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import CommunityId, Count, Month, first_day, next_month
from ledger.projections import contribution_records, league_records, meal_records
from ledger.projections.asking import ask
from ledger.projections.league_duplicates import STANDING
from ledger.projections.meals import ONE_DAY
from ledger.projections.model import ReadModel
from ledger.projections.view import Basis, View, bounds

MODELS: Final[tuple[ReadModel, ...]] = (
    meal_records.MODEL,
    league_records.MODEL,
    contribution_records.MODEL,
)
"""What is asked; it is final once all of these have come to the position."""


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
class Deeds:
    """What people did in a month: ate, served and gave."""

    meals: Meals
    service: Service
    gifts: tuple[Gifts, ...]


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
IDENTITIES: Final = """
SELECT count(*) FILTER (WHERE position <= %(known)s)
     + count(*) FILTER (WHERE ended_position <= %(known)s) FROM league.duplicates
"""


def of_month(
    connection: Connection[Any], community: CommunityId, month: Month, position: int
) -> Deeds:
    """What people did in the month, as known at a position that `MODELS` have reached.

    Of a closed month it is another one only where somebody was found to be two or one since then.
    """
    view = View(known=position, basis=Basis.booked)
    values = asked(connection, community, month, view)
    meals, service = eaten_and_served(connection, values)
    return Deeds(meals, service, ask(connection, Gifts, GIFTS, **values))


def identities(connection: Connection[Any], position: int) -> int:
    """How often it had been found by then who is one person, or is not."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((count,),) = cursor.execute(IDENTITIES, {"known": position}).fetchall()
    return int(count)


def asked(
    connection: Connection[Any], community: CommunityId, month: Month, view: View
) -> dict[str, Any]:
    """A month as the statements name it."""
    return {
        "community": community,
        "month": month,
        "first": first_day(month),
        "last": first_day(next_month(month)) - ONE_DAY,
        "known": view.known,
        **bounds(connection, view),
    }


def eaten_and_served(
    connection: Connection[Any], values: Mapping[str, object]
) -> tuple[Meals, Service]:
    """What is dear to count."""
    (meals,) = ask(connection, Meals, MEALS, **values)
    (service,) = ask(connection, Service, SERVICE, **values)
    return meals, service
