"""Random histories, written as journals: hledger and Beancount find what the read model holds."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from ledger.domain.values import Month
from ledger.exchange.chart import CHART, branch_of
from ledger.exchange.journals import EVER, Months, export_journal
from ledger.exchange.plain_text import DIALECTS
from ledger.projections.journal import balances
from ledger.projections.reading import reading_for_the_town
from ledger.projections.view import View
from ledger.store.datastore import LedgerDatastore
from tests.projections import histories
from tests.projections.history_views import Start
from tests.strangers import READERS, Held, by_hledger, ours

SEEDS = (7, 43)
"""Histories in which every account of the chart occurs."""
MONTHS = (
    EVER,
    Months(Month("2026-03"), Month("2026-05")),
    Months(None, Month("2026-04")),
    Months(Month("2031-01"), None),
)


@pytest.fixture(scope="module", params=SEEDS)
def history(request: pytest.FixtureRequest, start: Start) -> Iterator[LedgerDatastore]:
    """A town in which two hundred things were tried."""
    with start.copied() as url:
        with histories.town(url, start.keys) as town:
            for turn in histories.turns(Random(request.param), 200):
                town.take(turn)
            town.projector.catch_up()
        with LedgerDatastore(url) as datastore:
            yield datastore


def held(datastore: LedgerDatastore, view: View) -> Held:
    with reading_for_the_town(datastore) as connection:
        return ours(balances(connection, "", view, limit=10**6))


def written(datastore: LedgerDatastore, dialect: str, folder: Path, months: Months = EVER) -> Path:
    path = folder / f"town.{dialect}"
    with path.open("w", encoding="utf-8") as file:
        assert export_journal(datastore, DIALECTS[dialect], file, months) > 0
    return path


@pytest.mark.parametrize("months", MONTHS, ids=str)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_strangers_find_every_balance_at_the_end_of_the_months(
    history: LedgerDatastore, dialect: str, months: Months, tmp_path: Path
) -> None:
    expected = held(history, View(as_of=months.end))
    assert READERS[dialect](written(history, dialect, tmp_path, months)) == expected


def test_from_the_first_day_on_a_journal_of_some_months_counts_what_they_brought(
    history: LedgerDatastore, tmp_path: Path
) -> None:
    months = Months(Month("2026-03"), Month("2026-05"))
    journal = written(history, "hledger", tmp_path, months)
    before = held(history, View(as_of=Months(None, Month("2026-02")).end))
    after = held(history, View(as_of=months.end))
    changes = {key: after.get(key, 0) - before.get(key, 0) for key in before | after}
    found = by_hledger(journal, "--begin", "2026-03-01")
    assert found == {key: amount for key, amount in changes.items() if amount}
    assert by_hledger(journal, "tag:opening") == before


def test_every_branch_of_the_chart_occurs(history: LedgerDatastore) -> None:
    with reading_for_the_town(history) as connection:
        paths = [each.account for each in balances(connection, "", limit=10**6)]
    assert {branch_of(path) for path in paths} == set(CHART)
