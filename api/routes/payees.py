"""Payees: whom funds may pay, and, for those who read disbursements, how much each was paid."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api import registers
from api.describing import answers
from api.parameters import Asking, CommunityIn, KnownAt, Paged
from api.reading import Listed, Room, answer
from ledger.domain.values import Slug
from ledger.projections import payees
from ledger.projections.disbursement_records import MODEL
from ledger.projections.payees import Payee

router: Final = APIRouter(tags=["payees"])


class PayeeList(Listed[Payee]):
    """Payees by their short name."""


@router.get("/v1/payees", **answers(PayeeList))
async def list_payees(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityIn | None = None
) -> Response:
    """The payees of a community, or of all that the caller reaches."""

    def ask(room: Room) -> PayeeList:
        registers.must_read(room, "payees", community)
        after = room.after(tuple[Slug])
        rows = payees.payees(
            room.connection,
            community=community,
            known=room.view.known,
            limit=room.limit,
            after=after[0] if after else None,
            reach=room.reach("payees"),
        )
        shown = tuple(shown_to(row, room) for row in rows)
        return room.listed(PayeeList, shown, lambda row: (row.payee,))

    return await answer(asking, ask, MODEL, when=known, page=page)


def shown_to(row: Payee, room: Room) -> Payee:
    """Whoever registers payees has nothing to do with money."""
    if room.may_read("disbursements", row.community):
        return row
    return replace(row, payments=None, paid_fen=None)
