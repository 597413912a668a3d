"""Lots: which gifts are left in a fund, where a gift went, and which gifts a payment spent.

Every receipt is a lot, and every payment and move says which lots it drew on. A part that was
moved begins another lot in the other fund, which remembers the gift it came from. So a gift can be
followed to all that it paid, and a payment back to the gifts behind it, across any number of moves.
A reversed payment is followed by an entry below zero, and its lots have the money again.
These answer as of now; what became of all gifts of a donor, at any position, is in `gifts`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import Count, Fen, FundId, Slug
from ledger.projections.asking import ask
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

    Below zero for the reversal of a payment: so much is in the lot again.
    """

    lot: Count
    amount_fen: int
    gift_fund: FundId
    gift_lot: Count
    kind: GiftKind | None
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

    The parts add up to the lot; there are none for a lot that is not known or was reversed.
    """
    return ask(connection, GiftPart, WENT, fund=fund, lot=lot)


def which_paid(connection: Connection[Any], fund: FundId, voucher: Count) -> tuple[GiftSpent, ...]:
    """The gifts that a payment or a move spent; none for a voucher that is not known."""
    return ask(connection, GiftSpent, PAID, fund=fund, voucher=voucher)
