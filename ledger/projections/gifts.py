"""Gifts: where a donor's money went (捐赠人报告), gift by gift and payment by payment.

    given = spent + left + reversed      of each gift, and of all of a donor's together

A donor is a source of receipts, by its kind, or a person by her contributions in cash. A gift is
one receipt, a lot of its fund; what was moved to another fund is followed there, and may be spent
or left in it. A payment that was reversed is taken off what was spent, on a line below zero.
Each question is answered as known at a position. What is left now is kept with the lots; of an
earlier position it is that and what was drawn since, so the past of a long log costs no more than
what came after it. A move, and what takes it back, is known from the position at which the other
fund says so.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString

from psycopg import Connection

from ledger.domain.lots import ReceiptKind
from ledger.domain.values import CommunityId, Count, Fen, FundId, PersonId, Slug
from ledger.projections.asking import (
    EVER,
    PAGE_MOST,
    POSITION_MOST,
    Reach,
    ask,
    ask_one,
    seen,
    within,
)
from ledger.projections.view import NOW, View


@dataclass(frozen=True, slots=True)
class Source:
    """A donor as receipts name it: what kind of money it gave, and who it is."""

    kind: ReceiptKind
    source: Slug


Donor = Source | tuple[PersonId, ...]
"""Of a person, all ids under which she gave."""


@dataclass(frozen=True, slots=True)
class Gift:
    """A receipt, and what became of it; `restriction` is what the fund it was given to is for.

    `moved_fen` of what is spent or left was spent, or lies, in other funds than that.
    """

    fund: FundId
    lot: Count
    community: CommunityId
    restriction: Slug
    kind: ReceiptKind
    source: Slug
    award: Slug | None
    received_on: date
    given_fen: Fen
    spent_fen: Fen
    left_fen: Fen
    reversed_fen: Fen
    moved_fen: Fen

    @property
    def key(self) -> tuple[date, FundId, Count]:
        """What a page goes on after."""
        return self.received_on, self.fund, self.lot


@dataclass(frozen=True, slots=True)
class ReceivedGift:
    """A receipt as it was given: `reversed_fen` of it does not stand any more."""

    fund: FundId
    lot: Count
    community: CommunityId
    restriction: Slug
    kind: ReceiptKind
    source: Slug
    award: Slug | None
    received_on: date
    amount_fen: Fen
    reversed_fen: Fen
    position: int


@dataclass(frozen=True, slots=True)
class GiftTotals:
    """All of a donor's gifts together."""

    gifts: Count
    given_fen: Fen
    spent_fen: Fen
    left_fen: Fen
    reversed_fen: Fen
    moved_fen: Fen


@dataclass(frozen=True, slots=True)
class GiftPayment:
    """What a payment took of a gift: the lot in the fund that paid; below zero where reversed."""

    gift_fund: FundId
    gift_lot: Count
    fund: FundId
    lot: Count
    voucher: Count
    payee: Slug
    purpose: Slug
    paid_on: date
    amount_fen: int
    position: int

    @property
    def key(self) -> tuple[int, Count]:
        """What a page goes on after."""
        return self.position, self.lot


GIVEN: Final = """
SELECT gift.*, home.community, home.restriction
FROM {gifts}
JOIN funds.funds AS home ON home.fund = gift.fund
WHERE gift.position <= %(known)s
  AND (%(reach)s::text[] IS NULL OR home.community = ANY (%(reach)s::text[]))
"""
OF_SOURCE: Final = GIVEN.replace("{gifts}", "funds.gifts AS gift") + (
    "  AND (gift.source, gift.kind) = (%(source)s, %(of_kind)s)"
)
OF_PERSON: Final = (
    GIVEN.replace(
        "{gifts}",
        """contributions.contributions AS given
JOIN funds.gifts AS gift ON gift.fund = given.fund AND gift.lot = given.receipt""",
    )
    + "  AND given.person = ANY (%(persons)s::text[]) AND given.position <= %(known)s"
)
RECEIVED: Final = """
SELECT gift.*, home.community, home.restriction, (
    SELECT coalesce(sum(amount_fen), 0)::bigint FROM funds.reversals AS reversal
    WHERE reversal.fund = gift.fund AND reversal.lot = gift.lot
      AND reversal.position <= %(known)s) AS reversed_fen
FROM funds.gifts AS gift
JOIN funds.funds AS home ON home.fund = gift.fund
WHERE gift.position <= %(known)s AND (gift.fund, gift.lot) = (%(fund)s, %(lot)s)
  AND gift.kind IS NOT NULL  -- an opening balance is no receipt
"""
GAVE: Final = """
SELECT person FROM contributions.contributions
WHERE (fund, receipt) = (%(fund)s, %(lot)s) AND person = ANY (%(persons)s::text[])
"""
MONEY: Final = """
SELECT gift.*, gift.amount_fen AS given_fen, part.left_fen, part.moved_fen, reversed_fen,
       gift.amount_fen - part.left_fen - reversed_fen AS spent_fen
FROM ({given}) AS gift
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen), 0)::bigint AS reversed_fen FROM funds.reversals AS reversal
    WHERE reversal.fund = gift.fund AND reversal.lot = gift.lot
      AND reversal.position <= %(known)s) AS reversal
CROSS JOIN LATERAL (
    SELECT sum(lot.left_fen + drawn_later_fen + ended_later_fen)::bigint AS left_fen,
           coalesce(sum(lot.amount_fen - moved_on_fen - ended_fen)
               FILTER (WHERE lot.fund <> gift.fund), 0)::bigint AS moved_fen
    FROM funds.lots AS lot
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_fen), 0) AS drawn_later_fen FROM funds.uses AS use
        WHERE use.fund = lot.fund AND use.lot = lot.lot AND use.position > %(known)s) AS later
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_fen), 0) AS moved_on_fen FROM funds.uses AS use
        WHERE use.fund = lot.fund AND use.lot = lot.lot AND use.to_fund IS NOT NULL
          AND use.position <= %(known)s) AS moved
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_fen) FILTER (WHERE position <= %(known)s), 0) AS ended_fen,
               coalesce(sum(amount_fen) FILTER (WHERE position > %(known)s), 0) AS ended_later_fen
        FROM funds.reversals AS gone
        WHERE gone.fund = lot.fund AND gone.lot = lot.lot) AS ended
    WHERE lot.origin_fund = gift.fund AND lot.origin_lot = gift.lot
      AND lot.position <= %(known)s) AS part
"""
GIFTS: Final = """
SELECT fund, lot, community, restriction, kind, source, award, received_on,
       given_fen, spent_fen, left_fen, reversed_fen, moved_fen
FROM ({money}) AS gift
WHERE (received_on, fund, lot) < (%(before)s, %(below)s, %(lower)s)
ORDER BY received_on DESC, fund DESC, lot DESC LIMIT %(limit)s
""".replace("{money}", MONEY)
TOTALS: Final = """
SELECT count(*) AS gifts,
       coalesce(sum(given_fen), 0)::bigint AS given_fen,
       coalesce(sum(spent_fen), 0)::bigint AS spent_fen,
       coalesce(sum(left_fen), 0)::bigint AS left_fen,
       coalesce(sum(reversed_fen), 0)::bigint AS reversed_fen,
       coalesce(sum(moved_fen), 0)::bigint AS moved_fen
FROM ({money}) AS gift
""".replace("{money}", MONEY)
PAYMENTS: Final = """
SELECT gift.fund AS gift_fund, gift.lot AS gift_lot, use.fund, use.lot, use.voucher,
       payee, purpose, paid_on, use.amount_fen, use.position
FROM ({given}) AS gift
JOIN funds.lots AS lot ON lot.origin_fund = gift.fund AND lot.origin_lot = gift.lot
CROSS JOIN LATERAL (
    SELECT * FROM funds.uses AS drawn
    WHERE drawn.fund = lot.fund AND drawn.lot = lot.lot AND drawn.to_fund IS NULL
      AND drawn.position <= %(known)s AND (drawn.position, drawn.lot) < (%(before)s, %(below)s)
    ORDER BY drawn.position DESC LIMIT %(limit)s) AS use
JOIN funds.payments AS payment ON payment.fund = use.fund AND payment.voucher = use.voucher
ORDER BY use.position DESC, use.lot DESC LIMIT %(limit)s
"""
"""Of each lot no more than a page, and of all of them one."""
NUMBER_MOST: Final = 2**31 - 1


def gifts(
    connection: Connection[Any],
    donor: Donor,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[date, FundId, Count] | None = None,
    reach: Reach = None,
) -> tuple[Gift, ...]:
    """A page of the donor's gifts to funds within reach, the latest first."""
    before, below, lower = after or (EVER, "~", NUMBER_MOST)  # a tilde lies behind every id
    page = {"limit": limit, "before": before, "below": below, "lower": lower}
    return ask(connection, Gift, _of(donor, GIFTS), **page, **_asked(donor, view, reach))


def totals(
    connection: Connection[Any], donor: Donor, view: View = NOW, *, reach: Reach = None
) -> GiftTotals:
    """What the donor's gifts to funds within reach come to; nothing where there are none."""
    (found,) = ask(connection, GiftTotals, _of(donor, TOTALS), **_asked(donor, view, reach))
    return found


def payments(
    connection: Connection[Any],
    donor: Donor,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[int, Count] | None = None,
    reach: Reach = None,
) -> tuple[GiftPayment, ...]:
    """What was paid with the donor's gifts, the latest first; they add up to what was spent."""
    before, below = after or (POSITION_MOST, NUMBER_MOST)
    page = {"limit": limit, "before": before, "below": below}
    return ask(connection, GiftPayment, _of(donor, PAYMENTS), **page, **_asked(donor, view, reach))


def _of(donor: Donor, statement: LiteralString) -> LiteralString:
    return statement.replace("{given}", OF_SOURCE if isinstance(donor, Source) else OF_PERSON)


def _asked(donor: Donor, view: View, reach: Reach) -> dict[str, object]:
    if isinstance(donor, Source):
        named: dict[str, object] = {"of_kind": donor.kind, "source": donor.source}
    else:
        named = {"persons": list(donor)}
    return {**named, "reach": within(reach), **seen(view)}


def received(
    connection: Connection[Any], fund: FundId, lot: Count, view: View = NOW
) -> ReceivedGift | None:
    """What was given with that receipt of the fund; None for any other number."""
    return ask_one(connection, ReceivedGift, RECEIVED, fund=fund, lot=lot, **seen(view))


def gave(
    connection: Connection[Any], fund: FundId, lot: Count, persons: tuple[PersonId, ...]
) -> bool:
    """Whether it was one of these persons who gave it, as a contribution in cash."""
    asked = {"fund": fund, "lot": lot, "persons": list(persons)}
    return connection.execute(GAVE, asked).fetchone() is not None
