"""Grounds: all that a payment rests on, as one answer, each step with its position in the log.

A receipt of the entry at a position is `/v1/log/receipts/{entry}`; whoever trusts nobody asks for
it, or for a bundle, in which `jiefang trail` finds the same.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, FundPath, KnownAt, MonthPath, NumberPath, Paged, SitePath
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.audit import disbursement_grounds, settlement_grounds
from ledger.audit.disbursement_grounds import DisbursementTrail
from ledger.audit.recheck import Recheck, recheck
from ledger.audit.settlement_grounds import ClaimEntry, SettlementTrail
from ledger.domain import funds, sites
from ledger.domain.values import Count
from ledger.projections import (
    disbursement_records,
    grounds,
    meal_records,
    resolution_records,
    settlement_records,
)

router: Final = APIRouter(tags=["grounds"])


OF_SETTLEMENTS: Final = meal_records.MODEL, settlement_records.MODEL, resolution_records.MODEL
"""The read models that find what a settlement rests on."""


class SettlementTrailTold(Listed[ClaimEntry]):
    """A settlement with all that it rests on, and a page of its claims in the order of the log."""

    trail: SettlementTrail


class RecheckTold(Told):
    """A canteen's month worked out anew; what is unexplained is nothing, in a true ledger."""

    recheck: Recheck


class DisbursementTrailTold(Told):
    """A payment out of a fund with all that it rests on."""

    trail: DisbursementTrail


@router.get("/v1/settlements/{canteen}/{month}/trail", **answers(SettlementTrailTold))
async def get_settlement_trail(
    asking: Asking, known: KnownAt, page: Paged, canteen: SitePath, month: MonthPath
) -> Response:
    """From a settlement to its claims, policy, resolutions, approvals, payments and vouchers."""

    def ask(room: Room) -> SettlementTrailTold:
        room.must_find("grounds", sites.stream(canteen))
        events = grounds.of_settlement(room.connection, canteen, month, room.view.known)
        entries = settlement_grounds.claims(events, canteen, month)
        found = settlement_grounds.trail(events, canteen, month, entries)
        if found is None:
            raise nothing_there()
        (after,) = room.after(tuple[int]) or (0,)
        behind = [each for each in entries if each.step.position > after]
        rows = tuple(behind[: room.limit])
        following = room.next(rows, lambda row: (row.step.position,))
        return SettlementTrailTold(*room.heading, rows, following, found)

    return await answer(asking, ask, *OF_SETTLEMENTS, when=known, page=page)


@router.get("/v1/settlements/{canteen}/{month}/recheck", **answers(RecheckTold))
async def recheck_settlement(
    asking: Asking, known: KnownAt, canteen: SitePath, month: MonthPath
) -> Response:
    """A canteen's month worked out anew from the log: each difference, and what explains it."""

    def ask(room: Room) -> RecheckTold:
        room.must_find("grounds", sites.stream(canteen))
        events = grounds.of_settlement(room.connection, canteen, month, room.view.known)
        return RecheckTold(*room.heading, recheck(events, canteen, month))

    return await answer(asking, ask, *OF_SETTLEMENTS, when=known)


@router.get("/v1/disbursements/{fund}/{number}/trail", **answers(DisbursementTrailTold))
async def get_disbursement_trail(
    asking: Asking, known: KnownAt, fund: FundPath, number: NumberPath
) -> Response:
    """From a payment out of a fund to its request, approvals, resolution and voucher."""

    def ask(room: Room) -> DisbursementTrailTold:
        room.must_find("grounds", funds.stream(fund))
        events = grounds.of_disbursement(room.connection, fund, Count(number), room.view.known)
        found = disbursement_grounds.trail(events, fund, Count(number))
        if found is None:
            raise nothing_there()
        return DisbursementTrailTold(*room.heading, found)

    return await answer(asking, ask, disbursement_records.MODEL, when=known)
