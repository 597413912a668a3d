"""Councils: the meetings of a community, and how many came to them."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, CommunityPath, KnownAt, Paged
from api.reading import Listed, Room, answer
from ledger.domain import communities
from ledger.domain.values import MeetingId
from ledger.projections import councils
from ledger.projections.council_records import MODEL

router: Final = APIRouter(tags=["councils"])


class MeetingList(Listed[councils.Meeting]):
    """Meetings with how many came, the latest first."""


@router.get("/v1/communities/{community}/meetings", **answers(MeetingList))
async def list_meetings(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityPath
) -> Response:
    """The meetings of a community and how many came to them, the latest first."""

    def ask(room: Room) -> MeetingList:
        room.must_find("councils", communities.stream(community))
        rows = councils.meetings(
            room.connection,
            community,
            room.view,
            limit=room.limit,
            after=room.after(tuple[date, MeetingId]),
        )
        return room.listed(MeetingList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)
