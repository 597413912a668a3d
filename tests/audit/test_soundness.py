"""A log that somebody has tampered with below the triggers is not sound, and each flaw is told."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection

from ledger.audit import soundness
from ledger.audit.soundness import Soundness, check_log
from ledger.domain import postings
from ledger.domain.postings import Unit
from ledger.engine import Ledger
from ledger.store.datastore import LedgerDatastore
from tests.builders import found, open_ledger

Owner = Connection[tuple[object, ...]]


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(database, tmp_path / "keys") as ledger:
        found(ledger, people=3)
        yield ledger


@pytest.fixture
def tamper(ledger: Ledger, database: str) -> Iterator[Owner]:
    """The server's superuser, who has switched the ledger's triggers off."""
    with psycopg.connect(database, autocommit=True) as owner:
        for table in ("stored_events", "batches", "command_keys"):
            disable = psycopg.sql.SQL("ALTER TABLE ledger.{} DISABLE TRIGGER append_only")
            owner.execute(disable.format(psycopg.sql.Identifier(table)))
        yield owner


def checked(ledger: Ledger) -> Soundness:
    datastore = ledger.recorder.datastore
    assert isinstance(datastore, LedgerDatastore)
    return check_log(datastore)


def test_a_log_as_it_was_written_is_sound(ledger: Ledger) -> None:
    found = checked(ledger)
    assert found.sound
    assert found.events == ledger.recorder.max_notification_id()
    assert found.sums[Unit.fen] == 0
    assert len(found.versions) == 8


def test_an_empty_database_is_sound_too(database: str, tmp_path: Path) -> None:
    with open_ledger(database, tmp_path / "keys") as ledger:
        assert checked(ledger).sound


TAMPERINGS = {
    "an event is deleted": (
        "DELETE FROM ledger.stored_events WHERE notification_id = 5",
        "events are missing",
    ),
    "the last event is deleted": (
        (
            "DELETE FROM ledger.stored_events WHERE notification_id = "
            "(SELECT max(notification_id) FROM ledger.stored_events)"
        ),
        "A key names",
    ),
    "an amount is made text": (
        (
            "UPDATE ledger.stored_events SET state = convert_to(replace("
            "convert_from(state, 'UTF8'), ':10000000,', ':\"10000000\",'), 'UTF8') "
            "WHERE topic = 'money-received.v1'"
        ),
        "does not decode",
    ),
    "an event is of an unknown name": (
        "UPDATE ledger.stored_events SET topic = 'meal-eaten.v9' WHERE notification_id = 3",
        "meal-eaten.v9",
    ),
    "a stream skips a version": (
        "UPDATE ledger.stored_events SET originator_version = 7 WHERE notification_id = 4",
        "goes on with version 7",
    ),
    "a recorded time is moved back": (
        (
            "UPDATE ledger.batches SET recorded_at = recorded_at - interval '1 year' "
            "WHERE last_position = (SELECT max(last_position) FROM ledger.batches)"
        ),
        "recorded before",
    ),
    "the kind is changed": ("UPDATE ledger.book SET kind = 'demo'", "does not create a demo"),
    "the first event is another": (
        "UPDATE ledger.stored_events SET topic = 'period-closed.v1' WHERE notification_id = 1",
        "does not create a test ledger",
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_told_in_both_languages(ledger: Ledger, tamper: Owner, tampering: str) -> None:
    statement, said = TAMPERINGS[tampering]
    tamper.execute(statement)
    found = checked(ledger)
    assert not found.sound
    assert any(said in flaw.en for flaw in found.flaws), found.flaws
    assert all(re.search("[\u4e00-\u9fff]", flaw.zh) for flaw in found.flaws)


def test_an_unbalanced_event_is_told(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    real = postings.of
    monkeypatch.setattr(postings, "of", lambda event: real(event)[:1])
    found = checked(ledger)
    assert any("is off by 10000000 fen" in flaw.en for flaw in found.flaws)
    assert found.sums[Unit.fen] == 10_000_000


def test_of_many_flaws_a_hundred_are_told(
    ledger: Ledger, tamper: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "FLAWS_MOST", 2)
    tamper.execute("UPDATE ledger.stored_events SET topic = 'x.v1'")
    assert len(checked(ledger).flaws) == 2
