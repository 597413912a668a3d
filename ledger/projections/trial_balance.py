"""The trial balance (试算平衡表) of a month: what each line held, gained, gave, and holds.

    opening + increase − decrease = closing      in each line
    Σ opening = Σ closing = 0, Σ increase = Σ decrease      of fen, of service, of time credit

A balance above zero is held or is owed to the account; so an increase is what bookkeeping calls a
debit (借), a decrease a credit (贷). The month is the one of booking, or that of occurrence if the
view says so. What belongs to one line is in `account_months`.

The sums come to zero for the whole ledger, and for any part of it too: what moved between a
community and others, or the world outside, is shown with its other side, on lines that say that
they are not its own. These count nothing but what moved to it or from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from psycopg import Connection

from ledger.domain.postings import Unit
from ledger.domain.values import CommunityId, Month
from ledger.projections.asking import PAGE_MOST, Reach, ask, within
from ledger.projections.journal import span
from ledger.projections.view import NOW, View, bounds


class Side(StrEnum):
    """To whom a line belongs: to a community asked about, to another one, or to nobody here."""

    own = "own"
    another_community = "another_community"
    outside = "outside"


@dataclass(frozen=True, slots=True)
class Line:
    """An account or several of a kind; `below` is the path under which the single ones are listed.

    `community` is told of lines that are its own. Amounts are fen or minutes, as the unit says;
    `opening` and `closing` are below zero for what is owed by it.
    """

    side: Side
    community: CommunityId | None
    line: str
    below: str
    unit: Unit
    opening: int
    increase: int
    decrease: int
    closing: int


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A single account in that month."""

    account: str
    community: CommunityId | None
    unit: Unit
    opening: int
    increase: int
    decrease: int
    closing: int


@dataclass(frozen=True, slots=True)
class BookedMonth:
    """A month in which anything is booked."""

    month: Month


class Counted(StrEnum):
    """What is added up: money, minutes of service, or time credit, which is minutes never mixed."""

    fen = "fen"
    service_minutes = "service_minutes"
    credit_minutes = "credit_minutes"


@dataclass(frozen=True, slots=True)
class Total:
    """The columns added up: two are zero, and two are the same, or the books are wrong.

    `balances` says whether they are.
    """

    counted: Counted
    unit: Unit
    opening: int
    increase: int
    decrease: int
    closing: int
    balances: bool


MONTH: Final = "CASE WHEN %(booked)s THEN booked_in ELSE {occurred_in} END"
OF_DAYS: Final = MONTH.replace("{occurred_in}", "to_char(occurred_on, 'YYYY-MM')")
COLUMNS: Final = """
       coalesce(sum(increase - decrease) FILTER (WHERE month < %(month)s), 0)::bigint AS opening,
       coalesce(sum(increase) FILTER (WHERE month = %(month)s), 0)::bigint AS increase,
       coalesce(sum(decrease) FILTER (WHERE month = %(month)s), 0)::bigint AS decrease,
       coalesce(sum(increase - decrease), 0)::bigint AS closing
"""
NOW_POSTED: Final = """
SELECT community, beside, line, unit, {month} AS month, increase, decrease FROM journal.months
"""
KNOWN_POSTED: Final = """
SELECT community, beside, line, unit, {month} AS month, increase, decrease
FROM journal.months_known WHERE recorded_on < %(before_day)s
UNION ALL
SELECT own.community, other.community, own.line, entry.unit, {month_of_day},
       greatest(entry.amount, 0), greatest(-entry.amount, 0)
FROM journal.entries AS entry
CROSS JOIN LATERAL (
    SELECT account AS counterpart FROM journal.entries AS counter
    WHERE counter.position = entry.position
      AND counter.line = ((entry.line - 1) # 1) + 1) AS pair  -- postings come in pairs
JOIN journal.accounts AS own ON own.account = entry.account
JOIN journal.accounts AS other ON other.account = counterpart
WHERE entry.position > %(after)s AND entry.position <= %(until)s
"""
LINES: Final = """
SELECT *, split_part(line, '*', 1) AS below
FROM (SELECT side, CASE WHEN side = 'own' THEN community END AS community, line, unit, {columns}
      FROM ({posted}) AS posted CROSS JOIN LATERAL (
          SELECT CASE WHEN community = '' THEN 'outside'
                      WHEN %(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[])
                      THEN 'own' ELSE 'another_community' END AS side) AS whose
      WHERE month <= %(month)s
        AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[])
             OR beside = ANY (%(reach)s::text[]))
      GROUP BY 1, 2, 3, 4) AS lines
WHERE (opening, increase, decrease) <> (0, 0, 0)
ORDER BY array_position(ARRAY['own', 'another_community', 'outside'], side), community, unit, line
"""
ACCOUNTS: Final = """
SELECT account, nullif(community, '') AS community, sums.*
FROM (SELECT account, community FROM journal.accounts
      WHERE account >= %(first)s AND account < %(beyond)s
        AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
      ORDER BY account) AS listed
CROSS JOIN LATERAL (
    SELECT unit, {columns}
    FROM (SELECT unit, {month} AS month, increase, increase - amount AS decrease
          FROM journal.days
          WHERE days.account = listed.account AND recorded_on < %(before_day)s
          UNION ALL
          SELECT unit, {month}, greatest(amount, 0), greatest(-amount, 0)
          FROM journal.entries
          WHERE entries.account = listed.account
            AND position > %(after)s AND position <= %(until)s) AS posted
    WHERE month <= %(month)s GROUP BY unit) AS sums
ORDER BY account LIMIT %(limit)s
"""
BOOKED: Final = """
SELECT DISTINCT booked_in AS month FROM journal.months
WHERE %(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[])
ORDER BY month DESC
"""


def booked_months(connection: Connection[Any], *, reach: Reach = None) -> tuple[Month, ...]:
    """The months in which anything is booked of some communities or of all, the newest first."""
    found = ask(connection, BookedMonth, BOOKED, reach=within(reach))
    return tuple(each.month for each in found)


def lines(
    connection: Connection[Any], month: Month, view: View = NOW, *, reach: Reach = None
) -> tuple[Line, ...]:
    """Every line that held anything before the month or moved in it, of some communities or of all.

    Those of each community first, then what belongs to others and to nobody here. `as_of` is not
    asked: a month is whole.
    """
    statement = (
        LINES.replace("{posted}", NOW_POSTED if view.known is None else KNOWN_POSTED)
        .replace("{month_of_day}", OF_DAYS)
        .replace("{month}", MONTH.replace("{occurred_in}", "occurred_in"))
        .replace("{columns}", COLUMNS)
    )
    asked = {"month": month, "reach": within(reach)}
    return ask(connection, Line, statement, **asked, **bounds(connection, view))


def accounts(
    connection: Connection[Any],
    month: Month,
    account: str,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: str | None = None,
    reach: Reach = None,
) -> tuple[AccountLine, ...]:
    """The account, or all below the path that ends in a slash, in their order, behind `after`.

    Those without an entry up to the month's end are not listed.
    """
    statement = ACCOUNTS.replace("{month}", OF_DAYS).replace("{columns}", COLUMNS)
    asked = {"month": month, "reach": within(reach), "limit": limit, **span(account, after)}
    return ask(connection, AccountLine, statement, **asked, **bounds(connection, view))


def totals(lines: Iterable[Line]) -> tuple[Total, ...]:
    """The sums of the columns, of what there is."""
    found = tuple(lines)
    parts = ((each, [line for line in found if counted(line) is each]) for each in Counted)
    return tuple(_total(each, part) for each, part in parts if part)


def counted(line: Line) -> Counted:
    """What the line counts."""
    if line.unit is Unit.fen:
        return Counted.fen
    return Counted.credit_minutes if line.line.endswith("/credit") else Counted.service_minutes


def _total(each: Counted, lines: list[Line]) -> Total:
    opening, closing = sum(line.opening for line in lines), sum(line.closing for line in lines)
    increase, decrease = sum(line.increase for line in lines), sum(line.decrease for line in lines)
    balances = opening == closing == 0 and increase == decrease
    return Total(each, lines[0].unit, opening, increase, decrease, closing, balances)
