"""Periods: which months are closed, and which were to book again: who asked, and who did it.

Nothing about this is kept from anybody: a month that is reopened quietly is a figure that changes
quietly.
"""

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a month of a community is closed, since when and at which position."""

    community: CommunityId
    month: Month
    closed: bool
    closed_on: date | None
    closed_position: int | None


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that takes no entry, and the position since which it takes none."""

    community: CommunityId
    month: Month
    position: int


CLOSED: Final = """
SELECT community, month, max(position) AS position FROM periods.closings AS closing
WHERE position <= %(known)s
  AND NOT EXISTS (SELECT FROM periods.reopenings AS reopening
                  WHERE (reopening.community, reopening.month) = (closing.community, closing.month)
                    AND reopening.position > closing.position AND reopening.position <= %(known)s)
GROUP BY community, month ORDER BY community, month
"""
STANDING: Final = """
SELECT asked.community, %(month)s AS month, closed_on IS NOT NULL AS closed, closed_on,
       closed_position
FROM unnest(%(communities)s::text[]) AS asked (community)
LEFT JOIN LATERAL (
    SELECT closed_on, position AS closed_position FROM periods.closings AS closing
    WHERE (closing.community, closing.month) = (asked.community, %(month)s)
      AND closing.position <= %(known)s
      AND NOT EXISTS (SELECT FROM periods.reopenings AS reopening
                      WHERE (reopening.community, reopening.month)
                          = (closing.community, closing.month)
                        AND reopening.position > closing.position
                        AND reopening.position <= %(known)s)
    ORDER BY position DESC LIMIT 1) AS last ON true
ORDER BY asked.community
"""
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


def closed_months(connection: Connection[Any], view: View = NOW) -> tuple[ClosedMonth, ...]:
    """Every month of every community that is closed."""
    return ask(connection, ClosedMonth, CLOSED, **seen(view))


def standing(
    connection: Connection[Any],
    communities: Iterable[CommunityId],
    month: Month,
    view: View = NOW,
) -> tuple[Standing, ...]:
    """The month in each of these communities, in their order."""
    asked = {"communities": list(communities), "month": month}
    return ask(connection, Standing, STANDING, **asked, **seen(view))


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


def proposed(
    connection: Connection[Any], community: CommunityId, view: View = NOW
) -> Reopening | None:
    """The proposal that somebody can still carry out: it is of the month that was closed last."""
    last = last_closed(connection, view).get(community)
    found = reopenings(connection, community, view)
    return next((each for each in found if each.month == last and not each.reopened_on), None)


def last_closed(connection: Connection[Any], view: View = NOW) -> dict[CommunityId, Month]:
    """The month that each community closed last; an earlier one is not reopened while it is."""
    return {each.community: each.month for each in closed_months(connection, view)}
