"""Donors: where the money of one went, for whoever reads the funds it was given to, and herself.

A donor is a source of receipts by its kind, or a person by her contributions in cash. She herself
sees all her gifts; of them another, who must answer a donor's question, sees what was given to
funds within reach. A donor may ask how a gift was used (公益事业捐赠法 1999, art. 21).
"""

from datetime import date
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.describing import answers
from api.own import ids_of, is_own, view_of
from api.parameters import Asking, KnownAt, Paged, PersonPath, SourcePath
from api.reading import Listed, Room, Told, answer, nothing_there
from api.tables import Table, table_of
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import Count, FundId, PersonId
from ledger.projections import contribution_records, fund_records, gifts
from ledger.projections.asking import Reach

router: Final = APIRouter(tags=["donors"])

KindPath: TypeAlias = Annotated[ReceiptKind, Path(examples=["donation"])]


class GiftsTold(Told):
    """What all of a donor's gifts come to, and a page of them, the latest first.

    Of each and of all: given is spent, left and reversed together, at the answer's position.
    """

    totals: gifts.GiftTotals
    gifts: tuple[gifts.Gift, ...]
    next: str | None

    def table(self) -> Table:
        """The gifts of the page."""
        return table_of(gifts.Gift, self.gifts)


class GiftPaymentList(Listed[gifts.GiftPayment]):
    """What was paid with a donor's gifts, the latest first."""


@router.get("/v1/donors/{receipt_kind}/{source}/gifts", **answers(GiftsTold))
async def get_gifts_of_donor(
    asking: Asking, known: KnownAt, page: Paged, receipt_kind: KindPath, source: SourcePath
) -> Response:
    """What a donor gave, and how much of it is spent, left, reversed or in other funds."""

    def ask(room: Room) -> GiftsTold:
        room.must_hold_a_role("funds")
        return _gifts(room, gifts.Source(receipt_kind, source), room.reach("funds"))

    return await answer(asking, ask, fund_records.MODEL, when=known, page=page)


@router.get("/v1/donors/{receipt_kind}/{source}/payments", **answers(GiftPaymentList))
async def list_payments_of_donor(
    asking: Asking, known: KnownAt, page: Paged, receipt_kind: KindPath, source: SourcePath
) -> Response:
    """Which payments a donor's gifts went into, the latest first."""

    def ask(room: Room) -> GiftPaymentList:
        room.must_hold_a_role("funds")
        return _payments(room, gifts.Source(receipt_kind, source), room.reach("funds"))

    return await answer(asking, ask, fund_records.MODEL, when=known, page=page)


@router.get("/v1/persons/{person}/gifts", **answers(GiftsTold))
async def get_gifts_of_person(
    asking: Asking, known: KnownAt, page: Paged, person: PersonPath
) -> Response:
    """What a person contributed in cash, and what became of it; one's own, or another's."""

    def ask(room: Room) -> GiftsTold:
        reach, own = _reach(room, person)
        return _gifts(room, ids_of(room, person), reach, own=own)

    return await answer(asking, ask, *MODELS, when=known, page=page)


@router.get("/v1/persons/{person}/gifts/payments", **answers(GiftPaymentList))
async def list_payments_of_person(
    asking: Asking, known: KnownAt, page: Paged, person: PersonPath
) -> Response:
    """Which payments a person's contributions went into, the latest first."""

    def ask(room: Room) -> GiftPaymentList:
        reach, own = _reach(room, person)
        return _payments(room, ids_of(room, person), reach, own=own)

    return await answer(asking, ask, *MODELS, when=known, page=page)


MODELS: Final = (fund_records.MODEL, contribution_records.MODEL)


def _gifts(room: Room, donor: gifts.Donor, reach: Reach, *, own: bool = False) -> GiftsTold:
    totals = gifts.totals(room.connection, donor, room.view, reach=reach)
    if not totals.gifts and not own:
        raise nothing_there()
    rows = gifts.gifts(
        room.connection,
        donor,
        room.view,
        limit=room.limit,
        after=room.after(tuple[date, FundId, Count]),
        reach=reach,
    )
    return GiftsTold(*room.heading, totals, rows, room.next(rows, lambda row: row.key))


def _payments(
    room: Room, donor: gifts.Donor, reach: Reach, *, own: bool = False
) -> GiftPaymentList:
    """A donor without gifts within reach is answered like one that does not exist."""
    if not own and not gifts.gifts(room.connection, donor, room.view, limit=1, reach=reach):
        raise nothing_there()
    rows = gifts.payments(
        room.connection,
        donor,
        room.view,
        limit=room.limit,
        after=room.after(tuple[int, Count]),
        reach=reach,
    )
    return room.listed(GiftPaymentList, rows, lambda row: row.key)


def _reach(room: Room, person: PersonId) -> tuple[Reach, bool]:
    """How much of the person's gifts is shown, and whether they are the reader's own.

    Raise the problem if none of them may be.
    """
    if is_own(room, person):
        room.must_read("gifts", None, own=ids_of(room, person))
        room.horizon.widen(None)  # what became of her gift is in the tables of whichever fund
        return None, True
    view = view_of(room, person, "gifts")
    room.must_hold_a_role(view)
    return room.reach(view), False
