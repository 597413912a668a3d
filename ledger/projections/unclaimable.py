"""Unclaimable meals as they stand: eaten, not claimed, and nobody has said yet how it ended.

They are read from the log itself. The streams of one kind lie side by side in its index, and of
this kind there are few: a table of their own would be folded for nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.tiers import Sitting
from ledger.domain.unclaimable_records import MealPayer, WhyRefused
from ledger.domain.values import Count, Fen, PersonId, SiteId
from ledger.projections.asking import ask, seen
from ledger.projections.view import NOW, View

STANDING: Final = """(
    SELECT notification_id AS position, said, said ->> 'community' AS community
    FROM ledger.stored_events AS entered
    CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'data') AS event (said)
    WHERE originator_id >= 'unclaimable-' AND originator_id < 'unclaimable.'
      AND topic = 'unclaimable-meal-entered.v1' AND notification_id <= %(known)s
      AND NOT EXISTS (
          SELECT FROM ledger.stored_events AS ended
          WHERE ended.originator_id = entered.originator_id
            AND ended.topic = 'unclaimable-meal-ended.v1' AND ended.notification_id <= %(known)s
            AND convert_from(ended.state, 'UTF8')::jsonb -> 'data' -> 'meal' = said -> 'meal'))"""
"""Each with what its event says."""
OF_DAY: Final = """
SELECT said ->> 'person' AS person, (said ->> 'meal')::integer AS meal,
       said ->> 'sitting' AS sitting, said ->> 'refused_as' AS refused_as,
       said ->> 'payer' AS payer, (said ->> 'price_fen')::bigint AS price_fen,
       said ->> 'entered_by' AS entered_by
FROM {standing} AS meal
WHERE said ->> 'canteen' = %(canteen)s AND said ->> 'occurred_on' = %(day)s::text
ORDER BY position
""".replace("{standing}", STANDING)


@dataclass(frozen=True, slots=True)
class Unclaimable:
    """A meal that somebody has to pay for; `price_fen` is None where no policy says the price."""

    person: PersonId
    meal: Count
    sitting: Sitting
    refused_as: WhyRefused
    payer: MealPayer
    price_fen: Fen | None
    entered_by: PersonId


def of_day(
    connection: Connection[Any], canteen: SiteId, day: date, view: View = NOW
) -> tuple[Unclaimable, ...]:
    """Those of a canteen's day, in the order in which they were entered."""
    asked = {"canteen": canteen, "day": day.isoformat()}
    return ask(connection, Unclaimable, OF_DAY, **asked, **seen(view))
