"""A log that somebody has tampered with below the triggers is not sound, and each flaw is told."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection

from ledger.audit import reader, soundness
from ledger.audit.reader import Soundness
from ledger.audit.soundness import check_log
from ledger.domain import postings
from ledger.domain.postings import Unit
from ledger.domain.values import SYSTEM
from ledger.engine import Ledger
from ledger.store.datastore import LedgerDatastore
from tests.builders import found, open_ledger
from tests.projections.random_town import Step, tell

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
    assert found.streams == 9


def test_an_empty_database_is_sound_too(database: str, tmp_path: Path) -> None:
    with open_ledger(database, tmp_path / "keys") as ledger:
        assert checked(ledger).sound


@pytest.mark.parametrize("run", [1, 2, 7, 5_000])
def test_a_sound_log_is_sound_in_whatever_runs_it_is_read(
    database: str, monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    """Commands of many events, and consequences that nobody asked for, are parted by the runs."""
    tell(database, EATEN_AFTER_DEATH)
    monkeypatch.setattr(soundness, "RUN", run)
    with LedgerDatastore(database) as datastore:
        found = check_log(datastore)
        with datastore.get_connection() as connection:
            (row,) = connection.execute(CONSEQUENCES, (SYSTEM,)).fetchall()
    assert found.flaws == []
    assert row["some"]


EATEN_AFTER_DEATH = [
    Step("claim", hours=1, days_ago=0, who=1, size=1),
    Step("serve", hours=1, days_ago=0, who=0, size=90),
    Step("die", hours=1, days_ago=3, who=0, size=1),
    Step("rise", hours=1, days_ago=0, who=0, size=2),
]
CONSEQUENCES = """
SELECT count(*) > 1 AS some FROM ledger.stored_events
WHERE convert_from(state, 'UTF8')::jsonb ->> 'actor' = %s
"""

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
    "two versions of a stream are exchanged": (
        (
            "UPDATE ledger.stored_events SET originator_version = originator_version + 100 "
            "WHERE originator_id LIKE 'fund-%'; "
            "UPDATE ledger.stored_events SET originator_version = CASE originator_version "
            "WHEN 101 THEN 2 ELSE 1 END "
            "WHERE originator_version > 100"
        ),
        "goes on with version 2, not 1",
    ),
    "the last recorded time is deleted": (
        (
            "DELETE FROM ledger.batches "
            "WHERE last_position = (SELECT max(last_position) FROM ledger.batches)"
        ),
        "the recorded time of the others is not kept",
    ),
    "a recorded time is deleted": (
        "DELETE FROM ledger.batches WHERE first_position = 2",
        "Recorded times are kept up to 1, the next one begins at 3",
    ),
    "a recorded time is of too few events": (
        (
            "UPDATE ledger.batches SET last_position = last_position - 1 "
            "WHERE last_position = (SELECT max(last_position) FROM ledger.batches)"
        ),
        "the recorded time of the others is not kept",
    ),
    "a key is deleted": (
        "DELETE FROM ledger.command_keys WHERE first_position = 3",
        "its key names 0 from 0 on",
    ),
    "a key names other events": (
        "UPDATE ledger.command_keys SET first_position = 2 WHERE first_position = 3",
        "its key names 1 from 2 on",
    ),
    "a key names too many events": (
        "UPDATE ledger.command_keys SET events = events + 1 WHERE first_position = 3",
        "wrote 1 events from here on, its key names 2 from 3 on",
    ),
    "two keys are exchanged": (
        (
            "UPDATE ledger.command_keys SET first_position = CASE first_position "
            "WHEN 3 THEN 4 ELSE 3 END WHERE first_position IN (3, 4)"
        ),
        "its key names 1 from 4 on",
    ),
    "a key is made up": (
        "INSERT INTO ledger.command_keys VALUES ('clerk', 'stolen', 'x', 3, 1)",
        "or are named twice",
    ),
    "a key is given to another": (
        (
            "UPDATE ledger.command_keys SET actor = '00000000-0000-4000-8000-00000000dead' "
            "WHERE first_position = 3"
        ),
        "its key names 0 from 0 on",
    ),
    "an event is said to be another's": (
        (
            "UPDATE ledger.stored_events SET state = convert_to(regexp_replace("
            'convert_from(state, \'UTF8\'), \'"actor":"[^"]+"\', '
            "'\"actor\":\"00000000-0000-4000-8000-00000000dead\"'), 'UTF8') "
            "WHERE notification_id = 3"
        ),
        "its key names 0 from 0 on",
    ),
    "an event's command is another": (
        (
            "UPDATE ledger.stored_events SET state = convert_to(regexp_replace("
            'convert_from(state, \'UTF8\'), \'"command":"[^"]+"\', '
            "'\"command\":\"forged\"'), 'UTF8') WHERE notification_id = 3"
        ),
        "its key names 0 from 0 on",
    ),
    "the first event is no JSON": (
        "UPDATE ledger.stored_events SET state = '\\xff00' WHERE notification_id = 1",
        "does not create a test ledger",
    ),
    "an event is no JSON": (
        "UPDATE ledger.stored_events SET state = '\\xff00' WHERE notification_id = 3",
        "does not decode",
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
    monkeypatch.setattr(reader, "FLAWS_MOST", 2)
    tamper.execute("UPDATE ledger.stored_events SET topic = 'x.v1'")
    assert len(checked(ledger).flaws) == 2
