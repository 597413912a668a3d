"""Funds: what each holds, what of it is spoken for, and what may still be spent.

    held       money in the fund
    reserved   promised to payees
    accrued    the fund's share of meals that were eaten and are not paid yet
    available  held − reserved − accrued, where anything is accrued

Below zero, `accrued` is money that is to come back, such as for meals after a death that were paid
already. It is not there before it came, so it adds nothing to what may be spent.

These are the journal's accounts `fund/{f}`, `reserved/{f}` and `owes/fund/{f}/…`, summed by day as
the journal sums them, so every view of them costs the same however many meals there were.
Which gifts are left and which paid for what is told in `lots`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import (
    CommunityId,
    Count,
    FundId,
    Month,
    Slug,
    Title,
    first_day,
    next_month,
    previous_month,
)
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, ask, seen
from ledger.projections.fund_records import MovementKind
from ledger.projections.view import NOW, View, bounds


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund and its money; `available_fen` below zero is a promise that cannot be kept."""

    fund: FundId
    community: CommunityId
    name: Title
    restriction: Slug
    opened_on: date
    held_fen: int
    reserved_fen: int
    accrued_fen: int
    available_fen: int


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came in, with the number of its receipt, or went out, with that of its voucher.

    What was moved in has the giver's voucher. `other` is the source, the payee or the other fund,
    `purpose` that of a payment, or which award it was. `balance_fen` is what was there afterwards.
    What takes a voucher back has one of its own, and names the other: `reverses`.
    """

    position: int
    kind: MovementKind
    number: Count
    amount_fen: int
    balance_fen: int
    other: Slug
    purpose: Slug | None
    occurred_on: date
    booked_in: Month
    reverses: Count | None


@dataclass(frozen=True, slots=True)
class MonthOfFund:
    """A month of a fund: what it began with, received, moved and paid, and what it ended with.

        opening + received + moved in − moved out − paid = balance
        available = balance − reserved − accrued      at the end of the month; see the module

    `received_fen` is told by its kinds; `old_books_fen` is what an older book handed over. Moves
    between funds are neither income nor spending. What was reversed or repaid is taken off what it
    corrects, so a month may come below zero.
    """

    month: Month
    opening_fen: int
    old_books_fen: int
    award_fen: int
    donation_fen: int
    contribution_fen: int
    appropriation_fen: int
    received_fen: int
    moved_in_fen: int
    moved_out_fen: int
    paid_fen: int
    balance_fen: int
    reserved_fen: int
    accrued_fen: int
    available_fen: int

    @property
    def moved_fen(self) -> int:
        """What came from other funds, less what went to them."""
        return self.moved_in_fen - self.moved_out_fen

    def at_rest(self, month: Month) -> "MonthOfFund":
        """A later month in which nothing touches the fund."""
        still = dict.fromkeys(FLOWS, 0)
        return replace(self, month=month, opening_fen=self.balance_fen, **still)


FLOWS: Final = (
    *("old_books_fen", "award_fen", "donation_fen", "contribution_fen", "appropriation_fen"),
    *("received_fen", "moved_in_fen", "moved_out_fen", "paid_fen"),
)


_FUNDS: Final = """
SELECT fund, community, name, restriction, opened_on, held_fen, reserved_fen, accrued_fen,
       held_fen - reserved_fen - greatest(accrued_fen, 0) AS available_fen
FROM funds.funds CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_fen) FILTER (WHERE side = 'held'), 0)::bigint AS held_fen,
           coalesce(sum(amount_fen) FILTER (WHERE side = 'reserved'), 0)::bigint AS reserved_fen,
           coalesce(sum(amount_fen) FILTER (WHERE side = 'accrued'), 0)::bigint AS accrued_fen
    FROM (SELECT side, amount_fen FROM funds.days
          WHERE fund = funds.fund AND {counted} AND recorded_on < %(before_day)s
          UNION ALL
          SELECT side, amount_fen FROM funds.amounts
          WHERE fund = funds.fund AND {counted}
            AND position > %(after)s AND position <= %(until)s) AS counted) AS sums
WHERE position <= %(known)s
  AND (%(community)s::text IS NULL OR community = %(community)s)
  AND (%(fund)s::text IS NULL OR fund = %(fund)s)
ORDER BY community, fund
"""
FUNDS: Final = _FUNDS.replace("{counted}", "occurred_on <= %(as_of)s")
BOOKED: Final = _FUNDS.replace("{counted}", "booked_in <= %(month)s")
STATEMENT: Final = """
SELECT position, kind, number, amount_fen, balance_fen, other, purpose, occurred_on, booked_in,
       reverses
FROM (SELECT *, (sum(amount_fen) OVER (ORDER BY position))::bigint AS balance_fen
      FROM funds.movements
      WHERE fund = %(fund)s AND occurred_on <= %(as_of)s AND position <= %(known)s) AS movement
WHERE position < %(before)s
ORDER BY position DESC LIMIT %(limit)s
"""
_MONTH: Final = "CASE WHEN %(booked)s THEN booked_in ELSE to_char(occurred_on, 'YYYY-MM') END"
_FLOWS: Final = """
SELECT {month} AS month,
       sum(amount_fen) FILTER (WHERE counted = 'opening') AS old_books_fen,
       sum(amount_fen) FILTER (WHERE counted = 'award') AS award_fen,
       sum(amount_fen) FILTER (WHERE counted = 'donation') AS donation_fen,
       sum(amount_fen) FILTER (WHERE counted = 'contribution') AS contribution_fen,
       sum(amount_fen) FILTER (WHERE counted = 'appropriation') AS appropriation_fen,
       sum(amount_fen) FILTER (WHERE counted IN (
           'opening', 'award', 'donation', 'contribution', 'appropriation')) AS received_fen,
       sum(amount_fen) FILTER (WHERE counted = 'moved_in') AS moved_in_fen,
       -sum(amount_fen) FILTER (WHERE counted = 'moved_out') AS moved_out_fen,
       -sum(amount_fen) FILTER (WHERE counted IN (
           'payment', 'disbursement', 'settlement', 'payment_reversed',
           'recovery', 'recovery_reversed')) AS paid_fen
FROM (SELECT movement.amount_fen, booked_in, occurred_on,
             CASE WHEN movement.kind = 'receipt_reversed' THEN coalesce(gift.kind, 'opening')
                  WHEN movement.kind <> 'move_reversed' THEN movement.kind
                  WHEN movement.amount_fen < 0 THEN 'moved_in'
                  ELSE 'moved_out' END AS counted
      FROM funds.movements AS movement
      LEFT JOIN funds.gifts AS gift ON movement.kind = 'receipt_reversed'
          AND gift.fund = movement.fund AND gift.lot = movement.number
      WHERE movement.fund = %(fund)s
        AND occurred_on <= %(as_of)s AND movement.position <= %(known)s) AS movement
GROUP BY 1
""".replace("{month}", _MONTH)
"""A receipt that was reversed is taken off its own kind, and a move off its own direction."""
_STANDS: Final = """
SELECT {month} AS month,
       sum(amount_fen) FILTER (WHERE side = 'held') AS held_fen,
       sum(amount_fen) FILTER (WHERE side = 'reserved') AS reserved_fen,
       sum(amount_fen) FILTER (WHERE side = 'accrued') AS accrued_fen
FROM (SELECT side, amount_fen, occurred_on, booked_in FROM funds.days
      WHERE fund = %(fund)s AND occurred_on <= %(as_of)s AND recorded_on < %(before_day)s
      UNION ALL
      SELECT side, amount_fen, occurred_on, booked_in FROM funds.amounts
      WHERE fund = %(fund)s AND occurred_on <= %(as_of)s
        AND position > %(after)s AND position <= %(until)s) AS counted
GROUP BY 1
""".replace("{month}", _MONTH)
MONTHS: Final = """
SELECT *, balance_fen - reserved_fen - greatest(accrued_fen, 0) AS available_fen
FROM (SELECT month,
             coalesce(old_books_fen, 0)::bigint AS old_books_fen,
             coalesce(award_fen, 0)::bigint AS award_fen,
             coalesce(donation_fen, 0)::bigint AS donation_fen,
             coalesce(contribution_fen, 0)::bigint AS contribution_fen,
             coalesce(appropriation_fen, 0)::bigint AS appropriation_fen,
             coalesce(received_fen, 0)::bigint AS received_fen,
             coalesce(moved_in_fen, 0)::bigint AS moved_in_fen,
             coalesce(moved_out_fen, 0)::bigint AS moved_out_fen,
             coalesce(paid_fen, 0)::bigint AS paid_fen,
             (coalesce(sum(held_fen) OVER through, 0) - coalesce(held_fen, 0))::bigint
                 AS opening_fen,
             coalesce(sum(held_fen) OVER through, 0)::bigint AS balance_fen,
             coalesce(sum(reserved_fen) OVER through, 0)::bigint AS reserved_fen,
             coalesce(sum(accrued_fen) OVER through, 0)::bigint AS accrued_fen
      FROM ({stands}) AS stands LEFT JOIN ({flows}) AS flows USING (month)
      WINDOW through AS (ORDER BY month)) AS months
ORDER BY month
""".replace("{stands}", _STANDS).replace("{flows}", _FLOWS)


def funds(
    connection: Connection[Any],
    community: CommunityId | None = None,
    view: View = NOW,
    *,
    fund: FundId | None = None,
) -> tuple[Fund, ...]:
    """The funds of the community, or of all; only this one if `fund` is given."""
    values = {**seen(view), **bounds(connection, view)}
    return ask(connection, Fund, FUNDS, community=community, fund=fund, **values)


def funds_as_booked(
    connection: Connection[Any], community: CommunityId, month: Month, view: View = NOW
) -> tuple[Fund, ...]:
    """The funds of the community as the books have them at the end of a month."""
    values = {**seen(view), **bounds(connection, view)}
    asked = {"community": community, "fund": None, "month": month}
    found = ask(connection, Fund, BOOKED, **asked, **values)
    return tuple(fund for fund in found if fund.opened_on < first_day(next_month(month)))


def fund_statement(
    connection: Connection[Any],
    fund: FundId,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: int | None = None,
) -> tuple[Movement, ...]:
    """What came in and went out, newest first; a page goes on `after` a position."""
    before = POSITION_MOST if after is None else after
    return ask(connection, Movement, STATEMENT, fund=fund, limit=limit, before=before, **seen(view))


def fund_by_month(
    connection: Connection[Any], fund: FundId, view: View = NOW
) -> tuple[MonthOfFund, ...]:
    """The fund month by month, of occurrence or of booking as the view says.

    A month in which nothing touched it is left out: what it had stands in the one before.
    """
    values = {**seen(view), **bounds(connection, view)}
    return ask(connection, MonthOfFund, MONTHS, fund=fund, **values)


def without_gaps(months: Sequence[MonthOfFund]) -> Iterator[MonthOfFund]:
    """The newest first, and between any two of them each month in which nothing touched the fund.

    They are made one by one, however far apart the two are.
    """
    later: Month | None = None
    for each in reversed(months):
        between = previous_month(later) if later else each.month
        while between > each.month:
            yield each.at_rest(between)
            between = previous_month(between)
        yield each
        later = each.month
