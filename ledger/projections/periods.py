"""Periods: which months were to book again, who asked, who did it, and when they closed again.

Nothing about this is kept from anybody: a month that is reopened quietly is a figure that changes
quietly.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.periods import ReopenReason
from ledger.domain.values import CommunityId, Month, PersonId
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, ask, seen
from ledger.projections.view import NOW, View


@dataclass(frozen=True, slots=True)
class Reopening:
    """A proposal to reopen a month, and what became of it; null is what has not happened."""

    position: int
    community: CommunityId
    month: Month
    reason: ReopenReason
    closed_on: date
    proposed_by: PersonId
    proposed_on: date
    reopened_by: PersonId | None
    reopened_on: date | None
    closed_again_by: PersonId | None
    closed_again_on: date | None


REOPENINGS: Final = """
SELECT proposal.position, community, month, reason, closing.closed_on, proposed_by, proposed_on,
       reopened_by, reopened_on, closed_again_by, closed_again_on
FROM periods.proposals AS proposal
CROSS JOIN LATERAL (
    SELECT closed_on FROM periods.closings AS before
    WHERE (before.community, before.month) = (proposal.community, proposal.month)
      AND before.position < proposal.position
    ORDER BY before.position DESC LIMIT 1) AS closing
LEFT JOIN LATERAL (
    SELECT position AS reopened_at, reopened_by, reopened_on FROM periods.reopenings AS next
    WHERE (next.community, next.month) = (proposal.community, proposal.month)
      AND next.position > proposal.position AND next.position <= %(known)s
    ORDER BY next.position LIMIT 1) AS reopening ON true
LEFT JOIN LATERAL (
    SELECT closed_by AS closed_again_by, closed_on AS closed_again_on FROM periods.closings AS next
    WHERE (next.community, next.month) = (proposal.community, proposal.month)
      AND next.position > reopened_at AND next.position <= %(known)s
    ORDER BY next.position LIMIT 1) AS closing_again ON true
WHERE proposal.position <= %(known)s AND proposal.position < %(before)s
  AND (%(community)s::text IS NULL OR community = %(community)s)
ORDER BY proposal.position DESC LIMIT %(limit)s
"""


def reopenings(
    connection: Connection[Any],
    community: CommunityId | None = None,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: int | None = None,
) -> tuple[Reopening, ...]:
    """What was proposed in the community, or in all, the latest first."""
    before = POSITION_MOST if after is None else after
    asked = {"community": community, "before": before, "limit": limit}
    return ask(connection, Reopening, REOPENINGS, **asked, **seen(view))
