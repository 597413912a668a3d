"""Words for the store's stories: an event, a command that became events, a batch of commands.

seen = recorder.load(0, [])
recorder.append(batch(seen, command("key-1", event("person-1", 1)), read=["person-1"]))
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic, sleep
from typing import NamedTuple, TypeAlias

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL

from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import Appended, Batch, LedgerRecorder, Loaded, Row

Connection: TypeAlias = psycopg.Connection[TupleRow]

CREATED = "ledger-created.v1"


class Event(NamedTuple):
    stream: str
    version: int
    name: str
    state: bytes


class Command(NamedTuple):
    key: str
    events: tuple[Event, ...]
    actor: str
    request: bytes


def event(
    stream: str, version: int, name: str = "noted.v1", state: bytes = b'{"data":{}}'
) -> Event:
    return Event(stream, version, name, state)


def created(kind: str) -> Event:
    return event("ledger", 1, CREATED, b'{"data":{"kind":"%s"}}' % kind.encode())


def command(key: str, *events: Event, actor: str = "clerk", request: bytes = b"digest") -> Command:
    return Command(key, events, actor, request)


def batch(
    seen: Loaded,
    *commands: Command,
    read: Sequence[str] = (),
    decided_at: datetime | None = None,
    times: list[datetime] | None = None,
) -> Batch:
    """What the engine would send, having seen the log up to `seen.tail`."""
    events = [each for one in commands for each in one.events]
    return Batch(
        epoch=seen.epoch,
        frontier=seen.tail,
        frontier_stamp=seen.stamp,
        read=read,
        decided_at=decided_at or datetime.now(UTC),
        actors=[one.actor for one in commands],
        keys=[one.key for one in commands],
        requests=[one.request for one in commands],
        counts=[len(one.events) for one in commands],
        streams=[each.stream for each in events],
        versions=[each.version for each in events],
        names=[each.name for each in events],
        states=[each.state for each in events],
        times=times,
    )


def earlier(recorder: LedgerRecorder, seen: Loaded, events: int) -> Loaded:
    """The log as somebody saw it so many events ago."""
    position, stamp = max(seen.tail - events, 0), None
    if position:
        state = recorder.read(position - 1, 1)[0][5]
        stamp = sha256(state).digest()
    return replace(seen, tail=position, stamp=stamp)


def append(recorder: LedgerRecorder, *events: Event, key: str = "key") -> Appended:
    """One command, by somebody who has just read everything."""
    return recorder.append(batch(recorder.load(0, []), command(key, *events)))


def everything(recorder: LedgerRecorder) -> list[Row]:
    """The whole log, after making sure that its positions have no gap."""
    rows = recorder.read(0, 1_000_000)
    assert [position for position, *_ in rows] == list(range(1, len(rows) + 1))
    return rows


def count(connection: Connection, table: str) -> int:
    row = connection.execute(SQL("SELECT count(*) FROM {}").format(SQL(table))).fetchone()
    assert row
    return int(row[0])


def nothing_is_written(connection: Connection) -> bool:
    tables = ("ledger.stored_events", "ledger.batches", "ledger.command_keys")
    return all(count(connection, table) == 0 for table in tables)


def somebody_waits(connection: Connection) -> bool:
    """Whether a writer waits for the order lock."""
    waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(connection.execute(waiting).rowcount)


def wait_until(reached: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for what others are about to do; an AssertionError when they do not."""
    deadline = monotonic() + seconds
    while not reached():
        assert monotonic() < deadline, "waited in vain"
        sleep(0.01)


@contextmanager
def recorder_of(
    url: str,
    *,
    connections: int = 4,
    kind: type[LedgerDatastore] = LedgerDatastore,
    **options: str,
) -> Iterator[LedgerRecorder]:
    """A worker's recorder; `options` are PostgreSQL settings of its connections."""
    settings = {"statement_timeout": "30s"} | options  # a test fails, it does not hang
    words = (f"-c{name}={value}".replace(" ", r"\ ") for name, value in settings.items())
    url = psycopg.conninfo.make_conninfo(url, options=" ".join(words))
    datastore = kind(url, pool_size=1, pool_most=connections)
    try:
        yield LedgerRecorder(datastore)
    finally:
        datastore.close()
