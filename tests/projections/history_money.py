"""The turns of money: what comes into the funds, what is asked for, and canteens that are paid.

Whoever asks, approves and pays are different persons, and half of what is done is undone.
"""

from datetime import date, timedelta

from ledger.domain.bands import ApprovalBand
from ledger.domain.canteen_records import TakingsCounted, TakingsReversalReason
from ledger.domain.canteens import AttestPlates, CloseClaims
from ledger.domain.communities import SetApprovalBands
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefusal,
    DisbursementRequested,
    PaymentReversalReason,
)
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RefuseDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
    WithdrawDisbursement,
)
from ledger.domain.fund_moves import MoveBetweenFunds, ReverseMove
from ledger.domain.fund_records import (
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversalReason,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversalReason,
)
from ledger.domain.funds import ReceiveMoney
from ledger.domain.imported_payments import ImportPayment, ReverseImportedPayment
from ledger.domain.lots import ReceiptKind
from ledger.domain.meal_records import MealClaimed, MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.purposes import (
    ApprovePurposeChange,
    RefusePurposeChange,
    RequestPurposeChange,
)
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import RecoveryRaised, RecoveryReversalReason
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.settlement_payments import PaySettlement, ReverseSettlementPayment
from ledger.domain.settlement_records import (
    ReturnReason,
    SettlementApproved,
    SettlementPaid,
    SettlementSubmitted,
)
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    ReturnSettlement,
    SubmitSettlement,
)
from ledger.domain.takings import CountTakings, ReverseTakings
from ledger.domain.tiers import Sitting
from ledger.domain.values import Count, Fen, Month, Slug, month_of, months_between
from tests.builders import JINNING, MEAL_FUND, person
from tests.projections.history_town import (
    CANTEENS,
    FUNDS,
    PAYABLE,
    PEOPLE,
    TO_THE_YOUTH,
    YOUTH_FUND,
)
from tests.projections.history_turns import COLLEAGUE, Town, Turn, Turning

APPROVER, SECOND, CASHIER = person(91), person(92), person(93)

# -- funds -------------------------------------------------------------------------------------


def receive(town: Town, turn: Turn) -> None:
    kind = tuple(ReceiptKind)[turn.back % len(ReceiptKind)]
    award = Slug("model-community") if kind is ReceiptKind.award else None
    fund, source, fen = FUNDS[turn.two % 3], Slug(f"source-{turn.one}"), Fen(1 + 97 * turn.back)
    town.do(ReceiveMoney(fund, kind, source, town.day(turn), fen, award))


def reverse_receipt(town: Town, turn: Turn) -> None:
    reason = tuple(ReceiptReversalReason)[turn.one % 4]
    for kind in (MoneyReceived, OpeningBalanceRecorded):
        for each in town.some(kind, turn):
            town.do(ReverseReceipt(each.fund, each.receipt, reason, _day(town, turn)), by=COLLEAGUE)
            town.do(ReverseReceipt(each.fund, each.receipt, reason), by=COLLEAGUE)


def _day(town: Town, turn: Turn) -> date | None:
    """Refused but for a refund, which may leave it out."""
    return town.day(turn) if turn.two == 1 else None


def move(town: Town, turn: Turn) -> None:
    giver, taker = (MEAL_FUND, YOUTH_FUND) if turn.two else (YOUTH_FUND, MEAL_FUND)
    town.do(MoveBetweenFunds(giver, taker, Fen(1 + 31 * turn.back), town.day(turn)))


def import_payment(town: Town, turn: Turn) -> None:
    town.do(ImportPayment(*PAYABLE[turn.two % 3], town.day(turn), Fen(1 + 13 * turn.back)))


def take_back_moves(town: Town, turn: Turn) -> None:
    """Also what another history of the fund has touched, and what carried out a change."""
    reason = tuple(MoveReversalReason)[turn.one % 4]
    for each in town.some(MovedBetweenFunds, turn):
        town.do(ReverseMove(each.from_fund, each.voucher, reason), by=COLLEAGUE)


def take_back_imports(town: Town, turn: Turn) -> None:
    reason = tuple(PaymentReversalReason)[turn.one % 4]
    for each in town.some(PaymentImported, turn):
        name = each.fund, each.voucher
        town.do(ReverseImportedPayment(*name, reason, _day(town, turn)), by=COLLEAGUE)
        town.do(ReverseImportedPayment(*name, reason), by=COLLEAGUE)


def change_purpose(town: Town, turn: Turn) -> None:
    """Money for meals is to serve the youth; a number is counted round until one is decided."""
    fen = Fen(1 + 7 * turn.back)
    town.do(RequestPurposeChange(YOUTH_FUND, MEAL_FUND, fen, TO_THE_YOUTH))
    for number in range(1, 4):
        decided = (ApprovePurposeChange, RefusePurposeChange)[turn.two % 2]
        if turn.one:
            town.do(decided(YOUTH_FUND, Count(number)), by=APPROVER)


# -- disbursements -----------------------------------------------------------------------------


def request(town: Town, turn: Turn) -> None:
    town.do(RequestDisbursement(*PAYABLE[turn.two % 3], Fen(10 + 40 * turn.back)))
    if turn.one == 0:  # within ten minutes
        for each in town.happened[DisbursementRequested][-1:]:
            town.do(WithdrawDisbursement(each.fund, each.disbursement))


def decide(town: Town, turn: Turn) -> None:
    """Let two requests be paid, or a part of them, or not."""
    for each in town.some(DisbursementRequested, turn):
        name = each.fund, each.disbursement
        match turn.two:
            case 0:
                town.do(RefuseDisbursement(*name, DisbursementRefusal.other), by=APPROVER)
            case 1:
                town.do(ApproveDisbursement(*name, Fen(9)), by=APPROVER)
            case _:
                town.do(ApproveDisbursement(*name), by=APPROVER)
        town.do(ApproveDisbursement(*name), by=SECOND)


def pay(town: Town, turn: Turn) -> None:
    for each in town.some(DisbursementApproved, turn):
        part = Fen(1 + turn.back) if turn.two == 0 else None
        name = each.fund, each.disbursement
        town.do(PayDisbursement(*name, town.day(turn), part), by=CASHIER)
        if turn.two == 1:
            town.do(RefuseDisbursement(*name, DisbursementRefusal.not_needed), by=APPROVER)


def take_back(town: Town, turn: Turn) -> None:
    reason = tuple(PaymentReversalReason)[turn.one % 4]
    for each in town.some(DisbursementPaid, turn):
        name = each.fund, each.disbursement
        town.do(ReverseDisbursement(*name, reason, _day(town, turn)), by=APPROVER)
        town.do(ReverseDisbursement(*name, reason), by=APPROVER)


def set_bands(town: Town, turn: Turn) -> None:
    """From small sums on two must approve."""
    bands = (
        ApprovalBand(Fen(20 * (1 + turn.back)), Count(1), resolution=False),
        ApprovalBand(None, Count(2), resolution=False),
    )
    town.do(SetApprovalBands(JINNING, (town.now + timedelta(days=2)).date(), bands))


# -- canteens ----------------------------------------------------------------------------------


def attest(town: Town, turn: Turn) -> None:
    town.do(AttestPlates(CANTEENS[turn.two % 2], town.day(turn), Count(turn.one)))


def count_takings(town: Town, turn: Turn) -> None:
    canteen, fen = CANTEENS[turn.two % 2], Fen(100 * turn.one + 1)
    town.do(CountTakings(canteen, town.day(turn), fen))
    reason = tuple(TakingsReversalReason)[turn.one % 3]
    for each in town.some(TakingsCounted, turn) if turn.back % 2 else ():
        for number in range(1, 4):
            wrong = ReverseTakings(each.canteen, each.occurred_on, Count(number), reason)
            town.do(wrong, by=COLLEAGUE)


def settle(town: Town, turn: Turn) -> None:
    """Of the months that are over, in their order; now and then only up to some step."""
    canteen = CANTEENS[turn.two % 2]
    done = {(each.canteen, each.month) for each in town.happened[SettlementApproved]}
    for month in months_between(Month("2026-01"), town.month(1)):
        if (canteen, month) in done:
            continue
        town.do(CloseClaims(canteen, month))
        town.projector.catch_up()
        town.do(SubmitSettlement(canteen, month))
        if turn.one == 0:
            town.do(ReturnSettlement(canteen, month, ReturnReason.other), by=COLLEAGUE)
            town.do(SubmitSettlement(canteen, month))
        for each in town.happened[SettlementSubmitted][-1:]:
            at = each.canteen, each.month, each.submission
            if turn.back > 0:
                town.do(CheckSettlement(*at), by=COLLEAGUE)
            if turn.back > 1:
                town.do(ApproveSettlement(*at), by=APPROVER)


def pay_settlements(town: Town, turn: Turn) -> None:
    """Every payer a part; what nobody owes is refused."""
    for each in town.some(SettlementApproved, turn):
        for due in each.payers:
            for fen in (due.payable_fen // 3, due.payable_fen // 2, due.payable_fen)[
                turn.one % 3 :
            ]:
                paid = due.payer, Fen(fen), town.day(turn)
                town.do(PaySettlement(each.canteen, each.month, *paid), by=CASHIER)


def take_back_settlements(town: Town, turn: Turn) -> None:
    """The bank did not pay, or the canteen sent it back; now and then it is paid anew."""
    reasons = tuple(PaymentReversalReason)
    for each in town.some(SettlementPaid, turn):
        month = each.canteen, each.month
        for number in range(1, 5):
            reason = reasons[(turn.one + number) % 4]
            back = ReverseSettlementPayment(*month, Count(number), reason, _day(town, turn))
            town.do(back, by=APPROVER)
        if turn.two == 0:
            town.do(PaySettlement(*month, each.payer, Fen(1), town.day(turn)), by=CASHIER)


def withdraw_subsidy(town: Town, turn: Turn) -> None:
    """Of meals that were eaten in a month that is over, so that it may have to be recovered."""
    over = [each for each in town.happened[MealClaimed] if each.booked_in < town.month(0)]
    for each in over[turn.one :: 4][: 1 + turn.back]:
        month, reason = month_of(each.occurred_on), MealReversalReason.ineligible
        kind = ReversalKind.subsidy_withdrawn
        town.do(ReverseMeal(each.person, month, each.claim, kind, reason), by=COLLEAGUE)


def recover(town: Town, turn: Turn) -> None:
    """What ended by mistake is open again, and now and then it is repaid after all."""
    for each in town.happened[RecoveryRaised][turn.one % 2 :: 2]:
        at = each.canteen, each.month, each.recovery
        if turn.two % 2:
            town.do(SettleRecovery(*at, town.day(turn)), by=CASHIER)
        else:
            town.do(WriteOffRecovery(*at), by=APPROVER)
        if turn.back % 2:
            reason = tuple(RecoveryReversalReason)[turn.one % 4]
            town.do(ReverseRecovery(*at, reason), by=SECOND)
        if turn.back == 1:
            town.do(SettleRecovery(*at, town.day(turn)), by=CASHIER)


def mourn(town: Town, turn: Turn) -> None:
    """A death that is found out months later, or somebody who is only said to have died.

    What is to come back may be given up or repaid at once; when she turns out to live, the one is
    given up no more, and the other was not repaid, or is not taken back.
    """
    who, day = PEOPLE[turn.one], town.day(turn) - timedelta(days=8 * turn.back)
    town.dead.append(who)
    town.do(RecordDeath(who, day))
    if turn.two % 4:
        town.now += timedelta(days=1)
        raised = [(each.canteen, each.month, each.recovery) for each in _raised(town, turn)]
        for at in raised:
            if turn.two == 3:
                town.do(WriteOffRecovery(*at), by=APPROVER)
            else:
                town.do(SettleRecovery(*at, town.now.date()), by=CASHIER)
        town.do(CorrectDeath(who, day + timedelta(days=20) if turn.two == 1 else None))
        for at in raised:
            town.do(ReverseRecovery(*at, RecoveryReversalReason.other), by=SECOND)


def _raised(town: Town, turn: Turn) -> list[RecoveryRaised]:
    return town.happened[RecoveryRaised] if turn.two in (3, 7) else []


def eat(town: Town, turn: Turn) -> None:
    """Everybody, on some days in a row, so that months have something to settle."""
    for number, who in enumerate(PEOPLE):
        for back in range(turn.back % 4):
            day = town.day(turn) - timedelta(days=back)
            sitting = (Sitting.lunch, Sitting.dinner)[number % 2]
            town.do(ClaimMeal(who, CANTEENS[turn.two % 2], day, sitting))


OF_FUNDS: dict[Turning, int] = {
    receive: 4,
    reverse_receipt: 3,
    move: 4,
    take_back_moves: 2,
    import_payment: 2,
    take_back_imports: 2,
    change_purpose: 2,
    request: 5,
    decide: 8,
    pay: 5,
    take_back: 3,
    set_bands: 1,
}
OF_CANTEENS: dict[Turning, int] = {
    eat: 5,
    attest: 2,
    count_takings: 2,
    settle: 6,
    pay_settlements: 3,
    take_back_settlements: 3,
    withdraw_subsidy: 4,
    recover: 4,
    mourn: 4,
}
