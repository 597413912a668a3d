"""Folding anew while everybody goes on working: readers, writers and the projector."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import psycopg
import pytest
from psycopg import errors
from psycopg.sql import SQL, Identifier

from ledger.projections import rebuild
from ledger.projections.model import Changes
from ledger.projections.reading import reading_for_the_town
from ledger.projections.rebuild import Difference
from ledger.store.codec import Recorded
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


@contextmanager
def meanwhile(*work: Callable[[], object]) -> Iterator[None]:
    """Run each in a thread beside the block; whatever one raises is raised at the end."""
    with ThreadPoolExecutor(len(work)) as threads:
        futures = [threads.submit(each) for each in work]
        yield
    for future in futures:
        future.result()


def schemas(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tally%'")
        return {name for (name,) in rows}


def as_owner(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


# -- preparing ---------------------------------------------------------------------------------


def test_preparing_folds_what_the_log_already_holds(database: str) -> None:
    with projecting(database, TALLY) as (recorder, _):
        record(recorder, 12)
    rebuild.prepare(database, [TALLY])
    assert is_right_at(database, 12)


def test_preparing_what_is_there_folds_nothing(tallied: str) -> None:
    folded: list[int] = []
    rebuild.prepare(tallied, [TALLY], lambda _, done, total: folded.append(done))
    assert folded == []


def test_a_new_version_is_folded_anew_into_its_own_tables(tallied: str) -> None:
    wider = TALLY.tables.replace("community text PRIMARY KEY", "community varchar PRIMARY KEY")
    folded: list[tuple[str, int, int]] = []
    version_2 = replace(TALLY, version=2, tables=wider)
    rebuild.prepare(tallied, [version_2], lambda *told: folded.append(told))
    assert folded == [("tally", 30, 30)]
    assert is_right_at(tallied, 30)
    with psycopg.connect(tallied) as connection:
        row = connection.execute(
            "SELECT pg_typeof(community)::text FROM tally.residents"
        ).fetchone()
    assert row == ("character varying",)


# -- rebuilding --------------------------------------------------------------------------------


def test_a_rebuild_mends_what_was_changed_by_hand(tallied: str) -> None:
    as_owner(tallied, "UPDATE tally.residents SET residents = 0")
    rebuild.rebuild(tallied, TALLY)
    assert is_right_at(tallied, 30)
    assert schemas(tallied) == {"tally"}


def test_everybody_goes_on_while_a_model_is_rebuilt(
    tallied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "RUN_MOST", 7)
    done = Event()
    read: list[tuple[int, int]] = []

    def write_and_fold() -> None:
        with projecting(tallied, TALLY) as (recorder, projector):
            while not done.is_set():
                record(recorder, 3)
                projector.catch_up()

    def read_on() -> None:
        with LedgerDatastore(tallied) as datastore:
            while not done.is_set():
                with reading_for_the_town(datastore) as connection:
                    read.append(told(connection))

    with meanwhile(write_and_fold, read_on, read_on):
        try:
            for _ in range(5):
                rebuild.rebuild(tallied, TALLY)
        finally:
            done.set()
    assert {counted - tracked for counted, tracked in read} == {0}
    with projecting(tallied, TALLY) as (recorder, projector):
        projector.catch_up()
        assert is_right_at(tallied, recorder.max_notification_id() or 0)


@pytest.mark.parametrize("read_first", [("tally", "seen"), ("ledger", "batches")])
def test_a_reader_keeps_her_snapshot_while_the_tables_are_swapped(
    tallied: str, read_first: tuple[str, str]
) -> None:
    with ThreadPoolExecutor(1) as threads:
        with LedgerDatastore(tallied) as datastore, reading_for_the_town(datastore) as connection:
            connection.execute(SQL("SELECT FROM {}").format(Identifier(*read_first)))
            rebuilding = threads.submit(rebuild.rebuild, tallied, TALLY)
            wait([rebuilding], timeout=1.5)  # the server looks for deadlocks after one second
            assert told(connection) == (30, 30)
        rebuilding.result()
    assert is_right_at(tallied, 30)


def test_two_who_rebuild_the_same_model_take_turns(tallied: str) -> None:
    with meanwhile(*[lambda: rebuild.rebuild(tallied, TALLY)] * 3):
        pass
    assert is_right_at(tallied, 30)


def test_a_rebuild_that_fails_leaves_the_old_tables_served(tallied: str) -> None:
    def failing(events: Sequence[Recorded]) -> Changes:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        rebuild.rebuild(tallied, replace(TALLY, fold=failing))
    assert is_right_at(tallied, 30)
    rebuild.rebuild(tallied, TALLY)
    assert is_right_at(tallied, 30)
    assert schemas(tallied) == {"tally"}


def test_a_reader_who_never_ends_makes_the_rebuild_give_up(
    tallied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = rebuild.NOBODY_READS.replace("15s", "200ms")
    monkeypatch.setattr(rebuild, "NOBODY_READS", impatient)
    with LedgerDatastore(tallied) as datastore:
        with reading_for_the_town(datastore), pytest.raises(errors.LockNotAvailable):
            rebuild.rebuild(tallied, TALLY)
        with reading_for_the_town(datastore) as connection:
            assert told(connection) == (30, 30)
    rebuild.rebuild(tallied, TALLY)
    assert is_right_at(tallied, 30)


# -- verifying ---------------------------------------------------------------------------------


def test_what_was_folded_is_what_replay_gives(tallied: str) -> None:
    assert rebuild.verify(tallied, TALLY) == []
    assert schemas(tallied) == {"tally"}


@pytest.mark.parametrize(
    ("planted", "difference"),
    [
        ("UPDATE tally.residents SET residents = residents + 1", ("residents", 3, 3)),
        ("UPDATE tally.residents SET events = 0 WHERE community = 'xilian'", ("residents", 1, 1)),
        ("DELETE FROM tally.seen WHERE position > 20", ("seen", 0, 10)),
        ("INSERT INTO tally.seen VALUES (31)", ("seen", 1, 0)),
    ],
)
def test_a_row_changed_with_sql_is_found(
    tallied: str, planted: str, difference: tuple[str, int, int]
) -> None:
    as_owner(tallied, planted)
    assert rebuild.verify(tallied, TALLY) == [Difference("tally", *difference)]


def test_what_is_not_folded_yet_is_not_a_difference(tallied: str) -> None:
    with projecting(tallied, TALLY) as (recorder, _):
        record(recorder, 5)
    assert rebuild.verify(tallied, TALLY) == []


def test_the_projector_goes_on_while_a_model_is_verified(
    tallied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "RUN_MOST", 10)
    folded: list[int] = []
    with projecting(tallied, TALLY) as (recorder, projector):

        def write_once(name: str, done: int, total: int) -> None:
            if not folded:
                record(recorder, 1)
                folded.append(projector.catch_up())

        assert rebuild.verify(tallied, TALLY, write_once) == []
    assert folded == [1]


def test_the_projector_goes_on_while_rows_are_compared(
    tallied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare_rows = rebuild._Owner._only
    folded: list[int] = []
    with projecting(tallied, TALLY) as (recorder, projector):

        def compare_slowly(owner: rebuild._Owner, *tables: Identifier) -> int:
            record(recorder, 1)
            folded.append(projector.catch_up())
            return compare_rows(owner, *tables)

        monkeypatch.setattr(rebuild._Owner, "_only", compare_slowly)
        assert rebuild.verify(tallied, TALLY) == []
    assert folded == [1] * 4
    assert is_right_at(tallied, 34)


def test_a_view_is_not_compared_beside_its_table(tallied: str) -> None:
    view = "CREATE VIEW {s}.sights AS SELECT * FROM {s}.seen;"
    with_view = replace(TALLY, version=2, tables=TALLY.tables + view)
    rebuild.prepare(tallied, [with_view])
    as_owner(tallied, "DELETE FROM tally.seen WHERE position > 20")
    assert rebuild.verify(tallied, with_view) == [Difference("tally", "seen", 0, 10)]


def test_verifying_tidies_up_when_it_fails(tallied: str) -> None:
    def failing(events: Sequence[Recorded]) -> Changes:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        rebuild.verify(tallied, replace(TALLY, fold=failing))
    assert schemas(tallied) == {"tally"}
