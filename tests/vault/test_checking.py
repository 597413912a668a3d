"""The vault is held against the log: what was exchanged, lost or damaged there is told."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger.deciding.answers import Broken
from ledger.domain.facts import FactSheet
from ledger.engine import Ledger
from ledger.vault import sheets
from ledger.vault.checking import check_papers
from ledger.vault.sheets import prepare
from tests.builders import found, open_ledger, person
from tests.engine.town import OLD, YOUNG, born, lunch

HERS = (person(1),)


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(database, tmp_path / "keys") as ledger:
        found(ledger, people=3)
        yield ledger


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE vault.paper DISABLE TRIGGER paper_never_changes")
        yield connection


def told(ledger: Ledger) -> list[str]:
    return [wrong.en for wrong in check_papers(ledger.recorder, ledger.vault)]


def forged(ledger: Ledger, owner: psycopg.Connection, number: int) -> bytes:
    """Another sheet of hers, sealed as the first by somebody who has the keys."""
    whose = person(number)
    key = ledger.vault.person_keys(owner, [whose])[whose]
    return sheets.seal(prepare(FactSheet(YOUNG)), whose, 1, key).sealed


def test_a_vault_in_which_everything_is_as_committed_is_sound(ledger: Ledger) -> None:
    ledger.execute([born(1, YOUNG), born(1, OLD)])
    assert told(ledger) == []


def test_what_is_gone_and_what_is_damaged_is_told_by_itself(
    ledger: Ledger, owner: psycopg.Connection
) -> None:
    owner.execute("DELETE FROM vault.paper WHERE person = %s AND kind = 'contact'", HERS)
    owner.execute("UPDATE vault.paper SET sealed = sealed || 'x' WHERE person = %s", (person(2),))
    missing, *damaged = sorted(told(ledger), reverse=True)
    assert missing == f"The vault does not hold contact 1 of person {person(1)}."
    assert len(damaged) == 2
    assert all("does not open" in each for each in damaged)


def test_a_sheet_that_was_exchanged_is_told_and_prices_nothing(
    ledger: Ledger, database: str, tmp_path: Path, owner: psycopg.Connection
) -> None:
    """The clerk of the database has the keys, and seals another sheet under the same number."""
    owner.execute(
        "UPDATE vault.paper SET sealed = %s WHERE person = %s AND kind = 'facts'",
        (forged(ledger, owner, 1), person(1)),
    )
    (wrong,) = told(ledger)
    assert wrong == f"The vault holds another facts 1 of person {person(1)} than was recorded here."
    with open_ledger(database, tmp_path / "keys") as fresh:
        answers = fresh.execute([lunch(1), lunch(2)])
        assert isinstance(answers[0], Broken)
        assert not isinstance(answers[1], Broken)
