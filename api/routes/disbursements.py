"""Disbursements: what was asked for, approved and paid, and what waits for whom."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import registers
from api.describing import answers
from api.parameters import (
    Asking,
    CommunityIn,
    FundIn,
    FundPath,
    KnownAt,
    NumberPath,
    Paged,
    PayeeIn,
    WaitingDayIn,
    Written,
)
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.domain import funds, payees
from ledger.domain.disbursement_records import Stage
from ledger.domain.values import Count
from ledger.projections import disbursements
from ledger.projections.disbursement_records import MODEL

router: Final = APIRouter(tags=["disbursements"])


class DisbursementList(Listed[disbursements.DisbursementLine]):
    """Disbursements, newest first."""


class DisbursementTold(Told):
    """A disbursement with every step."""

    disbursement: disbursements.Disbursement


class RequesterList(Listed[disbursements.Requester]):
    """Who asked for money of a fund, and how often each took it back herself."""


@router.get("/v1/disbursements", **answers(DisbursementList))
async def list_disbursements(
    asking: Asking,
    known: KnownAt,
    page: Paged,
    *,
    community: CommunityIn | None = None,
    fund: FundIn | None = None,
    payee: PayeeIn | None = None,
    stage: Annotated[Stage | None, Query()] = None,
    day: WaitingDayIn | None = None,
) -> Response:
    """The disbursements of a community, a fund or to a payee, or all that the caller reaches."""

    def ask(room: Room) -> DisbursementList:
        giver = None if fund is None else funds.stream(fund)
        taker = None if payee is None else payees.stream(payee)
        registers.must_read(room, "disbursements", community, giver, taker)
        after = room.after(tuple[int])
        rows = disbursements.register(
            room.connection,
            community=community,
            fund=fund,
            payee=payee,
            stage=stage,
            day=day,
            known=room.view.known,
            limit=room.limit,
            after=after[0] if after else None,
            reach=room.reach("disbursements"),
        )
        return room.listed(DisbursementList, rows, lambda row: (row.position,))

    return await answer(asking, ask, MODEL, when=known, page=page)


@router.get("/v1/disbursements/{fund}/{number}", **answers(DisbursementTold))
async def get_disbursement(
    asking: Asking,
    known: KnownAt,
    fund: FundPath,
    number: NumberPath,
    day: WaitingDayIn | None = None,
) -> Response:
    """A disbursement: who asked, approved, paid or refused it, and when."""

    def ask(room: Room) -> DisbursementTold:
        room.must_find("disbursements", funds.stream(fund))
        found = disbursements.disbursement(
            room.connection, fund, Count(number), day=day, known=room.view.known
        )
        if found is None:
            raise nothing_there()
        return DisbursementTold(*room.heading, found)

    return await answer(asking, ask, MODEL, when=known)


@router.get("/v1/funds/{fund}/undone", **answers(RequesterList))
async def list_undone(asking: Asking, known: KnownAt, whole: Written, fund: FundPath) -> Response:
    """How often each requester asked for money of the fund, and took it back in ten minutes."""

    def ask(room: Room) -> RequesterList:
        room.must_find("disbursements", funds.stream(fund))
        rows = disbursements.undone(room.connection, fund, known=room.view.known)
        return RequesterList(*room.heading, rows, None)

    return await answer(asking, ask, MODEL, when=known, page=whole)
