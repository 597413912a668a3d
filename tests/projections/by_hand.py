"""A log made by hand, and what read models make of it: events in order, folded into real tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
from psycopg import Connection, sql

from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.values import PersonId
from ledger.projections.model import ReadModel, composed
from ledger.projections.writing import apply
from ledger.store.codec import Recorded

Having = Callable[..., Connection[Any]]
"""Gives a connection to a database in which some events were folded."""

BATCH = "INSERT INTO ledger.batches VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
LEADER = PersonId("00000000-0000-4000-8000-0000000000ff")
DAWN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Log:
    """Events at positions 1, 2, 3 …, five hours apart; the streams do not matter to a fold."""

    events: list[Recorded] = field(default_factory=list)

    def add(self, *events: object, by: PersonId = LEADER) -> int:
        """The position of the last one."""
        for event in events:
            position = len(self.events) + 1
            at = DAWN + timedelta(hours=5 * position)
            name = NAME_OF_EVENT[type(event)]
            self.events.append(Recorded(position, at, "-", 0, name, event, by, "-", at))
        return len(self.events)


@contextmanager
def folded(url: str, model: ReadModel, *events: object) -> Iterator[Connection[Any]]:
    """A connection to a database in which the model has folded these events."""
    log = Log()
    log.add(*events)
    with psycopg.connect(url, autocommit=True) as connection:
        make(connection, model, model.name)
        batches = [(at.position, at.position, at.recorded_at) for at in log.events]
        connection.cursor().executemany(BATCH, batches)
        apply(connection.cursor(), model.fold(log.events), model.name)
        yield connection


def make(connection: Connection[Any], model: ReadModel, schema: str) -> None:
    """Empty tables of the model in a schema of that name."""
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    connection.execute(composed(model.tables, schema))


@contextmanager
def in_runs(
    url: str, model: ReadModel, events: Sequence[Recorded], cuts: Iterable[int]
) -> Iterator[Connection[Any]]:
    """A connection to a database in which the model has folded these events run by run."""
    with psycopg.connect(url, autocommit=True) as connection:
        make(connection, model, model.name)
        for start, end in pairwise(_bounds(events, cuts)):
            apply(connection.cursor(), model.fold(events[start:end]), model.name)
        yield connection


def rows_differ(
    url: str, model: ReadModel, events: Sequence[Recorded], cuts: Iterable[int]
) -> list[str]:
    """The tables that are not the same when the run is cut there as when it is folded at once."""
    with psycopg.connect(url, autocommit=True) as connection:
        for schema in ("whole", "pieces"):
            make(connection, model, schema)
        cursor = connection.cursor()
        apply(cursor, model.fold(events), "whole")
        for start, end in pairwise(_bounds(events, cuts)):
            apply(cursor, model.fold(events[start:end]), "pieces")
        return [table for table in tables(cursor, "whole") if differs(cursor, table)]


def _bounds(events: Sequence[Recorded], cuts: Iterable[int]) -> list[int]:
    return sorted({0, len(events), *(min(cut, len(events)) for cut in cuts)})


def tables(cursor: psycopg.Cursor[Any], schema: str) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))
    return [name for (name,) in cursor.fetchall()]


def differs(cursor: psycopg.Cursor[Any], table: str) -> bool:
    query = sql.SQL("(TABLE {a} EXCEPT ALL TABLE {b}) UNION ALL (TABLE {b} EXCEPT ALL TABLE {a})")
    names = {"a": sql.Identifier("whole", table), "b": sql.Identifier("pieces", table)}
    return cursor.execute(query.format(**names)).fetchone() is not None
