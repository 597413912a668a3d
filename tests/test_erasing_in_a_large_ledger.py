"""Ten thousand events, and one person who is erased: no figure moves, no byte, and no name is left.

She has what nobody else has: a name, a phone, a number and a document that were drawn at random.
They are looked for wherever anything is kept or answered, before she is erased and after it.
"""

import logging
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.visits import Journal
from ledger.deciding.answers import Unit
from ledger.domain.attendance import AttestAttendance
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RegisterPerson
from ledger.domain.rights import ErasePerson
from ledger.domain.rights_records import ErasureBasis, PersonErased
from ledger.domain.service import ConfirmService
from ledger.domain.shifts import ScheduleShift
from ledger.domain.values import IdentityDocument, ShiftId, Title, VolunteerNumber
from ledger.exchange.columns import What
from ledger.exchange.console import progress_bar
from ledger.exchange.exporting import Format, export
from ledger.exchange.proof import prove
from ledger.exchange.terminal import catch_up
from ledger.projections import journal, league
from ledger.projections.reading import reading_for_the_town
from ledger.projections.seasons import Season
from ledger.running import Running, running
from ledger.settings import Settings
from tests.api.town import Town
from tests.builders import (
    CANTEEN,
    CLERK,
    JINNING,
    NEW_YEAR,
    START,
    accepted,
    found,
    person,
    unit,
)
from tests.vault.papers import dump, spellings

HER, OFFICER = person(10_001), person(10_002)
PEOPLE, DAYS, SHIFTS, CREW = 170, 52, 40, 20
FIRST_DAY = date(2026, 1, 5)
AFTER_EVERY_TERM = START.replace(year=2060)
NAME, PHONE = f"欧阳{secrets.token_hex(6)}", f"13{secrets.randbelow(10**9):09}"
NUMBER, DOCUMENT = f"V{secrets.randbelow(10**9):09}", f"44060519460506{secrets.randbelow(10**4):04}"
CANARIES = (NAME, PHONE, NUMBER, DOCUMENT)
Rows = list[tuple[Any, ...]]


def lives() -> Iterator[Unit]:
    """A winter of a canteen and of a crew; she eats and serves with the others."""
    home = (Residence(JINNING),)
    contact = Contact(NAME, PHONE, VolunteerNumber(NUMBER), IdentityDocument(DOCUMENT))
    facts = FactSheet(date(1946, 5, 6), registered=home, habitual=home)
    yield unit(RegisterPerson(HER, JINNING, contact, facts, NEW_YEAR), at=START)
    everybody = (HER, *(person(number) for number in range(PEOPLE)))
    for day in range(DAYS):
        served_on = FIRST_DAY + timedelta(days=day)
        noon = START.replace(month=1, day=5) + timedelta(days=day, hours=4)
        for who in everybody:
            yield unit(ClaimMeal(who, CANTEEN, served_on), at=noon)
        if day < SHIFTS:
            shift, end = ShiftId(f"dusk-{day}"), noon + timedelta(hours=7)
            start = end - timedelta(hours=2)
            yield unit(ScheduleShift(shift, JINNING, Title("巡查"), start, end), at=noon)
            for who in everybody[:CREW]:
                yield unit(AttestAttendance(shift, who, start, end), at=end)
                yield unit(ConfirmService(shift, who), at=end)


@pytest.fixture
def here(database: str, tmp_path: Path) -> Iterator[Running]:
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, began=START) as here:
        found(here.ledger, people=PEOPLE)
        for answer in here.ledger.execute(list(lives())):
            accepted(answer)
        catch_up(here)
        yield here


def figures(here: Running) -> tuple[Any, ...]:
    """Every balance, every league table, and what all of it sums to."""
    with reading_for_the_town(here.datastore) as connection:
        tables = [league.table(connection, Season.named(name)) for name in ("all", "2026-Q1")]
        return journal.balances(connection, ""), tables, journal.trial_balance(connection)


def stored(here: Running) -> Rows:
    with psycopg.connect(here.url) as owner:
        return owner.execute("TABLE ledger.stored_events ORDER BY notification_id").fetchall()


def exported(here: Running, folder: Path) -> bytes:
    text = []
    for what in ("entries", "claims", "service"):
        target = folder / f"{what}.jsonl"
        with target.open("w", encoding="utf-8") as file:
            export(here.datastore, What(what), Format.jsonl, file)
        text.append(target.read_bytes())
    return b"\n".join(text)


def everywhere(here: Running, folder: Path, logged: str) -> bytes:
    """All that stands in any table, answer, export or line of a log; the vault's own rows too."""
    journal_lines = BytesIO()
    app = create_app(here, Journal(journal_lines))
    with TestClient(app, raise_server_exceptions=False) as client:
        town = Town(here, client, journal_lines)
        town.position = here.ledger.recorder.max_notification_id() or 0
        told = [answer.content for answer in answers(town)]
        told.append(town.noted().encode())
    with psycopg.connect(here.url) as owner:
        schemas = owner.execute(
            "SELECT DISTINCT table_schema FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        dumped = [dump(owner, schema) for (schema,) in schemas]
    return b"\n".join([*told, *dumped, exported(here, folder), logged.encode()])


def answers(town: Town) -> Iterator[Any]:
    """Whatever may be asked about her and her community, but her papers themselves."""
    token = town.token(Role.auditor, Role.registrar, Role.confirmer, person=CLERK)
    for path in (
        *(f"persons/{HER}/{each}" for each in ("statement", "credit", "unconfirmed", "rights")),
        *("league?season=2026-Q1", "entries?account=", "balances?account=", "exceptions"),
        *(f"trail/person/{HER}", f"canteens/{CANTEEN}/claims?month=2026-01", "notices"),
    ):
        yield town.read(path, token=token)


def test_whoever_is_erased_takes_no_figure_along_and_leaves_no_name(
    here: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert (here.ledger.recorder.max_notification_id() or 0) > 10_000
    before, log = figures(here), stored(here)
    assert not found_in(everywhere(here, tmp_path, caplog.text))
    erase = unit(
        ErasePerson(HER, ErasureBasis.participation_ended), by=OFFICER, at=AFTER_EVERY_TERM
    )
    (erased,) = accepted(here.ledger.execute([erase])[0]).events
    assert isinstance(erased.event, PersonErased)
    catch_up(here)
    assert figures(here) == before
    assert stored(here)[: len(log)] == log
    after = everywhere(here, tmp_path, caplog.text)
    assert not found_in(after)
    assert HER.encode() in after, "what stands there would be found"
    with psycopg.connect(here.url) as owner:
        ((left,),) = owner.execute("SELECT count(*) FROM vault.paper WHERE person = %s", [HER])
    assert left == 0
    assert prove(here, progress_bar).faults == []


def found_in(text: bytes) -> set[str]:
    return {each for each in CANARIES if any(way in text for way in spellings(each.encode()))}
