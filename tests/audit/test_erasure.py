"""Whoever is erased is gone from the vault, and nothing that she did is gone from the ledger."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from pydantic import SecretStr

from ledger.audit import receipts, sealed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import Range
from ledger.audit.sealed_check import check_sealed
from ledger.audit.sealer import Sealer
from ledger.audit.soundness import check_log
from ledger.audit.trust import Trust
from ledger.domain.attendance import AttestAttendance
from ledger.domain.book import LedgerKind
from ledger.domain.communities import RegisterUnit
from ledger.domain.rights import ErasePerson
from ledger.domain.rights_records import ErasureBasis, PersonErased
from ledger.domain.service import ConfirmService
from ledger.domain.shifts import ScheduleShift
from ledger.domain.values import ShiftId, Title, UnitId
from ledger.exchange.terminal import catch_up
from ledger.projections import journal
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import exceptions
from ledger.projections.reading import reading_for_the_town
from ledger.running import Running, running
from ledger.settings import Settings
from ledger.store.datastore import LedgerDatastore
from tests.builders import JINNING, START, accepted, found, open_ledger, person, unit

FRIENDS = person(0), person(1)
UNIT = UnitId("jinning/aid")


def test_an_erasure_hides_no_fraud(database: str, tmp_path: Path) -> None:
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, began=START) as here:
        found(here.ledger, people=2)
        confirm_each_other(here)
        before = told(here)
        assert before[0]
        with psycopg.connect(database) as owner:
            owner.execute("SELECT vault.forget(%s)", [list(FRIENDS)])
        assert told(here) == before
        assert check_log(here.datastore, lambda _done, _total: None).flaws == []


def test_an_erasure_changes_no_root_and_leaves_every_receipt_valid(
    database: str, tmp_path: Path
) -> None:
    keys = LogFolder(tmp_path / "log")
    trust = Trust((keys.begin("example.org/log").verifier,))
    with (
        open_ledger(database) as ledger,
        psycopg.connect(database, autocommit=True) as owner,
    ):
        found(ledger, people=3)
        before = Sealer(keys).seal(owner)
        assert before is not None
        kept = [sealed.receipt(owner, position + 1) for position in range(before.size)]
        with owner.transaction():
            hashes = [sealed.hashes(owner, [Range(0, size)]) for size in range(1, before.size + 1)]
        asked = unit(ErasePerson(person(1), ErasureBasis.consent_withdrawn), at=START)
        (answer,) = ledger.execute([asked])
        assert [type(each.event) for each in accepted(answer).events] == [PersonErased]
        after = Sealer(keys).seal(owner)
        assert after == Checkpoint(before.origin, before.size + 1, after.root if after else b"")
        for size, was in enumerate(hashes, start=1):
            assert sealed.hashes(owner, [Range(0, size)]) == was
        for receipt in kept:
            assert receipt is not None
            assert receipts.believed(receipt, trust) == before
    with LedgerDatastore(database) as datastore:
        assert list(check_sealed(datastore, trust.logs)) == []


def told(here: Running) -> tuple[object, ...]:
    catch_up(here)
    with reading_for_the_town(here.datastore) as connection:
        rings = exceptions(connection, pattern=Pattern.confirmation_ring)
        balances = journal.balances(connection, "person/")
        return rings, balances, journal.trial_balance(connection)


def confirm_each_other(here: Running) -> None:
    commands = [unit(RegisterUnit(UNIT, Title("互助会")), at=START)]
    for number, (served, by) in enumerate((FRIENDS, FRIENDS[::-1])):
        shift, begin = ShiftId(f"dawn-{number}"), datetime(2026, 1, 5 + number, tzinfo=UTC)
        end = begin + timedelta(hours=2)
        announced = ScheduleShift(shift, JINNING, Title("晨练"), begin, end, None, UNIT)
        commands += [
            unit(announced, at=START),
            unit(AttestAttendance(shift, served, begin, end), at=end),
            unit(ConfirmService(shift, served), by=by, at=end + timedelta(hours=1)),
        ]
    for answer in here.ledger.execute(sorted(commands, key=lambda each: each.at or START)):
        accepted(answer)
