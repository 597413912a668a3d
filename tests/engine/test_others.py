"""Other processes write too: what they wrote is seen before anything is answered."""

from datetime import datetime

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from ledger.deciding import drafting
from ledger.engine import Ledger
from ledger.store.recorder import Appended, Batch
from tests.builders import accepted, declined
from tests.engine.town import OLD, YOUNG, born, lunch, newcomer

GUARDED = [Identifier("ledger", table) for table in ("stored_events", "batches", "command_keys")]


def test_what_another_process_wrote_is_seen_by_acceptances(ledger: Ledger, rival: Ledger) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    declined(rival.execute([lunch(1)])[0], "day_must_not_have_two_subsidised_meals")


def test_what_another_process_wrote_is_seen_by_refusals(ledger: Ledger, rival: Ledger) -> None:
    declined(rival.execute([lunch(7)])[0], "person_must_be_known")
    accepted(ledger.execute([newcomer(7)])[0])
    accepted(rival.execute([lunch(7)])[0])


def test_what_another_process_wrote_is_seen_by_dry_runs(ledger: Ledger, rival: Ledger) -> None:
    declined(rival.execute([lunch(7)], dry_run=True)[0], "person_must_be_known")
    accepted(ledger.execute([newcomer(7)])[0])
    accepted(rival.execute([lunch(7)], dry_run=True)[0])


def test_a_restored_database_makes_everything_known_be_read_again(
    ledger: Ledger, rival: Ledger, database: str
) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE ledger.book SET epoch = gen_random_uuid()")
    for each in (ledger, rival):
        declined(each.execute([lunch(1)])[0], "day_must_not_have_two_subsidised_meals")
        declined(
            each.execute([lunch(1)], dry_run=True)[0], "day_must_not_have_two_subsidised_meals"
        )
    accepted(ledger.execute([lunch(2)])[0])


def test_a_backup_put_back_in_place_is_noticed_although_the_log_has_grown_beyond_what_was_known(
    ledger: Ledger, rival: Ledger, database: str
) -> None:
    """Nobody gave the copy a new epoch, and another process was faster."""
    backup = ledger.recorder.max_notification_id() or 0
    accepted(ledger.execute([lunch(1)])[0])
    _put_back(database, backup)

    for number in (2, 3):
        accepted(rival.execute([lunch(number, key=f"after {number}")])[0])
    accepted(ledger.execute([lunch(1, key="again")], dry_run=True)[0])
    accepted(ledger.execute([lunch(1, key="again")])[0])
    declined(ledger.execute([lunch(3)])[0], "day_must_not_have_two_subsidised_meals")


def _put_back(database: str, position: int) -> None:
    """The database as it was at that position, as a file copy would bring it back."""
    with psycopg.connect(database) as owner:
        for guarded in GUARDED:
            owner.execute(SQL("ALTER TABLE {} DISABLE TRIGGER append_only").format(guarded))
        owner.execute("DELETE FROM ledger.stored_events WHERE notification_id > %s", (position,))
        owner.execute("DELETE FROM ledger.batches WHERE last_position > %s", (position,))
        owner.execute("DELETE FROM ledger.command_keys WHERE first_position > %s", (position,))
        for guarded in GUARDED:
            owner.execute(SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER append_only").format(guarded))


def test_only_what_reads_a_moved_stream_is_decided_again(
    ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.execute([lunch(number) for number in (1, 2, 3)], dry_run=True)
    accepted(rival.execute([born(2, YOUNG)])[0])
    decided = []
    decide = drafting.Drafter.draft

    def noted(drafter: drafting.Drafter, asked: drafting.Asked, now: datetime) -> drafting.Draft:
        decided.append(asked.unit.key)
        return decide(drafter, asked, now)

    monkeypatch.setattr(drafting.Drafter, "draft", noted)
    answers = ledger.execute([lunch(1, key="1"), lunch(2, key="2"), lunch(3, key="3")])
    assert decided == ["1", "2", "3", "2"]
    assert [bool(accepted(each).events[0].event.shares) for each in answers] == [True, False, True]


def test_who_loses_every_race_is_told_to_come_again(
    ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = ledger.recorder.append

    def overtaken(batch: Batch) -> Appended:
        accepted(rival.execute([born(1, OLD)])[0])
        return append(batch)

    monkeypatch.setattr(ledger.recorder, "append", overtaken)
    declined(ledger.execute([lunch(1)])[0], "write_must_win_its_race")
    monkeypatch.undo()
    accepted(ledger.execute([lunch(1)])[0])
