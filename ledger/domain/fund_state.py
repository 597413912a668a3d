"""What is remembered of a fund: its one restriction, its lots, its promises, and its last numbers.

How each entry changes it is in `fund_entries`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from ledger.domain import lots
from ledger.domain.decisions import Stream
from ledger.domain.disbursement_records import Disbursement
from ledger.domain.fund_records import (
    UNRESTRICTED,
    MoneyMovedBack,
    MoneyMovedIn,
    MovedBetweenFunds,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.lots import Lot
from ledger.domain.purpose_records import Changes
from ledger.domain.recovery_records import RecoveryReceiptReversed, RecoverySettled
from ledger.domain.values import CommunityId, Count, Fen, FundId, Month, SiteId, Slug

ReceiptGone: TypeAlias = ReceiptReversed | MoneyMovedBack | RecoveryReceiptReversed
"""What ends a receipt, or a lot that came from another fund."""

_NONE_YET: Final = Count(0)


@dataclass(frozen=True, slots=True)
class Settled:
    """One payment of a settlement: to whom, by which voucher, and out of which parts of lots."""

    payee: Slug
    voucher: Count
    spent: tuple[Lot, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A payment made outside this ledger, out of which parts of lots, and whether it stands."""

    entry: PaymentImported
    spent: tuple[Lot, ...]
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A move to another fund, out of which parts of lots, and whether it stands."""

    entry: MovedBetweenFunds
    spent: tuple[Lot, ...]
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class Fund:
    """What decisions ask of a fund; `community` is None before it is opened.

    `receipts` and `vouchers` are the last numbers given; `lots` are those with money left.
    `reserved_fen` is promised, `awaited_fen` is in settlements that are submitted. `taken_over_on`
    is the day of the opening balance, None without one. `settled` are the payments of each
    settlement in the order in which they were entered, be they reversed or not. `imported` and
    `moved` are told by their vouchers, `moved_in` by the fund that gave and its voucher.
    `reversed_receipts` are also the lots that a move began and its reversal ended; `recovered` are
    the receipts of what canteens repaid, the last one of each recovery.
    """

    community: CommunityId | None = None
    restriction: Slug = UNRESTRICTED
    lots: tuple[Lot, ...] = ()
    receipts: Count = _NONE_YET
    vouchers: Count = _NONE_YET
    reserved_fen: Fen = Fen(0)
    awaited_fen: Fen = Fen(0)
    reversed_receipts: Mapping[Count, ReceiptGone] = field(default_factory=dict)
    taken_over_on: date | None = None
    disbursements: Mapping[Count, Disbursement] = field(default_factory=dict)
    settled: Mapping[tuple[SiteId, Month], tuple[Settled, ...]] = field(default_factory=dict)
    imported: Mapping[Count, Imported] = field(default_factory=dict)
    moved: Mapping[Count, Moved] = field(default_factory=dict)
    moved_in: Mapping[tuple[FundId, Count], MoneyMovedIn] = field(default_factory=dict)
    recovered: Mapping[tuple[SiteId, Month, Count], Count] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)

    @property
    def balance_fen(self) -> Fen:
        """What the fund holds."""
        return lots.total(self.lots)

    @property
    def available_fen(self) -> Fen:
        """What may be promised or spent: nobody has a claim to it yet."""
        return Fen(self.balance_fen - self.reserved_fen - self.awaited_fen)

    @property
    def has_standing_receipts(self) -> bool:
        """Whether anything came in that was not reversed, be it gone by now."""
        return self.receipts > len(self.reversed_receipts)

    def lot_of(self, repaid: RecoverySettled) -> tuple[Lot, ...]:
        """What is left of the money that a canteen repaid."""
        receipt = self.recovered[repaid.canteen, repaid.month, repaid.recovery]
        return tuple(lot for lot in self.lots if lot.number == receipt)

    @property
    def next_receipt(self) -> Count:
        """The number of the receipt to come."""
        return Count(self.receipts + 1)

    @property
    def next_voucher(self) -> Count:
        """The number of the voucher to come."""
        return Count(self.vouchers + 1)


def stream(fund: FundId) -> Stream[Fund]:
    """The stream of a fund."""
    return Stream(f"fund-{fund}")
