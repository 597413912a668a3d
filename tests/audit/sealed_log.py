"""A log that is written to and sealed, for tests: a database, a folder, and a plain tree beside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from ledger.audit import sealed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.sealed import Sealed
from ledger.audit.sealer import Sealer
from ledger.store.codec import entry
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder
from tests.audit.trees import Tree
from tests.projections.tally import record

ORIGIN = "example.org/log"
GUARDS = (
    ("ledger.stored_events", "append_only"),
    ("ledger.batches", "append_only"),
    ("ledger.command_keys", "append_only"),
    ("proof.tiles", "grows"),
    ("proof.tiles", "append_only"),
    ("proof.checkpoints", "append_only"),
    ("proof.cosignatures", "append_only"),
)


@dataclass(frozen=True)
class SealedLog:
    """`owner` is the database's superuser."""

    recorder: LedgerRecorder
    folder: LogFolder
    owner: psycopg.Connection[Any]

    def write(self, events: int) -> int:
        """So many more events; the last position."""
        return record(self.recorder, events)

    def seal(self) -> Checkpoint | None:
        """One step of a sealer, on a connection such as it has."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET ROLE jiefang_app")
            return Sealer(self.folder).seal(connection)

    def seal_all(self) -> Checkpoint:
        """Seal until nothing is new."""
        while self.seal():
            pass
        return self.newest().checkpoint

    def newest(self) -> Sealed:
        found = sealed.newest_of(self.owner)
        assert found is not None
        return found

    @property
    def url(self) -> str:
        datastore = self.recorder.datastore
        assert isinstance(datastore, LedgerDatastore)
        return datastore.url

    def entries(self) -> list[bytes]:
        """The log as it stands in the database."""
        return [entry(*row) for row in self.recorder.read(0, 1_000_000)]

    def tree(self) -> Tree:
        """The plain tree over it."""
        return Tree(self.entries())

    def tampering(self, statement: LiteralString, *values: object) -> None:
        """Do what only somebody can who owns the database, and knows what stands in the way."""
        self.owner.execute("SET session_replication_role = replica")
        for table, trigger in GUARDS:
            disable = sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}")
            names = sql.Identifier(*table.split(".")), sql.Identifier(trigger)
            self.owner.execute(disable.format(*names))
        self.owner.execute(statement, values)


@contextmanager
def sealed_log(database: str, folder: Path) -> Iterator[SealedLog]:
    """An empty log whose keys have been made."""
    keys = LogFolder(folder)
    keys.begin(ORIGIN)
    with (
        LedgerDatastore(database) as datastore,
        psycopg.connect(database, autocommit=True) as owner,
    ):
        yield SealedLog(LedgerRecorder(datastore), keys, owner)
