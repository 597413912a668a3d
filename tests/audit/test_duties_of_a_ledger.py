"""A confirmation that a superuser gave to another person: the row, the key, and all that it says.

Relations are asked of the vault, as long as it tells them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from ledger.cli import app
from ledger.deciding.answers import Unit
from ledger.domain.attendance import AttestAttendance
from ledger.domain.book import LedgerKind
from ledger.domain.communities import RegisterUnit
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.people import RecordFacts
from ledger.domain.service import ConfirmService
from ledger.domain.shifts import ScheduleShift
from ledger.domain.values import PersonId, ShiftId, Title, UnitId
from ledger.exchange.proof import prove
from ledger.exchange.terminal import catch_up
from ledger.running import Running, running
from ledger.settings import Settings
from tests.builders import JINNING, START, accepted, found, person, unit

VOLUNTEER, CONFIRMER, SISTER, STRANGER = map(person, range(4))
UNIT, SHIFT = UnitId("jinning/aid"), ShiftId("dawn")
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
END = BEGIN + timedelta(hours=2)

TO_ANOTHER = """
UPDATE ledger.stored_events
SET state = convert_to(replace(convert_from(state, 'UTF8'), %(one)s, %(other)s), 'UTF8')
WHERE topic = 'service-credited.v2'
"""
KEY_TO_ANOTHER = "UPDATE ledger.command_keys SET actor = %(other)s WHERE actor = %(one)s"


@pytest.fixture
def here(database: str, tmp_path: Path) -> Iterator[Running]:
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, began=START) as here:
        found(here.ledger, people=4)
        for answer in here.ledger.execute(list(_confirmed())):
            accepted(answer)
        yield here


def _confirmed() -> Iterator[Unit]:
    sister = FactSheet(date(1950, 1, 1), relations=(Relation(SISTER, Kinship.sibling),))
    announced = ScheduleShift(SHIFT, JINNING, Title("晨练"), BEGIN, END, None, UNIT)
    yield unit(RegisterUnit(UNIT, Title("互助会")), at=START)
    yield unit(RecordFacts(VOLUNTEER, sister), at=START)
    yield unit(announced, at=START)
    yield unit(AttestAttendance(SHIFT, VOLUNTEER, BEGIN, END), at=END)
    yield unit(ConfirmService(SHIFT, VOLUNTEER), by=CONFIRMER, at=END + timedelta(hours=1))


def give_to(here: Running, other: PersonId) -> None:
    """As the superuser, who can switch every trigger off."""
    said = {"one": CONFIRMER, "other": other}
    with psycopg.connect(here.url) as owner:
        for table in ("stored_events", "command_keys"):
            disable = psycopg.sql.SQL("ALTER TABLE ledger.{} DISABLE TRIGGER append_only")
            owner.execute(disable.format(psycopg.sql.Identifier(table)))
        assert owner.execute(TO_ANOTHER, said).rowcount == 1
        assert owner.execute(KEY_TO_ANOTHER, said).rowcount == 1


@contextmanager
def no_bar(_: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda _done, _total: None


def told(here: Running) -> list[str]:
    """What the proof says of the log and of the vault; every table was folded before."""
    catch_up(here)
    return [each for each in prove(here, no_bar).faults if each.startswith(("log", "vault"))]


def test_the_ledger_as_it_was_written_is_sound(here: Running) -> None:
    assert told(here) == []


def test_a_confirmation_given_to_a_stranger_is_anybodys(here: Running) -> None:
    give_to(here, STRANGER)
    assert told(here) == []


@pytest.mark.parametrize(
    ("other", "code", "zh"),
    [
        (VOLUNTEER, "confirmer_must_not_be_the_volunteer", "办理了本人的事项"),
        (SISTER, "confirmer_must_not_be_related", "办理了已申报关系人的事项"),
    ],
)
def test_one_given_to_herself_or_to_a_relation_is_told(
    here: Running, other: PersonId, code: str, zh: str
) -> None:
    give_to(here, other)
    (fault,) = told(here)
    assert code in fault
    assert zh in fault


def test_of_a_relation_that_was_erased_nothing_is_told(here: Running) -> None:
    give_to(here, SISTER)
    with psycopg.connect(here.url) as owner:
        owner.execute("DELETE FROM vault.paper WHERE person = %s", [VOLUNTEER])
    assert not any("confirmer" in each for each in told(here))


def test_a_sheet_that_does_not_open_hides_nobody_elses_relation(here: Running) -> None:
    give_to(here, SISTER)
    with psycopg.connect(here.url) as owner:
        owner.execute("ALTER TABLE vault.paper DISABLE TRIGGER USER")
        damage = "UPDATE vault.paper SET sealed = 'x' WHERE person = %s AND kind = 'facts'"
        owner.execute(damage, [STRANGER])
    faults = told(here)
    assert any("confirmer_must_not_be_related" in each for each in faults)
    assert any("does not open" in each for each in faults)


def test_the_command_says_so_in_both_languages_and_fails(here: Running) -> None:
    where = {"LEDGER_DATABASE_URL": here.url, "LEDGER_KEY_DIR": str(here.settings.keys)}
    assert CliRunner().invoke(app, ["verify"], env=where).exit_code == 0
    give_to(here, VOLUNTEER)
    answer = CliRunner().invoke(app, ["verify"], env=where)
    assert answer.exit_code == 1
    assert f"{VOLUNTEER} did this for herself" in answer.stdout
    assert f"{VOLUNTEER} 办理了本人的事项" in answer.stdout
