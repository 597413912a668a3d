"""Communities: the units that organise service there, and what they belong to."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, CommunityPath, KnownAt
from api.reading import Room, Told, answer
from ledger.domain import communities
from ledger.domain.community_records import Community, Unit
from ledger.domain.values import CommunityId, UnitId
from ledger.projections.reading import state_at
from ledger.projections.trail import MODEL

router: Final = APIRouter(tags=["communities"])


class UnitsTold(Told):
    """The organising units of a community, by their ids."""

    community: CommunityId
    units: dict[UnitId, Unit]


@router.get("/v1/communities/{community}/units", **answers(UnitsTold))
async def get_units(asking: Asking, known: KnownAt, community: CommunityPath) -> Response:
    """Who organises service in the community: committees, associations, their teams."""

    def ask(room: Room) -> UnitsTold:
        here = communities.stream(community)
        room.must_find("units", here)
        found: Community = state_at(room.connection, here, room.position)
        return UnitsTold(*room.heading, community, dict(found.units))

    return await answer(asking, ask, MODEL, when=known)
