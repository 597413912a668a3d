"""What is remembered of a disbursement: a request, its approvals, and the payment or its end.

A disbursement lives in the stream of its fund, under a number of its own; requested money is
reserved until it is paid, refused or withdrawn. `occurred_on` is the day of each step, of a
payment the day on which it was made, of a reversal the day of the payment it corrects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from ledger.domain.lots import Lot, LotUse
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    Month,
    PersonId,
    ResolutionId,
    Slug,
)


class DisbursementRefusal(StrEnum):
    """Why an approver says no."""

    not_needed = "not_needed"
    wrong_purpose = "wrong_purpose"
    too_much = "too_much"
    papers_missing = "papers_missing"
    other = "other"


class PaymentReversalReason(StrEnum):
    """Why a payment does not stand."""

    entered_by_mistake = "entered_by_mistake"
    returned_by_the_payee = "returned_by_the_payee"
    not_executed = "not_executed"  # the bank did not make it
    other = "other"


class Stage(StrEnum):
    """How far a disbursement has come."""

    requested = "requested"
    approved = "approved"
    refused = "refused"
    withdrawn = "withdrawn"
    paid = "paid"
    reversed = "reversed"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisbursementRequested:
    """Money is asked for; the amount is reserved."""

    fund: FundId
    disbursement: Count
    community: CommunityId
    payee: Slug
    purpose: Slug
    amount_fen: Fen
    resolution: ResolutionId | None
    requested_by: PersonId
    requested_at: datetime
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class DisbursementApproved:
    """One of the approvals that are needed; `released_fen` of the request is not approved.

    `sum_fen` is what the band was chosen by: all requests for the payee and purpose around it.
    """

    fund: FundId
    disbursement: Count
    amount_fen: Fen
    released_fen: Fen
    approval: Count
    approvals_needed: Count
    sum_fen: Fen
    approved_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class DisbursementRefused:
    """An approver said no; the amount is reserved no longer."""

    fund: FundId
    disbursement: Count
    amount_fen: Fen
    reason: DisbursementRefusal
    refused_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class DisbursementWithdrawn:
    """The requester took it back within ten minutes; the amount is reserved no longer."""

    fund: FundId
    disbursement: Count
    amount_fen: Fen
    withdrawn_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class DisbursementPaid:
    """The payee was paid, at most what was approved; `released_fen` is reserved no longer."""

    fund: FundId
    disbursement: Count
    payee: Slug
    purpose: Slug
    amount_fen: Fen
    released_fen: Fen
    voucher: Count
    lots: tuple[LotUse, ...]
    paid_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class DisbursementReversed:
    """A payment does not stand; its money is in its lots again. `voucher` is this entry's own."""

    fund: FundId
    disbursement: Count
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


DisbursementEvent: TypeAlias = (
    DisbursementRequested
    | DisbursementApproved
    | DisbursementRefused
    | DisbursementWithdrawn
    | DisbursementPaid
    | DisbursementReversed
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Disbursement:
    """What decisions ask of one; `amount_fen` is what is requested, then approved, then paid.

    `approved_on` is the day of the last approval; `paid_on` and `booked_in` are the request's until
    it is paid. `spent` are the parts of lots that a payment took, so that a reversal can give them
    back.
    """

    payee: Slug
    purpose: Slug
    amount_fen: Fen
    resolution: ResolutionId | None
    requested_by: PersonId
    requested_at: datetime
    requested_on: date
    paid_on: date
    booked_in: Month
    stage: Stage = Stage.requested
    approved_by: tuple[PersonId, ...] = ()
    approved_on: date | None = None
    paid_by: PersonId | None = None
    voucher: Count = Count(0)
    spent: tuple[Lot, ...] = ()


Disbursements: TypeAlias = Mapping[Count, Disbursement]


def reserved_fen(event: DisbursementEvent) -> Fen:
    """By how much the event changes what is reserved."""
    match event:
        case DisbursementRequested():
            return event.amount_fen
        case DisbursementApproved() | DisbursementPaid():
            return Fen(-event.released_fen)
        case DisbursementRefused() | DisbursementWithdrawn():
            return Fen(-event.amount_fen)
        case DisbursementReversed():
            return Fen(0)
        case _:
            assert_never(event)


def entered(
    disbursements: Disbursements, event: DisbursementEvent, spent: tuple[Lot, ...]
) -> Disbursements:
    """The disbursements after the event; `spent` is what a payment took."""
    number = event.disbursement
    if isinstance(event, DisbursementRequested):
        return {**disbursements, number: _requested(event)}
    return {**disbursements, number: _changed(disbursements[number], event, spent)}


def _requested(event: DisbursementRequested) -> Disbursement:
    return Disbursement(
        event.payee,
        event.purpose,
        event.amount_fen,
        event.resolution,
        event.requested_by,
        event.requested_at,
        requested_on=event.occurred_on,
        paid_on=event.occurred_on,
        booked_in=event.booked_in,
    )


def _changed(
    before: Disbursement,
    event: DisbursementApproved
    | DisbursementRefused
    | DisbursementWithdrawn
    | DisbursementPaid
    | DisbursementReversed,
    spent: tuple[Lot, ...],
) -> Disbursement:
    match event:
        case DisbursementApproved():
            whole = event.approval == event.approvals_needed
            return replace(
                before,
                amount_fen=event.amount_fen,
                approved_by=(*before.approved_by, event.approved_by),
                approved_on=event.occurred_on,
                stage=Stage.approved if whole else Stage.requested,
            )
        case DisbursementRefused():
            return replace(before, stage=Stage.refused)
        case DisbursementWithdrawn():
            return replace(before, stage=Stage.withdrawn)
        case DisbursementPaid():
            return replace(
                before,
                amount_fen=event.amount_fen,
                stage=Stage.paid,
                paid_by=event.paid_by,
                paid_on=event.occurred_on,
                booked_in=event.booked_in,
                voucher=event.voucher,
                spent=spent,
            )
        case DisbursementReversed():
            return replace(before, stage=Stage.reversed)
        case _:
            assert_never(event)
