"""Two programs on one database: newer tables are left to the program that made them."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from ledger.projections import rebuild
from ledger.projections.model import OtherVersion, ReadModel
from ledger.projections.projector import Projector
from ledger.store.datastore import LedgerDatastore
from tests.projections.tally import TALLY, is_right_at, projecting, record, told

NEWER = replace(TALLY, version=2)


@pytest.fixture
def renewed(database: str) -> str:
    """A database in which thirty events were tallied, and then folded anew by a newer program."""
    rebuild.prepare(database, [TALLY])
    with projecting(database, TALLY) as (recorder, projector):
        record(recorder, 30)
        projector.catch_up()
    rebuild.prepare(database, [NEWER])
    return database


def version(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT version FROM ledger.read_models WHERE name = 'tally'")
        return row.fetchone()


def test_an_old_program_folds_nothing_into_newer_tables(renewed: str) -> None:
    with projecting(renewed, TALLY) as (recorder, old):
        record(recorder, 5)
        assert old.catch_up() == 0
        assert is_right_at(renewed, 30)
        assert "使用较新的程序" in old.parked["tally"].reason
        assert "is of version 2, this program makes version 1" in old.parked["tally"].reason
    with projecting(renewed, NEWER) as (_, new):
        assert new.catch_up() == 5
        assert new.parked == {}
    assert is_right_at(renewed, 35)


def test_a_program_that_grows_old_while_it_runs_stops_folding(database: str) -> None:
    rebuild.prepare(database, [TALLY])
    with projecting(database, TALLY) as (recorder, old):
        record(recorder, 3)
        assert old.catch_up() == 3
        rebuild.prepare(database, [NEWER])
        record(recorder, 3)
        assert old.catch_up() == 0
    assert is_right_at(database, 3)


def test_who_does_not_lead_learns_that_she_is_too_old_all_the_same(renewed: str) -> None:
    with (
        LedgerDatastore(renewed) as datastore,
        datastore.transaction(commit=False) as leader,
        projecting(renewed, TALLY) as (_, old),
    ):
        leader.execute(rebuild.TAKE_THE_LEAD, ("tally",))
        assert old.step() == 0
        assert "tally" in old.parked


def test_tables_that_nobody_made_are_not_folded_into(database: str) -> None:
    with LedgerDatastore(database) as datastore:
        projector = Projector(datastore, [TALLY])
        assert projector.catch_up() == 0
        assert "is not there" in projector.parked["tally"].reason


@pytest.mark.parametrize(
    "going_down",
    [
        lambda url: rebuild.prepare(url, [TALLY]),
        lambda url: rebuild.rebuild(url, TALLY),
        lambda url: rebuild.verify(url, TALLY),
    ],
    ids=["prepare", "rebuild", "verify"],
)
def test_nobody_goes_back_to_an_older_version(
    renewed: str, going_down: Callable[[str], object]
) -> None:
    with pytest.raises(OtherVersion, match=r"版本 2.*版本 1.*version 2.*version 1.*newer program"):
        going_down(renewed)
    assert version(renewed) == (2,)
    assert is_right_at(renewed, 30)


def test_the_other_read_models_go_on(renewed: str) -> None:
    other = ReadModel("other", 1, TALLY.tables, TALLY.fold)
    rebuild.prepare(renewed, [other])
    with projecting(renewed, TALLY, other) as (recorder, old):
        record(recorder, 5)
        assert old.catch_up() == 5
        assert old.positions() == {"tally": 30, "other": 35}
    with psycopg.connect(renewed) as connection:
        assert told(connection) == (30, 30)
