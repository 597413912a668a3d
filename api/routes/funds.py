"""Funds: what each holds, what came in and went out, and which gift paid for what."""

from functools import partial
from secrets import token_hex
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api import printing
from api.describing import answers
from api.documents.donation import ReceiptOnPaper, receipt_pdf
from api.files import PDF, OnPaper
from api.own import ids_of
from api.parameters import (
    Asking,
    At,
    CommunityIn,
    FundPath,
    KnownAt,
    NumberPath,
    Paged,
    Written,
)
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.domain import communities
from ledger.domain.authority import NOWHERE
from ledger.domain.funds import stream
from ledger.domain.lots import ReceiptKind
from ledger.domain.permissions import reading_refusal
from ledger.domain.values import Count, FundId
from ledger.projections import contribution_records, funds, gifts, lots, reading
from ledger.projections.fund_records import MODEL

router: Final = APIRouter(tags=["funds"])


class FundList(Listed[funds.Fund]):
    """Funds with their money, by community."""


class FundTold(Told):
    """A fund with its money."""

    fund: funds.Fund


class MovementList(Listed[funds.Movement]):
    """What came into a fund and went out of it, newest first."""


class FundMonthList(Listed[funds.MonthOfFund]):
    """What each month brought a fund and took from it."""


class LotList(Listed[lots.LotLeft]):
    """Gifts of which something is left, in the order in which they will be spent."""


class GiftPartList(Listed[lots.GiftPart]):
    """What a gift paid for, and what is left of it."""


class GiftSpentList(Listed[lots.GiftSpent]):
    """The gifts that a payment or a move spent."""


@router.get("/v1/funds", **answers(FundList))
async def list_funds(
    asking: Asking, when: At, whole: Written, community: CommunityIn | None = None
) -> Response:
    """The funds of a community, or of all that the caller reaches."""

    def ask(room: Room) -> FundList:
        if community is None:
            room.must_hold_a_role("funds")
        else:
            room.must_read("funds", community)
        found, reach = funds.funds(room.connection, community, room.view), room.reach("funds")
        rows = [row for row in found if reach is None or row.community in reach]
        return FundList(*room.heading, tuple(rows), None)

    return await answer(asking, ask, MODEL, when=when, page=whole)


@router.get("/v1/funds/{fund}", **answers(FundTold))
async def get_fund(asking: Asking, when: At, fund: FundPath) -> Response:
    """What a fund holds, has promised, and may still spend."""

    def ask(room: Room) -> FundTold:
        room.must_find("funds", stream(fund))
        for found in funds.funds(room.connection, None, room.view, fund=fund):
            return FundTold(*room.heading, found)
        raise nothing_there()

    return await answer(asking, ask, MODEL, when=when)


@router.get("/v1/funds/{fund}/statement", **answers(MovementList))
async def list_fund_movements(asking: Asking, when: At, page: Paged, fund: FundPath) -> Response:
    """What came into the fund and went out of it, newest first."""

    def ask(room: Room) -> MovementList:
        room.must_find("funds", stream(fund))
        after = room.after(tuple[int])
        rows = funds.fund_statement(
            room.connection, fund, room.view, limit=room.limit, after=after[0] if after else None
        )
        return room.listed(MovementList, rows, lambda row: (row.position,))

    return await answer(asking, ask, MODEL, when=when, page=page)


@router.get("/v1/funds/{fund}/months", **answers(FundMonthList))
async def list_fund_months(asking: Asking, when: At, whole: Written, fund: FundPath) -> Response:
    """The fund month by month, of occurrence or of booking."""

    def ask(room: Room) -> FundMonthList:
        room.must_find("funds", stream(fund))
        rows = funds.fund_by_month(room.connection, fund, room.view)
        return FundMonthList(*room.heading, rows, None)

    return await answer(asking, ask, MODEL, when=when, page=whole)


@router.get("/v1/funds/{fund}/lots", **answers(LotList))
async def list_fund_lots(
    asking: Asking, known: KnownAt, whole: Written, fund: FundPath
) -> Response:
    """The gifts of which something is left, in the order in which they will be spent."""

    def ask(room: Room) -> LotList:
        room.must_find("funds", stream(fund))
        left = lots.lots(room.connection, fund, known=room.view.known)
        return LotList(*room.heading, left, None)

    return await answer(asking, ask, MODEL, when=known, page=whole)


@router.get("/v1/funds/{fund}/lots/{lot}", **answers(GiftPartList))
async def follow_gift(
    asking: Asking, known: KnownAt, whole: Written, fund: FundPath, lot: NumberPath
) -> Response:
    """Where a gift went: what it paid for, and what is left of it, wherever it was moved."""

    def ask(room: Room) -> GiftPartList:
        room.must_find("funds", stream(fund))
        parts = lots.where_did_it_go(room.connection, fund, Count(lot), known=room.view.known)
        return GiftPartList(*room.heading, parts, None)

    return await answer(asking, ask, MODEL, when=known, page=whole)


@router.get("/v1/funds/{fund}/receipts/{receipt}.pdf", **answers(bytes, PDF))
async def print_receipt(asking: Asking, fund: FundPath, receipt: NumberPath) -> Response:
    """The receipt of money that was given, on paper; whoever gave it prints it with her name."""
    asking.nonce = token_hex(8)  # each look at a name is a look

    def ask(room: Room) -> OnPaper:
        hers = _is_hers(room, fund, Count(receipt))
        if not hers:
            room.must_find("funds", stream(fund))
        found = gifts.received(room.connection, fund, Count(receipt), room.view)
        if found is None:
            raise nothing_there()
        paper = partial(receipt_pdf, _on_paper(room, found, hers=hers))
        return OnPaper(paper, f"receipt-{fund}-{receipt}.pdf")

    return await answer(asking, ask, MODEL, contribution_records.MODEL)


@router.get("/v1/funds/{fund}/vouchers/{voucher}", **answers(GiftSpentList))
async def trace_voucher(
    asking: Asking, known: KnownAt, whole: Written, fund: FundPath, voucher: NumberPath
) -> Response:
    """Which gifts a payment or a move spent."""

    def ask(room: Room) -> GiftSpentList:
        room.must_find("funds", stream(fund))
        gifts = lots.which_paid(room.connection, fund, Count(voucher), known=room.view.known)
        return GiftSpentList(*room.heading, gifts, None)

    return await answer(asking, ask, MODEL, when=known, page=whole)


def _is_hers(room: Room, fund: FundId, lot: Count) -> bool:
    """Whether the reader gave it, which she sees wherever the fund is."""
    persons = ids_of(room, room.authority.person)
    if reading_refusal(room.authority, "gifts", None, own=True) is not None:
        return False
    room.horizon.widen(NOWHERE, persons)
    hers = gifts.gave(room.connection, fund, lot, persons)
    if hers:
        room.horizon.widen(None)  # what became of her gift is in the tables of whichever fund
    return hers


def _on_paper(room: Room, found: gifts.ReceivedGift, *, hers: bool) -> ReceiptOnPaper:
    home = communities.stream(found.community)
    names = reading.names(room.connection, {stream(found.fund), home})
    return ReceiptOnPaper(
        gift=found,
        fund=names[stream(found.fund)],
        community=names[home],
        source=None if found.kind is ReceiptKind.contribution else found.source,
        contact=printing.contact_of(room, room.authority.person) if hers else None,
        received_at=printing.moment_of(room, found.position),
        place=printing.place_of(room, found.position),
    )
