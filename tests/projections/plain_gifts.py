"""Gifts followed by hand: each lot with what is left of it, and each payment with its lots."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.domain.contribution_records import ContributionRecorded
from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.fund_records import (
    ImportedPaymentReversed,
    MoneyMovedBack,
    MoneyMovedIn,
    MoneyReceived,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.recovery_records import RecoveryReceiptReversed, RecoveryReceived
from ledger.domain.settlement_records import SettlementDisbursed, SettlementDisbursementReversed
from ledger.domain.values import PersonId
from ledger.projections.view import View
from ledger.store.codec import Recorded

Lot = tuple[str, int]
GIVEN_BACK = (ImportedPaymentReversed, DisbursementReversed, SettlementDisbursementReversed)
PAID = (PaymentImported, DisbursementPaid, SettlementDisbursed, *GIVEN_BACK)
ARRIVED = (OpeningBalanceRecorded, MoneyReceived, RecoveryReceived)


@dataclass(frozen=True)
class Payment:
    gift: Lot
    fund: str
    lot: int
    voucher: int
    payee: str
    paid_on: date
    amount_fen: int
    position: int


@dataclass
class Books:
    """What is known of every gift: what was given, what is left of it and where, what it paid."""

    given: dict[Lot, Any] = field(default_factory=dict)
    gift_of: dict[Lot, Lot] = field(default_factory=dict)
    left: dict[Lot, int] = field(default_factory=dict)
    reversed_fen: dict[Lot, int] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    persons: dict[Lot, PersonId | None] = field(default_factory=dict)

    def enter(self, at: Recorded) -> None:
        event = at.event
        if isinstance(event, ARRIVED):
            lot = (event.fund, event.receipt)
            self.given[lot], self.gift_of[lot], self.left[lot] = event, lot, event.amount_fen
        elif isinstance(event, MoneyMovedIn):
            for part in event.lots:
                self.left[event.from_fund, part.from_lot] -= part.amount_fen
                self.left[event.to_fund, part.lot] = part.amount_fen
                gift = self.gift_of[event.from_fund, part.from_lot]
                self.gift_of[event.to_fund, part.lot] = gift
        elif isinstance(event, MoneyMovedBack):
            for part in event.lots:
                self.left[event.from_fund, part.from_lot] += part.amount_fen
                self.left[event.to_fund, part.lot] -= part.amount_fen
        elif isinstance(event, ReceiptReversed | RecoveryReceiptReversed):
            self.left[event.fund, event.receipt] -= event.amount_fen
            self.reversed_fen[event.fund, event.receipt] = event.amount_fen
        elif isinstance(event, PAID):
            self.pay(at)
        elif isinstance(event, ContributionRecorded) and event.gift.fund and event.receipt:
            self.persons[event.gift.fund, event.receipt] = event.person

    def pay(self, at: Recorded) -> None:
        event = at.event
        sign = -1 if isinstance(event, GIVEN_BACK) else 1
        for use in event.lots:
            lot = (event.fund, use.lot)
            fen = sign * use.amount_fen
            self.left[lot] -= fen
            paid = (event.voucher, event.payee, event.occurred_on, fen, at.position)
            self.payments.append(Payment(self.gift_of[lot], event.fund, use.lot, *paid))

    def figures(self, gift: Lot) -> tuple[int, int, int, int, int]:
        """Given, spent, left, reversed; and of spent and left what other funds spent or hold."""
        lots = [lot for lot, origin in self.gift_of.items() if origin == gift]
        paid = [each for each in self.payments if each.gift == gift]
        spent = sum(each.amount_fen for each in paid)
        left = sum(self.left[lot] for lot in lots)
        moved = sum(self.left[lot] for lot in lots if lot[0] != gift[0])
        moved += sum(each.amount_fen for each in paid if each.fund != gift[0])
        given: int = self.given[gift].amount_fen
        return given, spent, left, self.reversed_fen.get(gift, 0), moved


def books(log: Iterable[Recorded], view: View) -> Books:
    """The books as they were known to the view."""
    found = Books()
    for at in log:
        if view.known is None or at.position <= view.known:
            found.enter(at)
    return found
