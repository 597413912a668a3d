"""What is planted in the vault is found nowhere else: not before she is forgotten, and not after.

Names, numbers, phones, documents, days of birth and notes are drawn anew each time. They are looked
for in every table of every schema, in the spellings that a dump may have, in all that is answered
and raised, and in all that is logged.
"""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from pydantic import SecretStr

from ledger.deciding.answers import Broken
from ledger.domain.attendance import AttestAttendance
from ledger.domain.book import LedgerKind
from ledger.domain.communities import SetServiceRules
from ledger.domain.community_records import ServiceRules
from ledger.domain.facts import Contact, FactSheet, Note, Residence
from ledger.domain.lateness import RecordLateService
from ledger.domain.people import RecordContact, RegisterPerson
from ledger.domain.rights import ErasePerson
from ledger.domain.rights_records import ErasureBasis
from ledger.domain.service import ConfirmService
from ledger.domain.service_records import LateReason
from ledger.domain.shifts import ScheduleShift
from ledger.domain.values import Count, IdentityDocument, NoteText, ShiftId, Title, VolunteerNumber
from ledger.exchange.console import progress_bar
from ledger.exchange.proof import prove
from ledger.exchange.terminal import catch_up
from ledger.running import Running, running
from ledger.settings import Settings
from ledger.vault import index
from ledger.vault.errors import VaultError
from ledger.vault.sealing import SearchKind
from ledger.vault.sheets import PaperKind
from ledger.vault.views import Purpose, newest_seen
from tests.builders import CLERK, JINNING, NEW_YEAR, START, accepted, declined, found, person, unit
from tests.engine.town import NOON, lunch
from tests.vault.papers import dump, spellings

HER, OTHER = person(100), person(101)
SHIFT = ShiftId("kitchen")
Owner = Connection[Any]


def digits(count: int) -> str:
    return "".join(secrets.choice("123456789") for _ in range(count))


def name() -> str:
    return "".join(chr(secrets.randbelow(20_000) + 0x4E00) for _ in range(4))


def contact() -> Contact:
    number = VolunteerNumber(digits(15))
    return Contact(name(), f"13{digits(9)}", number, IdentityDocument(digits(17) + "X"))


@dataclass
class Planted:
    """What was planted, and all that was said meanwhile."""

    contacts: tuple[Contact, Contact] = field(default_factory=lambda: (contact(), contact()))
    born_on: date = field(
        default_factory=lambda: date(1931, 1, 1) + timedelta(secrets.randbelow(9000))
    )
    note: str = field(default_factory=lambda: name() + name())
    said: list[object] = field(default_factory=list)

    def secrets(self) -> list[bytes]:
        texts = [self.note, self.born_on.isoformat(), self.born_on.strftime("%Y%m%d")]
        for each in self.contacts:
            fields = (each.name, each.phone, each.volunteer_number, each.identity_document)
            texts += [text for text in fields if text is not None]
        return [spelt for text in texts for spelt in spellings(text.encode())]


@pytest.fixture
def here(database: str, tmp_path: Path) -> Iterator[Running]:
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, began=START) as here:
        found(here.ledger, people=1)
        yield here


@pytest.fixture
def owner(database: str) -> Iterator[Owner]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def plant(here: Running) -> Planted:
    """A life in the ledger: registered, corrected, written about, looked up and looked at."""
    planted, ledger = Planted(), here.ledger
    first, second = planted.contacts
    home = (Residence(JINNING),)
    facts = FactSheet(planted.born_on, registered=home, habitual=home)
    hour = (NOON, NOON + timedelta(hours=1))
    rules = ServiceRules(late_entry_days=Count(1))
    note = Note(NoteText(planted.note))
    early = (
        SetServiceRules(JINNING, NEW_YEAR, rules),
        RegisterPerson(HER, JINNING, first, facts, NEW_YEAR),
        RecordContact(HER, second),
        ScheduleShift(SHIFT, JINNING, Title("帮厨"), *hour),
    )
    late = (
        AttestAttendance(SHIFT, HER, *hour),
        ConfirmService(SHIFT, HER),
        RecordLateService(SHIFT, HER, LateReason.kept_on_paper, note),
    )
    units = [unit(*early, at=START), unit(*late, at=NOON + timedelta(days=2)), lunch(100)]
    planted.said += [accepted(answer) for answer in ledger.execute(units)]
    twin = unit(RegisterPerson(OTHER, JINNING, second, facts, NEW_YEAR), at=NOON)
    planted.said.append(declined(ledger.execute([twin])[0], "identity_document_must_be_new"))
    with here.datastore.get_connection() as connection:
        key = ledger.vault.ledger_key(connection, index.KEY)
        assert index.find(connection, key, SearchKind.name, second.name) == [HER]
        shown = newest_seen(connection, ledger.vault, CLERK, Purpose.export, [HER])
    planted.said.append(shown)
    opened = {name.kind: one.paper for name, one in shown.items()}
    assert opened == {PaperKind.contact: second, PaperKind.facts: facts, PaperKind.note: note}
    return planted


DAMAGES = (
    "UPDATE vault.paper SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
    "UPDATE vault.paper SET sealed = substr(sealed, 1, 40)",
    "UPDATE vault.person_key SET wrapped = set_byte(wrapped, 0, get_byte(wrapped, 0) # 1)",
    "UPDATE vault.person_key SET master_key = '0009-0123456789abcdef'",
)


def break_everything(here: Running, owner: Owner, planted: Planted) -> None:
    """Let what may fail on her fail: each fault is raised, answered and logged somewhere."""
    with psycopg.connect(here.url) as undone:
        undone.execute("ALTER TABLE vault.paper DISABLE TRIGGER paper_never_changes")
        for damage in DAMAGES:
            undone.execute("SAVEPOINT sound")
            undone.execute(damage)
            with pytest.raises(VaultError) as raised:
                here.ledger.vault.latest(undone, [HER], list(PaperKind))
            planted.said += [raised.value, raised.getrepr(style="long")]
            undone.execute("ROLLBACK TO sound")
        undone.rollback()
    owner.execute("ALTER TABLE vault.paper ADD CHECK (version < 9 AND sealed IS NULL) NOT VALID")
    broken = here.ledger.execute([unit(RecordContact(HER, contact()), at=NOON)])[0]
    assert isinstance(broken, Broken)
    planted.said.append(broken)
    owner.execute("ALTER TABLE vault.paper DROP CONSTRAINT paper_check")


def nowhere(owner: Owner, planted: Planted, logged: str) -> None:
    schemas = owner.execute(
        "SELECT DISTINCT table_schema FROM information_schema.tables"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    dumped = b"\n".join(dump(owner, schema) for (schema,) in schemas)
    said = "\n".join([logged, *map(repr, planted.said), *map(str, planted.said)]).encode()
    assert HER.encode() in dumped, "what stands there would be found"
    for secret in planted.secrets():
        assert secret not in dumped
        assert secret not in said


def test_what_is_personal_stands_in_no_table_no_fault_and_no_line_of_a_log(
    here: Running, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = plant(here)
    break_everything(here, owner, planted)
    catch_up(here)
    nowhere(owner, planted, caplog.text)
    assert "a rule failed" in caplog.text or "a batch of" in caplog.text
    after_every_term = NOON.replace(year=2058)
    forget = unit(ErasePerson(HER, ErasureBasis.participation_ended), at=after_every_term)
    planted.said.append(accepted(here.ledger.execute([forget])[0]))
    catch_up(here)
    nowhere(owner, planted, caplog.text)
    proof = prove(here, progress_bar)
    assert proof.faults == []
