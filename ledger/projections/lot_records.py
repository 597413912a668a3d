"""What is kept of lots: each with its gift, what was drawn on it, and what the money paid for.

Every receipt begins a lot, and every part of a move another one, which remembers the gift it came
from. What is left now is kept with the lot; what was left earlier is that and what was drawn since,
so every row has its position. A move that is reversed is drawn below zero in the fund that gave,
and its lots in the other fund are gone, like those of a reversed receipt. These are part of the
read model `funds`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.fund_records import (
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
from ledger.domain.lots import LotUse
from ledger.domain.recovery_records import RecoveryReceiptReversed, RecoveryReceived
from ledger.domain.settlement_records import (
    PURPOSE,
    SettlementDisbursed,
    SettlementDisbursementReversed,
)
from ledger.domain.values import Count, Fen, FundId
from ledger.projections.model import Changes, Sums
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.lots (
    fund        text COLLATE "C" NOT NULL,
    lot         integer NOT NULL,
    amount_fen  bigint NOT NULL,
    left_fen    bigint NOT NULL CHECK (left_fen >= 0),
    origin_fund text COLLATE "C" NOT NULL,
    origin_lot  integer NOT NULL,
    position    bigint NOT NULL,
    PRIMARY KEY (fund, lot)
);
CREATE INDEX lots_of_gift ON {s}.lots (origin_fund, origin_lot);
CREATE TABLE {s}.gifts (
    fund        text COLLATE "C" NOT NULL,
    lot         integer NOT NULL,
    kind        text COLLATE "C",           -- NULL for the opening balance
    source      text COLLATE "C" NOT NULL,
    award       text COLLATE "C",
    amount_fen  bigint NOT NULL,
    received_on date NOT NULL,
    position    bigint NOT NULL,
    PRIMARY KEY (fund, lot)
);
CREATE INDEX gifts_of_source ON {s}.gifts (source, kind, received_on, fund, lot);
CREATE TABLE {s}.reversals (                -- of receipts, and of lots that began with a move
    fund        text COLLATE "C" NOT NULL,
    lot         integer NOT NULL,
    amount_fen  bigint NOT NULL,
    position    bigint NOT NULL,
    PRIMARY KEY (fund, lot)
);
CREATE TABLE {s}.payments (
    fund    text COLLATE "C" NOT NULL,
    voucher integer NOT NULL,
    payee   text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    paid_on date NOT NULL,
    PRIMARY KEY (fund, voucher)
);
CREATE TABLE {s}.uses (
    fund       text COLLATE "C" NOT NULL,
    voucher    integer NOT NULL,
    lot        integer NOT NULL,
    amount_fen bigint NOT NULL,
    to_fund    text COLLATE "C",            -- of a move: where the part went on as another lot
    to_lot     integer,
    position   bigint NOT NULL,
    PRIMARY KEY (fund, lot, voucher)
);
CREATE INDEX uses_in_order ON {s}.uses (fund, lot, position);
CREATE INDEX uses_that_moved ON {s}.uses (fund, lot) WHERE to_fund IS NOT NULL;
CREATE INDEX uses_of_voucher ON {s}.uses (fund, voucher);
"""

# -- folding -----------------------------------------------------------------------------------

BEGIN: Final = """
COPY {s}.lots (fund, lot, amount_fen, left_fen, origin_fund, origin_lot, position) FROM STDIN
"""
GIVE: Final = """
COPY {s}.gifts (fund, lot, kind, source, award, amount_fen, received_on, position) FROM STDIN
"""
REVERSE: Final = "COPY {s}.reversals (fund, lot, amount_fen, position) FROM STDIN"
PAY: Final = "COPY {s}.payments (fund, voucher, payee, purpose, paid_on) FROM STDIN"
USE: Final = """
COPY {s}.uses (fund, voucher, lot, amount_fen, to_fund, to_lot, position) FROM STDIN
"""
DRAW: Final = """
UPDATE {s}.lots AS lot SET left_fen = lot.left_fen - drawn.amount_fen
FROM unnest(%s::text[], %s::integer[], %s::bigint[]) AS drawn (fund, lot, amount_fen)
WHERE lot.fund = drawn.fund AND lot.lot = drawn.lot
"""


class GiftKind(StrEnum):
    """Where a lot came from: each kind of receipt, or a canteen that repaid a subsidy."""

    award = "award"
    donation = "donation"
    contribution = "contribution"
    appropriation = "appropriation"
    recovery = "recovery"


Arriving: TypeAlias = OpeningBalanceRecorded | MoneyReceived | RecoveryReceived
GivenBack: TypeAlias = (
    ImportedPaymentReversed | DisbursementReversed | SettlementDisbursementReversed
)
Paying: TypeAlias = PaymentImported | DisbursementPaid | SettlementDisbursed | GivenBack
Row = tuple[Any, ...]


def enter(events: Sequence[Recorded], changes: Changes) -> None:
    """Add the lots that begin in a run of events, and what is drawn on them."""
    rows = _Rows()
    for at in events:
        rows.take(at.event, at.position)
    changes.copy(GIVE, rows.gifts)
    changes.copy(REVERSE, rows.reversals)
    changes.copy(BEGIN, rows.lots)
    changes.copy(PAY, rows.payments)
    changes.copy(USE, rows.uses)
    changes.write(DRAW, rows.drawn.rows())


@dataclass(slots=True)
class _Rows:
    """What a run of events writes."""

    gifts: list[Row] = field(default_factory=list)
    reversals: list[Row] = field(default_factory=list)
    lots: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    uses: list[Row] = field(default_factory=list)
    drawn: Sums[tuple[FundId, Count]] = field(default_factory=Sums)

    def take(self, event: object, position: int) -> None:
        match event:
            case OpeningBalanceRecorded() | MoneyReceived() | RecoveryReceived():
                self.gifts.append((*_gift(event), position))
                self.lots.append((*_lot_of(event), position))
            case ReceiptReversed() | RecoveryReceiptReversed():
                self._end(event.fund, event.receipt, event.amount_fen, position)
            case MoneyMovedIn():
                self.lots += [(*row, position) for row in _lots_moved(event)]
                self.uses += [(*row, position) for row in _uses_moved(event, 1)]
            case MoneyMovedBack():
                self.uses += [(*row, position) for row in _uses_moved(event, -1)]
                for each in event.lots:
                    self._end(event.to_fund, each.lot, each.amount_fen, position)
            case MovedBetweenFunds():
                self._draw(event.from_fund, event.lots)
            case MoveReversed():
                self._draw(event.from_fund, event.lots, -1)
            case PaymentImported() | DisbursementPaid() | SettlementDisbursed():
                self._pay(event, position)
            case (
                ImportedPaymentReversed()
                | DisbursementReversed()
                | SettlementDisbursementReversed()
            ):
                self._pay(event, position, -1)
            case _:
                pass

    def _end(self, fund: FundId, lot: Count, amount_fen: Fen, position: int) -> None:
        self.reversals.append((fund, lot, amount_fen, position))
        self.drawn.add((fund, lot), amount_fen)

    def _pay(self, event: Paying, position: int, sign: int = 1) -> None:
        self.payments.append(_payment(event))
        self.uses += [(*row, position) for row in _uses_paid(event, sign)]
        self._draw(event.fund, event.lots, sign)

    def _draw(self, fund: FundId, uses: Iterable[LotUse], sign: int = 1) -> None:
        for use in uses:
            self.drawn.add((fund, use.lot), sign * use.amount_fen)


def _gift(event: Arriving) -> Row:
    match event:
        case OpeningBalanceRecorded():
            told: Row = None, event.source, None
        case MoneyReceived():
            told = event.kind, event.source, event.award
        case RecoveryReceived():
            told = GiftKind.recovery, event.payee, None
        case _:
            assert_never(event)
    return event.fund, event.receipt, *told, event.amount_fen, event.occurred_on


def _lot_of(event: Arriving) -> Row:
    fund, lot, amount_fen = event.fund, event.receipt, event.amount_fen
    return fund, lot, amount_fen, amount_fen, fund, lot


def _lots_moved(event: MoneyMovedIn) -> Iterable[Row]:
    for each in event.lots:
        origin = each.origin
        yield event.to_fund, each.lot, each.amount_fen, each.amount_fen, origin.fund, origin.lot


def _uses_moved(event: MoneyMovedIn | MoneyMovedBack, sign: int) -> Iterable[Row]:
    """The twin alone knows which lot each part became, or was."""
    for each in event.lots:
        part = event.from_fund, event.voucher, each.from_lot, sign * each.amount_fen
        yield (*part, event.to_fund, each.lot)


def _uses_paid(event: Paying, sign: int) -> Iterable[Row]:
    for use in event.lots:
        yield event.fund, event.voucher, use.lot, sign * use.amount_fen, None, None


def _payment(event: Paying) -> Row:
    match event:
        case SettlementDisbursed() | SettlementDisbursementReversed():
            purpose = PURPOSE
        case _:
            purpose = event.purpose
    return event.fund, event.voucher, event.payee, purpose, event.occurred_on
