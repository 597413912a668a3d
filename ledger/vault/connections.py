"""Connections of callers, as the vault uses them whatever they are set to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from ledger.vault.errors import VaultError

Rows: TypeAlias = Cursor[tuple[Any, ...]]


def cursor_of(connection: Connection[Any]) -> Rows:
    """Rows as tuples and bytes as bytes, whatever the caller's connection is set to."""
    return connection.cursor(binary=True, row_factory=tuple_row)


@contextmanager
def own_transaction(connection: Connection[Any]) -> Iterator[Rows]:
    """A transaction that is committed here: what depends on it must not be undone by the caller."""
    if connection.info.transaction_status is not TransactionStatus.IDLE:
        raise VaultError("This must be committed at once, so it cannot be part of a transaction.")
    with connection.transaction(), cursor_of(connection) as cursor:
        yield cursor
