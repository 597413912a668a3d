"""Fact sheets between the decision and the vault: known to whatever is decided behind it."""

from datetime import timedelta
from pathlib import Path

import pytest

from ledger.domain.book import LedgerKind
from ledger.engine import Ledger
from tests.builders import START, accepted, foundation, open_ledger, registration, unit
from tests.engine.town import (
    MONDAY,
    OLD,
    YOUNG,
    around_the_first_append,
    born,
    lunch,
    newcomer,
)


def test_facts_recorded_elsewhere_price_the_next_meal(ledger: Ledger, rival: Ledger) -> None:
    accepted(ledger.execute([born(1, YOUNG)])[0])
    (claimed,) = accepted(rival.execute([lunch(1)])[0]).events
    assert (claimed.event.facts_version, claimed.event.shares) == (2, ())


def test_facts_recorded_in_the_same_batch_price_the_next_meal(ledger: Ledger) -> None:
    _, answer = ledger.execute([born(1, YOUNG), lunch(1)])
    (claimed,) = accepted(answer).events
    assert (claimed.event.facts_version, claimed.event.shares) == (2, ())


def test_facts_recorded_in_one_batch_are_still_known_in_the_next(database: str, keys: Path) -> None:
    """While the first batch is decided the sheet is not in the vault yet, and that is forgotten."""
    with open_ledger(database, keys) as ledger:
        ledger.create(LedgerKind.test, START)
        town = [unit(command, at=START) for command in (*foundation(), registration(1))]
        for answer in ledger.execute([*town, lunch(1)]):
            accepted(answer)
        accepted(ledger.execute([lunch(1, day=MONDAY + timedelta(days=1))])[0])


def test_facts_on_their_way_to_the_vault_are_known_to_the_batch_behind(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next batch is decided while the one that registers the person is still being written."""
    monkeypatch.setattr("ledger.engine.UNITS_MOST", 2)
    for answer in ledger.execute([newcomer(7), lunch(1), lunch(7), lunch(2)]):
        accepted(answer)
    accepted(ledger.execute([lunch(7, day=MONDAY + timedelta(days=1))])[0])


def test_a_sheet_that_lost_its_number_to_another_is_not_read_under_it(
    ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Her second sheet makes her old, and is on its way when another's second makes her young."""
    monkeypatch.setattr("ledger.engine.UNITS_MOST", 2)
    ledger.execute([lunch(1), lunch(3)], dry_run=True)
    around_the_first_append(
        ledger, monkeypatch, before=lambda: accepted(rival.execute([born(1, YOUNG)])[0])
    )
    answers = ledger.execute([lunch(1), born(1, OLD), born(1, OLD), lunch(3)])
    (claimed,) = accepted(answers[0]).events
    assert (claimed.event.facts_version, claimed.event.shares) == (2, ())
    assert [accepted(answer).events[0].event.version for answer in answers[1:3]] == [3, 4]
