"""Folding anew while everybody goes on working: readers, writers and the projector."""

from collections.abc import Callable
from threading import Thread

import pytest

from ledger.projections import rebuild
from ledger.projections.reading import reading
from ledger.store.datastore import LedgerDatastore
from tests.projections.tally import TALLY, is_right_at, projecting, record, told


@pytest.fixture
def tallied(database: str) -> str:
    """A database in which the tally has counted thirty events."""
    rebuild.prepare(database, [TALLY])
    with projecting(database, TALLY) as (recorder, projector):
        record(recorder, 30)
        projector.catch_up()
    return database


def in_thread(work: Callable[[], object]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_reader_between_two_tables_is_not_thrown_out_by_a_rebuild(tallied: str) -> None:
    with LedgerDatastore(tallied) as datastore, reading(datastore) as connection:
        connection.execute("SELECT FROM tally.seen")
        rebuilding = in_thread(lambda: rebuild.rebuild(tallied, TALLY))
        rebuilding.join(1.5)  # longer than the server waits before it looks for a deadlock
        assert told(connection) == (30, 30)
    rebuilding.join(10)
    assert is_right_at(tallied, 30)


def test_a_reader_keeps_her_snapshot_while_the_tables_are_swapped(tallied: str) -> None:
    with LedgerDatastore(tallied) as datastore, reading(datastore) as connection:
        connection.execute("SELECT FROM ledger.batches")
        rebuilding = in_thread(lambda: rebuild.rebuild(tallied, TALLY))
        rebuilding.join(1)
        assert told(connection) == (30, 30)
    rebuilding.join(10)
    assert is_right_at(tallied, 30)


def test_the_projector_goes_on_while_a_model_is_verified(
    tallied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "RUN_MOST", 10)
    folded = []
    with projecting(tallied, TALLY) as (recorder, projector):

        def meanwhile(name: str, done: int, total: int) -> None:
            if not folded:
                record(recorder, 1)
                folded.append(projector.catch_up())

        assert rebuild.verify(tallied, TALLY, meanwhile) == []
    assert folded == [1]
