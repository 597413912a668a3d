"""Zones: whose clock a time is typed by."""

from collections.abc import Callable
from typing import Any

from anyio import to_thread
from starlette.requests import Request

from api.desk import desk_of
from ledger.domain import communities, shifts
from ledger.domain.community_records import Community
from ledger.domain.shift_records import Shift
from ledger.domain.values import CommunityId, ShiftId, ZoneName
from ledger.projections.asking import POSITION_MOST
from ledger.projections.reading import state_at


async def zone_of(request: Request, community: CommunityId) -> ZoneName:
    """The time zone of the community; of one that does not exist, the town's."""
    return await _asked(request, lambda connection: _zone(connection, community))


async def zone_of_shift(request: Request, shift: ShiftId) -> ZoneName:
    """The time zone of the shift's community."""

    def ask(connection: Any) -> ZoneName:  # noqa: ANN401 - see Room
        found: Shift = state_at(connection, shifts.stream(shift), POSITION_MOST)
        return _zone(connection, found.community)

    return await _asked(request, ask)


async def _asked(request: Request, ask: Callable[[Any], ZoneName]) -> ZoneName:
    desk = desk_of(request)

    def on_a_thread() -> ZoneName:
        with desk.reading() as connection:
            return ask(connection)

    return await to_thread.run_sync(on_a_thread, limiter=desk.readers)


def _zone(connection: Any, community: CommunityId) -> ZoneName:  # noqa: ANN401 - see Room
    found: Community = state_at(connection, communities.stream(community), POSITION_MOST)
    return found.time_zone
