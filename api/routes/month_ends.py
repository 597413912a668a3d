"""Month ends: how far a community's month has come, from the plates to the public notice."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.displaying import moment_asked
from api.parameters import Asking, CommunityPath, KnownAt, MonthPath, this_minute
from api.reading import Room, Told, answer
from ledger.domain import communities
from ledger.projections.month_ends import MODELS, MonthEnd, month_end

router: Final = APIRouter(tags=["periods"])


class MonthEndTold(Told):
    """What is done of a month, what waits, and by when it must be published."""

    month_end: MonthEnd


@router.get("/v1/communities/{community}/months/{month}", **answers(MonthEndTold))
async def get_month_end(
    asking: Asking, known: KnownAt, community: CommunityPath, month: MonthPath
) -> Response:
    """How far the month has come in each canteen and in the community's books; no names."""
    asking.asked_at = this_minute()  # what is on display ends with a day

    def ask(room: Room) -> MonthEndTold:
        room.must_find("month-ends", communities.stream(community))
        end = month_end(
            room.connection,
            community,
            month,
            moment_asked(room),
            position=room.position,
            view=room.view,
        )
        return MonthEndTold(*room.heading, end)

    return await answer(asking, ask, *MODELS, when=known)
