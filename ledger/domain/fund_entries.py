"""How each entry changes what is remembered of a fund.

What was decided is only taken over here: which lots an entry draws on is in the event.
"""

from dataclasses import replace
from typing import TypeAlias, assert_never

from ledger.domain import disbursement_records, lots, purpose_records, receipt_lots
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
    PaymentReversalReason,
)
from ledger.domain.fund_records import (
    FundOpened,
    ImportedPaymentReversed,
    MoneyMovedBack,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversed,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.fund_state import Fund, Imported, Moved, Settled
from ledger.domain.lots import Lot
from ledger.domain.purpose_records import (
    PurposeChangeApproved,
    PurposeChangeRefused,
    PurposeChangeRequested,
    PurposeEvent,
)
from ledger.domain.receipt_lots import Arriving
from ledger.domain.recovery_records import RecoveryReceiptReversed, RecoveryReceived
from ledger.domain.settlement_records import (
    SettlementAwaited,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementReserved,
    SettlementSentBack,
)
from ledger.domain.values import Fen

Disbursing: TypeAlias = (
    DisbursementRequested
    | DisbursementApproved
    | DisbursementRefused
    | DisbursementWithdrawn
    | DisbursementPaid
    | DisbursementReversed
)
Settling: TypeAlias = (
    SettlementAwaited
    | SettlementSentBack
    | SettlementReserved
    | SettlementDisbursed
    | SettlementDisbursementReversed
)
FundEvent: TypeAlias = (
    FundOpened
    | OpeningBalanceRecorded
    | MoneyReceived
    | MovedBetweenFunds
    | MoneyMovedIn
    | PaymentImported
    | ImportedPaymentReversed
    | MoveReversed
    | MoneyMovedBack
    | ReceiptReversed
    | RecoveryReceived
    | RecoveryReceiptReversed
    | Disbursing
    | Settling
    | PurposeEvent
)


# -- evolving ----------------------------------------------------------------------------------


def evolve(fund: Fund, event: FundEvent) -> Fund:
    """Money comes in as new lots and goes out of the lots that the event names."""
    match event:
        case FundOpened():
            return replace(fund, community=event.community, restriction=event.restriction)
        case OpeningBalanceRecorded() | MoneyReceived() | RecoveryReceived():
            return _received(fund, event)
        case MoneyMovedIn():
            return _moved_in(fund, event)
        case MovedBetweenFunds() | PaymentImported():
            return _gone(fund, event)
        case ImportedPaymentReversed() | MoveReversed():
            return _back_again(fund, event)
        case ReceiptReversed() | RecoveryReceiptReversed():
            return _reversed(fund, event)
        case MoneyMovedBack():
            return _moved_back(fund, event)
        case _:
            return _spending(fund, event)


def _spending(fund: Fund, event: Disbursing | Settling | PurposeEvent) -> Fund:
    match event:
        case PurposeChangeRequested() | PurposeChangeApproved() | PurposeChangeRefused():
            return replace(fund, changes=purpose_records.entered(fund.changes, event))
        case (
            SettlementAwaited()
            | SettlementSentBack()
            | SettlementReserved()
            | SettlementDisbursed()
            | SettlementDisbursementReversed()
        ):
            return _settling(fund, event)
        case _:
            return _disbursing(fund, event)


def _received(fund: Fund, event: Arriving) -> Fund:
    after = replace(fund, lots=(*fund.lots, receipt_lots.begun(event)), receipts=event.receipt)
    match event:
        case OpeningBalanceRecorded():
            return replace(after, taken_over_on=event.occurred_on)
        case RecoveryReceived():
            name = event.canteen, event.month, event.recovery
            return replace(after, recovered={**fund.recovered, name: event.receipt})
        case _:
            return after


def _moved_in(fund: Fund, event: MoneyMovedIn) -> Fund:
    moved = receipt_lots.moved_in(event)
    return replace(
        fund,
        lots=(*fund.lots, *moved),
        receipts=moved[-1].number,
        moved_in={**fund.moved_in, (event.from_fund, event.voucher): event},
    )


def _moved_back(fund: Fund, event: MoneyMovedBack) -> Fund:
    gone = {each.lot: event for each in event.lots}
    return replace(
        fund,
        lots=tuple(lot for lot in fund.lots if lot.number not in gone),
        reversed_receipts={**fund.reversed_receipts, **gone},
    )


def _gone(fund: Fund, event: MovedBetweenFunds | PaymentImported) -> Fund:
    spent = _spent(fund, event)
    after = replace(fund, lots=lots.without(fund.lots, spent), vouchers=event.voucher)
    match event:
        case MovedBetweenFunds():
            return replace(after, moved={**fund.moved, event.voucher: Moved(event, spent)})
        case PaymentImported():
            return replace(after, imported={**fund.imported, event.voucher: Imported(event, spent)})
        case _:
            assert_never(event)


def _back_again(fund: Fund, event: ImportedPaymentReversed | MoveReversed) -> Fund:
    """Once; the entry that is taken back is remembered as such."""
    number = event.reverses
    match event:
        case MoveReversed():
            moved = fund.moved[number]
            back = _moved_again(moved, event)
            fund = replace(fund, moved={**fund.moved, number: replace(moved, reversed=True)})
        case ImportedPaymentReversed():
            paid = fund.imported[number]
            back = _back(paid.spent, event)
            fund = replace(fund, imported={**fund.imported, number: replace(paid, reversed=True)})
        case _:
            assert_never(event)
    return replace(fund, lots=lots.given_back(fund.lots, back), vouchers=event.voucher)


def _moved_again(moved: Moved, event: MoveReversed) -> tuple[Lot, ...]:
    """What a move took as it comes back; on a later day where the other fund had spent it once."""
    back = tuple(replace(part, booked_in=event.booked_in) for part in moved.spent)
    if event.occurred_on == moved.entry.occurred_on:
        return back
    return tuple(replace(part, came_on=event.occurred_on) for part in back)


def _reversed(fund: Fund, event: ReceiptReversed | RecoveryReceiptReversed) -> Fund:
    opening = isinstance(event, ReceiptReversed) and event.kind is None
    return replace(
        fund,
        lots=tuple(lot for lot in fund.lots if lot.number != event.receipt),
        reversed_receipts={**fund.reversed_receipts, event.receipt: event},
        taken_over_on=None if opening else fund.taken_over_on,
    )


def _settling(fund: Fund, event: Settling) -> Fund:
    awaited, reserved = fund.awaited_fen, fund.reserved_fen
    match event:
        case SettlementAwaited():
            return replace(fund, awaited_fen=Fen(awaited + event.amount_fen))
        case SettlementSentBack():
            return replace(fund, awaited_fen=Fen(awaited - event.amount_fen))
        case SettlementReserved():
            return replace(
                fund,
                awaited_fen=Fen(awaited - event.amount_fen),
                reserved_fen=Fen(reserved + event.amount_fen),
            )
        case SettlementDisbursed():
            name, spent = (event.canteen, event.month), _spent(fund, event)
            paid = (*fund.settled.get(name, ()), Settled(event.payee, event.voucher, spent))
            return replace(
                fund,
                reserved_fen=Fen(reserved - event.amount_fen),
                lots=lots.without(fund.lots, spent),
                vouchers=event.voucher,
                settled={**fund.settled, name: paid},
            )
        case SettlementDisbursementReversed():
            (spent,) = (
                each.spent
                for each in fund.settled[event.canteen, event.month]
                if each.voucher == event.reverses
            )
            return replace(
                fund,
                reserved_fen=Fen(reserved + event.amount_fen),
                lots=lots.given_back(fund.lots, _back(spent, event)),
                vouchers=event.voucher,
            )
        case _:
            assert_never(event)


def _disbursing(fund: Fund, event: Disbursing) -> Fund:
    """What is promised and to whom; a payment draws on lots, and its reversal fills them again."""
    spent = _spent(fund, event) if isinstance(event, DisbursementPaid) else ()
    after = replace(
        fund,
        reserved_fen=Fen(fund.reserved_fen + disbursement_records.reserved_fen(event)),
        disbursements=disbursement_records.entered(fund.disbursements, event, spent),
    )
    match event:
        case DisbursementPaid():
            left = lots.without(fund.lots, spent)
            return replace(after, lots=left, vouchers=event.voucher)
        case DisbursementReversed():
            back = _back(fund.disbursements[event.disbursement].spent, event)
            return replace(after, lots=lots.given_back(fund.lots, back), vouchers=event.voucher)
        case _:
            return after


def _spent(
    fund: Fund, event: MovedBetweenFunds | PaymentImported | DisbursementPaid | SettlementDisbursed
) -> tuple[Lot, ...]:
    return lots.parts(fund.lots, event.lots, event.occurred_on, event.booked_in)


def _back(
    spent: tuple[Lot, ...],
    event: DisbursementReversed | SettlementDisbursementReversed | ImportedPaymentReversed,
) -> tuple[Lot, ...]:
    """What a payment took as it comes back: booked by its reversal, a refund also on its day.

    A payment of earlier days may have drawn on what came after it; that came no earlier for it.
    """
    back = tuple(replace(part, booked_in=event.booked_in) for part in spent)
    if event.reason is not PaymentReversalReason.returned_by_the_payee:
        return back
    return tuple(replace(part, came_on=max(part.came_on, event.occurred_on)) for part in back)
