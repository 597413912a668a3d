"""The journal: what each account holds, and the entries behind it.

An account is a path, as in `ledger.domain.postings`. One that ends in a slash stands for all
accounts below it: `fund/` for every fund, `due/jinning-canteen/` for what that canteen is owed;
the empty path stands for all.
A balance is the sum of an account's days, so it costs the same however many entries a day has;
what was known at a position adds the entries of one recorded day at most. Entries as of a day are
looked for up to the day on which its last fact was recorded, not in all that came later.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Any, Final, LiteralString

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.postings import Unit
from ledger.domain.values import Month
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, Reach, ask, seen, within
from ledger.projections.places import OF_ACCOUNT, OF_POSITION, reached
from ledger.projections.view import NOW, View, bounds

_NEXT: Final = "\x01"
_LAST: Final = "~"
"""Below and above every letter of an account, so that ranges can be told from a path."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds or is owed in one unit; below zero, what it owes."""

    account: str
    unit: Unit
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting and the event that made it; with its position and line a page goes on."""

    position: int
    line: int
    account: str
    unit: Unit
    amount: int
    occurred_on: date
    booked_in: Month
    recorded_at: datetime
    stream: str
    version: int
    name: str


ACCOUNTS: Final = """
WITH RECURSIVE walk AS (
    (SELECT account FROM journal.days WHERE account >= %(first)s AND account < %(beyond)s
     ORDER BY account LIMIT 1)
    UNION ALL
    SELECT (SELECT account FROM journal.days
            WHERE account > walk.account AND account < %(beyond)s ORDER BY account LIMIT 1)
    FROM walk WHERE account IS NOT NULL),
accounts AS (SELECT account FROM walk WHERE account IS NOT NULL {reached})
"""
"""The accounts of a range in their order: one look into the index for each, and only as needed."""

BALANCES: Final = """
SELECT account, unit, amount FROM accounts CROSS JOIN LATERAL (
    SELECT unit, sum(amount)::bigint AS amount FROM (
        SELECT unit, amount FROM journal.days
        WHERE account = accounts.account AND occurred_on <= %(as_of)s
          AND recorded_on < %(before_day)s
        UNION ALL
        SELECT unit, amount FROM journal.entries
        WHERE account = accounts.account AND occurred_on <= %(as_of)s
          AND position > %(after)s AND position <= %(until)s) AS counted
    GROUP BY unit) AS held
LIMIT %(limit)s
"""
TRIAL_BALANCE: Final = """
SELECT '' AS account, unit, sum(amount)::bigint AS amount FROM (
    SELECT unit, amount FROM journal.days
    WHERE occurred_on <= %(as_of)s AND recorded_on < %(before_day)s
    UNION ALL
    SELECT unit, amount FROM journal.entries
    WHERE occurred_on <= %(as_of)s AND position > %(after)s AND position <= %(until)s) AS counted
GROUP BY unit
"""
PAGE: Final = """
SELECT page.*, batch.recorded_at, event.originator_id AS stream,
       event.originator_version AS version, event.topic AS name
FROM (SELECT entry.* FROM {scope}
      CROSS JOIN LATERAL (
          SELECT CASE WHEN %(as_of_a_day)s THEN least(%(known)s, coalesce((
              SELECT last_position FROM ledger.batches WHERE recorded_at < (
                  SELECT max(recorded_on) + 1 FROM {recorded}
                  occurred_on <= %(as_of)s)::timestamp AT TIME ZONE 'UTC'
              ORDER BY recorded_at DESC LIMIT 1), 0))
              ELSE %(known)s END AS position) AS last
      CROSS JOIN LATERAL (
          SELECT * FROM journal.entries
          WHERE {whose} AND occurred_on <= %(as_of)s AND position <= last.position
            AND (position, line) < (%(position)s, %(line)s) {happened}
          ORDER BY position DESC, line DESC LIMIT %(limit)s) AS entry
      ORDER BY position DESC, line DESC LIMIT %(limit)s) AS page
JOIN ledger.stored_events AS event ON event.notification_id = page.position
CROSS JOIN LATERAL (SELECT recorded_at FROM ledger.batches WHERE last_position >= page.position
                    ORDER BY last_position LIMIT 1) AS batch
ORDER BY position DESC, line DESC
"""
"""Entries up to the last position at which anything that occurred up to the day was recorded."""

OF_FEW: Final = ACCOUNTS + PAGE.replace("{scope}", "accounts").replace(
    "{recorded}", "journal.days WHERE account = accounts.account AND"
).replace("{whose}", "account = accounts.account")
OF_MANY: Final = (
    PAGE.replace("{scope}", "(VALUES (true)) AS all_accounts")
    .replace("{recorded}", "journal.recordings WHERE")
    .replace("{whose}", "account >= %(first)s AND account < %(beyond)s {reached}")
)
ARE_MANY: Final = """
SELECT count(*) > %(few)s FROM (
    SELECT account FROM accounts LIMIT %(few)s + 1) AS found
"""
FEW: Final = 200
"""Accounts whose entries are looked up one by one and merged; of more, the log is read in order."""


def balance(connection: Connection[Any], account: str, view: View = NOW) -> dict[Unit, int]:
    """What the account holds in each unit; empty if the view knows no entry of it."""
    statement = _within(ACCOUNTS + BALANCES, None)
    values = span(account) | bounds(connection, view)
    found = ask(connection, Balance, statement, limit=len(Unit), **values)
    return {each.unit: each.amount for each in found}


def sum_of(connection: Connection[Any], accounts: list[str], view: View = NOW) -> dict[Unit, int]:
    """What the accounts hold together in each unit."""
    held: Counter[Unit] = Counter()
    for account in accounts:
        held.update(balance(connection, account, view))
    return dict(held)


def balances(
    connection: Connection[Any],
    prefix: str,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: str | None = None,
    reach: Reach = None,
) -> tuple[Balance, ...]:
    """The balances of all accounts below the prefix in their order, from the account after `after`.

    No event of the rule book moves two units on one account, so a page never parts an account.
    """
    accounts = span(prefix, after)
    return ask(
        connection,
        Balance,
        _within(ACCOUNTS + BALANCES, reach),
        limit=limit,
        reach=within(reach),
        **accounts,
        **bounds(connection, view),
    )


def trial_balance(connection: Connection[Any], view: View = NOW) -> dict[Unit, int]:
    """The sum over all accounts in each unit, which is zero or the books are wrong.

    It reads every day of every account: a proof, not a figure for a page.
    """
    found = ask(connection, Balance, TRIAL_BALANCE, **bounds(connection, view))
    return {each.unit: each.amount for each in found}


def entries(
    connection: Connection[Any],
    account: str,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[int, int] | None = None,
    reach: Reach = None,
    happened_there: bool = False,
) -> tuple[Entry, ...]:
    """A page of entries, the newest first; `after` is (position, line) of the last one.

    Those of accounts within reach, or only of them what also `happened_there`.
    """
    asked = span(account) | {"reach": within(reach)}
    page = _within(OF_MANY if _are_many(connection, asked, reach) else OF_FEW, reach)
    place = OF_POSITION.replace("{position}", "entries.position")
    page = page.replace("{happened}", reached(place, reach) if happened_there else "")
    position, line = after or (POSITION_MOST, 0)
    return ask(
        connection,
        Entry,
        page,
        limit=limit,
        position=position,
        line=line,
        as_of_a_day=view.as_of is not None,
        **asked,
        **seen(view),
    )


def merged(
    connection: Connection[Any],
    accounts: list[str],
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[int, int] | None = None,
    reach: Reach = None,
) -> tuple[Entry, ...]:
    """A page of the entries of a few accounts together, of those that happened within reach."""
    page = partial(entries, limit=limit, after=after, reach=reach, happened_there=True)
    found = chain(*[page(connection, account, view) for account in accounts])
    together = sorted(found, key=lambda row: (row.position, row.line), reverse=True)
    return tuple(together[:limit])


def span(account: str, after: str | None = None) -> dict[str, object]:
    """The account alone, or everything below the path, beginning behind `after`."""
    below = account == "" or account.endswith("/")
    return {
        "first": account if after is None else max(account, after + _NEXT),
        "beyond": account + (_LAST if below else _NEXT),
    }


def _within(statement: LiteralString, reach: Reach) -> LiteralString:
    return statement.replace("{reached}", reached(OF_ACCOUNT, reach))


def _are_many(connection: Connection[Any], asked: dict[str, object], reach: Reach) -> bool:
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(_within(ACCOUNTS + ARE_MANY, reach), {"few": FEW, **asked})
        ((many,),) = cursor.fetchall()
    return bool(many)
