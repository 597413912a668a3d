"""A ledger with its folders beside it, backed up and put back, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from pydantic import SecretStr

from ledger.audit import backup, sealed
from ledger.audit.backup import CHECKPOINT, COLUMNS, KIND, TABLES, Bar, Restored
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.notes import Signer
from ledger.audit.sealer import Sealer
from ledger.audit.signed_files import SignedFolder, Writer, unseen
from ledger.running import Running, running
from ledger.settings import Settings
from ledger.vault.keys import FileKeyRing
from ledger.vault.vault import Vault
from tests.builders import START, accepted, unit

ORIGIN: Final = "example.org/log"


@dataclass(frozen=True)
class Place:
    """A ledger's database, and its folders beside it."""

    database: str
    folder: Path

    @property
    def keys(self) -> LogFolder:
        return LogFolder(self.folder / "log")

    @contextmanager
    def open(self, database: str = "", *, seal: bool = False) -> Iterator[Running]:
        settings = Settings(
            database_url=SecretStr(database or self.database),
            key_dir=self.folder / "keys",
            log_dir=self.folder / "log",
        )
        with running(settings, seal=seal) as here:
            yield here

    def seal(self, database: str = "") -> Checkpoint:
        with psycopg.connect(database or self.database, autocommit=True) as connection:
            while Sealer(self.keys).seal(connection):
                pass
            newest = sealed.newest_of(connection)
        assert newest is not None
        return newest.checkpoint

    def back_up(self, name: str = "backup") -> SignedFolder:
        self.seal()
        with psycopg.connect(self.database, autocommit=True) as connection:
            backup.write(connection, self.keys, self.folder / name)
        return SignedFolder(self.folder / name)

    def restore(
        self, folder: SignedFolder, database: str, bar: Bar = lambda _title: nullcontext(unseen)
    ) -> Restored:
        trust = [each.verifier for each in self.keys.signers()]
        opens = Vault(FileKeyRing(self.folder / "keys")).verify_keys
        with psycopg.connect(database, autocommit=True) as connection:
            return backup.restore(connection, self.keys, folder, trust=trust, opens=opens, bar=bar)

    def give(self, *commands: object) -> None:
        with self.open() as here:
            for answer in here.ledger.execute([unit(each, at=START) for each in commands]):
                accepted(answer)


def rows(database: str, table: str) -> list[tuple[Any, ...]]:
    statement = sql.SQL("SELECT * FROM {} AS t ORDER BY t").format(
        sql.Identifier(*table.split("."))
    )
    with psycopg.connect(database) as connection:
        return connection.execute(statement).fetchall()


def is_empty(database: str) -> bool:
    return not any(rows(database, table) for table in TABLES)


def resigned(folder: SignedFolder, signer: Signer) -> None:
    """The folder as it lies there, listed and signed anew."""
    writer = Writer(folder.folder)
    for name in (CHECKPOINT, COLUMNS, *(f"table/{table}" for table in TABLES)):
        writer.write(name, folder.file(name))
    writer.sign(KIND, [signer], {"made": "2026-03-02T04:00:00Z"})
