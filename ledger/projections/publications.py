"""Publications: which closed months must still be put on display, and by when.

A month whose notice stood to its last day was published; one whose notice was taken down was not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain import communities, policy_records, publication, sites
from ledger.domain.community_records import Community
from ledger.domain.policy_records import Timeline
from ledger.domain.publication import PublicationRule
from ledger.domain.sites import SiteKind
from ledger.domain.values import CommunityId, Month, SiteId, first_day, next_month
from ledger.projections import meal_records, notice_records, notices, period_records
from ledger.projections.meal_tiers import places
from ledger.projections.notices import Display
from ledger.projections.reading import state_at, states_now
from ledger.projections.view import NOW, View

MODELS: Final = (meal_records.MODEL, notice_records.MODEL, period_records.MODEL)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A closed month that is not on display and was not, and the last day for it."""

    month: Month
    publish_by: date


def policies_of(
    connection: Connection[Any], community: CommunityId, position: int
) -> dict[SiteId, Timeline]:
    """The policy of each canteen of the community, as known at a position."""
    found = places(connection, {community})
    kinds = states_now(connection, [sites.stream(each.canteen) for each in found])
    return {
        each.canteen: state_at(connection, policy_records.stream(each.canteen), position)
        for each in found
        if kinds[sites.stream(each.canteen)].kind is SiteKind.canteen
    }


def rule_of(month: Month, policies: Mapping[SiteId, Timeline]) -> PublicationRule:
    """How soon the month must be published, by whether a canteen had begun to serve."""
    beyond = first_day(next_month(month))
    begun = sum(each.begins_before(beyond) for each in policies.values())
    return publication.RULES[publication.traffic(begun)]


def unpublished(
    connection: Connection[Any],
    community: CommunityId,
    moment: datetime,
    *,
    position: int,
    view: View = NOW,
) -> Iterator[Unpublished]:
    """The closed months of the community that everybody still waits for, the oldest first."""
    here: Community = state_at(connection, communities.stream(community), position)
    every = notices.register(connection, moment, community, view)
    told = {each.month for each in every if each.display is not Display.withdrawn}
    policies = policies_of(connection, community, position)
    for month in sorted(here.closed - told):
        yield Unpublished(month, publication.publish_by(month, rule_of(month, policies)))
