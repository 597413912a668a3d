"""Lots: which gifts are left in a fund, where a gift went, and which gifts a payment spent.

Every receipt is a lot, and every payment and move says which lots it drew on. A part that was
moved begins another lot in the other fund, which remembers the gift it came from. So a gift can be
followed to all that it paid, and a payment back to the gifts behind it, across any number of moves.
A reversed payment or move is followed by an entry below zero, and its lots have the money again.
These are part of the read model `funds`. They answer at a position: what is left of a lot then is
what is left of it now and what was drawn on it since.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString

from psycopg import Connection

from ledger.domain.values import Count, Fen, FundId, Slug
from ledger.projections.asking import ask, until
from ledger.projections.lot_records import GiftKind


@dataclass(frozen=True, slots=True)
class LotLeft:
    """A lot of a fund with money left, and the gift it comes from; no kind: an opening balance."""

    lot: Count
    amount_fen: Fen
    left_fen: Fen
    gift_fund: FundId
    gift_lot: Count
    kind: GiftKind | None
    source: Slug
    award: Slug | None
    received_on: date


@dataclass(frozen=True, slots=True)
class GiftPart:
    """A part of a gift: paid out of `fund` against a voucher, or, without one, left in its lot.

    Below zero, the reversal of a payment.
    """

    fund: FundId
    lot: Count
    amount_fen: int
    voucher: Count | None
    payee: Slug | None
    purpose: Slug | None
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class GiftSpent:
    """How much of which gift a payment or a move drew, and from which lot of its fund.

    Below zero for the reversal of one: so much is in the lot again.
    """

    lot: Count
    amount_fen: int
    gift_fund: FundId
    gift_lot: Count
    kind: GiftKind | None
    source: Slug
    award: Slug | None
    received_on: date


LEFT_NOW: Final = "lot.left_fen"
LEFT_THEN: Final = """lot.left_fen + (
    SELECT coalesce(sum(amount_fen), 0)::bigint FROM (
        SELECT amount_fen FROM funds.uses AS use
        WHERE use.fund = lot.fund AND use.lot = lot.lot AND use.position > %(known)s
        UNION ALL
        SELECT amount_fen FROM funds.reversals AS gone
        WHERE gone.fund = lot.fund AND gone.lot = lot.lot AND gone.position > %(known)s) AS since
)"""
LEFT: Final = """
SELECT lot.lot, lot.amount_fen, rest.left_fen, gift.fund AS gift_fund, gift.lot AS gift_lot,
       gift.kind, gift.source, gift.award, gift.received_on
FROM funds.lots AS lot
JOIN funds.gifts AS gift ON gift.fund = lot.origin_fund AND gift.lot = lot.origin_lot
CROSS JOIN LATERAL (SELECT {left} AS left_fen) AS rest
WHERE lot.fund = %(fund)s AND lot.position <= %(known)s AND rest.left_fen > 0
ORDER BY lot.lot
"""
WENT: Final = """
WITH RECURSIVE parts AS (
    SELECT fund, lot, {left} AS left_fen FROM funds.lots AS lot
    WHERE fund = %(fund)s AND lot = %(lot)s AND position <= %(known)s
    UNION ALL
    SELECT lot.fund, lot.lot, {left} FROM parts
    JOIN funds.uses AS use ON use.fund = parts.fund AND use.lot = parts.lot AND use.amount_fen > 0
    JOIN funds.lots AS lot ON lot.fund = use.to_fund AND lot.lot = use.to_lot
    WHERE use.position <= %(known)s)
SELECT use.fund, use.lot, use.amount_fen, use.voucher, payment.payee, payment.purpose,
       payment.paid_on
FROM parts
JOIN funds.uses AS use ON use.fund = parts.fund AND use.lot = parts.lot
JOIN funds.payments AS payment ON payment.fund = use.fund AND payment.voucher = use.voucher
WHERE use.position <= %(known)s
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
WHERE use.fund = %(fund)s AND use.voucher = %(voucher)s AND use.position <= %(known)s
ORDER BY use.lot
"""


def lots(
    connection: Connection[Any], fund: FundId, *, known: int | None = None
) -> tuple[LotLeft, ...]:
    """The lots of the fund with money left, in the order in which they will be drawn on."""
    return ask(connection, LotLeft, _left(LEFT, known), fund=fund, known=until(known))


def _left(statement: LiteralString, known: int | None) -> LiteralString:
    return statement.replace("{left}", LEFT_NOW if known is None else LEFT_THEN)


def where_did_it_go(
    connection: Connection[Any], fund: FundId, lot: Count, *, known: int | None = None
) -> tuple[GiftPart, ...]:
    """What a lot paid for, by day, and what is left of it, wherever it was moved.

    The parts add up to the lot; there are none for a lot that is not known or was reversed.
    """
    went = _left(WENT, known)
    return ask(connection, GiftPart, went, fund=fund, lot=lot, known=until(known))


def which_paid(
    connection: Connection[Any], fund: FundId, voucher: Count, *, known: int | None = None
) -> tuple[GiftSpent, ...]:
    """The gifts that a payment or a move spent; none for a voucher that is not known."""
    return ask(connection, GiftSpent, PAID, fund=fund, voucher=voucher, known=until(known))
