"""What is remembered of a settlement: what a canteen's month of claims comes to, and who owes it.

A settlement lives in the stream of its canteen's month. It is submitted when the month's claims
are closed, checked, and approved or returned; approved, it is the request for each payer's payment.
A fund that pays knows of it by twins in its own stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias, assert_never

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


class Stage(StrEnum):
    """How far a settlement has come."""

    none = "none"
    submitted = "submitted"
    checked = "checked"
    returned = "returned"
    approved = "approved"


class MonthClaims(NamedTuple):
    """All that settles in one closed month of a canteen; nothing can be added to it any more.

    `meals` and `price_fen` are net of what was taken back, `entries` counts every claim, reversal
    and reinstatement, and `digest` is the SHA-256 of their stored bytes' SHA-256s in log order.
    `by_day` are the meals of the month's own days.
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


SettlementEvent: TypeAlias = (
    SettlementSubmitted
    | SettlementChecked
    | SettlementReturned
    | SettlementApproved
    | SettlementPaid
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


FundSettlementEvent: TypeAlias = (
    SettlementAwaited | SettlementSentBack | SettlementReserved | SettlementDisbursed
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settlement:
    """What decisions ask of one: its stage, who had a hand in it, what is owed, what was paid."""

    stage: Stage
    submissions: Count
    digest: Digest
    submitted_by: PersonId | None = None
    checked_by: PersonId | None = None
    approved_by: PersonId | None = None
    approved_on: date | None = None
    payers: Mapping[PayerPath, PayerDue] | None = None
    paid_fen: Mapping[PayerPath, Fen] | None = None

    def due(self, payer: PayerPath) -> PayerDue | None:
        """What the payer owes by the last submission; None for one that is not in it."""
        return (self.payers or {}).get(payer)

    def left_fen(self, payer: PayerPath) -> Fen:
        """What the payer has still to pay."""
        due = self.due(payer)
        paid = (self.paid_fen or {}).get(payer, 0)
        return Fen(0) if due is None else Fen(due.payable_fen - paid)


def nothing_is_written(claims: MonthClaims | None, event: object) -> MonthClaims | None:
    """What a month comes to is counted from its claims, and has no events of its own."""
    raise LookupError(f"{type(event).__name__} was written to the claims of a month")


NO_SETTLEMENT: Final = Settlement(Stage.none, Count(0), Digest(""))
"""Before the first submission."""


def entered(settlement: Settlement, event: SettlementEvent) -> Settlement:
    """The settlement after the event."""
    match event:
        case SettlementSubmitted():
            return Settlement(
                Stage.submitted,
                event.submission,
                event.digest,
                event.submitted_by,
                payers={each.payer: each for each in event.payers},
            )
        case SettlementChecked():
            return replace(settlement, stage=Stage.checked, checked_by=event.checked_by)
        case SettlementReturned():
            return replace(settlement, stage=Stage.returned)
        case SettlementApproved():
            return replace(
                settlement,
                stage=Stage.approved,
                approved_by=event.approved_by,
                approved_on=event.occurred_on,
            )
        case SettlementPaid():
            before = settlement.paid_fen or {}
            paid = Fen(before.get(event.payer, 0) + event.amount_fen)
            return replace(settlement, paid_fen={**before, event.payer: paid})
        case _:
            assert_never(event)
