"""Lots: which gifts are left in a fund, where a gift went, and which gifts a payment spent.

Every receipt is a lot, and every payment and move says which lots it drew on. A part that was
moved begins another lot in the other fund, which remembers the gift it came from. So a gift can be
followed to all that it paid, and a payment back to the gifts behind it, across any number of moves.
These are part of the read model `funds`; they answer as of now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.fund_records import (
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    OpeningBalanceRecorded,
    PaymentImported,
)
from ledger.domain.lots import LotUse, ReceiptKind
from ledger.domain.values import Count, Fen, FundId, Slug
from ledger.projections.asking import ask
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
    PRIMARY KEY (fund, lot)
);
CREATE TABLE {s}.gifts (
    fund        text COLLATE "C" NOT NULL,
    lot         integer NOT NULL,
    kind        text COLLATE "C",           -- NULL for the opening balance
    source      text COLLATE "C" NOT NULL,
    award       text COLLATE "C",
    amount_fen  bigint NOT NULL,
    received_on date NOT NULL,
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
    PRIMARY KEY (fund, lot, voucher)
);
CREATE INDEX uses_of_voucher ON {s}.uses (fund, voucher);
"""

# -- folding -----------------------------------------------------------------------------------

BEGIN: Final = """
COPY {s}.lots (fund, lot, amount_fen, left_fen, origin_fund, origin_lot) FROM STDIN
"""
GIVE: Final = """
COPY {s}.gifts (fund, lot, kind, source, award, amount_fen, received_on) FROM STDIN
"""
PAY: Final = "COPY {s}.payments (fund, voucher, payee, purpose, paid_on) FROM STDIN"
USE: Final = "COPY {s}.uses (fund, voucher, lot, amount_fen, to_fund, to_lot) FROM STDIN"
DRAW: Final = """
UPDATE {s}.lots AS lot SET left_fen = lot.left_fen - drawn.amount_fen
FROM unnest(%s::text[], %s::integer[], %s::bigint[]) AS drawn (fund, lot, amount_fen)
WHERE lot.fund = drawn.fund AND lot.lot = drawn.lot
"""


Row = tuple[Any, ...]


def enter(events: Sequence[Recorded], changes: Changes) -> None:
    """Add the lots that begin in a run of events, and what is drawn on them."""
    gifts: list[Row] = []
    lots: list[Row] = []
    payments: list[Row] = []
    uses: list[Row] = []
    drawn: Sums[tuple[FundId, Count]] = Sums()
    for at in events:
        match at.event:
            case OpeningBalanceRecorded() | MoneyReceived() as event:
                gifts.append(_gift(event))
                lots.append(_lot_of(event))
            case MoneyMovedIn() as event:
                lots += _lots_moved(event)
                uses += _uses_moved(event)
            case MovedBetweenFunds() as event:
                _draw(event.from_fund, event.lots, drawn)
            case PaymentImported() as event:
                payments.append(_payment(event))
                uses += _uses_paid(event)
                _draw(event.fund, event.lots, drawn)
            case _:
                pass
    changes.copy(GIVE, gifts)
    changes.copy(BEGIN, lots)
    changes.copy(PAY, payments)
    changes.copy(USE, uses)
    changes.write(DRAW, drawn.rows())


def _gift(event: OpeningBalanceRecorded | MoneyReceived) -> Row:
    kind, award = (event.kind, event.award) if isinstance(event, MoneyReceived) else (None, None)
    return (
        event.fund, event.receipt, kind, event.source, award, event.amount_fen, event.occurred_on,
    )  # fmt: skip


def _lot_of(event: OpeningBalanceRecorded | MoneyReceived) -> Row:
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


def _uses_paid(event: PaymentImported) -> Iterable[Row]:
    return ((event.fund, event.voucher, use.lot, use.amount_fen, None, None) for use in event.lots)


def _payment(event: PaymentImported) -> Row:
    return event.fund, event.voucher, event.payee, event.purpose, event.occurred_on


def _draw(fund: FundId, uses: Iterable[LotUse], drawn: Sums[tuple[FundId, Count]]) -> None:
    for use in uses:
        drawn.add((fund, use.lot), use.amount_fen)


# -- asking ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LotLeft:
    """A lot of a fund with money left, and the gift it comes from; no kind: an opening balance."""

    lot: Count
    amount_fen: Fen
    left_fen: Fen
    gift_fund: FundId
    gift_lot: Count
    kind: ReceiptKind | None
    source: Slug
    award: Slug | None
    received_on: date


@dataclass(frozen=True, slots=True)
class GiftPart:
    """A part of a gift: paid out of `fund` against a voucher, or, without one, left in its lot."""

    fund: FundId
    lot: Count
    amount_fen: Fen
    voucher: Count | None
    payee: Slug | None
    purpose: Slug | None
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class GiftSpent:
    """How much of which gift a payment or a move drew, and from which lot of its fund."""

    lot: Count
    amount_fen: Fen
    gift_fund: FundId
    gift_lot: Count
    kind: ReceiptKind | None
    source: Slug
    award: Slug | None
    received_on: date


LEFT: Final = """
SELECT lot.lot, lot.amount_fen, lot.left_fen, gift.fund AS gift_fund, gift.lot AS gift_lot,
       gift.kind, gift.source, gift.award, gift.received_on
FROM funds.lots AS lot
JOIN funds.gifts AS gift ON gift.fund = lot.origin_fund AND gift.lot = lot.origin_lot
WHERE lot.fund = %(fund)s AND lot.left_fen > 0
ORDER BY lot.lot
"""
WENT: Final = """
WITH RECURSIVE parts AS (
    SELECT fund, lot, left_fen FROM funds.lots WHERE fund = %(fund)s AND lot = %(lot)s
    UNION ALL
    SELECT lot.fund, lot.lot, lot.left_fen FROM parts
    JOIN funds.uses AS use ON use.fund = parts.fund AND use.lot = parts.lot
    JOIN funds.lots AS lot ON lot.fund = use.to_fund AND lot.lot = use.to_lot)
SELECT use.fund, use.lot, use.amount_fen, use.voucher, payment.payee, payment.purpose,
       payment.paid_on
FROM parts
JOIN funds.uses AS use ON use.fund = parts.fund AND use.lot = parts.lot
JOIN funds.payments AS payment ON payment.fund = use.fund AND payment.voucher = use.voucher
UNION ALL
SELECT fund, lot, left_fen, NULL, NULL, NULL, NULL FROM parts WHERE left_fen > 0
ORDER BY paid_on, fund, voucher, lot
"""
PAID: Final = """
SELECT use.lot, use.amount_fen, gift.fund AS gift_fund, gift.lot AS gift_lot,
       gift.kind, gift.source, gift.award, gift.received_on
FROM funds.uses AS use
JOIN funds.lots AS lot ON lot.fund = use.fund AND lot.lot = use.lot
JOIN funds.gifts AS gift ON gift.fund = lot.origin_fund AND gift.lot = lot.origin_lot
WHERE use.fund = %(fund)s AND use.voucher = %(voucher)s
ORDER BY use.lot
"""


def lots(connection: Connection[Any], fund: FundId) -> tuple[LotLeft, ...]:
    """The lots of the fund with money left, in the order in which they will be drawn on."""
    return ask(connection, LotLeft, LEFT, fund=fund)


def where_did_it_go(connection: Connection[Any], fund: FundId, lot: Count) -> tuple[GiftPart, ...]:
    """What a lot paid for, by day, and what is left of it, wherever it was moved.

    The parts add up to the lot; there are none for a lot that is not known.
    """
    return ask(connection, GiftPart, WENT, fund=fund, lot=lot)


def which_paid(connection: Connection[Any], fund: FundId, voucher: Count) -> tuple[GiftSpent, ...]:
    """The gifts that a payment or a move spent; none for a voucher that is not known."""
    return ask(connection, GiftSpent, PAID, fund=fund, voucher=voucher)
