"""What is kept of lots: each with its gift, what was drawn on it, and what the money paid for.

Every receipt begins a lot, and every part of a move another one, which remembers the gift it came
from. What is left now is kept with the lot; what was left earlier is that and what was drawn since,
so every row has its position. These are part of the read model `funds`.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.fund_records import (
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
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
from ledger.domain.values import Count, FundId
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
CREATE TABLE {s}.reversals (
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
GivenBack: TypeAlias = DisbursementReversed | SettlementDisbursementReversed
Paying: TypeAlias = PaymentImported | DisbursementPaid | SettlementDisbursed | GivenBack
Row = tuple[Any, ...]


def enter(events: Sequence[Recorded], changes: Changes) -> None:
    """Add the lots that begin in a run of events, and what is drawn on them."""
    gifts: list[Row] = []
    reversals: list[Row] = []
    lots: list[Row] = []
    payments: list[Row] = []
    uses: list[Row] = []
    drawn: Sums[tuple[FundId, Count]] = Sums()
    for at in events:
        match at.event:
            case OpeningBalanceRecorded() | MoneyReceived() | RecoveryReceived() as event:
                gifts.append((*_gift(event), at.position))
                lots.append((*_lot_of(event), at.position))
            case ReceiptReversed() | RecoveryReceiptReversed() as event:
                reversals.append((event.fund, event.receipt, event.amount_fen, at.position))
                drawn.add((event.fund, event.receipt), event.amount_fen)
            case MoneyMovedIn() as event:
                lots += [(*row, at.position) for row in _lots_moved(event)]
                uses += [(*row, at.position) for row in _uses_moved(event)]
            case MovedBetweenFunds() as event:
                _draw(event.from_fund, event.lots, drawn)
            case (
                PaymentImported()
                | DisbursementPaid()
                | DisbursementReversed()
                | SettlementDisbursed()
                | SettlementDisbursementReversed()
            ) as event:
                sign = -1 if isinstance(event, GivenBack) else 1
                payments.append(_payment(event))
                uses += [(*row, at.position) for row in _uses_paid(event, sign)]
                _draw(event.fund, event.lots, drawn, sign)
            case _:
                pass
    changes.copy(GIVE, gifts)
    changes.copy(REVERSE, reversals)
    changes.copy(BEGIN, lots)
    changes.copy(PAY, payments)
    changes.copy(USE, uses)
    changes.write(DRAW, drawn.rows())


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


def _uses_moved(event: MoneyMovedIn) -> Iterable[Row]:
    """The twin alone knows which lot each part became."""
    for each in event.lots:
        part = event.from_fund, event.voucher, each.from_lot, each.amount_fen
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


def _draw(
    fund: FundId, uses: Iterable[LotUse], drawn: Sums[tuple[FundId, Count]], sign: int = 1
) -> None:
    for use in uses:
        drawn.add((fund, use.lot), sign * use.amount_fen)
