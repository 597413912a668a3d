"""The projector folds every event once: through crashes, beside a rival, in whatever runs."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle
from threading import Barrier, Event
from unittest.mock import patch

import psycopg
import pytest
from eventsourcing.persistence import OperationalError, PersistenceError
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.projections import projector as kernel
from ledger.projections import rebuild
from ledger.projections.model import Changes, ReadModel
from ledger.projections.models import MODELS
from ledger.projections.projector import LedgerTracking, Projector
from ledger.store.codec import Recorded
from ledger.store.datastore import LedgerDatastore
from tests.projections.random_town import ATTEMPTS, PEOPLE, Step, tell
from tests.projections.tally import TALLY, fold, is_right_at, projecting, record, told
from tests.servers import Server, temporary_database


@pytest.fixture
def empty(database: str) -> str:
    """A database with the tally's tables and no event."""
    rebuild.prepare(database, [TALLY])
    return database


# -- exactly once ------------------------------------------------------------------------------


def test_every_event_is_folded_once_however_often_one_catches_up(empty: str) -> None:
    with projecting(empty, TALLY) as (recorder, projector):
        record(recorder, 12)
        assert projector.catch_up() == 12
        assert projector.catch_up() == 0
        record(recorder, 1)
        assert projector.catch_up() == 1
    assert is_right_at(empty, 13)


def test_a_crash_between_folding_and_committing_leaves_nothing_behind(empty: str) -> None:
    with projecting(empty, TALLY) as (recorder, projector):
        record(recorder, 12)
        with patch.object(LedgerTracking, "track", lost), pytest.raises(OperationalError):
            projector.catch_up()
        assert projector.positions() == {"tally": 0}
        assert projector.catch_up() == 12
    assert is_right_at(empty, 12)


def lost(*_: object) -> None:
    raise OperationalError("the database is gone")


def test_a_connection_cut_while_a_run_is_folded_costs_nothing_but_time(empty: str) -> None:
    cuts = iter([True])

    def cutting(events: Sequence[Recorded]) -> Changes:
        if next(cuts, False):
            cut_everybody_off(empty)
        return fold(events)

    with projecting(empty, replace(TALLY, fold=cutting)) as (recorder, projector):
        record(recorder, 12)
        with pytest.raises(OperationalError):
            projector.catch_up()
        assert projector.parked == {}
        assert projector.catch_up() == 12
    assert is_right_at(empty, 12)


def cut_everybody_off(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()""")


def test_whoever_looks_sees_rows_and_position_together(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "RUN_MOST", 3)
    done = Event()
    seen: set[tuple[int, int]] = set()

    def look() -> None:
        with psycopg.connect(empty) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            while not done.is_set():
                seen.add(told(connection))
                connection.rollback()

    with ThreadPoolExecutor(1) as threads, projecting(empty, TALLY) as (recorder, projector):
        looking = threads.submit(look)
        record(recorder, 300)
        projector.catch_up()
        done.set()
        looking.result()
    assert len(seen) > 2
    assert all(counted == standing for counted, standing in seen)


# -- one leader --------------------------------------------------------------------------------


def test_two_projectors_at_once_fold_each_event_once(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "RUN_MOST", 5)
    start = Barrier(3)

    def project_to(position: int) -> int:
        with projecting(empty, TALLY) as (_, projector):
            start.wait()
            folded = 0
            while projector.positions()["tally"] < position:
                folded += projector.catch_up()
        return folded

    with projecting(empty, TALLY) as (recorder, _), ThreadPoolExecutor(3) as threads:
        last = record(recorder, 400)
        shares = list(threads.map(project_to, [last] * 3))
    assert sum(shares) == last
    assert is_right_at(empty, last)


def test_who_does_not_lead_does_not_wait(empty: str) -> None:
    inside, go_on = Event(), Event()

    def slow(events: Sequence[Recorded]) -> Changes:
        inside.set()
        assert go_on.wait(10)
        return fold(events)

    with (
        projecting(empty, replace(TALLY, fold=slow)) as (recorder, leading),
        projecting(empty, TALLY) as (_, following),
        ThreadPoolExecutor(1) as threads,
    ):
        record(recorder, 4)
        folding = threads.submit(leading.catch_up)
        assert inside.wait(10)
        assert following.catch_up() == 0
        go_on.set()
        assert folding.result() == 4
    assert is_right_at(empty, 4)


def test_a_model_that_lags_behind_is_brought_up_without_folding_the_others_again(
    empty: str,
) -> None:
    late = ReadModel("late", 1, "", lambda events: Changes())
    rebuild.prepare(empty, [late])
    with projecting(empty, TALLY) as (recorder, projector):
        record(recorder, 9)
        projector.catch_up()
    with projecting(empty, TALLY, late) as (recorder, projector):
        record(recorder, 2)
        projector.catch_up()
        assert projector.positions() == {"tally": 11, "late": 11}
    assert is_right_at(empty, 11)


# -- poison ------------------------------------------------------------------------------------


def broken(events: Sequence[Recorded]) -> Changes:
    if any(at.position == 7 for at in events):
        raise ArithmeticError("seven")
    return Changes()


def refused(events: Sequence[Recorded]) -> Changes:
    changes = Changes()
    changes.write("SELECT 1 / (7 - unnest(%s::bigint[]))", [(at.position,) for at in events])
    return changes


@pytest.mark.parametrize(
    ("poisoned", "reason"),
    [(broken, "ArithmeticError: seven"), (refused, "DataError: division by zero")],
)
def test_a_poison_event_parks_one_model_and_not_the_others(
    empty: str,
    monkeypatch: pytest.MonkeyPatch,
    poisoned: Callable[[Sequence[Recorded]], Changes],
    reason: str,
) -> None:
    monkeypatch.setattr(kernel, "RUN_MOST", 4)
    sick = ReadModel("sick", 1, "", poisoned)
    rebuild.prepare(empty, [sick])
    with projecting(empty, TALLY, sick) as (recorder, projector):
        record(recorder, 12)
        projector.catch_up()
        assert projector.positions() == {"tally": 12, "sick": 4}
        assert {
            name: (stood.position, stood.reason) for name, stood in projector.parked.items()
        } == {"sick": (4, reason)}
        record(recorder, 2)
        projector.catch_up()
        assert projector.positions() == {"tally": 14, "sick": 4}
    assert is_right_at(empty, 14)


def refused_with(sqlstate: str) -> ReadModel:
    """A model whose writing the database refuses from the seventh event on."""
    tables = f"""
        CREATE FUNCTION {{s}}.refuse(bigint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
            IF $1 >= 7 THEN RAISE EXCEPTION 'not now' USING ERRCODE = '{sqlstate}'; END IF;
        END $$"""

    def fold(events: Sequence[Recorded]) -> Changes:
        changes = Changes()
        changes.write("SELECT {s}.refuse(unnest(%s::bigint[]))", [(at.position,) for at in events])
        return changes

    return ReadModel("sick", 1, tables, fold)


@pytest.mark.parametrize(
    ("sqlstate", "parks"),
    [
        ("23514", True),  # check violation
        ("22012", True),  # division by zero
        ("42P01", True),  # undefined table
        ("25006", False),  # read only
        ("40001", False),  # serialization failure
        ("40P01", False),  # deadlock
        ("53100", False),  # disk full
        ("53300", False),  # too many connections
        ("55P03", False),  # lock not available
        ("57014", False),  # cancelled
        ("57P01", False),  # admin shutdown
        ("58030", False),  # I/O error
        ("XX000", False),  # internal error
        ("0A000", False),  # a server that cannot do it, until it is another
    ],
)
def test_only_what_will_never_succeed_parks(empty: str, sqlstate: str, *, parks: bool) -> None:
    with projecting(empty, refused_with(sqlstate)) as (recorder, projector):
        rebuild.prepare(empty, [refused_with(sqlstate)])
        record(recorder, 9)
        if parks:
            assert projector.catch_up() == 0
        else:
            with pytest.raises(PersistenceError, match="not now"):
                projector.catch_up()
        assert ("sick" in projector.parked) == parks


def test_a_model_that_cannot_be_written_just_now_does_not_hold_up_the_others(empty: str) -> None:
    sick = refused_with("25006")
    rebuild.prepare(empty, [sick])
    with projecting(empty, sick, TALLY) as (recorder, projector):
        record(recorder, 9)
        with pytest.raises(PersistenceError, match="not now"):
            projector.step()
        assert projector.positions() == {"sick": 0, "tally": 9}
    assert is_right_at(empty, 9)


def test_a_mended_model_goes_on_where_it_was_parked(empty: str) -> None:
    sick = ReadModel("sick", 1, "", broken)
    rebuild.prepare(empty, [sick])
    with projecting(empty, sick) as (recorder, projector):
        record(recorder, 9)
        projector.catch_up()
        assert "sick" in projector.parked
    with projecting(empty, replace(sick, fold=lambda events: Changes())) as (_, projector):
        assert projector.catch_up() == 9
        assert projector.positions() == {"sick": 9}


# -- runs --------------------------------------------------------------------------------------


A_MONTH = [
    Step(what, hours=13, days_ago=number % 4, who=number % PEOPLE, size=117 * number + 1)
    for number, what in enumerate(sorted(ATTEMPTS) * 4)
]


@pytest.fixture(scope="module")
def month(embedded: Server) -> Iterator[str]:
    """A database in which a month of a town was folded at once."""
    with temporary_database(embedded) as url:
        tell(url, A_MONTH)
        rebuild.prepare(url, MODELS)
        yield url


@settings(max_examples=12)
@given(runs=st.lists(st.integers(1, 40), min_size=1))
def test_the_rows_do_not_depend_on_where_the_log_is_cut(month: str, runs: list[int]) -> None:
    with rebuild._Owner(month) as owner, LedgerDatastore(month) as datastore:
        projector = Projector(datastore, MODELS, schema_suffix="_cut")
        owner.connection.execute(FORGET, ([f"{model.name}_cut" for model in MODELS],))
        for model in MODELS:
            owner.make(model, f"{model.name}_cut")
            owner.connection.execute(rebuild.SET_VERSION, (f"{model.name}_cut", model.version))
        for run in cycle(runs):
            with patch.object(kernel, "RUN_MOST", run):
                if not projector.step():
                    break
        assert projector.parked == {}
        assert len(set(projector.positions().values())) == 1
        for model in MODELS:
            assert owner.compare(model, f"{model.name}_cut") == []


FORGET = "DELETE FROM ledger.notification_tracking WHERE application_name = ANY(%s)"
