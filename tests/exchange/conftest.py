"""Fixtures: a small town to import into, a folder for its files, the worked example to export."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledger.demo.case import began
from ledger.demo.rows import WORKED_EXAMPLE, read
from ledger.demo.scratch import load_and_fold
from ledger.domain.book import LedgerKind
from ledger.engine import Ledger
from ledger.running import Running, running
from ledger.settings import Settings
from tests.servers import Server, temporary_database

from .town import town


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    with town(database, tmp_path / "keys") as ledger:
        yield ledger


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="module")
def example(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The worked example, for tests that only read it."""
    case, keys = read(WORKED_EXAMPLE), tmp_path_factory.mktemp("keys") / "keys"
    with temporary_database(embedded) as url:
        settings = Settings(database_url=SecretStr(url), key_dir=keys)
        with running(settings, kind=LedgerKind.demo, began=began(case), project=False) as here:
            load_and_fold(case, here)
            yield here
