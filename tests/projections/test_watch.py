"""A watch sees what others write at once, survives the database, and never says too much."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as threads

import psycopg
import pytest

from ledger.projections import rebuild, watch
from ledger.projections.model import Changes, ReadModel
from ledger.projections.projector import Projector
from ledger.projections.watch import Watch
from ledger.store import embedded
from ledger.store.codec import Recorded
from ledger.store.datastore import LedgerDatastore
from ledger.store.migrate import migrate
from ledger.store.recorder import LedgerRecorder
from tests.projections.tally import TALLY, is_right_at, projecting, record

SOON_SECONDS = 10
"""Long enough for a busy machine, and far shorter than a patient look (see `patient`)."""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch that looks by itself once in ten minutes: only a notification can wake it."""
    monkeypatch.setattr(watch, "LOOK_SECONDS", 600.0)


@contextmanager
def watching(
    url: str, *models: ReadModel, busy: Callable[[], bool] = lambda: False
) -> Iterator[Watch]:
    """A watch that keeps these models, as a process of its own would have it."""
    with LedgerDatastore(url) as datastore:
        keeping = Watch(url, Projector(datastore, models), busy).start()
        try:
            yield keeping
        finally:
            keeping._closing.set()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("NOTIFY stored_events")  # a patient one would sleep on
            keeping.close()


@pytest.fixture
def empty(database: str) -> str:
    rebuild.prepare(database, [TALLY])
    return database


def listening(url: str) -> list[int]:
    """The server's processes that listen, by their last statement."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("""
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'LISTEN%'""").fetchall()
    return [pid for (pid,) in rows]


def eventually(true: Callable[[], object]) -> bool:
    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def writes_and_waits(url: str, keeping: Watch) -> bool:
    with projecting(url) as (recorder, _):
        return keeping.wait_for(record(recorder, 1), SOON_SECONDS)


# -- seeing one's own write --------------------------------------------------------------------

WRITE = """
import sys
from tests.projections.tally import projecting, record
with projecting(sys.argv[1]) as (recorder, _):
    record(recorder, 3)
"""


@pytest.mark.usefixtures("patient")
def test_while_commands_are_decided_it_waits_and_what_gathers_is_folded_at_once(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "BUSY_SECONDS_MOST", 600.0)
    deciding, steps = Event(), []
    deciding.set()
    step = Projector.step

    def counted(projector: Projector) -> int:
        folded = step(projector)
        steps.append(folded)
        return folded

    monkeypatch.setattr(Projector, "step", counted)
    with (
        watching(empty, TALLY, busy=deciding.is_set) as keeping,
        projecting(empty) as (recorder, _),
    ):
        assert keeping.wait_for(record(recorder, 1), SOON_SECONDS)
        *_, last = [record(recorder, 2) for _ in range(5)]
        assert not keeping.wait_for(last, 0.2)
        deciding.clear()
        assert keeping.wait_for(last, SOON_SECONDS)
    assert [folded for folded in steps if folded] == [1, 10]


def test_commands_that_never_end_do_not_keep_it_waiting_for_ever(empty: str) -> None:
    with watching(empty, TALLY, busy=lambda: True) as keeping:
        for _ in range(3):
            assert writes_and_waits(empty, keeping)


def test_what_another_process_writes_is_seen_when_it_is_written(empty: str) -> None:
    with watching(empty, TALLY) as keeping:
        assert eventually(lambda: listening(empty))
        subprocess.run([sys.executable, "-c", WRITE, empty], check=True)
        assert keeping.wait_for(3, SOON_SECONDS)
    assert is_right_at(empty, 3)


@pytest.mark.usefixtures("patient")
def test_what_another_process_folded_is_seen_too(empty: str) -> None:
    """Two workers watch, one leads; the other learns of its commits by their notification."""
    with watching(empty, TALLY) as first, watching(empty, TALLY) as second:
        assert eventually(lambda: len(listening(empty)) == 2)
        with projecting(empty) as (recorder, _):
            for _ in range(20):
                last = record(recorder, 2)
                assert first.wait_for(last, SOON_SECONDS)
                assert second.wait_for(last, SOON_SECONDS)
    assert is_right_at(empty, 40)


def test_what_was_written_before_is_seen_without_any_notification(empty: str) -> None:
    with projecting(empty) as (recorder, _):
        record(recorder, 7)
    with watching(empty, TALLY) as keeping:
        assert keeping.wait_for(7, SOON_SECONDS)
        assert keeping.position == 7


def test_a_notification_that_gets_lost_costs_a_second(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watch, "_hear", lambda self, connection: self._closing.wait(0.1))
    with watching(empty, TALLY) as keeping:
        assert writes_and_waits(empty, keeping)
        assert writes_and_waits(empty, keeping)


def test_waiting_for_what_does_not_come_ends_in_time(empty: str) -> None:
    with watching(empty, TALLY) as keeping:
        began = time.monotonic()
        assert not keeping.wait_for(1, 0.2)
        assert 0.2 <= time.monotonic() - began < SOON_SECONDS


def test_the_lag_is_far_below_a_second(empty: str) -> None:
    lags = []
    with watching(empty, TALLY) as keeping, projecting(empty) as (recorder, _):
        assert eventually(lambda: listening(empty))
        for _ in range(50):
            position = record(recorder, 1)
            began = time.monotonic()
            assert keeping.wait_for(position, SOON_SECONDS)
            lags.append(time.monotonic() - began)
    assert sorted(lags)[25] < 0.5
    assert is_right_at(empty, 50)


# -- surviving ---------------------------------------------------------------------------------


def test_a_listener_that_is_cut_off_listens_again(empty: str) -> None:
    with watching(empty, TALLY) as keeping:
        assert eventually(lambda: listening(empty))
        (before,) = listening(empty)
        with psycopg.connect(empty) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", (before,))
        assert eventually(lambda: set(listening(empty)) - {before})
        assert writes_and_waits(empty, keeping)
        assert eventually(lambda: keeping.fault is None)


def test_everybody_cut_off_comes_back(empty: str) -> None:
    with watching(empty, TALLY) as keeping:
        assert writes_and_waits(empty, keeping)
        for _ in range(3):
            with psycopg.connect(empty) as connection:
                connection.execute("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()""")
            assert writes_and_waits(empty, keeping)
    assert is_right_at(empty, 4)


@pytest.fixture
def own_server() -> Iterator[tuple[Path, str]]:
    """A server that a test may stop: its folder and its address."""
    with tempfile.TemporaryDirectory(prefix="jiefang-watch-") as name:
        folder = Path(name)
        url = embedded.start(folder)
        migrate(url)
        rebuild.prepare(url, [TALLY])
        yield folder, url
        embedded.stop(folder)


def test_a_restarted_server_is_watched_again(own_server: tuple[Path, str]) -> None:
    folder, url = own_server
    with watching(url, TALLY) as keeping:
        assert writes_and_waits(url, keeping)
        embedded.stop(folder)
        assert eventually(lambda: keeping.fault)
        assert keeping.position == 1
        assert embedded.start(folder) == url
        assert writes_and_waits(url, keeping)
        assert eventually(lambda: keeping.fault is None)
    assert is_right_at(url, 2)


def test_a_watch_that_cannot_listen_says_so_although_it_projects(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(*_: object) -> None:
        raise psycopg.OperationalError("no connection left")

    monkeypatch.setattr(Watch, "_listen", deaf)
    with watching(empty, TALLY) as keeping:
        assert writes_and_waits(empty, keeping)
        for _ in range(20):
            assert keeping.fault == "OperationalError: no connection left"
            time.sleep(0.01)


def test_a_database_that_only_reads_for_a_moment_parks_nothing(
    own_server: tuple[Path, str],
) -> None:
    _, url = own_server
    with watching(url, TALLY) as keeping:
        assert writes_and_waits(url, keeping)
        set_for_all(url, "default_transaction_read_only", "on")
        with LedgerDatastore(f"{url}&{WRITABLE}") as datastore:
            last = record(LedgerRecorder(datastore), 3)
        assert eventually(lambda: "read-only" in (keeping.fault or ""))
        assert keeping._projector.parked == {}
        set_for_all(url, "default_transaction_read_only", "off")
        assert keeping.wait_for(last, SOON_SECONDS)
        assert eventually(lambda: keeping.fault is None)
    assert is_right_at(url, last)


def set_for_all(url: str, setting: str, value: str) -> None:
    """Change a setting of the server, for every connection that there is."""
    with psycopg.connect(f"{url}&{WRITABLE}", autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET {setting} = {value}".encode())
        connection.execute("SELECT pg_reload_conf()")


WRITABLE = "options=-c%20default_transaction_read_only%3Doff"
"""Makes a connection write where the server's default is to read only."""


# -- saying no more than is true ---------------------------------------------------------------


def broken(events: Sequence[Recorded]) -> Changes:
    raise ArithmeticError


def test_a_parked_model_does_not_hold_up_the_readers_of_the_others(empty: str) -> None:
    sick = ReadModel("sick", 1, "", broken)
    rebuild.prepare(empty, [sick])
    with watching(empty, TALLY, sick) as keeping:
        assert writes_and_waits(empty, keeping)
        assert writes_and_waits(empty, keeping)
    assert is_right_at(empty, 2)


def test_a_watch_whose_models_are_all_parked_keeps_the_position_that_it_reached(
    empty: str,
) -> None:
    with watching(empty, replace(TALLY, fold=broken_from_the_third)) as keeping:
        assert writes_and_waits(empty, keeping)
        assert writes_and_waits(empty, keeping)
        with projecting(empty) as (recorder, _):
            record(recorder, 1)
        assert eventually(lambda: keeping._projector.parked)
        keeping._look()
        assert keeping.position == 2


def broken_from_the_third(events: Sequence[Recorded]) -> Changes:
    return broken(events) if events[-1].position > 2 else TALLY.fold(events)


class Slow(Projector):
    """Two threads ask at once how far the models are; the one that asked first is answered last."""

    def __init__(self) -> None:
        self.parked = {}
        self._answers = iter([(0.2, 1), (0.0, 2)])

    def positions(self) -> dict[str, int]:
        seconds, position = next(self._answers)
        time.sleep(seconds)
        return {"tally": position}


def test_an_answer_that_comes_late_does_not_set_the_position_back() -> None:
    keeping = Watch("", Slow())
    first = Thread(target=keeping._look)
    first.start()
    time.sleep(0.05)
    keeping._look()
    first.join()
    assert keeping.position == 2


def test_a_closed_watch_has_stopped(empty: str) -> None:
    with watching(empty, TALLY) as keeping:
        assert eventually(lambda: listening(empty))
    running = {thread.name for thread in threads()}
    assert not running & {"ledger-listen", "ledger-project"}
    with projecting(empty) as (recorder, _):
        record(recorder, 1)
    assert not keeping.wait_for(1, 0.1)


def test_the_chore_of_the_hour_is_done_again_after_a_fault(empty: str) -> None:
    done: list[int] = []

    def chore() -> None:
        done.append(1)
        if len(done) == 1:
            raise ArithmeticError

    rebuild.prepare(empty, [TALLY])
    with LedgerDatastore(empty) as datastore:
        keeping = Watch(empty, Projector(datastore, [TALLY]), chore=chore).start()
        try:
            assert eventually(lambda: len(done) == 2 and keeping.fault is None)
        finally:
            keeping.close()
    assert len(done) == 2
