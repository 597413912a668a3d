"""Lots: every receipt of a fund is a lot, so that each payment can name whose money it spent.

Lots are drawn on oldest first, and oldest means lowest number: the order in which the fund's
receipts were entered, not the days they carry. A receipt entered late for an earlier day would
otherwise have been spent before anybody knew of it, and vouchers already written would be wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.domain.values import Count, Fen, FundId, Month, Slug


class ReceiptKind(StrEnum):
    """Where money comes from; whoever gave it is the receipt's source."""

    award = "award"  # 奖励
    donation = "donation"  # 捐赠
    contribution = "contribution"  # 居民贡献
    appropriation = "appropriation"  # 拨款


@dataclass(frozen=True, slots=True)
class Origin:
    """The receipt with which money first came into the ledger; a move does not change it."""

    fund: FundId
    lot: Count


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a lot came in from outside; an opening balance is of no kind."""

    kind: ReceiptKind | None
    source: Slug
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one receipt; `number` is the receipt's number in its fund.

    `came_on` is the day on which it came into this fund, `booked_in` the month that booked it. A
    part that was moved in from another fund has no `receipt` here.
    """

    number: Count
    left_fen: Fen
    origin: Origin
    came_on: date
    booked_in: Month
    receipt: Receipt | None = None

    @property
    def untouched(self) -> Receipt | None:
        """The receipt, while not a fen of it was spent or moved."""
        receipt = self.receipt
        return receipt if receipt is not None and receipt.amount_fen == self.left_fen else None


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


def parts(lots: Iterable[Lot], uses: Iterable[LotUse]) -> tuple[Lot, ...]:
    """What the uses take out of the lots: whose it was, and what could be given back."""
    used = {use.lot: use.amount_fen for use in uses}
    return tuple(replace(lot, left_fen=used[lot.number]) for lot in lots if lot.number in used)


def given_back(lots: Iterable[Lot], taken: Iterable[Lot]) -> tuple[Lot, ...]:
    """The lots with these parts in them again, each at its place; an exhausted one is back.

    A lot whose part came back later is counted from that day and month on.
    """
    left = {lot.number: lot for lot in lots}
    for part in taken:
        rest = left.get(part.number)
        left[part.number] = part if rest is None else _both(part, rest)
    return tuple(left[number] for number in sorted(left))


def _both(part: Lot, rest: Lot) -> Lot:
    return replace(
        part,
        left_fen=Fen(part.left_fen + rest.left_fen),
        came_on=max(part.came_on, rest.came_on),
        booked_in=max(part.booked_in, rest.booked_in),
    )


def move(
    lots: tuple[Lot, ...], uses: tuple[LotUse, ...], numbers_after: Count
) -> tuple[LotMoved, ...]:
    """The lots that the uses begin in another fund, numbered after its last receipt there."""
    origins = {lot.number: lot.origin for lot in lots}
    return tuple(
        LotMoved(Count(number), use.lot, origins[use.lot], use.amount_fen)
        for number, use in enumerate(uses, start=numbers_after + 1)
    )
