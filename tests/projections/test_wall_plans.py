"""Behind a wall a statement is planned as before it: the wall is a filter, and takes no index away.

PostgreSQL leaves an index where a condition on it could tell what a wall hides. What is looked up
in a statement's plan is therefore compared: as the reader with a horizon, and as the application.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import psycopg
import pytest
from psycopg import Connection

from ledger.domain.values import Month, first_day
from ledger.projections import (
    canteen_months,
    disbursements,
    funds,
    journal,
    league,
    meal_shares,
    meals,
    rebuild,
    recoveries,
    service,
    settlements,
    shifts,
    trial_balance,
)
from ledger.projections.horizon import Horizon
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.projections.reading import reading, reading_for_the_town
from ledger.projections.seasons import Season
from ledger.projections.view import View
from ledger.store.datastore import LedgerDatastore
from tests.builders import CANTEEN, FUND, JINNING, MEAL_FUND, found, open_ledger, person
from tests.servers import Server, temporary_database

MARCH: Final = Month("2026-03")
HERE: Final = frozenset({JINNING})
EARLIER: Final = View(known=5)
CHEAP: Final = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
"""Tables of a page are read whole, so that is made dear."""

Question = Callable[[Connection[Any]], object]
HOT: Final[dict[str, Question]] = {
    "statement of a person": lambda ask: service.statement(ask, person(1), limit=50, reach=HERE),
    "a statement, as known": lambda ask: service.statement(ask, person(1), EARLIER, reach=HERE),
    "claims of a canteen": lambda ask: meals.claims(ask, CANTEEN, MARCH, limit=50),
    "a canteen's day": lambda ask: meals.day_sheet(ask, CANTEEN, first_day(MARCH), limit=50),
    "totals of a canteen": lambda ask: meals.totals_of_canteen(ask, CANTEEN, MARCH),
    "its days": lambda ask: canteen_months.eaten(ask, CANTEEN, MARCH),
    "what came late to it": lambda ask: canteen_months.moved(ask, CANTEEN, MARCH),
    "what settles elsewhere": lambda ask: canteen_months.apart(ask, JINNING, MARCH),
    "what a fund bore": lambda ask: meal_shares.borne(ask, JINNING, FUND.path, MARCH),
    "totals, as known": lambda ask: meals.totals_of_canteen(ask, CANTEEN, MARCH, EARLIER),
    "a balance": lambda ask: journal.balance(ask, f"fund/{MEAL_FUND}", EARLIER),
    "balances": lambda ask: journal.balances(ask, "diner/", EARLIER, reach=HERE),
    "entries": lambda ask: journal.entries(ask, "diner/", limit=50, reach=HERE),
    "league": lambda ask: league.table(ask, Season.named("2026-Q1")),
    "statement of a fund": lambda ask: funds.fund_statement(ask, MEAL_FUND, limit=50),
    "months of a fund": lambda ask: funds.fund_by_month(ask, MEAL_FUND, EARLIER),
    "trial balance": lambda ask: trial_balance.lines(ask, MARCH, reach=HERE),
    "its accounts": lambda ask: trial_balance.accounts(ask, MARCH, "diner/", limit=50, reach=HERE),
    "board": lambda ask: shifts.board(
        ask, JINNING, first_day(MARCH), first_day(MARCH), limit=50, known=None
    ),
    "disbursements": lambda ask: disbursements.register(ask, fund=MEAL_FUND, limit=50, reach=HERE),
    "settlements": lambda ask: settlements.register(ask, canteen=CANTEEN, limit=50, reach=HERE),
    "recoveries": lambda ask: recoveries.recoveries(ask, community=JINNING, limit=50, reach=HERE),
}


class Explaining(psycopg.Cursor[Any]):
    """Notes how each question is answered, before it is."""

    plans: list[str]

    def execute(self, query: Any, params: Any = None, **how: Any) -> "Explaining":
        text = query if isinstance(query, str) else query.as_string(self)
        if text.lstrip().startswith(("SELECT", "WITH")):
            super().execute(f"EXPLAIN {text}".encode(), params)
            rows = self.fetchall()
            self.plans += [
                next(iter(row.values())) if isinstance(row, dict) else row[0] for row in rows
            ]
        super().execute(query, params, **how)
        return self


@pytest.fixture(scope="module")
def datastore(embedded: Server) -> Iterator[LedgerDatastore]:
    with temporary_database(embedded) as url, LedgerDatastore(url) as datastore:
        rebuild.prepare(url, MODELS)
        with open_ledger(url) as ledger:
            found(ledger, people=9)
        Projector(datastore, MODELS).catch_up()
        yield datastore


def looked_up(connection: Connection[Any], question: Question) -> list[str]:
    """What is looked up in which index, and by which of its columns."""
    plans: list[str] = []
    connection.execute(CHEAP)
    connection.cursor_factory = type("Noting", (Explaining,), {"plans": plans})
    question(connection)
    found = []
    for line, following in zip(plans, [*plans[1:], ""], strict=True):
        if " using " in line:
            index = line.partition(" using ")[2].partition("  (")[0]
            found.append(f"{index}: {following.strip()}" if "Index Cond" in following else index)
    return found


@pytest.mark.parametrize("question", HOT.values(), ids=HOT)
def test_a_wall_takes_no_index_from_a_statement(
    datastore: LedgerDatastore, question: Question
) -> None:
    with reading_for_the_town(datastore) as connection:
        before = looked_up(connection, question)
    with reading(datastore) as connection:
        Horizon(connection).widen(HERE)
        behind = looked_up(connection, question)
    assert before
    assert [each for each in before if each not in behind] == []
