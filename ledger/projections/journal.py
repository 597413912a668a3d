"""The journal: every posting of the rule book as an entry, and what each account holds.

An account is a path, as in `ledger.domain.postings`. One that ends in a slash stands for all
accounts below it: `fund/` for every fund, `due/jinning-canteen/` for what that canteen is owed.
A balance is the sum of an account's days, so it costs the same however many entries a day has:
each entry is also summed by the day it occurred on, the month it is booked in and the UTC day it
was recorded on. What was known at a position adds the entries of one recorded day at most.
The database itself refuses entries of an event that do not sum to zero in each unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain import postings
from ledger.domain.postings import Unit
from ledger.domain.values import Month
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, ask, seen
from ledger.projections.model import Changes, ReadModel, Sums
from ledger.projections.view import NOW, View, bounds
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.entries (
    position    bigint NOT NULL,
    line        smallint NOT NULL,
    account     text COLLATE "C" NOT NULL,
    unit        text COLLATE "C" NOT NULL,
    amount      bigint NOT NULL,
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    PRIMARY KEY (position, line)
);
CREATE INDEX entries_of_account ON {s}.entries (account, position);

CREATE TABLE {s}.days (
    account     text COLLATE "C" NOT NULL,
    unit        text COLLATE "C" NOT NULL,
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    recorded_on date NOT NULL,
    amount      bigint NOT NULL,
    PRIMARY KEY (account, unit, occurred_on, booked_in, recorded_on)
) WITH (fillfactor = 80);  -- the days of now grow in place

CREATE FUNCTION {s}.refuse_imbalance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    SELECT position, unit, sum(amount) AS off INTO wrong
    FROM added GROUP BY position, unit HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entries of position % are off by % %',
            wrong.position, wrong.off, wrong.unit USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER balanced AFTER INSERT ON {s}.entries REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {s}.refuse_imbalance();
"""

# -- folding -----------------------------------------------------------------------------------

ENTER: Final = """
COPY {s}.entries (position, line, account, unit, amount, occurred_on, booked_in) FROM STDIN
"""
ADD: Final = """
INSERT INTO {s}.days AS day (account, unit, occurred_on, booked_in, recorded_on, amount)
SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::text[], %s::date[], %s::bigint[])
ON CONFLICT (account, unit, occurred_on, booked_in, recorded_on)
DO UPDATE SET amount = day.amount + excluded.amount
"""

Day = tuple[str, str, date, Month, date]


def fold(events: Sequence[Recorded]) -> Changes:
    """One entry for each posting, in the order of the rule book, and the sums of each day."""
    entries: list[tuple[int, int, str, str, int, date, Month]] = []
    days: Sums[Day] = Sums()
    for at in events:
        event = at.event
        recorded_on = at.recorded_at.date()
        for line, (account, counted, amount) in enumerate(postings.of(event), start=1):
            unit, occurred_on, booked_in = counted.value, event.occurred_on, event.booked_in
            entries.append((at.position, line, account, unit, amount, occurred_on, booked_in))
            days.add((account, unit, occurred_on, booked_in, recorded_on), amount)
    changes = Changes()
    changes.copy(ENTER, entries)
    changes.write(ADD, sorted(days.rows()))  # neighbours in the index are written together
    return changes


MODEL: Final = ReadModel("journal", 1, TABLES, fold)


# -- asking ------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class MonthOfAccount:
    """What a month brought to an account, and its balance at the end of that month."""

    month: Month
    unit: Unit
    amount: int
    balance: int


ACCOUNTS: Final = """
WITH RECURSIVE accounts AS (
    (SELECT account FROM journal.days WHERE account >= %(first)s AND account < %(beyond)s
     ORDER BY account LIMIT 1)
    UNION ALL
    SELECT (SELECT account FROM journal.days
            WHERE account > accounts.account AND account < %(beyond)s ORDER BY account LIMIT 1)
    FROM accounts WHERE account IS NOT NULL)
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
MONTHS: Final = """
SELECT month, unit, sum(amount)::bigint AS amount,
       (sum(sum(amount)) OVER (PARTITION BY unit ORDER BY month))::bigint AS balance
FROM (
    SELECT unit, occurred_on, booked_in, amount FROM journal.days
    WHERE account = %(account)s AND occurred_on <= %(as_of)s AND recorded_on < %(before_day)s
    UNION ALL
    SELECT unit, occurred_on, booked_in, amount FROM journal.entries
    WHERE account = %(account)s AND occurred_on <= %(as_of)s
      AND position > %(after)s AND position <= %(until)s) AS counted,
    LATERAL (SELECT CASE WHEN %(booked)s THEN booked_in ELSE to_char(occurred_on, 'YYYY-MM') END)
        AS basis (month)
GROUP BY month, unit ORDER BY month, unit
"""
PAGE: Final = """
SELECT page.*, batch.recorded_at, event.originator_id AS stream,
       event.originator_version AS version, event.topic AS name
FROM (SELECT entry.* FROM accounts CROSS JOIN LATERAL (
          SELECT * FROM journal.entries
          WHERE account = accounts.account AND occurred_on <= %(as_of)s AND position <= %(known)s
            AND (position, line) {beyond} (%(position)s, %(line)s)
          ORDER BY position {order}, line {order} LIMIT %(limit)s) AS entry
      ORDER BY position {order}, line {order} LIMIT %(limit)s) AS page
JOIN ledger.stored_events AS event ON event.notification_id = page.position
CROSS JOIN LATERAL (SELECT recorded_at FROM ledger.batches WHERE last_position >= page.position
                    ORDER BY last_position LIMIT 1) AS batch
ORDER BY position {order}, line {order}
"""
NEWEST_FIRST: Final = ACCOUNTS + PAGE.format(beyond="<", order="DESC")
OLDEST_FIRST: Final = ACCOUNTS + PAGE.format(beyond=">", order="ASC")


def balance(connection: Connection[Any], account: str, view: View = NOW) -> dict[Unit, int]:
    """What the account holds in each unit; empty if the view knows no entry of it."""
    values = bounds(connection, view)
    found = ask(
        connection, Balance, ACCOUNTS + BALANCES, limit=len(Unit), **_range(account), **values
    )
    return {each.unit: each.amount for each in found}


def balances(
    connection: Connection[Any],
    prefix: str,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: str | None = None,
) -> tuple[Balance, ...]:
    """The balances of all accounts below the prefix in their order, from the account after `after`.

    No event of the rule book moves two units on one account, so a page never parts an account.
    """
    accounts = _range(prefix, after)
    return ask(
        connection,
        Balance,
        ACCOUNTS + BALANCES,
        limit=limit,
        **accounts,
        **bounds(connection, view),
    )


def trial_balance(connection: Connection[Any], view: View = NOW) -> dict[Unit, int]:
    """The sum over all accounts in each unit, which is zero or the books are wrong.

    It reads every day of every account: a proof, not a figure for a page.
    """
    found = ask(connection, Balance, TRIAL_BALANCE, **bounds(connection, view))
    return {each.unit: each.amount for each in found}


def statement_by_month(
    connection: Connection[Any], account: str, view: View = NOW
) -> tuple[MonthOfAccount, ...]:
    """What each month brought the account: by occurrence or by booking, as the view says."""
    return ask(connection, MonthOfAccount, MONTHS, account=account, **bounds(connection, view))


def entries(
    connection: Connection[Any],
    account: str,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[int, int] | None = None,
    newest_first: bool = True,
) -> tuple[Entry, ...]:
    """A page of the account's entries in log order; `after` is (position, line) of the last one."""
    statement = NEWEST_FIRST if newest_first else OLDEST_FIRST
    position, line = after or ((POSITION_MOST, 0) if newest_first else (0, 0))
    return ask(
        connection, Entry, statement, limit=limit, position=position, line=line,
        **_range(account), **seen(view),
    )  # fmt: skip


def _range(account: str, after: str | None = None) -> dict[str, object]:
    """The account alone, or everything below the path, beginning behind `after`."""
    below = account == "" or account.endswith("/")
    return {
        "first": account if after is None else max(account, after + _NEXT),
        "beyond": account + (_LAST if below else _NEXT),
    }
