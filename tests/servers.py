"""PostgreSQL servers for tests and benchmarks: real ones, with PostgreSQL's own durability.

    with embedded_server() as server, temporary_database(server) as url:
        ...

A database is a copy of one that was migrated once per server, so it costs a few milliseconds.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from ledger.store import embedded

DEBIAN_VERSION_MIN: Final = 15
DEBIAN_IS_ABSENT: Final = (
    f"No PostgreSQL {DEBIAN_VERSION_MIN} or newer from Debian: ONLY the embedded server is tested. "
    "Run: apt-get install postgresql"
)


class Server:
    """A running server. `url` is its maintenance database, as a superuser."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._numbers = count(1)

    def url_of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    def execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def create(self, template: str = "template1") -> str:
        name = f"test_{next(self._numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, database: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.execute(drop.format(sql.Identifier(database)))

    @cached_property
    def migrated(self) -> str:
        """The name of a database with the ledger's tables, to be copied and never used."""
        from ledger.store.migrate import migrate

        name = self.create()
        migrate(self.url_of(name))
        return name


@contextmanager
def temporary_database(server: Server, *, migrated: bool = True) -> Iterator[str]:
    """The URL of a fresh database, with the ledger's tables or empty; dropped afterwards."""
    name = server.create(server.migrated if migrated else "template1")
    try:
        yield server.url_of(name)
    finally:
        server.drop(name)


@contextmanager
def embedded_server() -> Iterator[Server]:
    with _server_in_a_temporary_folder("embedded", programs=None) as server:
        yield server


@contextmanager
def debian_server() -> Iterator[Server]:
    """The newest PostgreSQL among Debian's packages; LookupError where there is none."""
    programs = debian_programs()
    if programs is None:
        raise LookupError(DEBIAN_IS_ABSENT)
    with _server_in_a_temporary_folder("debian", programs) as server:
        yield server


def debian_programs() -> Path | None:
    folders = {int(folder.parts[-2]): folder for folder in _debian_folders()}
    newest = max(folders, default=0)
    return folders[newest] if newest >= DEBIAN_VERSION_MIN else None


def _debian_folders() -> Iterator[Path]:
    for initdb in Path("/usr/lib/postgresql").glob("*/bin/initdb"):
        if re.fullmatch(r"\d+", initdb.parts[-3]):
            yield initdb.parent


@contextmanager
def _server_in_a_temporary_folder(name: str, programs: Path | None) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix=f"jiefang-{name}-"))
    try:
        yield Server(name, embedded.start(folder, programs))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder)
