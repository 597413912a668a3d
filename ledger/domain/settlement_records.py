"""What happens to a settlement: what a canteen's month of claims comes to, and who owes it.

A settlement lives in the stream of its canteen's month. It is submitted when the month's claims
are closed, checked, and approved or returned; approved, it is the request for each payer's payment.
A fund that pays knows of it by twins in its own stream. What is remembered of all that is in
`settlement_state`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.lots import LotUse
from ledger.domain.values import (
    CommunityId,
    Count,
    Digest,
    Fen,
    FundId,
    Month,
    PayerPath,
    PersonId,
    SiteId,
    Slug,
)

PURPOSE: Final = Slug("elder-meals")
"""What a fund pays for when it pays a settlement."""


class ReturnReason(StrEnum):
    """Why a settlement goes back to the canteen."""

    plates_differ = "plates_differ"
    papers_missing = "papers_missing"
    claims_doubtful = "claims_doubtful"
    other = "other"


class MonthClaims(NamedTuple):
    """All that settles in one closed month of a canteen; nothing can be added to it any more.

    `meals` and `price_fen` are net of what was taken back, `entries` counts every claim, reversal
    and reinstatement, and `digest` is the SHA-256 of their stored bytes' SHA-256s in log order.
    `by_day` are the meals of the month's own days, and of each earlier one of which a meal settles
    here: all that settled until then.
    """

    meals: int
    entries: int
    price_fen: int
    copayment_fen: int
    shares: tuple[tuple[PayerPath, int], ...]
    by_day: tuple[tuple[date, int], ...]
    digest: Digest


@dataclass(frozen=True, slots=True)
class PayerDue:
    """What one payer owes: her shares, what was repaid for them, what was carried or had before.

    Below zero the canteen owes it, and the next settlement is smaller.
    """

    payer: PayerPath
    shares_fen: int
    repaid_fen: Fen
    carried_fen: int
    due_fen: int

    @property
    def payable_fen(self) -> Fen:
        """What is to be paid now."""
        return Fen(max(self.due_fen, 0))


@dataclass(frozen=True, slots=True)
class DayOverPlates:
    """A day with more meals claimed than plates attested."""

    day: date
    meals: Count
    plates: Count


# -- events of the canteen's month -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SettlementSubmitted:
    """The canteen presents its month; `submission` counts how often it has."""

    canteen: SiteId
    community: CommunityId
    month: Month
    submission: Count
    meals: int
    entries: Count
    price_fen: int
    copayment_fen: int
    payers: tuple[PayerDue, ...]
    days_over_plates: tuple[DayOverPlates, ...]
    days_without_plates: Count
    digest: Digest
    submitted_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SettlementChecked:
    """A checker has compared the submission with plates and papers."""

    canteen: SiteId
    community: CommunityId
    month: Month
    submission: Count
    checked_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SettlementReturned:
    """The submission went back; the claims stay closed."""

    canteen: SiteId
    community: CommunityId
    month: Month
    submission: Count
    reason: ReturnReason
    returned_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SettlementApproved:
    """What each payer owes is to be paid; what funds owe is reserved by this event."""

    canteen: SiteId
    community: CommunityId
    month: Month
    submission: Count
    payers: tuple[PayerDue, ...]
    approved_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class SettlementPaid:
    """A payer has paid the canteen, all of what it owes or a part."""

    canteen: SiteId
    community: CommunityId
    month: Month
    payer: PayerPath
    amount_fen: Fen
    paid_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class SettlementPaymentReversed:
    """A payment does not stand, and its payer owes the amount again.

    `payment` is its number among those of the settlement, in the order in which they were entered.
    """

    canteen: SiteId
    community: CommunityId
    month: Month
    payment: Count
    payer: PayerPath
    amount_fen: Fen
    reason: PaymentReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month


SettlementEvent: TypeAlias = (
    SettlementSubmitted
    | SettlementChecked
    | SettlementReturned
    | SettlementApproved
    | SettlementPaid
    | SettlementPaymentReversed
)

# -- events of a fund that pays ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SettlementAwaited:
    """Twin of `SettlementSubmitted`: so much will have to be paid, if it is approved."""

    fund: FundId
    canteen: SiteId
    month: Month
    amount_fen: Fen
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SettlementSentBack:
    """Twin of `SettlementReturned`: it is not awaited any more."""

    fund: FundId
    canteen: SiteId
    month: Month
    amount_fen: Fen
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SettlementReserved:
    """Twin of `SettlementApproved`: what was awaited is promised now."""

    fund: FundId
    canteen: SiteId
    month: Month
    amount_fen: Fen
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SettlementDisbursed:
    """The fund's money for a settlement went out; `SettlementPaid` tells the canteen."""

    fund: FundId
    canteen: SiteId
    month: Month
    payee: Slug
    amount_fen: Fen
    voucher: Count
    lots: tuple[LotUse, ...]
    paid_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class SettlementDisbursementReversed:
    """Twin of `SettlementPaymentReversed`: the money is in its lots again, and reserved.

    `voucher` is this entry's own, `reverses` that of the payment.
    """

    fund: FundId
    canteen: SiteId
    month: Month
    payee: Slug
    amount_fen: Fen
    reverses: Count
    voucher: Count
    lots: tuple[LotUse, ...]
    reason: PaymentReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month


FundSettlementEvent: TypeAlias = (
    SettlementAwaited
    | SettlementSentBack
    | SettlementReserved
    | SettlementDisbursed
    | SettlementDisbursementReversed
)
