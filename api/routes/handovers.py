"""Handovers: the register of to whom the log was handed, for whoever keeps data or audits."""

from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, KnownAt, Paged, shape
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.domain.values import HandoverId, Slug
from ledger.projections import handovers

router: Final = APIRouter(tags=["handovers"])

HandoverPath: TypeAlias = Annotated[
    HandoverId, Path(**shape(Slug, "8f2d6b4a-1c9e-4d37-a5b0-3e7c9f1a2d64"))
]
"""As wide as the words of the command beside it: nothing is recorded under the id `hand-over`."""


class HandoverList(Listed[handovers.Handover]):
    """To whom the log was handed, the latest first."""


class HandoverTold(Told):
    """One handing-over of the log."""

    handover: handovers.Handover


@router.get("/v1/handovers", **answers(HandoverList))
async def list_handovers(asking: Asking, known: KnownAt, page: Paged) -> Response:
    """To whom the log was handed, by whom, and whether with opened fact sheets."""

    def ask(room: Room) -> HandoverList:
        room.must_hold_a_role("handovers")
        after = room.after(tuple[int])
        rows = handovers.register(
            room.connection, room.view, limit=room.limit, after=after[0] if after else None
        )
        return room.listed(HandoverList, rows, lambda row: (row.position,))

    return await answer(asking, ask, handovers.MODEL, when=known, page=page)


@router.get("/v1/handovers/{handover}", **answers(HandoverTold))
async def get_handover(asking: Asking, known: KnownAt, handover: HandoverPath) -> Response:
    """One of them."""

    def ask(room: Room) -> HandoverTold:
        room.must_hold_a_role("handovers")
        found = handovers.handover(room.connection, handover, room.view)
        if found is None:
            raise nothing_there()
        return HandoverTold(*room.heading, found)

    return await answer(asking, ask, handovers.MODEL, when=known)
