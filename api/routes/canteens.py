"""Canteens: what went out and what was taken in, day by day."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, KnownAt, MonthIn, SitePath, Written
from api.reading import Listed, Room, answer
from ledger.domain import sites
from ledger.projections import canteens
from ledger.projections.settlement_records import MODEL

router: Final = APIRouter(tags=["canteens"])


class CanteenDayList(Listed[canteens.CanteenDay]):
    """The days on which plates were attested or cash was counted."""


class CountingList(Listed[canteens.Counting]):
    """The countings of cash, and what does not stand of them."""


@router.get("/v1/canteens/{canteen}/plates", **answers(CanteenDayList))
async def list_plates(
    asking: Asking, known: KnownAt, whole: Written, canteen: SitePath, month: MonthIn
) -> Response:
    """The plates and takings of a canteen's month by day."""

    def ask(room: Room) -> CanteenDayList:
        room.must_find("settlements", sites.stream(canteen))
        rows = canteens.days(room.connection, canteen, month, known=room.view.known)
        return CanteenDayList(*room.heading, rows, None)

    return await answer(asking, ask, MODEL, when=known, page=whole)


@router.get("/v1/canteens/{canteen}/takings", **answers(CountingList))
async def list_countings(
    asking: Asking, known: KnownAt, whole: Written, canteen: SitePath, month: MonthIn
) -> Response:
    """The cash counted in a canteen's month, counting by counting."""

    def ask(room: Room) -> CountingList:
        room.must_find("settlements", sites.stream(canteen))
        rows = canteens.countings(room.connection, canteen, month, known=room.view.known)
        return CountingList(*room.heading, rows, None)

    return await answer(asking, ask, MODEL, when=known, page=whole)
