"""Service: what waits in a community for somebody to decide, or to answer."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, CommunityPath, DayIn, KnownAt, Paged
from api.reading import Listed, Room, answer
from ledger.domain import communities
from ledger.projections import waiting
from ledger.projections.service_records import MODEL

router: Final = APIRouter(tags=["service"])


class HeldList(Listed[waiting.Held]):
    """Held service of a community, the longest waiting first."""


class ObjectionList(Listed[waiting.OpenObjection]):
    """Open objections of a community, in the order of the days by which they are to be answered."""


@router.get("/v1/communities/{community}/held", **answers(HeldList))
async def list_held(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityPath, day: DayIn
) -> Response:
    """What is held in the community, why, and for how many days by the end of this local day."""

    def ask(room: Room) -> HeldList:
        room.must_find("statement", communities.stream(community))
        after = room.after(tuple[int])
        rows = waiting.held(
            room.connection,
            community,
            day,
            known=room.view.known,
            limit=room.limit,
            after=after[0] if after else 0,
        )
        return room.listed(HeldList, rows, lambda row: (row.position,))

    return await answer(asking, ask, MODEL, when=known, page=page)


@router.get("/v1/communities/{community}/objections", **answers(ObjectionList))
async def list_objections(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityPath, day: DayIn
) -> Response:
    """The open objections of the community, and how many days are left from this local day on."""

    def ask(room: Room) -> ObjectionList:
        room.must_find("statement", communities.stream(community))
        after = room.after(tuple[date, int])
        rows = waiting.objections(
            room.connection, community, day, known=room.view.known, limit=room.limit, after=after
        )
        return room.listed(ObjectionList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)
