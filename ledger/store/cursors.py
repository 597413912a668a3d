"""Cursors: rows as tuples and bytes as bytes, whatever the caller's connection is set to."""

from typing import Any, TypeAlias

from psycopg import Connection, Cursor
from psycopg.rows import tuple_row

Rows: TypeAlias = Cursor[tuple[Any, ...]]


def cursor_of(connection: Connection[Any]) -> Rows:
    """A cursor that answers alike on every connection, the library's pool included."""
    return connection.cursor(binary=True, row_factory=tuple_row)
