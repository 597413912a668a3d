"""Connections: a pool whose every connection acts as the application's role, checked at the start.

The checks refuse settings under which an answer could be given for what a power cut then takes
away, and the library's setting that lets readers overtake writers.
"""

import os
from collections.abc import Callable
from typing import Any, Final

from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow, dict_row, tuple_row

DURABLE: Final = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
}
"""What each setting may be for an answered command to survive a power cut."""

SWITCHED_ON: Final = ("y", "yes", "t", "true", "on", "1")


class UnsafeSetting(RuntimeError):
    """A setting under which the ledger breaks its promises; the message names the remedy."""


class LedgerDatastore(PostgresDatastore):
    """The library's pool, opened by a URL, acting as `jiefang_app`."""

    def __init__(self, url: str, *, pool_size: int = 4, pool_most: int = 16) -> None:
        self.url = url
        super().__init__(
            dbname="", host="", port="", user="", password="",
            schema="ledger",
            originator_id_type="text",
            pool_size=pool_size,
            max_overflow=pool_most - pool_size,
        )  # fmt: skip
        self.pool.conninfo = url  # whole, with options the library has no words for
        self.pool.kwargs = {"row_factory": dict_row}

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Every connection commits by itself, acts as the application and speaks UTC."""

        def after_connect(connection: Connection[DictRow]) -> None:
            connection.autocommit = True
            connection.execute("SET ROLE jiefang_app")
            connection.execute("SET TIME ZONE 'UTC'")

        return after_connect

    def check(self, *, allow_weak_durability: bool = False) -> None:
        """Raise UnsafeSetting for what would break a promise; called once when a process starts."""
        if os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS", "").lower() in SWITCHED_ON:
            message = (
                "POSTGRES_ENABLE_DB_FUNCTIONS is set: it inserts without the order lock, and "
                "readers miss events. Unset it."
            )
            raise UnsafeSetting(message)
        if not allow_weak_durability:
            self._check_durability()

    def _check_durability(self) -> None:
        with self.get_connection() as connection:
            cursor = connection.cursor(row_factory=tuple_row)
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", (list(DURABLE),)
            )
            for name, setting in cursor.fetchall():
                if setting not in DURABLE[name]:
                    message = (
                        f"PostgreSQL's {name} is {setting}: a power cut would take back answered "
                        f"commands. Set it to on, or set LEDGER_ALLOW_WEAK_DURABILITY=yes."
                    )
                    raise UnsafeSetting(message)
