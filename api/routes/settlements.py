"""Settlements: which canteen's month waits for which step, and one with all that led to it."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import registers
from api.describing import answers
from api.parameters import (
    Asking,
    At,
    CanteenIn,
    CommunityIn,
    MonthPath,
    Paged,
    SitePath,
    WaitingDayIn,
)
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.domain import sites
from ledger.domain.values import Month, SiteId
from ledger.projections import settlements
from ledger.projections.settlement_records import MODEL, SettlementStage

router: Final = APIRouter(tags=["settlements"])


class SettlementList(Listed[settlements.SettlementLine]):
    """Settlements, of the newest month first."""


class SettlementTold(Told):
    """A settlement with its payers, its steps, and what comes back."""

    settlement: settlements.Settlement


@router.get("/v1/settlements", **answers(SettlementList))
async def list_settlements(
    asking: Asking,
    when: At,
    page: Paged,
    *,
    community: CommunityIn | None = None,
    canteen: CanteenIn | None = None,
    stage: Annotated[SettlementStage | None, Query()] = None,
    day: WaitingDayIn | None = None,
) -> Response:
    """The settlements of a community or a canteen, or of all that the caller reaches."""

    def ask(room: Room) -> SettlementList:
        site = None if canteen is None else sites.stream(canteen)
        registers.must_read(room, "settlements", community, site)
        rows = settlements.register(
            room.connection,
            community=community,
            canteen=canteen,
            stage=stage,
            day=day,
            view=room.view,
            limit=room.limit,
            after=room.after(tuple[Month, SiteId]),
            reach=room.reach("settlements"),
        )
        return room.listed(SettlementList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=when, page=page)


@router.get("/v1/settlements/{canteen}/{month}", **answers(SettlementTold))
async def get_settlement(
    asking: Asking,
    when: At,
    canteen: SitePath,
    month: MonthPath,
    day: WaitingDayIn | None = None,
) -> Response:
    """The settlement of a canteen's month: who owes what, who did what, and what comes back."""

    def ask(room: Room) -> SettlementTold:
        room.must_find("settlements", sites.stream(canteen))
        found = settlements.settlement(room.connection, canteen, month, day=day, view=room.view)
        if found is None:
            raise nothing_there()
        return SettlementTold(*room.heading, found)

    return await answer(asking, ask, MODEL, when=when)
