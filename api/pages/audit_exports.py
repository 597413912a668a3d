"""Audit exports: files for an auditor's own tools, and what each of them is for."""

from typing import Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages.audit import AnyMonthIn, OneIn, communities_of
from api.pages.reading import AskingInside, OnPage, today_of
from api.pages.routing import pages
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.values import month_of, previous_month
from ledger.projections import fund_records, funds, journal_records, shift_records
from ledger.projections.reading import names

router: Final[APIRouter] = pages()
COMMANDS: Final = {
    "bundle": "jiefang bundle",
    "workbook": "jiefang export claims --format xlsx",
    "parquet": "jiefang export entries --format parquet",
    "journal": "jiefang export journal --format hledger",
}


@router.get("/audit/exports")
async def exports_page(
    asking: AskingInside, month: AnyMonthIn = None, community: OneIn = None
) -> Response:
    """What a browser saves at once, and what is made where the ledger runs."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("audit-trail")
        if community is not None:
            room.must_find("exceptions", communities.stream(community))
        here = communities_of(room)
        called = names(room.connection, {communities.stream(each) for each in here})
        shown = month or previous_month(month_of(today_of(room)))
        values = {
            "month": shown,
            "one": community,
            "commands": COMMANDS,
            "funds": funds.funds(room.connection, community, room.view) if community else (),
            "communities": [(each, called.get(communities.stream(each), each)) for each in here],
            "position": room.position,
            "today": today_of(room),
        }
        return OnPage(room.request, "audit_exports", values)

    models = (shift_records.MODEL, journal_records.MODEL, fund_records.MODEL)
    return await answer(asking, ask, *models)
