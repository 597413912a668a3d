"""What is remembered of a fund: its one restriction, its lots, and its last numbers.

Receipts and vouchers are numbered without gaps, each on their own; a receipt's number is its
lot's. What was decided is only taken over here: which lots an entry draws on is in the event.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from ledger.domain import lots
from ledger.domain.lots import Lot, LotMoved, LotUse, Origin
from ledger.domain.values import CommunityId, Count, Fen, FundId, Month, Slug, Title

UNRESTRICTED: Final = Slug("unrestricted")
"""The restriction of a fund whose money may serve any purpose."""


class ReceiptKind(StrEnum):
    """Where money comes from; whoever gave it is the receipt's source."""

    award = "award"  # 奖励
    donation = "donation"  # 捐赠
    contribution = "contribution"  # 居民贡献
    appropriation = "appropriation"  # 拨款


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FundOpened:
    """A fund was opened."""

    fund: FundId
    community: CommunityId
    name: Title
    restriction: Slug
    occurred_on: date


@dataclass(frozen=True, slots=True)
class OpeningBalanceRecorded:
    """What the fund held before; the lot `receipt`."""

    fund: FundId
    source: Slug
    amount_fen: Fen
    receipt: Count
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class MoneyReceived:
    """Money came in; the lot `receipt`."""

    fund: FundId
    kind: ReceiptKind
    source: Slug
    award: Slug | None
    amount_fen: Fen
    receipt: Count
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class MovedBetweenFunds:
    """Money left this fund for another; this event posts both sides."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    voucher: Count
    lots: tuple[LotUse, ...]
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class MoneyMovedIn:
    """Twin of `MovedBetweenFunds`, which `from_fund` and `voucher` name; it posts nothing."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    voucher: Count
    lots: tuple[LotMoved, ...]
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class PaymentImported:
    """Money went to a payee, by a payment made outside this ledger."""

    fund: FundId
    payee: Slug
    purpose: Slug
    amount_fen: Fen
    voucher: Count
    lots: tuple[LotUse, ...]
    occurred_on: date
    booked_in: Month


FundEvent: TypeAlias = (
    FundOpened
    | OpeningBalanceRecorded
    | MoneyReceived
    | MovedBetweenFunds
    | MoneyMovedIn
    | PaymentImported
)

# -- state -------------------------------------------------------------------------------------
_NONE_YET: Final = Count(0)


@dataclass(frozen=True, slots=True)
class Fund:
    """What decisions ask of a fund; `community` is None before it is opened.

    `receipts` and `vouchers` are the last numbers given; `lots` are those with money left.
    """

    community: CommunityId | None = None
    restriction: Slug = UNRESTRICTED
    lots: tuple[Lot, ...] = ()
    receipts: Count = _NONE_YET
    vouchers: Count = _NONE_YET

    @property
    def balance_fen(self) -> Fen:
        """What the fund holds."""
        return lots.total(self.lots)

    @property
    def next_receipt(self) -> Count:
        """The number of the receipt to come."""
        return Count(self.receipts + 1)

    @property
    def next_voucher(self) -> Count:
        """The number of the voucher to come."""
        return Count(self.vouchers + 1)


# -- evolving ----------------------------------------------------------------------------------


def evolve(fund: Fund, event: FundEvent) -> Fund:
    """Money comes in as new lots and goes out of the lots that the event names."""
    match event:
        case FundOpened():
            return replace(fund, community=event.community, restriction=event.restriction)
        case OpeningBalanceRecorded() | MoneyReceived():
            origin = Origin(event.fund, event.receipt)
            lot = Lot(event.receipt, event.amount_fen, origin)
            return replace(fund, lots=(*fund.lots, lot), receipts=event.receipt)
        case MoneyMovedIn():
            moved = tuple(Lot(each.lot, each.amount_fen, each.origin) for each in event.lots)
            return replace(fund, lots=(*fund.lots, *moved), receipts=moved[-1].number)
        case MovedBetweenFunds() | PaymentImported():
            left = lots.without(fund.lots, event.lots)
            return replace(fund, lots=left, vouchers=event.voucher)
        case _:
            assert_never(event)
