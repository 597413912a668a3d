"""The tables' owner, who may use the library's own way in; the application may not."""

from collections.abc import Callable
from typing import Any

from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection

from ledger.store.datastore import LedgerDatastore


class OwnersDatastore(LedgerDatastore):
    """Without the application's role, which may write by `append` alone."""

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        return PostgresDatastore.after_connect_func(self)
