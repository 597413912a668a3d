"""Zones: whose clock a time is typed by."""

from anyio import to_thread
from starlette.requests import Request

from api.desk import desk_of
from ledger.domain import communities
from ledger.domain.community_records import Community
from ledger.domain.values import CommunityId, ZoneName
from ledger.projections.asking import POSITION_MOST
from ledger.projections.reading import state_at


async def zone_of(request: Request, community: CommunityId) -> ZoneName:
    """The time zone of the community; of one that does not exist, the town's."""
    desk = desk_of(request)

    def ask() -> ZoneName:
        with desk.reading() as connection:
            found: Community = state_at(connection, communities.stream(community), POSITION_MOST)
        return found.time_zone

    return await to_thread.run_sync(ask, limiter=desk.readers)
