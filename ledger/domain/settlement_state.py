"""What is remembered of a settlement: how far it has come, what is owed, and every payment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, assert_never

from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.settlement_records import (
    MonthClaims,
    PayerDue,
    SettlementApproved,
    SettlementChecked,
    SettlementEvent,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementReturned,
    SettlementSubmitted,
)
from ledger.domain.values import Count, Digest, Fen, Month, PayerPath, PersonId


class Stage(StrEnum):
    """How far a settlement has come."""

    none = "none"
    submitted = "submitted"
    checked = "checked"
    returned = "returned"
    approved = "approved"


@dataclass(frozen=True, slots=True)
class Payment:
    """What a payer paid once, and what took it back; None while it stands."""

    payer: PayerPath
    amount_fen: Fen
    paid_by: PersonId
    paid_on: date
    booked_in: Month
    reversal: SettlementPaymentReversed | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it was not to be paid again that day; only what was returned ever stood."""
        if self.reversal is None:
            return True
        returned = self.reversal.reason is PaymentReversalReason.returned_by_the_payee
        return returned and day < self.reversal.occurred_on


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
    payments: tuple[Payment, ...] = ()

    def due(self, payer: PayerPath) -> PayerDue | None:
        """What the payer owes by the last submission; None for one that is not in it."""
        return (self.payers or {}).get(payer)

    def left_fen(self, payer: PayerPath, day: date) -> Fen:
        """What the payer had still to pay that day; what came back later was not owed yet."""
        due = self.due(payer)
        mine = (each for each in self.payments if each.payer == payer and each.counts_on(day))
        paid_fen = sum(each.amount_fen for each in mine)
        return Fen(0 if due is None else max(due.payable_fen - paid_fen, 0))

    def taken_back(self, payer: PayerPath) -> tuple[SettlementPaymentReversed, ...]:
        """The reversals of the payer's payments."""
        mine = (each.reversal for each in self.payments if each.payer == payer)
        return tuple(each for each in mine if each is not None)


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
        case SettlementPaid() | SettlementPaymentReversed():
            return replace(settlement, payments=_paid(settlement.payments, event))
        case _:
            assert_never(event)


def _paid(
    payments: tuple[Payment, ...], event: SettlementPaid | SettlementPaymentReversed
) -> tuple[Payment, ...]:
    """One more, or the one of that number taken back; a number is a place, from one on."""
    if isinstance(event, SettlementPaymentReversed):
        place = event.payment - 1
        back = replace(payments[place], reversal=event)
        return (*payments[:place], back, *payments[event.payment :])
    paid = Payment(event.payer, event.amount_fen, event.paid_by, event.occurred_on, event.booked_in)
    return (*payments, paid)
