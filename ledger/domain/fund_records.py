"""What happens to a fund: it is opened, and money comes in, moves on and goes out.

Receipts and vouchers are numbered without gaps, each on their own; a receipt's number is its
lot's. Which lots an entry draws on is in the event. What disbursements and settlements do to a
fund is in their own records, what is remembered of all of it in `fund_state`.
A move is told twice: `MovedBetweenFunds` and `MoveReversed` post both sides in the fund that gave,
and each has a twin in the other fund that posts nothing and bears the same voucher.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.lots import LotMoved, LotUse, ReceiptKind
from ledger.domain.values import CommunityId, Count, Fen, FundId, Month, PersonId, Slug, Title

UNRESTRICTED: Final = Slug("unrestricted")
"""The restriction of a fund whose money may serve any purpose."""


class ReceiptReversalReason(StrEnum):
    """Why a receipt does not stand."""

    entered_by_mistake = "entered_by_mistake"
    returned_to_the_giver = "returned_to_the_giver"
    not_honoured = "not_honoured"  # the bank did not pay it
    other = "other"


class MoveReversalReason(StrEnum):
    """Why a move between funds does not stand."""

    entered_by_mistake = "entered_by_mistake"
    wrong_fund = "wrong_fund"
    wrong_amount = "wrong_amount"
    other = "other"


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
    """Money left this fund for another."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    voucher: Count
    lots: tuple[LotUse, ...]
    moved_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class MoneyMovedIn:
    """Twin of `MovedBetweenFunds`, which `from_fund` and `voucher` name."""

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
    imported_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class ImportedPaymentReversed:
    """Such a payment does not stand; its money is in its lots again. `voucher` is this entry's."""

    fund: FundId
    payee: Slug
    purpose: Slug
    amount_fen: Fen
    reverses: Count
    voucher: Count
    lots: tuple[LotUse, ...]
    reason: PaymentReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class MoveReversed:
    """A move does not stand; `from_fund` has its money in the same lots again."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    reverses: Count
    voucher: Count
    lots: tuple[LotUse, ...]
    reason: MoveReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class MoneyMovedBack:
    """Twin of `MoveReversed`; the lots that the move began in `to_fund` are no more."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    reverses: Count
    voucher: Count
    lots: tuple[LotMoved, ...]
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class ReceiptReversed:
    """Money that had come in does not stand; `kind` is None for an opening balance.

    `occurred_on` is the day of what it corrects.
    """

    fund: FundId
    receipt: Count
    kind: ReceiptKind | None
    source: Slug
    amount_fen: Fen
    reason: ReceiptReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month
