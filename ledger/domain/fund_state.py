"""What is remembered of a fund: its one restriction, its lots, its promises, and its last numbers.

What was decided is only taken over here: which lots an entry draws on is in the event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeAlias, assert_never

from ledger.domain import disbursement_records, lots, purpose_records, receipt_lots
from ledger.domain.disbursement_records import (
    Disbursement,
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
    PaymentReversalReason,
)
from ledger.domain.fund_records import (
    UNRESTRICTED,
    FundOpened,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.lots import Lot
from ledger.domain.purpose_records import (
    Changes,
    PurposeChangeApproved,
    PurposeChangeRefused,
    PurposeChangeRequested,
    PurposeEvent,
)
from ledger.domain.receipt_lots import Arriving
from ledger.domain.recovery_records import (
    RecoveryReceiptReversed,
    RecoveryReceived,
    RecoverySettled,
)
from ledger.domain.settlement_records import (
    SettlementAwaited,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementReserved,
    SettlementSentBack,
)
from ledger.domain.values import CommunityId, Count, Fen, Month, SiteId, Slug

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
    | ReceiptReversed
    | RecoveryReceived
    | RecoveryReceiptReversed
    | Disbursing
    | Settling
    | PurposeEvent
)

# -- state -------------------------------------------------------------------------------------
_NONE_YET: Final = Count(0)


@dataclass(frozen=True, slots=True)
class Settled:
    """One payment of a settlement: to whom, by which voucher, and out of which parts of lots."""

    payee: Slug
    voucher: Count
    spent: tuple[Lot, ...]


@dataclass(frozen=True, slots=True)
class Fund:
    """What decisions ask of a fund; `community` is None before it is opened.

    `receipts` and `vouchers` are the last numbers given; `lots` are those with money left.
    `reserved_fen` is promised, `awaited_fen` is in settlements that are submitted. `taken_over_on`
    is the day of the opening balance, None without one. `settled` are the payments of each
    settlement in the order in which they were entered, be they reversed or not; `recovered` are the
    receipts of what canteens repaid, the last one of each recovery.
    """

    community: CommunityId | None = None
    restriction: Slug = UNRESTRICTED
    lots: tuple[Lot, ...] = ()
    receipts: Count = _NONE_YET
    vouchers: Count = _NONE_YET
    reserved_fen: Fen = Fen(0)
    awaited_fen: Fen = Fen(0)
    reversed_receipts: Mapping[Count, ReceiptReversed | RecoveryReceiptReversed] = field(
        default_factory=dict
    )
    taken_over_on: date | None = None
    disbursements: Mapping[Count, Disbursement] = field(default_factory=dict)
    settled: Mapping[tuple[SiteId, Month], tuple[Settled, ...]] = field(default_factory=dict)
    recovered: Mapping[tuple[SiteId, Month, Count], Count] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)

    @property
    def balance_fen(self) -> Fen:
        """What the fund holds."""
        return lots.total(self.lots)

    @property
    def available_fen(self) -> Fen:
        """What may be promised or spent: nobody has a claim to it yet."""
        return Fen(self.balance_fen - self.reserved_fen - self.awaited_fen)

    @property
    def has_standing_receipts(self) -> bool:
        """Whether anything came in that was not reversed, be it gone by now."""
        return self.receipts > len(self.reversed_receipts)

    def lot_of(self, repaid: RecoverySettled) -> tuple[Lot, ...]:
        """What is left of the money that a canteen repaid."""
        receipt = self.recovered[repaid.canteen, repaid.month, repaid.recovery]
        return tuple(lot for lot in self.lots if lot.number == receipt)

    @property
    def next_receipt(self) -> Count:
        """The number of the receipt to come."""
        return Count(self.receipts + 1)

    @property
    def next_voucher(self) -> Count:
        """The number of the voucher to come."""
        return Count(self.vouchers + 1)


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
            left = lots.without(fund.lots, _spent(fund, event))
            return replace(fund, lots=left, vouchers=event.voucher)
        case ReceiptReversed() | RecoveryReceiptReversed():
            return _reversed(fund, event)
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
    return replace(fund, lots=(*fund.lots, *moved), receipts=moved[-1].number)


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
    spent: tuple[Lot, ...], event: DisbursementReversed | SettlementDisbursementReversed
) -> tuple[Lot, ...]:
    """What a payment took as it comes back: booked by its reversal, a refund also on its day."""
    back = tuple(replace(part, booked_in=event.booked_in) for part in spent)
    if event.reason is not PaymentReversalReason.returned_by_the_payee:
        return back
    return tuple(replace(part, came_on=event.occurred_on) for part in back)
