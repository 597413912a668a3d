"""The lots that begin with what comes into a fund, from outside or from another fund."""

from typing import TypeAlias, assert_never

from ledger.domain.fund_records import MoneyMovedIn, MoneyReceived, OpeningBalanceRecorded
from ledger.domain.lots import Lot, Origin, Receipt
from ledger.domain.recovery_records import RecoveryReceived

Arriving: TypeAlias = OpeningBalanceRecorded | MoneyReceived | RecoveryReceived


def begun(event: Arriving) -> Lot:
    """What comes in by itself; money that a canteen repaid is no gift that could be reversed."""
    receipt = None
    match event:
        case OpeningBalanceRecorded():
            receipt = Receipt(None, event.source, event.amount_fen)
        case MoneyReceived():
            receipt = Receipt(event.kind, event.source, event.amount_fen)
        case RecoveryReceived():
            pass
        case _:
            assert_never(event)
    origin, when = Origin(event.fund, event.receipt), (event.occurred_on, event.booked_in)
    return Lot(event.receipt, event.amount_fen, origin, *when, receipt)


def moved_in(event: MoneyMovedIn) -> tuple[Lot, ...]:
    """What comes from another fund, with its origin there."""
    when = event.occurred_on, event.booked_in
    return tuple(Lot(each.lot, each.amount_fen, each.origin, *when) for each in event.lots)
