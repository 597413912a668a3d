"""Lots: every receipt of a fund is a lot, so that each payment can name whose money it spent.

Lots are drawn on oldest first, and oldest means lowest number: the order in which the fund's
receipts were entered, not the days they carry. A receipt entered late for an earlier day would
otherwise have been spent before anybody knew of it, and vouchers already written would be wrong.
Money that was not there on the day of an entry, or in the month that books it, is drawn on last.
"""

from collections.abc import Callable, Iterable, Sequence
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

    `came_on` is the day on which it came into this fund, `booked_in` the month that booked it: what
    a payment took and gave back came later than the rest, and lies beside it under the same number.
    A part that was moved in from another fund has no `receipt` here.
    """

    number: Count
    left_fen: Fen
    origin: Origin
    came_on: date
    booked_in: Month
    receipt: Receipt | None = None

    @property
    def when(self) -> tuple[Month, date]:
        """The month that booked it, and the day on which it came."""
        return self.booked_in, self.came_on


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


def draw(lots: Iterable[Lot], amount_fen: Fen, day: date, month: Month) -> tuple[Lot, ...]:
    """The parts of lots that an entry of that day, booked in that month, takes: as far as they go.

    What was there comes first, oldest first, and then what came later.
    """
    drawn: list[Lot] = []
    missing = amount_fen
    for lot in sorted(lots, key=_in_order(day, month)):
        if missing <= 0:
            break
        drawn.append(_part(lot, missing))
        missing = Fen(missing - drawn[-1].left_fen)
    return tuple(drawn)


def untouched(lot: Sequence[Lot]) -> Receipt | None:
    """The receipt of a lot, while not a fen of it was spent or moved; a moved lot has none."""
    receipt = lot[0].receipt if lot else None
    return receipt if receipt is not None and receipt.amount_fen == total(lot) else None


def uses(drawn: Iterable[Lot]) -> tuple[LotUse, ...]:
    """How much of each lot was drawn; what lies beside the rest of a lot is of that lot."""
    sums: dict[Count, int] = {}
    for part in drawn:
        sums[part.number] = sums.get(part.number, 0) + part.left_fen
    return tuple(LotUse(number, Fen(sum_fen)) for number, sum_fen in sums.items())


def parts(lots: Iterable[Lot], uses: Iterable[LotUse], day: date, month: Month) -> tuple[Lot, ...]:
    """What an entry of that day and month took by these uses, so that it can be given back."""
    missing = {use.lot: use.amount_fen for use in uses}
    taken: list[Lot] = []
    for lot in sorted(lots, key=_in_order(day, month)):
        if missing.get(lot.number, 0) > 0:
            taken.append(_part(lot, missing[lot.number]))
            missing[lot.number] = Fen(missing[lot.number] - taken[-1].left_fen)
    return tuple(taken)


def _in_order(day: date, month: Month) -> Callable[[Lot], tuple[bool, Count, Month, date]]:
    def key(lot: Lot) -> tuple[bool, Count, Month, date]:
        return lot.came_on > day or lot.booked_in > month, lot.number, *lot.when

    return key


def _part(lot: Lot, amount_fen: Fen) -> Lot:
    return replace(lot, left_fen=min(lot.left_fen, amount_fen))


def without(lots: Iterable[Lot], taken: Iterable[Lot]) -> tuple[Lot, ...]:
    """The lots after these parts of them are gone; an exhausted one is gone altogether."""
    return _summed(lots, (replace(part, left_fen=Fen(-part.left_fen)) for part in taken))


def given_back(lots: Iterable[Lot], taken: Iterable[Lot]) -> tuple[Lot, ...]:
    """The lots with these parts in them again, each at its place; an exhausted one is back."""
    return _summed(lots, taken)


def _summed(lots: Iterable[Lot], others: Iterable[Lot]) -> tuple[Lot, ...]:
    """Each lot once for each time at which something of it came, in the order of both."""
    found: dict[tuple[Count, Month, date], Lot] = {}
    for lot in (*lots, *others):
        name = (lot.number, *lot.when)
        before = found[name].left_fen if name in found else 0
        found[name] = replace(lot, left_fen=Fen(before + lot.left_fen))
    return tuple(found[name] for name in sorted(found) if found[name].left_fen)


def move(
    lots: tuple[Lot, ...], uses: tuple[LotUse, ...], numbers_after: Count
) -> tuple[LotMoved, ...]:
    """The lots that the uses begin in another fund, numbered after its last receipt there."""
    origins = {lot.number: lot.origin for lot in lots}
    return tuple(
        LotMoved(Count(number), use.lot, origins[use.lot], use.amount_fen)
        for number, use in enumerate(uses, start=numbers_after + 1)
    )
