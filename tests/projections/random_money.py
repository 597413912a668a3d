"""Random settlements and disbursements of the small town: what `random_town` attempts with money.

Each step is attempted by whoever may take it; what the rules refuse did not happen.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from ledger.domain.canteen_records import TakingsReversalReason
from ledger.domain.canteens import AttestPlates, CloseClaims
from ledger.domain.disbursement_records import DisbursementRefusal, PaymentReversalReason
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RefuseDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
    WithdrawDisbursement,
)
from ledger.domain.fund_moves import ReverseMove
from ledger.domain.fund_records import MoveReversalReason, ReceiptReversalReason
from ledger.domain.imported_payments import ReverseImportedPayment
from ledger.domain.payees import RegisterPayee
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import RecoveryReversalReason
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.settlement_payments import PaySettlement, ReverseSettlementPayment
from ledger.domain.settlement_records import ReturnReason
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    ReturnSettlement,
    SubmitSettlement,
)
from ledger.domain.takings import CountTakings, ReverseTakings
from ledger.domain.values import (
    Count,
    Fen,
    FundId,
    Month,
    PayerPath,
    PersonId,
    Slug,
    Title,
    month_of,
    previous_month,
)
from tests.builders import CANTEEN, CLERK, JINNING, MEAL_FUND, person

MANAGER, CHECKER, APPROVER, SECOND, CASHIER = (person(number) for number in range(90, 95))
YOUTH_FUND = FundId("jinning-youth")
FUNDS = (MEAL_FUND, YOUTH_FUND)
SHOP = Slug("payee-shop")
PAYEE = RegisterPayee(SHOP, JINNING, Title("书店"))
FUND_PAYER = PayerPath(f"fund/{MEAL_FUND}")

Attempts = Iterable[tuple[object, PersonId]]


class Chosen(Protocol):
    """The small numbers of a step."""

    @property
    def who(self) -> int: ...

    @property
    def size(self) -> int: ...


def settle(chosen: Chosen, month: Month) -> Attempts:
    """All steps of a month's settlement from its closing on; one in four is sent back first."""
    at, submission = (CANTEEN, month), Count(1)
    yield CloseClaims(*at), CLERK
    yield SubmitSettlement(*at), CLERK
    if chosen.who == 0:
        yield ReturnSettlement(*at, ReturnReason.plates_differ), CHECKER
        yield SubmitSettlement(*at), CLERK
        submission = Count(2)
    yield CheckSettlement(*at, submission), CHECKER
    yield ApproveSettlement(*at, submission), APPROVER


def pay_settlement(chosen: Chosen, month: Month, today: date) -> Attempts:
    for fen in (chosen.size, chosen.size // 7, 1):
        yield PaySettlement(CANTEEN, month, FUND_PAYER, Fen(fen), today), CASHIER
    if chosen.who == 0:
        number, reason = Count(1 + chosen.size % 3), PaymentReversalReason.not_executed
        yield ReverseSettlementPayment(CANTEEN, month, number, reason), APPROVER


def recover(chosen: Chosen, month: Month, today: date) -> Attempts:
    number = Count(1 + chosen.who)
    for each in (previous_month(month), month):
        if chosen.size % 2:
            yield SettleRecovery(CANTEEN, each, number, today), CASHIER
        else:
            yield WriteOffRecovery(CANTEEN, each, number), APPROVER
        if chosen.who == 0:
            reason = RecoveryReversalReason.not_honoured
            yield ReverseRecovery(CANTEEN, each, number, reason), SECOND


def request(chosen: Chosen) -> Attempts:
    fund = FUNDS[chosen.who % 2]
    yield RequestDisbursement(fund, SHOP, Slug("meals"), Fen(chosen.size)), MANAGER


def decide(chosen: Chosen) -> Attempts:
    """About one of the last requests of each fund, in any order of the steps."""
    number = Count(1 + chosen.size % 3)
    for fund in FUNDS:
        match chosen.who:
            case 0:
                yield WithdrawDisbursement(fund, number), MANAGER
            case 1:
                yield RefuseDisbursement(fund, number, DisbursementRefusal.other), APPROVER
            case _:
                part = Fen(chosen.size // 3) if chosen.size % 5 == 0 else None
                yield ApproveDisbursement(fund, number, part), APPROVER
                yield ApproveDisbursement(fund, number), SECOND


def pay(chosen: Chosen, day: date) -> Attempts:
    for number in range(1, 7):
        part = Fen(chosen.size // 2) if chosen.size % 3 == 0 else None
        yield PayDisbursement(FUNDS[chosen.who % 2], Count(number), day, part), CASHIER


def take_back(chosen: Chosen) -> Attempts:
    number, reason = Count(1 + chosen.size % 6), PaymentReversalReason.not_executed
    fund = FUNDS[chosen.who % 2]
    yield ReverseDisbursement(fund, number, reason), APPROVER
    yield ReverseReceipt(fund, number, ReceiptReversalReason.entered_by_mistake), MANAGER
    for voucher in map(Count, range(1, 9)):
        if chosen.size % 2:
            yield ReverseMove(fund, voucher, MoveReversalReason.wrong_fund), MANAGER
        else:
            yield ReverseImportedPayment(fund, voucher, reason), MANAGER


def count(chosen: Chosen, day: date) -> Attempts:
    yield AttestPlates(CANTEEN, day, Count(chosen.who)), CLERK
    yield CountTakings(CANTEEN, day, Fen(chosen.size)), CLERK
    wrong = Count(1 + chosen.size % 4), TakingsReversalReason.counted_wrongly
    yield ReverseTakings(CANTEEN, day, *wrong), CASHIER


def month_before(today: date) -> Month:
    return previous_month(month_of(today))
