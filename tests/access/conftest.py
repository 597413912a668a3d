"""Accounts on a fresh database, with hashes that cost nothing but are made in the same way."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg import Connection

from ledger.access import passwords
from ledger.engine import Ledger
from tests.builders import found, open_ledger

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real hash takes a quarter of a second; `test_passwords` shows what it is made of."""
    monkeypatch.setattr(passwords, "HASHER", CHEAP)


@pytest.fixture
def owner(database: str) -> Iterator[Connection[Any]]:
    """A connection as the owner of the tables, who can turn the clock by changing rows."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def application(database: str) -> Iterator[Connection[Any]]:
    """A connection as the ledger's own role."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE jiefang_app")
        yield connection


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A town in which the first six persons are registered."""
    with open_ledger(database) as ledger:
        found(ledger, people=6)
        yield ledger
