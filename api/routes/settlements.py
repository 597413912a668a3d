"""Settlements: which canteen's month waits for which step, and one with all that led to it."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import printing, registers
from api.describing import answers
from api.documents.settlement import SettlementOnPaper, VersionOnPaper, settlement_pdf
from api.files import PDF, OnPaper
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
from ledger.domain import communities, sites
from ledger.domain.policy_records import Timeline
from ledger.domain.policy_records import stream as policy_stream
from ledger.domain.values import Month, SiteId
from ledger.projections import (
    canteen_months,
    meal_records,
    reading,
    resolution_records,
    settlements,
    vouchers,
)
from ledger.projections.payers import payer_names
from ledger.projections.resolutions import cited_by
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


@router.get("/v1/settlements/{canteen}/{month}.pdf", **answers(bytes, PDF))
async def print_settlement(
    asking: Asking, when: At, canteen: SitePath, month: MonthPath
) -> Response:
    """The settlement of a canteen's month on paper, to be signed and paid by."""

    def ask(room: Room) -> OnPaper:
        paper = partial(settlement_pdf, _on_paper(room, _found(room, canteen, month)))
        return OnPaper(paper, f"settlement-{canteen}-{month}.pdf")

    models = (MODEL, resolution_records.MODEL, meal_records.MODEL)
    return await answer(asking, ask, *models, when=when)


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
        return SettlementTold(*room.heading, _found(room, canteen, month, day))

    return await answer(asking, ask, MODEL, when=when)


def _found(
    room: Room, canteen: SiteId, month: Month, day: date | None = None
) -> settlements.Settlement:
    room.must_find("settlements", sites.stream(canteen))
    found = settlements.settlement(room.connection, canteen, month, day=day, view=room.view)
    if found is None:
        raise nothing_there()
    return found


def _on_paper(room: Room, found: settlements.Settlement) -> SettlementOnPaper:
    line, connection = found.line, room.connection
    site, home = sites.stream(line.canteen), communities.stream(line.community)
    names = reading.names(connection, {site, home})
    entries = [each.position for each in found.steps]
    entries += [each.position for each in found.payments]
    return SettlementOnPaper(
        settlement=found,
        kept=canteen_months.kept(connection, line.canteen, line.month, room.view),
        canteen=names[site],
        community=names[home],
        payers=payer_names(connection, (each.payer for each in found.dues), room.position),
        versions=tuple(_versions(room, line.canteen, line.month)),
        vouchers=vouchers.of_settlement(connection, found.payments),
        at=printing.moment_of(room, room.position),
        place=printing.place_of(room, max(entries)),
    )


def _versions(room: Room, canteen: SiteId, month: Month) -> Iterator[VersionOnPaper]:
    """Those by which its meals were priced, whatever was published or withdrawn since."""
    here = policy_stream(canteen)
    timeline: Timeline = reading.state_at(room.connection, here, room.position)
    cited = cited_by(room.connection, canteen, room.view)
    named = canteen_months.priced_by(room.connection, canteen, month, room.view)
    for each in timeline.versions:
        if each.version in named:
            agreed = {cite.resolution for cite in cited if cite.version == each.version}
            days = each.valid_from, each.valid_until
            yield VersionOnPaper(each.version, *days, each.price_fen, tuple(sorted(agreed)))
