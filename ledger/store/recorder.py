"""The recorder: `eventsourcing`'s PostgreSQL recorder on our own schema, with one more way in.

`append` writes a batch with its command keys and vault rows in one call and one transaction;
`load` reads every stream a batch needs in one. The library's own `insert_events`, notifications
and subscriptions work on the same table, under the same order lock.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from eventsourcing.persistence import (
    InterfaceError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Connection, Cursor
from psycopg.rows import TupleRow, tuple_row

from ledger.store.arrays import Array, bigints, blobs, integers, texts
from ledger.store.datastore import LedgerDatastore

T = TypeVar("T")

LOAD: Final = """
WITH tail AS MATERIALIZED (SELECT coalesce((
    SELECT notification_id FROM ledger.stored_events ORDER BY notification_id DESC LIMIT 1
), 0) AS position)
SELECT NULL, NULL, NULL, NULL, book.epoch, tail.position, ledger.stamp_of(tail.position),
       CASE WHEN tail.position >= %(frontier)s
                 AND ledger.stamp_of(%(frontier)s) IS NOT DISTINCT FROM %(frontier_stamp)s::bytea
            THEN ledger.moved_since(%(frontier)s, tail.position) END
FROM ledger.book, tail
UNION ALL
(SELECT originator_id, originator_version, topic, state, NULL, NULL, NULL, NULL
 FROM ledger.stored_events WHERE originator_id = ANY(%(streams)b::text[])
 ORDER BY originator_id, originator_version)
"""

APPEND: Final = """
SELECT status, epoch, tail, stamp, moved, recorded,
       known_places, known_requests, known_positions, known_events, taken
FROM ledger.append(
    %s, %s, %s, %b::text[],
    %b::text[], %b::text[], %b::bytea[], %b::integer[],
    %b::text[], %b::bigint[], %b::text[], %b::bytea[],
    %s, %b::timestamptz[],
    %b::text[], %b::bytea[], %b::text[],
    %b::text[], %b::text[], %b::integer[], %b::bytea[],
    %b::text[], %b::text[], %b::bytea[], %b::text[], %b::text[])
"""

INSERT: Final = "SELECT ledger.insert_events(%s::text[], %s::bigint[], %s::text[], %s::bytea[])"

READ: Final = """
SELECT e.notification_id, b.recorded_at, e.originator_id, e.originator_version, e.topic, e.state
FROM (SELECT * FROM ledger.batches WHERE last_position > %(after)s
      ORDER BY last_position LIMIT %(limit)s) AS b
CROSS JOIN LATERAL (
    SELECT * FROM ledger.stored_events
    WHERE notification_id BETWEEN greatest(b.first_position, %(after)s + 1) AND b.last_position
    ORDER BY notification_id) AS e
ORDER BY b.last_position, e.notification_id LIMIT %(limit)s
"""
"""A look for each batch, not for each event; see `read_after`."""

READ_RUNS: Final = """
SELECT e.notification_id, b.recorded_at, e.originator_id, e.originator_version, e.topic, e.state
FROM unnest(%s::bigint[], %s::integer[]) WITH ORDINALITY AS run (position, events, place)
JOIN ledger.stored_events AS e
  ON e.notification_id >= run.position AND e.notification_id < run.position + run.events
JOIN LATERAL (SELECT recorded_at FROM ledger.batches
              WHERE last_position >= e.notification_id ORDER BY last_position LIMIT 1) AS b ON true
ORDER BY run.place, e.notification_id
"""

LOST: Final = (OperationalError, InterfaceError)
"""The connection, or the database behind it, is gone; what was sent may have been done."""

PATIENCE_SECONDS: Final = 8
"""How long a lost database is asked again before the caller is told."""

NO_PAPERS: Final = (
    *(texts(()), blobs(()), texts(())),
    *(texts(()), texts(()), integers(()), blobs(())),
    *(texts(()), texts(()), blobs(()), texts(()), texts(())),
)
"""What the vault's part of an append is given when there is nothing to store or to forget."""

Row = tuple[int, datetime, str, int, str, bytes]
"""position, recorded at, stream, version, event name, stored bytes"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Streams as they stood at `tail`; `moved` are those that others wrote to after the frontier.

    `moved` is None when they are too many to name, or when the log is not the one whose frontier
    was told: then nothing known before holds.
    """

    epoch: UUID
    tail: int
    stamp: bytes | None
    moved: frozenset[str] | None
    events: list[tuple[str, int, str, bytes]]


@dataclass(slots=True)
class Batch:
    """What one append carries; the lists of one group run in step. See `ledger.append`."""

    epoch: UUID
    frontier: int
    frontier_stamp: bytes | None
    read: Collection[str]
    decided_at: datetime
    actors: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    states: list[bytes] = field(default_factory=list)
    times: list[datetime] | None = None
    vault: tuple[Array, ...] = NO_PAPERS


@dataclass(frozen=True, slots=True)
class First:
    """What a key was first answered with: the request's digest and the events it became."""

    request: bytes
    position: int
    events: int


@dataclass(frozen=True, slots=True)
class Appended:
    """The answer to an append. `status` is appended, known, moved, taken or epoch (see schema.sql).

    `tail` is the last position before this batch; its own events follow from there without a gap.
    `stamp` tells which event stands last now.
    """

    status: str
    epoch: UUID
    tail: int
    stamp: bytes | None
    moved: frozenset[str] | None
    recorded: list[datetime]
    known: dict[int, First]
    taken: frozenset[str] = frozenset()


class LedgerRecorder(PostgresApplicationRecorder):
    """All reading and writing of events."""

    def __init__(self, datastore: LedgerDatastore) -> None:
        super().__init__(datastore, events_table_name="stored_events")
        self.sql_create_statements.clear()

    def create_table(self) -> None:
        """Nothing: schema changes are `migrate`'s, a worker runs no DDL."""

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **_: Any,  # noqa: ANN401  (the library's)
    ) -> Sequence[int] | None:
        """The library's way in, under our order lock; without a command key it is not retried."""
        if not stored_events:
            return []
        columns = zip(*((e.originator_id, e.originator_version, e.topic, e.state)
                        for e in stored_events), strict=True)  # fmt: skip
        with self.datastore.get_connection() as connection:
            tail = _one(connection, INSERT, [list(column) for column in columns])[0]
        return list(range(tail + 1, tail + 1 + len(stored_events)))

    def load(
        self, frontier: int, streams: Iterable[str], frontier_stamp: bytes | None = None
    ) -> Loaded:
        """The named streams, and which streams others wrote to after the frontier; one snapshot.

        `frontier_stamp` tells which event was seen there, None only for the beginning of a log.
        """
        names = texts(list(streams))
        values = {"frontier": frontier, "frontier_stamp": frontier_stamp, "streams": names}
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            cursor.execute(LOAD, values, binary=True)
            first, *rows = cursor.fetchall()
        *_, epoch, tail, stamp, moved = first
        return Loaded(epoch, tail, stamp, _set(moved), [row[:4] for row in rows])

    def append(self, batch: Batch) -> Appended:
        """Write the batch, or learn why not; nothing is retried here, so nothing is done twice."""
        values = (
            batch.epoch, batch.frontier, batch.frontier_stamp, texts(batch.read),
            texts(batch.actors), texts(batch.keys), blobs(batch.requests), integers(batch.counts),
            texts(batch.streams), bigints(batch.versions), texts(batch.names), blobs(batch.states),
            batch.decided_at, batch.times, *batch.vault,
        )  # fmt: skip
        with self.datastore.get_connection() as connection:
            row = _one(connection, APPEND, values)
        status, epoch, tail, stamp, moved, recorded, *known, taken = row
        firsts = zip(*known, strict=True) if known[0] else ()
        return Appended(
            status, epoch, tail, stamp, _set(moved), recorded or [],
            {place - 1: First(request, position, events)
             for place, request, position, events in firsts},
            frozenset(taken or ()),
        )  # fmt: skip

    def read(self, after: int, limit: int) -> list[Row]:
        """At most `limit` events after a position, in log order, with their recorded times."""
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return read_after(cursor, after, limit)

    def read_runs(self, runs: Sequence[tuple[int, int]]) -> list[Row]:
        """The events of each run (first position, how many), run after run."""
        positions, counts = [first for first, _ in runs], [count for _, count in runs]
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(READ_RUNS, (positions, counts), binary=True).fetchall()


def read_after(cursor: Cursor[Any], after: int, limit: int) -> list[Row]:
    """As `LedgerRecorder.read`, in whatever transaction the cursor is; its rows are tuples.

    Planned each time: a plan made while the log was short would read all of it when it is long.
    """
    values = {"after": after, "limit": limit}
    return cursor.execute(READ, values, binary=True, prepare=False).fetchall()


def patiently(call: Callable[[], T]) -> T:
    """What the call gives, asked again while the connection is lost; then the error itself.

    Only for reading and for an append with keys: sent again, it answers what it did the first time.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call()
        except LOST:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _one(connection: Connection[Any], query: str, values: Sequence[Any]) -> TupleRow:
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(query, values, prepare=True, binary=True)
        row = cursor.fetchone()
    if row is None:
        raise ProgrammingError("a function of the schema answered nothing")
    return row


def _set(streams: list[str] | None) -> frozenset[str] | None:
    return None if streams is None else frozenset(streams)
