"""Unclaimable meals: eaten, not claimed, and paid for by somebody; some with how it ended.

They are read from the log itself. The streams of one kind lie side by side in its index, and of
this kind there are few: a table of their own would be folded for nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.tiers import Sitting
from ledger.domain.unclaimable_records import EndReason, MealPayer, WhyRefused
from ledger.domain.values import Count, Fen, Month, PersonId, SiteId
from ledger.projections.asking import ask, seen
from ledger.projections.view import NOW, View

ENTERED: Final = """(
    SELECT notification_id AS position, said, said ->> 'community' AS community, ended_as
    FROM ledger.stored_events AS entered
    CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'data') AS event (said)
    LEFT JOIN LATERAL (
        SELECT end_said ->> 'reason' AS ended_as
        FROM ledger.stored_events AS ended
        CROSS JOIN LATERAL (
            SELECT convert_from(ended.state, 'UTF8')::jsonb -> 'data') AS event (end_said)
        WHERE ended.originator_id = entered.originator_id
          AND ended.topic = 'unclaimable-meal-ended.v1' AND ended.notification_id <= %(known)s
          AND end_said -> 'meal' = said -> 'meal') AS of_it ON true
    WHERE originator_id >= 'unclaimable-' AND originator_id < 'unclaimable.'
      AND topic = 'unclaimable-meal-entered.v1' AND notification_id <= %(known)s)"""
"""Each with what its event says, and how it ended, if it did."""
STANDING: Final = "(SELECT * FROM {entered} AS entered WHERE ended_as IS NULL)".replace(
    "{entered}", ENTERED
)
"""Those of which nobody has said yet how they ended."""
OF_DAY: Final = """
SELECT said ->> 'person' AS person, (said ->> 'meal')::integer AS meal,
       said ->> 'sitting' AS sitting, said ->> 'refused_as' AS refused_as,
       said ->> 'payer' AS payer, (said ->> 'price_fen')::bigint AS price_fen,
       said ->> 'entered_by' AS entered_by, ended_as
FROM {entered} AS meal
WHERE said ->> 'canteen' = %(canteen)s AND said ->> 'occurred_on' = %(day)s::text
ORDER BY position
""".replace("{entered}", ENTERED)
STANDING_BY_DAY: Final = """
SELECT (said ->> 'occurred_on')::date AS day, count(*) AS meals
FROM {standing} AS meal
WHERE said ->> 'canteen' = %(canteen)s AND left(said ->> 'occurred_on', 7) = %(month)s::text
GROUP BY day ORDER BY day
""".replace("{standing}", STANDING)


@dataclass(frozen=True, slots=True)
class Unclaimable:
    """A meal that somebody has to pay for, until it ended.

    `price_fen` is None where no policy says the price.
    """

    person: PersonId
    meal: Count
    sitting: Sitting
    refused_as: WhyRefused
    payer: MealPayer
    price_fen: Fen | None
    entered_by: PersonId
    ended_as: EndReason | None


@dataclass(frozen=True, slots=True)
class StandingOnDay:
    """How many of a day are not ended."""

    day: date
    meals: int


def of_day(
    connection: Connection[Any], canteen: SiteId, day: date, view: View = NOW
) -> tuple[Unclaimable, ...]:
    """Those of a canteen's day, in the order in which they were entered."""
    asked = {"canteen": canteen, "day": day.isoformat()}
    return ask(connection, Unclaimable, OF_DAY, **asked, **seen(view))


def standing(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> tuple[StandingOnDay, ...]:
    """The days of a canteen's month on which some stand, in order."""
    asked = {"canteen": canteen, "month": month}
    return ask(connection, StandingOnDay, STANDING_BY_DAY, **asked, **seen(view))
