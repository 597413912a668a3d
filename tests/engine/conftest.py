"""A town with five people on a simulated ledger, and a second process at work in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.engine import Ledger
from tests.builders import found, open_ledger
from tests.engine.town import lunch


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def ledger(database: str, keys: Path) -> Iterator[Ledger]:
    """A town with five people on a simulated ledger."""
    with open_ledger(database, keys) as ledger:
        found(ledger, people=5)
        yield ledger


@pytest.fixture
def rival(ledger: Ledger, database: str, keys: Path) -> Iterator[Ledger]:
    """Another process's ledger on the same database, which has read everything by now."""
    with open_ledger(database, keys) as rival:
        for number in range(5):
            rival.execute([lunch(number)], dry_run=True)
        yield rival
