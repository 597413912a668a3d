"""Lots: every receipt of a fund is a lot, so that each payment can name whose money it spent.

Lots are drawn on oldest first, and oldest means lowest number: the order in which the fund's
receipts were entered, not the days they carry. A receipt entered late for an earlier day would
otherwise have been spent before anybody knew of it, and vouchers already written would be wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ledger.domain.values import Count, Fen, FundId


@dataclass(frozen=True, slots=True)
class Origin:
    """The receipt with which money first came into the ledger; a move does not change it."""

    fund: FundId
    lot: Count


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one receipt; `number` is the receipt's number in its fund."""

    number: Count
    left_fen: Fen
    origin: Origin


@dataclass(frozen=True, slots=True)
class LotUse:
    """How much of a lot was spent or moved."""

    lot: Count
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class LotMoved:
    """A lot that began with a move: its number here, the lot it was cut from, its origin."""

    lot: Count
    from_lot: Count
    origin: Origin
    amount_fen: Fen


def total(lots: Iterable[Lot]) -> Fen:
    """What the lots hold together."""
    return Fen(sum(lot.left_fen for lot in lots))


def draw(lots: Iterable[Lot], amount_fen: Fen) -> tuple[LotUse, ...]:
    """The lots that make up the amount, oldest first, as far as they reach."""
    uses: list[LotUse] = []
    missing = amount_fen
    for lot in lots:
        if missing <= 0:
            break
        part = min(lot.left_fen, missing)
        uses.append(LotUse(lot.number, part))
        missing = Fen(missing - part)
    return tuple(uses)


def without(lots: tuple[Lot, ...], uses: Iterable[LotUse]) -> tuple[Lot, ...]:
    """The lots after these uses; an exhausted one is gone."""
    used = {use.lot: use.amount_fen for use in uses}
    left = (
        replace(lot, left_fen=Fen(lot.left_fen - used[lot.number])) if lot.number in used else lot
        for lot in lots
    )
    return tuple(lot for lot in left if lot.left_fen)


def move(
    lots: tuple[Lot, ...], uses: tuple[LotUse, ...], numbers_after: Count
) -> tuple[LotMoved, ...]:
    """The lots that the uses begin in another fund, numbered after its last receipt there."""
    origins = {lot.number: lot.origin for lot in lots}
    return tuple(
        LotMoved(Count(number), use.lot, origins[use.lot], use.amount_fen)
        for number, use in enumerate(uses, start=numbers_after + 1)
    )
