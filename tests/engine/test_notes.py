"""Notes: what people write about service lies in the vault, and the log commits to it."""

from datetime import UTC, datetime, timedelta

import psycopg

from ledger.domain.attendance import AttestAttendance
from ledger.domain.communities import SetServiceRules
from ledger.domain.community_records import ServiceRules
from ledger.domain.facts import Note
from ledger.domain.lateness import RecordLateService
from ledger.domain.service import ConfirmService
from ledger.domain.service_records import LateReason, LateServiceRecorded
from ledger.domain.shifts import ScheduleShift
from ledger.domain.values import Count, NoteText, ShiftId, Title
from ledger.engine import Ledger
from ledger.vault.checking import check_papers
from ledger.vault.sheets import PaperKind, PaperName
from tests.builders import JINNING, NEW_YEAR, START, accepted, person, unit

SHIFT, WHO = ShiftId("kitchen"), person(1)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
EVIDENCE = Note(NoteText("签到纸在三月册第四页"))
RECORD = RecordLateService(SHIFT, WHO, LateReason.kept_on_paper, EVIDENCE)


def came_late(ledger: Ledger) -> LateServiceRecorded:
    """An hour in the kitchen is confirmed two days later, where one day was the limit."""
    hour = (NOON, NOON + timedelta(hours=1))
    rules = SetServiceRules(JINNING, NEW_YEAR, ServiceRules(late_entry_days=Count(1)))
    accepted(ledger.execute([unit(rules, at=START)])[0])
    commands = (
        ScheduleShift(SHIFT, JINNING, Title("帮厨"), *hour),
        AttestAttendance(SHIFT, WHO, *hour),
        ConfirmService(SHIFT, WHO),
        RECORD,
    )
    at = NOON + timedelta(days=2)
    *_, recorded = accepted(ledger.execute([unit(*commands, at=at)])[0]).events
    assert isinstance(recorded.event, LateServiceRecorded)
    return recorded.event


def test_a_note_is_read_from_the_vault_by_its_number(ledger: Ledger) -> None:
    event = came_late(ledger)
    name = PaperName(WHO, PaperKind.note, event.note_version)
    with ledger.recorder.datastore.get_connection() as connection:
        opened = ledger.vault.load(connection, [name])[name]
    assert opened.paper == EVIDENCE
    opened.must_be(name, event.note_commitment)
    assert list(check_papers(ledger.recorder, ledger.vault)) == []


def test_no_event_holds_a_word_of_it(ledger: Ledger, database: str) -> None:
    came_late(ledger)
    with psycopg.connect(database) as connection:
        states = connection.execute("SELECT state FROM ledger.stored_events").fetchall()
    assert not [state for (state,) in states if EVIDENCE.text.encode() in bytes(state)]


def test_a_note_that_is_gone_is_told(ledger: Ledger, database: str) -> None:
    event = came_late(ledger)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("ALTER TABLE vault.paper DISABLE TRIGGER paper_never_changes")
        owner.execute("DELETE FROM vault.paper WHERE kind = 'note'")
    (wrong,) = check_papers(ledger.recorder, ledger.vault)
    assert wrong.en == f"The vault does not hold note {event.note_version} of person {WHO}."
