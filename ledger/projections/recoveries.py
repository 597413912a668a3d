"""Recoveries: subsidies that were settled and taken back, and what of them is still to come back.

What is left of one is what was raised, less what was lifted because meals stand again; nothing is
left of one that has an end. One that was carried goes on as another in the next month, one whose
end was taken back is open again, and of one that was written off a part is reversed where meals
stand again that are paid anew. Days are counted up to the day that the asker names, or else to
`as_of`; the month of a recovery is that of its settlement, so the basis changes nothing here.
These are questions to the read model `settlements`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.recovery_records import RecoveryEnd
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Month,
    PayerPath,
    PersonId,
    SiteId,
    previous_month,
)
from ledger.projections.asking import PAGE_MOST, Reach, ask, seen, until, within
from ledger.projections.view import NOW, View

RECOVERIES: Final = """
SELECT raised.canteen, raised.month, raised.recovery, raised.position, community, payer, meals,
       raised.amount_fen, adjusts, raised.occurred_on AS raised_on, lifted_fen, left_fen,
       kind AS ended, ended.occurred_on AS ended_on, ended.taken_by AS ended_by, reversed_fen,
       reversed_on,
       CASE WHEN left_fen > 0 THEN %(day)s::date - raised.occurred_on END AS days_open
FROM settlements.recoveries AS raised
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen) FILTER (WHERE kind = 'lifted'), 0)::bigint AS lifted_fen,
           coalesce(sum(amount_fen) FILTER (WHERE kind = 'reversed'), 0)::bigint AS reversed_fen,
           max(occurred_on) FILTER (WHERE kind = 'reversed') AS reversed_on
    FROM settlements.recovery_steps AS step
    WHERE (step.canteen, step.month, step.recovery)
        = (raised.canteen, raised.month, raised.recovery)
      AND step.position <= %(known)s AND step.occurred_on <= %(as_of)s) AS parts
LEFT JOIN LATERAL (
    SELECT kind, occurred_on, taken_by FROM settlements.recovery_steps AS step
    WHERE (step.canteen, step.month, step.recovery)
        = (raised.canteen, raised.month, raised.recovery)
      AND step.kind NOT IN ('lifted', 'reversed') AND step.position <= %(known)s
      AND step.occurred_on <= %(as_of)s
    ORDER BY step.position DESC LIMIT 1) AS ended ON ended.kind <> 'reopened'
CROSS JOIN LATERAL (
    SELECT CASE WHEN kind IS NULL THEN raised.amount_fen - lifted_fen ELSE 0 END
    AS left_fen) AS rest
WHERE raised.position > %(after)s AND raised.position <= %(known)s
  AND raised.occurred_on <= %(as_of)s
  AND (%(community)s::text IS NULL OR community = %(community)s)
  AND (%(canteen)s::text IS NULL OR raised.canteen = %(canteen)s)
  AND (%(month)s::text IS NULL OR raised.month = %(month)s)
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
  AND (left_fen > 0 OR NOT %(only_open)s)
ORDER BY raised.position LIMIT %(limit)s
"""
CARRIED: Final = """
SELECT raised.recovery, step.recovery AS before
FROM settlements.recoveries AS raised JOIN settlements.recovery_steps AS step
    ON (step.canteen, step.month) = (raised.canteen, %(earlier)s)
    AND step.kind = 'carried' AND step.position = raised.position - 1
WHERE (raised.canteen, raised.month) = (%(canteen)s, %(month)s) AND raised.position <= %(known)s
"""
"""A recovery that goes on is raised anew right behind its end (`domain/recovery_offsets.py`)."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """One payer's shares of meals of a person, settled in `adjusts`, that are to come back.

    `month` is the settlement that is smaller by it, unless it was repaid or written off before.
    `left_fen` is what is still to come back. Of what was written off `reversed_fen` is given up no
    more: the meals stand again, and the settlement that pays them anew is smaller by it.
    """

    canteen: SiteId
    month: Month
    recovery: Count
    position: int
    community: CommunityId
    payer: PayerPath
    meals: Count
    amount_fen: Fen
    adjusts: Month
    raised_on: date
    lifted_fen: Fen
    left_fen: Fen
    ended: RecoveryEnd | None
    ended_on: date | None
    ended_by: PersonId | None
    reversed_fen: Fen
    reversed_on: date | None
    days_open: int | None


@dataclass(frozen=True, slots=True)
class Carried:
    """A recovery that goes on from the month before, where it had the number `before`."""

    recovery: Count
    before: Count


def carried(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View = NOW
) -> dict[Count, Count]:
    """By what number those that were carried into the month went in the month before it."""
    earlier = previous_month(month)
    asked = {"canteen": canteen, "month": month, "earlier": earlier, "known": until(view.known)}
    return {each.recovery: each.before for each in ask(connection, Carried, CARRIED, **asked)}


def recoveries(
    connection: Connection[Any],
    *,
    community: CommunityId | None = None,
    canteen: SiteId | None = None,
    month: Month | None = None,
    only_open: bool = False,
    day: date | None = None,
    view: View = NOW,
    limit: int | None = PAGE_MOST,
    after: int | None = None,
    reach: Reach = None,
) -> tuple[Recovery, ...]:
    """The recoveries of a community or a canteen, oldest first; `after` is a position.

    Without a `limit` all of them.
    """
    return ask(
        connection,
        Recovery,
        RECOVERIES,
        community=community,
        canteen=canteen,
        month=month,
        only_open=only_open,
        day=day or view.as_of,
        limit=limit,
        after=after or 0,
        reach=within(reach),
        **seen(view),
    )
