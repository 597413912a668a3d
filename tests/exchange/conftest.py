"""Fixtures: a small town to import into, and a folder for its files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.engine import Ledger

from .town import town


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    with town(database, tmp_path / "keys") as ledger:
        yield ledger


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
