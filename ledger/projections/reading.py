"""Reading: one snapshot for all that an answer is made of, without writing and never for long.

    with reading(datastore) as connection:
        position = position_of(connection, "funds")
        ...

Whatever is asked inside is true at one position, however fast others write and fold meanwhile.
The connection acts as the reader, who sees no row of a read table before she has a `Horizon`.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg import Connection, errors
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from ledger.domain.catalogue import kind_of
from ledger.domain.decisions import State, Stream
from ledger.domain.values import CommunityId, Title
from ledger.projections.asking import POSITION_MOST
from ledger.store.codec import Recorded, decode, decode_event
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import read_after

STATEMENT_SECONDS_MOST: Final = 10
PATIENCE_SECONDS: Final = 2.0
"""How long a lost database is asked again before the reader is told."""

LOOK: Final = "SELECT 1"
SNAPSHOT: Final = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = '10s';
LOCK TABLE ledger.read_models IN ACCESS SHARE MODE;  -- no read model is swapped meanwhile
"""
AS_THE_READER: Final = "SET LOCAL ROLE jiefang_reader"
AS_THE_APPLICATION: Final = "SET LOCAL ROLE jiefang_app"
BEGIN: Final = f"""{SNAPSHOT}
SET LOCAL jiefang.communities = ''; SET LOCAL jiefang.person = ''; {AS_THE_READER}
"""
POSITIONS: Final = """
SELECT min(coalesce(notification_id, 0)), max(coalesce(notification_id, 0))
FROM unnest(%s::text[]) AS model (name)
LEFT JOIN ledger.notification_tracking ON application_name = name
"""
STANDING: Final = """
SELECT name, coalesce(notification_id, 0) FROM unnest(%s::text[]) AS model (name)
LEFT JOIN ledger.notification_tracking ON application_name = name
"""
MARK: Final = "SELECT epoch, ledger.stamp_of(%s) FROM ledger.book"
TAIL: Final = "SELECT coalesce(max(notification_id), 0) FROM ledger.stored_events"
FIRST_EVENTS: Final = """
SELECT originator_id, topic, state FROM ledger.stored_events
WHERE originator_id = ANY(%s) AND originator_version = 1
"""
RECORDED_AT: Final = """
SELECT recorded_at FROM ledger.batches WHERE last_position >= %s ORDER BY last_position LIMIT 1
"""
EVENTS: Final = """
SELECT topic, state FROM ledger.stored_events
WHERE originator_id = %s AND notification_id <= %s ORDER BY originator_version
"""
EVENTS_OF_ALL: Final = """
SELECT originator_id, topic, state FROM ledger.stored_events
WHERE originator_id = ANY(%s) AND notification_id <= %s ORDER BY originator_id, originator_version
"""


class ReadingLost(RuntimeError):
    """The database cannot be reached; ask again in a moment."""


class ReadingTooLong(RuntimeError):
    """A statement took longer than ten seconds and was given up."""


class Mark(NamedTuple):
    """A position of one log: its epoch, and what tells the event there from any other."""

    epoch: UUID
    position: int
    stamp: bytes | None


@contextmanager
def reading(datastore: LedgerDatastore) -> Iterator[Connection[Any]]:
    """A connection whose statements all see one snapshot. Raises ReadingLost, ReadingTooLong."""
    with connected(datastore, BEGIN) as connection:
        yield connection


@contextmanager
def reading_for_the_town(datastore: LedgerDatastore) -> Iterator[Connection[Any]]:
    """The same for a program that no person asks: exports, checks and examples see every row."""
    with connected(datastore, SNAPSHOT) as connection:
        yield connection


@contextmanager
def connected(datastore: LedgerDatastore, first: LiteralString) -> Iterator[Connection[Any]]:
    """A connection that has answered its `first` statement; what was not committed is undone.

    Raises ReadingLost within two seconds where the pool itself would wait for thirty.
    """
    connection = _answering(datastore, first)
    try:
        yield connection
    except (errors.QueryCanceled, errors.LockNotAvailable) as late:
        raise ReadingTooLong(str(late)) from late
    except (psycopg.OperationalError, psycopg.InterfaceError) as lost:
        raise ReadingLost(str(lost)) from lost
    finally:
        _give_back(datastore, connection)


@contextmanager
def snapshot(connection: Connection[Any]) -> Iterator[None]:
    """The caller's own connection, which commits by itself, for statements that see one snapshot.

    It acts as whom it acted before, so the rules count what all communities have. Raises whatever
    psycopg does.
    """
    connection.execute(SNAPSHOT)
    try:
        yield
    finally:
        connection.rollback()


@contextmanager
def as_the_application(connection: Connection[Any]) -> Iterator[None]:
    """Inside a reading, for what the reader may not see: papers of the vault, which have no place.

    Whoever asks for them has asked for permission; the walls are behind her here.
    """
    connection.execute(AS_THE_APPLICATION)
    yield
    connection.execute(AS_THE_READER)


def _answering(datastore: LedgerDatastore, first: LiteralString) -> Connection[Any]:
    """A pool keeps connections that died with the server, so more than one is tried."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection: Connection[Any] | None = None
        try:
            connection = datastore.pool.getconn(timeout=PATIENCE_SECONDS)
            connection.execute(first)
        except (psycopg.OperationalError, psycopg.InterfaceError) as lost:
            if connection is not None:
                _give_back(datastore, connection)
            if time.monotonic() > deadline:
                raise ReadingLost(str(lost)) from lost
        else:
            return connection


def _give_back(datastore: LedgerDatastore, connection: Connection[Any]) -> None:
    try:
        if connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.rollback()
    except psycopg.Error:
        connection.close()
    datastore.pool.putconn(connection)


def position_of(connection: Connection[Any], *models: str) -> int:
    """Up to where all these read models are folded, in this snapshot; 0 if one has not begun."""
    position, _ = positions_of(connection, *models)
    return position


def positions_of(connection: Connection[Any], *models: str) -> tuple[int, int]:
    """Up to where all these read models are folded, and up to where the furthest of them is."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((all_of_them, one_of_them),) = cursor.execute(POSITIONS, (list(models),)).fetchall()
    return int(all_of_them), int(one_of_them)


def mark_of(connection: Connection[Any], position: int) -> Mark:
    """What tells this log up to the position from any other, also from one that was restored."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((epoch, stamp),) = cursor.execute(MARK, (position,)).fetchall()
    return Mark(epoch, position, stamp)


def standing(connection: Connection[Any], models: Iterable[str]) -> tuple[int, dict[str, int]]:
    """The last position of the log, and how far each read model has come."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((tail,),) = cursor.execute(TAIL).fetchall()
        return int(tail), dict(cursor.execute(STANDING, (list(models),)).fetchall())


def recorded_at(connection: Connection[Any], position: int) -> datetime | None:
    """When what stands at the position was recorded; None beyond the end of the log."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(RECORDED_AT, (position,)).fetchone()
    return None if found is None else found[0]


def event_at(connection: Connection[Any], position: int) -> Recorded | None:
    """What is recorded at a position, if anything is."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = read_after(cursor, position - 1, 1)
    return decode(*rows[0]) if rows and rows[0][0] == position else None


def homes(connection: Connection[Any], streams: set[Stream[Any]]) -> dict[str, CommunityId]:
    """The community that each stream belongs to, as its first event says; new ones are left out."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(FIRST_EVENTS, (list(streams),)).fetchall()
    return {
        stream: event.community
        for stream, topic, state in rows
        if hasattr(event := decode_event(topic, state), "community")
    }


def names(connection: Connection[Any], streams: Collection[Stream[Any]]) -> dict[str, Title]:
    """What is at home in each stream is called, as its first event says; others are left out.

    A shift is called by what is done there.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(FIRST_EVENTS, (list(streams),)).fetchall()
    found = ((stream, decode_event(topic, state)) for stream, topic, state in rows)
    return {stream: name for stream, event in found if (name := _name_in(event))}


def _name_in(event: Any) -> Title | None:  # noqa: ANN401 - of any stream's kind
    name: Title | None = getattr(event, "name", None) or getattr(event, "activity", None)
    return name


def events_of(connection: Connection[Any], stream: Stream[Any], position: int) -> list[Any]:
    """What is recorded in a short stream up to a position."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(EVENTS, (stream, position)).fetchall()
    return [decode_event(topic, stored) for topic, stored in rows]


def state_at(connection: Connection[Any], stream: Stream[Any], position: int) -> Any:  # noqa: ANN401 - of the stream's kind
    """The state of a short stream as it was known at a position."""
    kind = kind_of(stream)
    return reduce(kind.evolve, events_of(connection, stream, position), kind.initial)


def states_now(
    connection: Connection[Any], streams: Sequence[Stream[State]]
) -> dict[Stream[State], State]:
    """The states of short streams as the log has them, with one SELECT."""
    return states_at(connection, streams, POSITION_MOST)


def states_at(
    connection: Connection[Any], streams: Sequence[Stream[State]], position: int
) -> dict[Stream[State], State]:
    """The states of short streams as they were known at a position, with one SELECT."""
    states = {stream: kind_of(stream).initial for stream in streams}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for name, topic, stored in cursor.execute(EVENTS_OF_ALL, (list(streams), position)):
            stream: Stream[State] = Stream(name)
            states[stream] = kind_of(stream).evolve(states[stream], decode_event(topic, stored))
    return states
