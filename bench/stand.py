"""The stand: one PostgreSQL on which everybody is measured, and the towns that are measured."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

import psycopg
from pydantic import SecretStr

from bench import town
from ledger.domain.book import LedgerKind
from ledger.running import running
from ledger.settings import Settings
from tests.servers import Server, embedded_server, temporary_database

PEOPLE: Final = 30_000


class Stand:
    """Open from the first benchmark to the last. With `quick`, all is a tenth of its size."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self._closing = ExitStack()
        self.server: Server
        self.folder: Path

    def __enter__(self) -> Self:
        self.folder = Path(self._closing.enter_context(TemporaryDirectory()))
        self.server = self._closing.enter_context(embedded_server())
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def size(self, number: int) -> int:
        """That many, or a tenth of it."""
        return number // 10 if self.quick else number

    def seconds(self, number: int) -> int:
        """That long, or a quarter of it."""
        return max(1, number // 4) if self.quick else number

    @property
    def people(self) -> int:
        """How many people are registered in the town."""
        return self.size(PEOPLE)

    def empty(self) -> AbstractContextManager[str]:
        """The URL of a database without any table."""
        return temporary_database(self.server, migrated=False)

    def settle(self) -> None:
        """Let PostgreSQL write what the last one left in memory, so that the next does not pay."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def settings(self, url: str) -> Settings:
        """A ledger on that database, with the keys of this stand."""
        return Settings.read({}, database_url=SecretStr(url), key_dir=self.folder / "keys")

    @contextmanager
    def town(self) -> Iterator[Settings]:
        """A fresh copy of the town in which everybody is registered and nobody has eaten yet."""
        name = self.server.create(self._registered)
        try:
            self.settle()
            yield self.settings(self.server.url_of(name))
        finally:
            self.server.drop(name)

    @cached_property
    def _registered(self) -> str:
        name = self.server.create(self.server.migrated)
        settings = self.settings(self.server.url_of(name))
        with running(settings, kind=LedgerKind.live, project=False) as opened:
            town.found(opened.ledger, self.people)
        return name
