"""A recorder as a worker has it, and the owner's own connection to the same database."""

from collections.abc import Iterator

import psycopg
import pytest

from ledger.store.recorder import LedgerRecorder
from tests.store.appends import Connection, recorder_of


@pytest.fixture
def recorder(each_database: str) -> Iterator[LedgerRecorder]:
    with recorder_of(each_database) as worker:
        yield worker


@pytest.fixture
def owner(each_database: str) -> Iterator[Connection]:
    with psycopg.connect(each_database, autocommit=True) as connection:
        yield connection
