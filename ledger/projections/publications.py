"""Publications: which closed months must still be put on display, and by when.

A month whose notice stood to its last day was published; one whose notice was taken down was not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Final

from psycopg import Connection

from ledger.domain import policy_records, publication, sites
from ledger.domain.policy_records import Timeline
from ledger.domain.publication import PublicationRule
from ledger.domain.sites import SiteKind
from ledger.domain.values import CommunityId, Month, SiteId, first_day, next_month
from ledger.projections import meal_records, notice_records, period_records
from ledger.projections.asking import ask, seen
from ledger.projections.meal_tiers import places
from ledger.projections.reading import states_at, states_now
from ledger.projections.view import NOW, View

MODELS: Final = (meal_records.MODEL, notice_records.MODEL, period_records.MODEL)


PUBLISHED: Final = """
SELECT DISTINCT community, month FROM notices.notices AS notice
WHERE community = ANY(%(communities)s) AND position <= %(known)s AND NOT EXISTS (
    SELECT FROM notices.withdrawals AS withdrawal
    WHERE withdrawal.notice = notice.notice AND withdrawal.position <= %(known)s)
"""


@dataclass(frozen=True, slots=True)
class Published:
    """A month of a community that is on display, or was to its last day."""

    community: CommunityId
    month: Month


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A month that is not on display as it is, and was not, and the last day for it."""

    community: CommunityId
    month: Month
    publish_by: date


def policies_of(
    connection: Connection[Any], communities: Collection[CommunityId], position: int
) -> dict[CommunityId, dict[SiteId, Timeline]]:
    """The policy of each canteen of each community, as known at a position."""
    found = places(connection, frozenset(communities))
    kinds = states_now(connection, [sites.stream(each.canteen) for each in found])
    canteens = [
        each for each in found if kinds[sites.stream(each.canteen)].kind is SiteKind.canteen
    ]
    streams = [policy_records.stream(each.canteen) for each in canteens]
    policies = states_at(connection, streams, position)
    told: dict[CommunityId, dict[SiteId, Timeline]] = {each: {} for each in communities}
    for each, stream in zip(canteens, streams, strict=True):
        told[each.community][each.canteen] = policies[stream]
    return told


def rule_of(month: Month, policies: Mapping[SiteId, Timeline]) -> PublicationRule:
    """How soon the month must be published, by whether a canteen had begun to serve."""
    beyond = first_day(next_month(month))
    begun = sum(each.begins_before(beyond) for each in policies.values())
    return publication.RULES[publication.traffic(begun)]


def unpublished(
    connection: Connection[Any],
    asked_for: Mapping[CommunityId, Collection[Month]],
    anew: Collection[tuple[CommunityId, Month]] = (),
    *,
    position: int,
    view: View = NOW,
) -> list[Unpublished]:
    """Of these months of some communities, those that everybody waits for, by the last day.

    What is to be published `anew` is among them, although it was published.
    """
    asked = {"communities": list(asked_for), **seen(view)}
    told = {(each.community, each.month) for each in ask(connection, Published, PUBLISHED, **asked)}
    policies = policies_of(connection, asked_for, position)
    found = [
        Unpublished(here, month, publication.publish_by(month, rule_of(month, policies[here])))
        for here, months in asked_for.items()
        for month in months
        if (here, month) not in told or (here, month) in anew
    ]
    return sorted(found, key=attrgetter("publish_by", "month", "community"))
