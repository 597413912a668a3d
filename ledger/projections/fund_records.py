"""What is kept of funds: their money by day, every movement, and the lots it is made of.

The sums are those of the journal's accounts `fund/{f}` (held), `reserved/{f}` and `owes/fund/{f}/…`
(accrued), taken from the same postings; what an approved settlement reserves is accrued no longer.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias, assert_never, get_args

from ledger.domain import postings
from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.fund_records import (
    FundOpened,
    ImportedPaymentReversed,
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversed,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.recovery_records import RecoveryReceiptReversed, RecoveryReceived
from ledger.domain.settlement_records import (
    PURPOSE,
    SettlementApproved,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaid,
    SettlementPaymentReversed,
)
from ledger.domain.values import Month, fund_of
from ledger.projections import lot_records
from ledger.projections.model import Changes, ReadModel, Sums, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.funds (
    fund        text COLLATE "C" PRIMARY KEY,
    community   text COLLATE "C" NOT NULL,
    name        text NOT NULL,
    restriction text COLLATE "C" NOT NULL,
    opened_on   date NOT NULL,
    position    bigint NOT NULL
);
CREATE TABLE {s}.amounts (
    fund        text COLLATE "C" NOT NULL,
    side        text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    amount_fen  bigint NOT NULL,
    PRIMARY KEY (fund, position, side)
);
CREATE TABLE {s}.days (
    fund        text COLLATE "C" NOT NULL,
    side        text COLLATE "C" NOT NULL,
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    recorded_on date NOT NULL,
    amount_fen  bigint NOT NULL,
    PRIMARY KEY (fund, side, occurred_on, booked_in, recorded_on)
);
CREATE TABLE {s}.movements (
    position    bigint NOT NULL,
    fund        text COLLATE "C" NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    number      integer NOT NULL,
    amount_fen  bigint NOT NULL,
    other       text COLLATE "C" NOT NULL,
    purpose     text COLLATE "C",
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    reverses    integer,                -- of what takes a voucher back: that voucher
    PRIMARY KEY (fund, position)
);
CREATE INDEX movements_booked ON {s}.movements (fund, booked_in);
CREATE INDEX movements_reversed ON {s}.movements (fund, reverses) WHERE reverses IS NOT NULL;
"""

# -- folding -----------------------------------------------------------------------------------

OPEN: Final = "COPY {s}.funds (fund, community, name, restriction, opened_on, position) FROM STDIN"
COUNT: Final = """
COPY {s}.amounts (fund, side, position, occurred_on, booked_in, amount_fen) FROM STDIN
"""
ADD: Final = """
INSERT INTO {s}.days AS day (fund, side, occurred_on, booked_in, recorded_on, amount_fen)
SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::text[], %s::date[], %s::bigint[])
ON CONFLICT (fund, side, occurred_on, booked_in, recorded_on)
DO UPDATE SET amount_fen = day.amount_fen + excluded.amount_fen
"""
MOVE: Final = """
COPY {s}.movements
    (position, fund, kind, number, amount_fen, other, purpose, occurred_on, booked_in, reverses)
FROM STDIN
"""


class Side(StrEnum):
    """What an amount of a fund is: there, promised, or eaten up and not yet paid."""

    held = "held"
    reserved = "reserved"
    accrued = "accrued"


class MovementKind(StrEnum):
    """What brought money in or took it out: each kind of receipt, and the others."""

    opening = "opening"
    award = "award"
    donation = "donation"
    contribution = "contribution"
    appropriation = "appropriation"
    moved_in = "moved_in"
    moved_out = "moved_out"
    payment = "payment"  # made outside this ledger
    disbursement = "disbursement"
    settlement = "settlement"
    payment_reversed = "payment_reversed"
    move_reversed = "move_reversed"  # below zero in the fund that had received it
    receipt_reversed = "receipt_reversed"
    recovery = "recovery"
    recovery_reversed = "recovery_reversed"


Moving: TypeAlias = (
    OpeningBalanceRecorded
    | MoneyReceived
    | MovedBetweenFunds
    | MoveReversed
    | PaymentImported
    | ImportedPaymentReversed
    | DisbursementPaid
    | DisbursementReversed
    | SettlementDisbursed
    | SettlementDisbursementReversed
    | ReceiptReversed
    | RecoveryReceived
    | RecoveryReceiptReversed
)
TakingBack: TypeAlias = (
    MoveReversed | ImportedPaymentReversed | DisbursementReversed | SettlementDisbursementReversed
)
MOVING: Final = get_args(Moving)
Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """Sums follow the postings, so that they are the journal's; the rest follows the events."""
    changes = Changes()
    _count(events, changes)
    changes.copy(OPEN, [_opening(at) for at in of_type(events, FundOpened)])
    changes.copy(MOVE, [row for at in of_type(events, *MOVING) for row in _movements(at)])
    lot_records.enter(events, changes)
    return changes


MODEL: Final = ReadModel("funds", 5, TABLES + lot_records.TABLES, fold)


def _count(events: Sequence[Recorded], changes: Changes) -> None:
    amounts: Sums[tuple[str, Side, int, date, Month]] = Sums()
    days: Sums[tuple[str, Side, date, Month, date]] = Sums()
    for at in events:
        for fund, which, amount in (*_posted(at.event), *_settled(at.event)):
            when = at.event.occurred_on, at.event.booked_in
            amounts.add((fund, which, at.position, *when), amount)
            days.add((fund, which, *when, at.recorded_at.date()), amount)
    changes.copy(COUNT, amounts.rows())
    changes.write(ADD, days.rows())


def _posted(event: object) -> Iterator[tuple[str, Side, int]]:
    for account, _, amount in postings.of(event):
        if counted := side(account):
            fund, which, sign = counted
            yield fund, which, sign * amount


def _settled(event: object) -> Iterator[tuple[str, Side, int]]:
    """A share is owed until it is paid, but from the approval on it is counted as reserved."""
    match event:
        case SettlementApproved():
            for due in event.payers:
                if fund := fund_of(due.payer):
                    yield fund, Side.accrued, -due.payable_fen
        case SettlementPaid():
            if fund := fund_of(event.payer):
                yield fund, Side.accrued, event.amount_fen
        case SettlementPaymentReversed():
            if fund := fund_of(event.payer):
                yield fund, Side.accrued, -event.amount_fen
        case _:
            pass


def side(account: str) -> tuple[str, Side, int] | None:
    """The fund whose money an account counts, as what, and with which sign; None for any other."""
    match account.split("/"):
        case ["fund", fund]:
            return fund, Side.held, 1
        case ["reserved", fund]:
            return fund, Side.reserved, 1
        case ["owes", "fund", fund, _]:
            return fund, Side.accrued, -1
        case _:
            return None


def _opening(at: Recorded) -> Row:
    event: FundOpened = at.event
    opened_on, name = event.occurred_on, event.name
    return event.fund, event.community, name, event.restriction, opened_on, at.position


def _movements(at: Recorded) -> Iterator[Row]:
    for movement in _moves(at.event):
        reverses = at.event.reverses if isinstance(at.event, TakingBack) else None
        yield (at.position, *movement, at.event.occurred_on, at.event.booked_in, reverses)


def _moves(event: Moving) -> Iterator[Row]:
    """The fund, the kind, the number, the amount, the other side, and what it was for."""
    amount_fen = event.amount_fen
    match event:
        case OpeningBalanceRecorded():
            yield event.fund, MovementKind.opening, event.receipt, amount_fen, event.source, None
        case MoneyReceived():
            kind = MovementKind(event.kind)
            yield event.fund, kind, event.receipt, amount_fen, event.source, event.award
        case MovedBetweenFunds() | MoveReversed():
            yield from _between(event)
        case PaymentImported() | DisbursementPaid():
            yield event.fund, PAID[type(event)], event.voucher, -amount_fen, *_for(event)
        case SettlementDisbursed():
            kind = MovementKind.settlement
            yield event.fund, kind, event.voucher, -amount_fen, event.payee, PURPOSE
        case DisbursementReversed() | ImportedPaymentReversed():
            kind = MovementKind.payment_reversed
            yield event.fund, kind, event.voucher, amount_fen, *_for(event)
        case SettlementDisbursementReversed():
            kind = MovementKind.payment_reversed
            yield event.fund, kind, event.voucher, amount_fen, event.payee, PURPOSE
        case ReceiptReversed():
            kind = MovementKind.receipt_reversed
            yield event.fund, kind, event.receipt, -amount_fen, event.source, None
        case RecoveryReceived() | RecoveryReceiptReversed():
            kind, sign = RECOVERED[type(event)]
            yield event.fund, kind, event.receipt, sign * amount_fen, event.payee, PURPOSE
        case _:
            assert_never(event)


def _between(event: MovedBetweenFunds | MoveReversed) -> Iterator[Row]:
    """Both sides; each bears the voucher of the fund that gave."""
    giver, taker = event.from_fund, event.to_fund
    voucher, amount_fen = event.voucher, event.amount_fen
    match event:
        case MovedBetweenFunds():
            yield giver, MovementKind.moved_out, voucher, -amount_fen, taker, None
            yield taker, MovementKind.moved_in, voucher, amount_fen, giver, None
        case MoveReversed():
            yield giver, MovementKind.move_reversed, voucher, amount_fen, taker, None
            yield taker, MovementKind.move_reversed, voucher, -amount_fen, giver, None
        case _:
            assert_never(event)


PAID: Final = {
    PaymentImported: MovementKind.payment,
    DisbursementPaid: MovementKind.disbursement,
}


RECOVERED: Final = {
    RecoveryReceived: (MovementKind.recovery, 1),
    RecoveryReceiptReversed: (MovementKind.recovery_reversed, -1),
}


def _for(
    event: PaymentImported | ImportedPaymentReversed | DisbursementPaid | DisbursementReversed,
) -> Row:
    return event.payee, event.purpose
