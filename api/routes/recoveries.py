"""Recoveries: subsidies that were settled and taken back, and what is still to come back."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api import registers
from api.describing import answers
from api.parameters import (
    Asking,
    At,
    CanteenIn,
    CommunityIn,
    FlagIn,
    Paged,
    WaitingDayIn,
)
from api.reading import Listed, Room, answer
from ledger.domain import sites
from ledger.projections import recoveries
from ledger.projections.settlement_records import MODEL

router: Final = APIRouter(tags=["recoveries"])


class RecoveryList(Listed[recoveries.Recovery]):
    """Recoveries, oldest first."""


@router.get("/v1/recoveries", **answers(RecoveryList))
async def list_recoveries(
    asking: Asking,
    when: At,
    page: Paged,
    *,
    community: CommunityIn | None = None,
    canteen: CanteenIn | None = None,
    only_open: FlagIn = False,
    day: WaitingDayIn | None = None,
) -> Response:
    """The recoveries of a community or a canteen, or of all that the caller reaches."""

    def ask(room: Room) -> RecoveryList:
        site = None if canteen is None else sites.stream(canteen)
        registers.must_read(room, "settlements", community, site)
        after = room.after(tuple[int])
        rows = recoveries.recoveries(
            room.connection,
            community=community,
            canteen=canteen,
            only_open=only_open,
            day=day,
            view=room.view,
            limit=room.limit,
            after=after[0] if after else None,
            reach=room.reach("settlements"),
        )
        return room.listed(RecoveryList, rows, lambda row: (row.position,))

    return await answer(asking, ask, MODEL, when=when, page=page)
