"""A vault on a fresh database, with a key ring of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.vault.keys import FileKeyRing
from ledger.vault.vault import Vault


@pytest.fixture
def database(each_database: str) -> str:
    """Both servers have their own idea of a plan and of a lock."""
    return each_database


@pytest.fixture
def keyring(tmp_path: Path) -> FileKeyRing:
    ring = FileKeyRing(tmp_path / "keys")
    ring.create()
    return ring


@pytest.fixture
def vault(keyring: FileKeyRing) -> Vault:
    return Vault(keyring)


@pytest.fixture
def owner(database: str) -> Iterator[Connection[Any]]:
    """A connection as the owner of the tables, as `append` writes."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def application(database: str) -> Iterator[Connection[Any]]:
    """A connection as the ledger's own role."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE jiefang_app")
        yield connection
