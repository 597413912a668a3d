"""Fact sheets between the decision and the vault: known to whatever is decided behind it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ledger.deciding.answers import Unit
from ledger.domain.book import LedgerKind
from ledger.domain.meals import ClaimMeal
from tests.builders import (
    CANTEEN,
    START,
    accepted,
    found,
    foundation,
    open_ledger,
    person,
    registration,
    unit,
)

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def lunch(number: int, *, day: date = MONDAY) -> Unit:
    at = NOON + timedelta(days=(day - MONDAY).days)
    return unit(ClaimMeal(person(number), CANTEEN, day), at=at)


def test_facts_recorded_in_one_batch_are_still_known_in_the_next(
    database: str, tmp_path: Path
) -> None:
    """While the first batch is decided the sheet is not in the vault yet, and that is forgotten."""
    with open_ledger(database, tmp_path / "keys") as ledger:
        ledger.create(LedgerKind.test, START)
        town = [unit(command, at=START) for command in (*foundation(), registration(1))]
        for answer in ledger.execute([*town, lunch(1)]):
            accepted(answer)
        accepted(ledger.execute([lunch(1, day=MONDAY + timedelta(days=1))])[0])


def test_facts_on_their_way_to_the_vault_are_known_to_the_batch_behind(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next batch is decided while the one that registers the person is still being written."""
    monkeypatch.setattr("ledger.engine.UNITS_MOST", 2)
    with open_ledger(database, tmp_path / "keys") as ledger:
        found(ledger, people=3)
        units = [unit(registration(7), at=START), lunch(1), lunch(7), lunch(2)]
        for answer in ledger.execute(units):
            accepted(answer)
        accepted(ledger.execute([lunch(7, day=MONDAY + timedelta(days=1))])[0])
