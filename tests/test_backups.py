"""A backup and the way back: what returns is what was there, proven, and nobody who was erased."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg import Connection, sql
from pydantic import SecretStr

from ledger.access import tokens
from ledger.audit import backup, bundle, receipts, sealed
from ledger.audit.backup import CHECKPOINT, COLUMNS, LEFT_OUT, TABLES, BackupFault, Restored
from ledger.audit.bundle import Bundle
from ledger.audit.bundle_tree import Kept
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import Erased, LogFolder
from ledger.audit.notes import Kind, NotASignedNote, Signer, Verifier
from ledger.audit.report import Check, Finding
from ledger.audit.sealer import SealingRefused
from ledger.audit.signed_files import Progress, SignedFolder
from ledger.audit.trust import Trust
from ledger.audit.verify import verify
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.handovers import LogHandedOver
from ledger.domain.origins import (
    ApproveOrigin,
    ErasedSince,
    LogRestored,
    OriginReason,
    ProposeOrigin,
    SignedLog,
)
from ledger.domain.rights import ErasePerson
from ledger.domain.rights_records import ErasureBasis, PersonErased
from ledger.domain.values import Count, HandoverId, LogOrigin, Sha256
from ledger.exchange.console import progress_bar
from ledger.exchange.proof import prove
from ledger.exchange.terminal import catch_up
from ledger.running import running
from ledger.settings import Settings
from ledger.store.codec import entry
from ledger.vault.errors import KeyMissing
from tests.backed_up import ORIGIN, Place, is_empty, resigned, rows
from tests.builders import START, accepted, found, person, registration, unit
from tests.servers import Server, temporary_database

ANEW: Final = LogOrigin("example.org/log-2")
BASIS: Final = ErasureBasis.consent_withdrawn
GOES, STAYS = person(0), person(1)


@pytest.fixture
def place(database: str, tmp_path: Path) -> Place:
    """A town of three, whose log has a key."""
    it = Place(database, tmp_path)
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, began=START) as here:
        found(here.ledger, people=3)
    it.keys.begin(ORIGIN)
    return it


@pytest.fixture
def elsewhere(embedded: Server) -> Iterator[str]:
    with temporary_database(embedded) as url:
        yield url


# -- what is in it -------------------------------------------------------------------------------


def test_every_table_is_in_it_or_is_left_out_on_purpose(database: str) -> None:
    query = """
    SELECT schemaname || '.' || tablename FROM pg_tables
    WHERE schemaname IN ('ledger', 'vault', 'access', 'proof')
    """
    with psycopg.connect(database) as connection:
        there = {name for (name,) in connection.execute(query)}
    assert there == set(TABLES) | LEFT_OUT
    assert len(TABLES) == len(set(TABLES) - LEFT_OUT)


def test_what_comes_back_is_what_was_there_and_it_goes_on(place: Place, elsewhere: str) -> None:
    with psycopg.connect(place.database) as owner:
        owner.execute("INSERT INTO access.account (person, name) VALUES (%s, '12345678')", [STAYS])
        owner.execute(
            "INSERT INTO access.external (issuer, subject_digest, person) "
            "VALUES ('https://id.example', decode(repeat('5e', 32), 'hex'), %s)",
            [STAYS],
        )
    before = place.seal()
    restored = place.restore(place.back_up(), elsewhere)
    assert restored == Restored(before.size, before)
    assert restored.goes_on
    for table in TABLES:
        assert rows(elsewhere, table) == rows(place.database, table), table
    ((_, epoch, kind),) = rows(elsewhere, "ledger.book")
    ((_, other, same),) = rows(place.database, "ledger.book")
    assert (kind, epoch != other) == (same, True)
    with place.open(elsewhere) as here:
        accepted(here.ledger.note_restore(()))
        (answer,) = here.ledger.execute([unit(registration(7), at=START)])
        assert accepted(answer).events
    assert place.seal(elsewhere).size > before.size
    with place.open(elsewhere) as here:
        catch_up(here)
        assert prove(here, progress_bar).faults == []
    with psycopg.connect(elsewhere) as owner:
        assert owner.execute("SELECT nextval('access.external_id_seq')").fetchone() == (2,)


def test_what_lets_somebody_in_for_a_while_does_not_come_back(place: Place, elsewhere: str) -> None:
    with psycopg.connect(place.database) as owner:
        ends = owner.execute("SELECT now() + interval '1 day'").fetchone()
        assert ends is not None
        token = tokens.create(owner, STAYS, frozenset({Role.auditor}), None, ends[0])
    place.restore(place.back_up(), elsewhere)
    assert rows(place.database, "ledger.tokens")
    with psycopg.connect(elsewhere) as connection:
        assert tokens.authority(connection, token) is None


def test_nobody_can_be_read_from_it(place: Place) -> None:
    folder = place.back_up().folder
    content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert registration(0).contact.name.encode() not in content
    assert b"1946-05-06" not in content


def test_it_is_of_one_moment_and_whole_or_not_there(place: Place) -> None:
    class Torn(Exception):
        pass

    def tear(_done: int, _total: int) -> None:
        raise Torn

    place.seal()
    with psycopg.connect(place.database, autocommit=True) as connection:
        with pytest.raises(Torn):
            backup.write(connection, place.keys, place.folder / "torn", tear)
        assert not list(place.folder.glob("torn*"))
        backup.write(connection, place.keys, place.folder / "there")
        with pytest.raises(FileExistsError):
            backup.write(connection, place.keys, place.folder / "there")


def test_each_long_part_tells_how_far_it_has_come(place: Place, elsewhere: str) -> None:
    told: dict[str, list[tuple[int, int]]] = {}

    @contextmanager
    def bar(title: str) -> Iterator[Progress]:
        told[title] = []
        yield lambda done, total: told[title].append((done, total))

    size = place.seal().size
    with psycopg.connect(place.database, autocommit=True) as connection, bar("out") as progress:
        backup.write(connection, place.keys, place.folder / "backup", progress)
    place.restore(SignedFolder(place.folder / "backup"), elsewhere, bar)
    out, files, back, hashed = told.values()
    for steps in (files, back, hashed):
        done = [each for each, _ in steps]
        assert done == sorted(set(done))
        assert steps[-1][0] == steps[-1][1]
    assert hashed == [(size, size)]
    assert out[-1][0] == back[-1][0] < files[-1][0]
    assert all(done <= total for done, total in out)


def test_what_was_never_sealed_is_not_backed_up(place: Place) -> None:
    with (
        psycopg.connect(place.database, autocommit=True) as connection,
        pytest.raises(NotASignedNote, match="sealed"),
    ):
        backup.write(connection, place.keys, place.folder / "backup")


# -- what is refused, and nothing put back ---------------------------------------------------------


@pytest.mark.parametrize("name", [CHECKPOINT, COLUMNS, "files", "manifest", *TABLES])
def test_a_byte_that_was_changed_is_found(place: Place, elsewhere: str, name: str) -> None:
    folder = place.back_up()
    file = folder.folder / (f"table/{name}" if name in TABLES else name)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(BackupFault):
        place.restore(folder, elsewhere)
    assert is_empty(elsewhere)


def test_a_backup_of_another_log_is_refused(place: Place, elsewhere: str) -> None:
    folder = place.back_up()
    resigned(folder, Signer(ORIGIN, Kind.log, bytes(32)))
    with pytest.raises(BackupFault, match="No key that you trust"):
        place.restore(folder, elsewhere)
    assert is_empty(elsewhere)


def test_an_entry_that_was_changed_is_found_whoever_signed_it(place: Place, elsewhere: str) -> None:
    folder = place.back_up()
    file = folder.folder / "table/ledger.stored_events"
    file.write_bytes(file.read_bytes().replace(b'"amount_fen":10000000', b'"amount_fen":10000001'))
    resigned(folder, place.keys.signers()[0])
    with pytest.raises(BackupFault, match="do not begin with the"):
        place.restore(folder, elsewhere)
    assert is_empty(elsewhere)


def test_a_log_that_went_on_otherwise_is_refused(place: Place, elsewhere: str) -> None:
    """Its own checkpoint is in order; but something else was signed after it, and remembered."""
    folder, aside = place.back_up(), place.folder / "aside"
    (place.folder / "log").rename(aside)
    place.keys.begin(ORIGIN)
    other = Checkpoint(ORIGIN, 3, bytes(32))
    (signer,) = place.keys.signers()
    place.keys.remember(type(sealed_note(place))(other.text, (signer.sign(other.text),)))
    trust = [each.verifier for each in LogFolder(aside).signers()]
    with (
        psycopg.connect(elsewhere, autocommit=True) as connection,
        pytest.raises(BackupFault, match="the 3 that were signed"),
    ):
        backup.restore(connection, place.keys, folder, trust=trust, opens=lambda _: None)
    assert is_empty(elsewhere)


def sealed_note(place: Place) -> Any:
    with psycopg.connect(place.database) as connection:
        newest = sealed.newest_of(connection)
    assert newest is not None
    return newest.note


def test_a_ledger_that_is_there_is_not_written_over(place: Place) -> None:
    with pytest.raises(BackupFault, match="There is a ledger already"):
        place.restore(place.back_up(), place.database)


def test_without_its_master_keys_nothing_is_put_back(place: Place, elsewhere: str) -> None:
    folder = place.back_up()
    (place.folder / "keys").rename(place.folder / "lost")
    with pytest.raises(KeyMissing):
        place.restore(folder, elsewhere)
    assert is_empty(elsewhere)


def test_a_backup_of_a_newer_version_says_so(place: Place, elsewhere: str) -> None:
    with psycopg.connect(place.database) as owner:
        owner.execute("ALTER TABLE vault.paper ADD COLUMN colour text")
    with pytest.raises(BackupFault, match="newer version"):
        place.restore(place.back_up(), elsewhere)
    assert is_empty(elsewhere)


# -- who was erased since --------------------------------------------------------------------------


def test_the_log_folder_remembers_who_was_erased(place: Place) -> None:
    place.give(ErasePerson(GOES, BASIS))
    assert place.keys.erased() == ()
    size = place.seal().size
    assert place.keys.erased() == (Erased(size, GOES, BASIS),)
    place.seal()
    assert len(place.keys.erased()) == 1


def gone(connection: Connection[Any]) -> bool:
    tables = ("vault.person_key", "vault.paper", "vault.search_key", "access.account")
    counted = (sql.SQL("SELECT FROM {} WHERE person = %s").format(sql.Identifier(*name.split(".")))
               for name in tables)  # fmt: skip
    return not any(connection.execute(each, [GOES]).fetchall() for each in counted)


@pytest.fixture
def older(place: Place) -> SignedFolder:
    """A backup from before somebody was erased, whose erasure was signed."""
    with psycopg.connect(place.database) as owner:
        owner.execute("INSERT INTO access.account (person, name) VALUES (%s, '12345678')", [GOES])
    folder = place.back_up()
    place.give(ErasePerson(GOES, BASIS))
    place.seal()
    return folder


def test_whoever_was_erased_since_is_erased_again(
    place: Place, older: SignedFolder, elsewhere: str
) -> None:
    restored = place.restore(older, elsewhere)
    with psycopg.connect(elsewhere) as connection:
        assert not gone(connection)
    erased = [ErasedSince(each.person, each.basis) for each in place.keys.erased()]
    with place.open(elsewhere) as here:
        answer = accepted(here.ledger.note_restore(erased))
        told = [type(each.event) for each in answer.events]
        assert told == [LogRestored, PersonErased]
        assert answer.events[0].event.size == restored.size
        catch_up(here)
        faults = prove(here, progress_bar).faults
    with psycopg.connect(elsewhere) as connection:
        assert gone(connection)
    assert not any("vault" in each for each in faults)


def test_who_puts_it_back_by_hand_and_serves_it_brings_nobody_back(
    place: Place, older: SignedFolder, elsewhere: str
) -> None:
    place.restore(older, elsewhere)
    with place.open(elsewhere, seal=True):
        pass
    with psycopg.connect(elsewhere) as connection:
        assert gone(connection)
    with place.open(elsewhere, seal=True) as here:
        last = here.ledger.recorder.max_notification_id()
    with place.open(elsewhere, seal=True) as here:
        assert here.ledger.recorder.max_notification_id() == last


# -- what was signed and did not come back ---------------------------------------------------------


def test_an_older_backup_is_not_signed_until_two_persons_begin_anew(
    place: Place, older: SignedFolder, elsewhere: str
) -> None:
    lost = place.seal()
    lost_note = str(sealed_note(place)).encode()
    with psycopg.connect(place.database) as connection:
        kept = sealed.receipt(connection, 2)
    assert kept is not None
    restored = place.restore(older, elsewhere)
    assert (restored.signed, restored.goes_on) == (lost, False)
    with pytest.raises(SealingRefused, match="new-origin"):
        place.seal(elsewhere)
    old = Trust(tuple(each.verifier for each in place.keys.signers()))
    before = SignedLog(LogOrigin(lost.origin), Count(lost.size), Sha256(lost.root.hex()))
    begun = ProposeOrigin(ANEW, OriginReason.older_backup, before), ApproveOrigin(ANEW)
    with place.open(elsewhere) as here:
        for command, by in zip(begun, (GOES, STAYS), strict=True):
            accepted(here.ledger.execute([unit(command, by=by, at=START)])[0])
    place.keys.begin_anew(ANEW)
    anew = place.seal(elsewhere)
    assert anew.origin == ANEW
    assert place.keys.erased() == (Erased(lost.size, GOES, BASIS),)
    assert receipts.believed(kept, old) == lost
    former = old.logs[0], place.keys.signers()[0].verifier
    told = told_of_earlier(place, elsewhere, former, older.file(CHECKPOINT), lost_note)
    assert [(each.where, "begun anew (older_backup)" in each.en) for each in told] == [("1", True)]
    with place.open(elsewhere) as here:
        catch_up(here)
        assert not any(each.startswith("seal") for each in prove(here, progress_bar).faults)
        entries = [entry(*row) for row in here.ledger.recorder.read(0, 10**6)]
    assert len(entries) == anew.size


def told_of_earlier(
    place: Place, database: str, keys: tuple[Verifier, ...], *notes: bytes
) -> list[Finding]:
    """What an auditor finds who kept these checkpoints and gets a bundle of now."""
    handed = LogHandedOver(HandoverId(STAYS), STAYS, sheets=False, occurred_on=START.date())
    with psycopg.connect(database, autocommit=True) as connection:
        bundle.write(connection, place.keys, place.folder / "bundle", handed)
    kept = [Kept(str(number), note) for number, note in enumerate(notes)]
    report = verify(Bundle(place.folder / "bundle"), Trust(keys), earlier=kept)
    return [each for each in report.findings if each.check is Check.earlier]


@pytest.mark.parametrize("after", range(4))
def test_a_new_name_that_was_interrupted_is_taken_by_asking_again(
    place: Place, older: SignedFolder, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Killed at each step that changes a name on the disk, or before the first one."""
    erased, steps = place.keys.erased(), iter(range(10))
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        if next(steps) == after:
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            place.keys.begin_anew(ANEW)
    signer = place.keys.begin_anew(ANEW)
    assert (signer.name, place.keys.origin) == (ANEW, ANEW)
    assert place.keys.erased() == erased
    assert not place.keys.folder.with_name("log.next").exists()
