"""The journal against its definition: the postings of the events a view counts, added up."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection, errors

from ledger.domain import postings
from ledger.domain.postings import Unit
from ledger.domain.values import Month
from ledger.projections import journal
from ledger.projections.journal import Balance, Entry
from ledger.projections.journal_records import MODEL
from ledger.projections.view import NOW, View
from ledger.store.codec import Recorded
from tests.projections.meal_events import CANTEEN, claimed, shares
from tests.projections.random_town import STEPS, Step, seen, town, views
from tests.projections.real_log import recorded_at, written
from tests.projections.service_events import CHEN, WU, credited
from tests.servers import Server

Line = tuple[Recorded, int, postings.Posting]


def lines(log: Sequence[Recorded], view: View) -> list[Line]:
    """Every posting that the view counts, in log order."""
    return [
        (at, line, posting)
        for at in seen(log, view)
        for line, posting in enumerate(postings.of(at.event), start=1)
    ]


def sums(counted: Sequence[Line]) -> dict[tuple[str, Unit], int]:
    """The balance of every account that has an entry, also where it is nothing."""
    totals: Counter[tuple[str, Unit]] = Counter()
    for _, _, posting in counted:
        totals[posting.account, posting.unit] += posting.amount
    return dict(sorted(totals.items()))


def accounts_below(counted: Sequence[Line], prefix: str) -> list[Line]:
    return [line for line in counted if line[2].account.startswith(prefix)]


def entry_of(line: Line) -> Entry:
    at, number, (account, unit, amount) = line
    return Entry(
        at.position, number, account, unit, amount, at.event.occurred_on, at.event.booked_in,
        at.recorded_at, at.stream, at.version, at.name,
    )  # fmt: skip


PREFIXES = st.sampled_from(
    ("", "fund/", "due/jinning-canteen/", "owes/", "person/", "community/jinning/", "nobody/")
)


DAYS_THAT_DIFFER = """
(SELECT account, unit, occurred_on, booked_in, (recorded_at AT TIME ZONE 'UTC')::date, sum(amount),
        sum(greatest(amount, 0))
 FROM journal.entries
 JOIN ledger.batches ON position BETWEEN first_position AND last_position
 GROUP BY 1, 2, 3, 4, 5 EXCEPT ALL TABLE journal.days)
UNION ALL
(TABLE journal.days EXCEPT ALL
 SELECT account, unit, occurred_on, booked_in, (recorded_at AT TIME ZONE 'UTC')::date, sum(amount),
        sum(greatest(amount, 0))
 FROM journal.entries
 JOIN ledger.batches ON position BETWEEN first_position AND last_position
 GROUP BY 1, 2, 3, 4, 5)
"""


# -- any history, any view ---------------------------------------------------------------------


@settings(max_examples=20)
@given(steps=STEPS, data=st.data())
def test_every_balance_is_the_sum_of_the_postings_its_view_counts(
    embedded: Server, steps: list[Step], data: st.DataObject
) -> None:
    with town(embedded, steps, MODEL) as (connection, log):
        for _ in range(4):
            view = data.draw(views(log))
            counted = lines(log, view)
            held = sums(counted)
            zero = dict.fromkeys((unit for _, unit in held), 0)
            assert journal.trial_balance(connection, view) == zero
            for account in {posting.account for _, _, posting in lines(log, NOW)}:
                expected = {unit: held[account, unit] for unit in Unit if (account, unit) in held}
                assert journal.balance(connection, account, view) == expected
            limit = data.draw(st.integers(3, 40))
            assert_pages(connection, data.draw(PREFIXES), view, limit, counted)
        assert connection.execute(DAYS_THAT_DIFFER).fetchall() == []


def assert_pages(
    connection: Connection[Any], prefix: str, view: View, limit: int, counted: Sequence[Line]
) -> None:
    """Balances and entries of a prefix, page after page."""
    below = accounts_below(counted, prefix)
    assert all_balances(connection, prefix, view, limit) == [
        Balance(account, unit, amount) for (account, unit), amount in sums(below).items()
    ]
    expected = [entry_of(line) for line in reversed(below)]
    for few in (0, 200):
        with patch.object(journal, "FEW", few):
            assert all_entries(connection, prefix, view, limit) == expected


def all_balances(connection: Connection[Any], prefix: str, view: View, limit: int) -> list[Balance]:
    found: list[Balance] = []
    while page := journal.balances(
        connection, prefix, view, limit=limit, after=found[-1].account if found else None
    ):
        assert len(page) <= limit
        found += page
    return found


def all_entries(connection: Connection[Any], account: str, view: View, limit: int) -> list[Entry]:
    found: list[Entry] = []
    while page := journal.entries(
        connection, account, view, limit=limit,
        after=(found[-1].position, found[-1].line) if found else None,
    ):  # fmt: skip
        assert len(page) <= limit
        found += page
    return found


# -- entries -----------------------------------------------------------------------------------

LUNCHES = (claimed(1), claimed(2, borne=shares(fund=600, donor=100)), claimed(3, borne=()))


def test_an_entry_says_which_event_it_is_of(database: str) -> None:
    with written(database, [MODEL], claimed()) as connection:
        (entry,) = journal.entries(connection, f"takings/{CANTEEN}")
    assert entry == Entry(
        1, 3, f"takings/{CANTEEN}", Unit.fen, 900, claimed().occurred_on, Month("2026-03"),
        recorded_at(1), "stream-1", 1, "meal-claimed.v2",
    )  # fmt: skip


def test_a_payer_named_twice_in_one_meal_keeps_two_lines(database: str) -> None:
    twice = (*shares(fund=600), *shares(fund=50))
    with written(database, [MODEL], claimed(borne=twice)) as connection:
        entries = journal.entries(connection, f"owes/fund/jinning-meals/{CANTEEN}")
        assert [(entry.line, entry.amount) for entry in entries] == [(4, -50), (2, -600)]
        held = journal.balance(connection, f"owes/fund/jinning-meals/{CANTEEN}")
    assert held == {Unit.fen: -650}


def test_a_page_ends_in_the_middle_of_an_event_and_goes_on_there(database: str) -> None:
    with written(database, [MODEL], *LUNCHES) as connection:
        whole = journal.entries(connection, "")
        for limit in range(1, len(whole) + 1):
            assert all_entries(connection, "", NOW, limit) == list(whole)


def test_an_account_is_not_its_neighbour(database: str) -> None:
    """`fund/a` is neither `fund/ab` nor `fund/a-b`, and its own name is no path below it."""
    path = f"person/{CHEN}"
    with written(database, [MODEL], credited(), credited(who=WU)) as connection:
        assert journal.balance(connection, f"{path}/served") == {Unit.minute: 120}
        assert journal.balance(connection, f"{path}/serve") == {}
        assert journal.balance(connection, path) == {}
        assert journal.balances(connection, f"{path}/served/") == ()
        assert [each.account for each in journal.balances(connection, f"{path}/")] == [
            f"{path}/served"
        ]


def test_minutes_and_fen_are_never_added(database: str) -> None:
    with written(database, [MODEL], credited(), claimed()) as connection:
        assert journal.trial_balance(connection) == {Unit.minute: 0, Unit.fen: 0}
        units = {each.account: each.unit for each in journal.balances(connection, "")}
    assert units[f"person/{CHEN}/served"] is Unit.minute
    assert units[f"diner/{CHEN}"] is Unit.fen


def test_an_empty_journal_holds_nothing(database: str) -> None:
    with written(database, [MODEL]) as connection:
        assert journal.balance(connection, "fund/jinning-meals", View(known=3)) == {}
        assert journal.balances(connection, "") == ()
        assert journal.entries(connection, "") == ()
        assert journal.trial_balance(connection) == {}


# -- the database's own check ------------------------------------------------------------------

ENTER = """
INSERT INTO journal.entries
SELECT position, line, 'fund/a', unit, amount, '2026-03-02', '2026-03'
FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::bigint[])
    AS entry (position, line, unit, amount)
"""


@pytest.mark.parametrize(
    ("wrong", "entries"),
    [
        ("off by one", [(9, 1, "fen", 100), (9, 2, "fen", -99)]),
        ("one side only", [(9, 1, "fen", 100)]),
        ("two units", [(9, 1, "fen", 100), (9, 2, "minute", -100)]),
        ("two events that make up for each other", [(8, 1, "fen", 100), (9, 1, "fen", -100)]),
    ],
)
def test_entries_that_do_not_balance_are_refused_by_the_database(
    database: str, wrong: str, entries: list[tuple[int, int, str, int]]
) -> None:
    with written(database, [MODEL], claimed()) as connection:
        connection.execute("SET ROLE jiefang_app")
        with pytest.raises(errors.CheckViolation, match=r"the entries of position [89] are off by"):
            connection.execute(ENTER, [list(column) for column in zip(*entries, strict=True)])
        assert journal.trial_balance(connection) == {Unit.fen: 0}
