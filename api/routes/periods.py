"""Periods: the months that were reopened, by whom and why, and when they were closed again."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, CommunityIn, KnownAt, Paged
from api.reading import Listed, Room, answer
from ledger.projections import periods
from ledger.projections.period_records import MODEL

router: Final = APIRouter(tags=["periods"])


class ReopeningList(Listed[periods.Reopening]):
    """Proposals to reopen a month and what became of them, the latest first."""


@router.get("/v1/reopenings", **answers(ReopeningList))
async def list_reopenings(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityIn | None = None
) -> Response:
    """The months of a community, or of all, that were to book again, the latest first."""

    def ask(room: Room) -> ReopeningList:
        room.must_hold_a_role("reopenings")
        after = room.after(tuple[int])
        rows = periods.reopenings(
            room.connection,
            community,
            room.view,
            limit=room.limit,
            after=after[0] if after else None,
        )
        return room.listed(ReopeningList, rows, lambda row: (row.position,))

    return await answer(asking, ask, MODEL, when=known, page=page)
