"""Somebody else may write between reading and writing: it is noticed when it matters."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from random import Random

import pytest
from eventsourcing.persistence import NotSupportedError, StoredEvent

from ledger.store.recorder import LedgerRecorder
from tests.store.appends import (
    Connection,
    append,
    batch,
    command,
    event,
    everything,
    recorder_of,
    somebody_waits,
    wait_until,
)
from tests.store.owner import OwnersDatastore

STREAMS = tuple(f"person-{number}" for number in range(6))
OTHER_LEVELS = ("read uncommitted", "repeatable read", "serializable")


@contextmanager
def rival(kind: str) -> Iterator[Executor]:
    """Somebody else who writes: in a thread of her own, or in a process of her own."""
    made: Executor = (
        ThreadPoolExecutor(1)
        if kind == "thread"
        else ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    )
    with made:
        yield made


def next_versions(recorder: LedgerRecorder, streams: Sequence[str]) -> dict[str, int]:
    versions = dict.fromkeys(streams, 1)
    for stream, version, *_ in recorder.load(0, streams).events:
        versions[stream] = version + 1
    return versions


def write_one_event_each(url: str, streams: Sequence[str], key: str) -> None:
    with recorder_of(url) as recorder:
        versions = next_versions(recorder, streams)
        answer = append(recorder, *(event(s, v) for s, v in versions.items()), key=key)
        assert answer.status == "appended"


@pytest.mark.parametrize(("kind", "rounds"), [("thread", 100), ("process", 100)])
def test_a_rival_is_noticed_when_she_touches_what_was_read_and_only_then(
    each_database: str, recorder: LedgerRecorder, kind: str, rounds: int
) -> None:
    random = Random(20260302)
    with rival(kind) as executor:
        for number in range(rounds):
            read = random.sample(STREAMS, random.randint(1, 4))
            touched = random.sample(STREAMS, random.randint(0, 2))
            own = random.choice((random.choice(read), f"own-{number}"))
            seen = recorder.load(0, STREAMS)
            version = next_versions(recorder, [own])[own]
            if touched:
                executor.submit(
                    write_one_event_each, each_database, touched, f"rival-{number}"
                ).result()
            mine = command(f"mine-{number}", event(own, version))
            answer = recorder.append(batch(seen, mine, read=[*read, own]))
            assert answer.moved == frozenset(touched)
            noticed = not {*read, own}.isdisjoint(touched)
            assert answer.status == ("moved" if noticed else "appended")
            assert len(everything(recorder)) == answer.tail + (answer.status == "appended")


def add_up(url: str, name: str, rounds: int, seed: int) -> int:
    """Read two of the streams, write down in one of them what was read; again when it moved."""
    random = Random(seed)
    races = 0
    with recorder_of(url, connections=1) as recorder:
        for number in range(rounds):
            read = random.sample(STREAMS[:3], 2)
            status = "moved"
            while status == "moved":
                seen = recorder.load(0, read)
                versions = dict.fromkeys(read, 0)
                versions |= {stream: version for stream, version, *_ in seen.events}
                state = json.dumps(versions).encode()
                mine = event(read[0], versions[read[0]] + 1, state=state)
                answer = recorder.append(batch(seen, command(f"{name}-{number}", mine), read=read))
                status = answer.status
                races += status == "moved"
            assert status == "appended"
    return races


def test_what_many_decide_at_once_is_what_one_would_have_decided_in_the_order_of_the_log(
    each_database: str, recorder: LedgerRecorder
) -> None:
    rounds = 40
    spawn = get_context("spawn")
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, mp_context=spawn) as processes:
        tasks = [
            pool.submit(add_up, each_database, f"{place}-{number}", rounds, 10 * place + number)
            for place, pool in enumerate((threads, processes))
            for number in range(2)
        ]
        races = sum(task.result() for task in tasks)
    rows = everything(recorder)
    assert len(rows) == 4 * rounds
    assert races > 0, "nobody raced: this run shows nothing"
    versions: dict[str, int] = dict.fromkeys(STREAMS, 0)
    for _, _, stream, version, _, state in rows:
        assert json.loads(state) == {read: versions[read] for read in json.loads(state)}
        versions[stream] = version


@pytest.mark.parametrize("level", OTHER_LEVELS)
def test_a_level_that_does_not_see_the_rival_is_refused(each_database: str, level: str) -> None:
    with recorder_of(each_database, default_transaction_isolation=level) as recorder:
        assert recorder.load(0, []).tail == 0
        with pytest.raises(NotSupportedError, match=f"needs READ COMMITTED.* is {level}"):
            append(recorder, event("person-1", 1))
        assert everything(recorder) == []


@pytest.mark.parametrize("level", OTHER_LEVELS)
def test_the_librarys_way_in_refuses_it_too(each_database: str, level: str) -> None:
    with recorder_of(
        each_database, kind=OwnersDatastore, default_transaction_isolation=level
    ) as recorder:
        with pytest.raises(NotSupportedError, match="needs READ COMMITTED"):
            recorder.insert_events([StoredEvent("person-1", 1, "noted.v1", b"{}")])
        assert everything(recorder) == []


@pytest.mark.parametrize("level", OTHER_LEVELS)
def test_a_refusal_is_validated_whatever_the_level(
    each_database: str, recorder: LedgerRecorder, level: str
) -> None:
    seen = recorder.load(0, [])
    append(recorder, event("person-1", 1))
    with recorder_of(each_database, default_transaction_isolation=level) as other:
        answer = other.append(batch(seen, command("refused"), read=["person-1"]))
        assert (answer.status, answer.tail) == ("moved", 1)


def test_a_rival_that_commits_while_the_append_waits_is_noticed(
    each_database: str, recorder: LedgerRecorder, owner: Connection
) -> None:
    """The trap: a snapshot taken before the lock does not see what the lock was waited for."""
    seen = recorder.load(0, ["person-1"])
    stale = batch(seen, command("mine", event("person-2", 1)), read=["person-1"])
    with ThreadPoolExecutor(1) as executor:
        with owner.transaction():
            owner.execute("SELECT ledger.insert_events('{person-1}', '{1}', '{noted.v1}', '{x}')")
            waiting = executor.submit(recorder.append, stale)
            wait_until(lambda: somebody_waits(owner))
        answer = waiting.result()
    assert (answer.status, answer.moved) == ("moved", frozenset({"person-1"}))
