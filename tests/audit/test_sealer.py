"""The sealer: it signs each log once, whatever is interrupted, and no other history after it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from ledger.audit import sealed, sealer
from ledger.audit.checkpoints import Checkpoint, trusted
from ledger.audit.log_folder import LogFolder, LogFolderFault
from ledger.audit.merkle import consistency, inclusion, is_consistent, is_included, leaf
from ledger.audit.notes import Note, vouched
from ledger.audit.sealer import Sealer, SealingRefused
from tests.audit.sealed_log import ORIGIN, SealedLog, sealed_log


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[SealedLog]:
    with sealed_log(database, tmp_path / "log") as log:
        yield log


def refused(log: SealedLog) -> str:
    """Why nothing is signed, in both languages; and indeed nothing is."""
    before, remembered = log.newest(), log.folder.last()
    with pytest.raises(SealingRefused) as refusal:
        log.seal()
    assert log.newest() == before
    assert log.folder.last() == remembered
    assert refusal.value.zh
    return refusal.value.en


def test_what_is_new_is_signed_and_nothing_twice(log: SealedLog) -> None:
    log.write(3)
    first = log.seal()
    assert first == Checkpoint(ORIGIN, 3, log.tree().root(3))
    assert log.seal() is None
    log.write(2)
    assert log.seal() == Checkpoint(ORIGIN, 5, log.tree().root(5))
    keys = [signer.verifier for signer in log.folder.signers()]
    assert trusted(str(log.newest().note).encode(), keys) == log.newest().checkpoint


def test_an_empty_log_has_no_checkpoint(log: SealedLog) -> None:
    assert log.seal() is None
    assert not sealed.is_sealed(log.owner)


def test_before_there_is_a_key_nothing_is_sealed(log: SealedLog, tmp_path: Path) -> None:
    log.write(1)
    with psycopg.connect(log.url, autocommit=True) as connection:
        assert Sealer(LogFolder(tmp_path / "nowhere")).seal(connection) is None


@pytest.mark.parametrize("run", [1, 3, 256, 5_000])
def test_a_long_log_is_sealed_in_runs_and_gives_every_proof(
    log: SealedLog, monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    monkeypatch.setattr(sealer, "RUN_MOST", run)
    size = 40 if run == 1 else 600
    log.write(size)
    assert log.seal_all().root == log.tree().root(size)
    tree = log.tree()
    with log.owner.transaction():
        for index in range(0, size, 7):
            found = sealed.hashes(log.owner, inclusion(index, size))
            assert is_included(tree.leaves[index], index, size, found, tree.root(size))
        for old in range(1, size + 1, 7):
            found = sealed.hashes(log.owner, consistency(old, size))
            assert is_consistent(old, size, found, tree.root(old), tree.root(size))


def test_a_leaf_is_the_hash_of_the_very_entry(log: SealedLog) -> None:
    log.write(2)
    log.seal()
    [second] = sealed.hashes(log.owner, inclusion(0, 2))
    assert second == leaf(log.entries()[1])


# -- interrupted -------------------------------------------------------------------------------


class Killed(Exception):
    """The process ended here."""


@pytest.mark.parametrize("later", [0, 1, 9_000])
def test_what_was_signed_and_not_kept_is_signed_again_to_the_same_bytes(
    log: SealedLog, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    log.write(4)
    log.seal()
    log.write(5)
    with monkeypatch.context() as broken:
        broken.setattr(sealed, "keep", killed)
        with pytest.raises(Killed):
            log.seal()
    signed = log.folder.last_note()
    assert log.newest().checkpoint.size == 4
    if later:
        log.write(later)
    assert log.seal() == Checkpoint(ORIGIN, 9, log.tree().root(9))
    assert log.newest().note == signed
    assert log.seal_all().size == 9 + later


def test_what_was_not_signed_when_the_process_ended_is_signed_the_next_time(
    log: SealedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    log.write(4)
    with monkeypatch.context() as broken:
        broken.setattr(LogFolder, "remember", killed)
        with pytest.raises(Killed):
            log.seal()
    assert not sealed.is_sealed(log.owner)
    log.write(1)
    assert log.seal_all().size == 5


# -- another history ---------------------------------------------------------------------------


def test_a_log_put_back_from_a_backup_is_not_signed(log: SealedLog) -> None:
    log.write(4)
    log.seal()
    log.write(3)
    log.seal()
    log.tampering("DELETE FROM ledger.stored_events WHERE notification_id > 4")
    log.tampering("DELETE FROM ledger.batches WHERE first_position > 4")
    log.tampering("DELETE FROM proof.checkpoints WHERE size > 4")
    log.tampering("UPDATE proof.tiles SET hashes = substr(hashes, 1, 4 * 32)")
    assert "has 4 entries, but 7 were signed" in refused(log)
    log.write(2)
    assert "has 6 entries, but 7 were signed" in refused(log)
    log.write(1)
    assert "first 7 entries are not those that were signed" in refused(log)
    log.write(5)
    assert "first 7 entries are not those that were signed" in refused(log)


def test_a_database_begun_anew_is_not_signed(
    log: SealedLog, tmp_path: Path, embedded: object
) -> None:
    log.write(4)
    log.seal()
    log.tampering("TRUNCATE proof.tiles, proof.checkpoints, proof.cosignatures")
    log.tampering("TRUNCATE ledger.stored_events, ledger.batches")
    log.write(4)
    with pytest.raises(SealingRefused, match="first 4 entries are not those that were signed"):
        log.seal()


def test_a_history_whose_tiles_were_rewritten_is_not_signed(log: SealedLog) -> None:
    log.write(4)
    log.seal()
    log.tampering("UPDATE proof.tiles SET hashes = sha256('other') || substr(hashes, 33)")
    log.write(1)
    assert "first 4 entries are not those that were signed" in refused(log)


def test_a_checkpoint_that_was_rewritten_too_is_not_signed(log: SealedLog) -> None:
    log.write(4)
    log.seal()
    log.tampering("UPDATE ledger.stored_events SET state = state || ' ' WHERE notification_id = 2")
    forged = log.tree()
    log.tampering("UPDATE proof.tiles SET hashes = %s", b"".join(forged.leaves))
    text = Checkpoint(ORIGIN, 4, forged.root(4)).text
    lines = "".join(each.line for each in log.newest().note.signatures)
    log.tampering("UPDATE proof.checkpoints SET note = %s", f"{text}\n{lines}")
    log.write(1)
    assert "first 4 entries are not those that were signed" in refused(log)


def test_an_entry_that_was_removed_is_told(log: SealedLog) -> None:
    log.write(4)
    log.seal()
    log.write(3)
    log.tampering("DELETE FROM ledger.stored_events WHERE notification_id = 6")
    assert "no entry at position 6" in refused(log)


def test_whoever_forgot_what_was_signed_signs_no_more(log: SealedLog) -> None:
    log.write(4)
    log.seal()
    older = (log.folder.folder / "last-signed").read_bytes()
    log.write(1)
    log.seal()
    (log.folder.folder / "last-signed").unlink()
    assert "does not remember having signed" in refused(log)
    (log.folder.folder / "last-signed").write_bytes(older)
    (log.folder.folder / "last-signed").chmod(0o400)
    assert "does not remember having signed" in refused(log)


def test_a_lost_folder_is_not_replaced_by_a_new_key(log: SealedLog) -> None:
    log.write(4)
    log.seal()
    shutil.rmtree(log.folder.folder)
    assert "does not remember having signed" in refused(log)


def test_what_was_set_right_is_sealed_again(log: SealedLog) -> None:
    log.write(4)
    log.seal()
    moved = log.folder.folder.rename(log.folder.folder.with_name("moved"))
    refused(log)
    moved.rename(log.folder.folder)
    log.write(1)
    assert log.seal_all().size == 5


# -- in the database ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE proof.tiles SET hashes = sha256('x')", "may grow at its end"),
        ("UPDATE proof.tiles SET hashes = substr(hashes, 33)", "may grow at its end"),
        ("UPDATE proof.tiles SET number = 9", "may grow at its end"),
        ("DELETE FROM proof.tiles", "append-only"),
        ("TRUNCATE proof.tiles", "append-only"),
        ("DELETE FROM proof.checkpoints", "append-only"),
        ("UPDATE proof.checkpoints SET note = ''", "append-only"),
        ("TRUNCATE proof.checkpoints CASCADE", "append-only"),
        ("TRUNCATE proof.cosignatures", "append-only"),
    ],
)
def test_not_even_the_owner_changes_what_is_sealed(
    log: SealedLog, statement: str, refusal: str
) -> None:
    log.write(4)
    log.seal()
    with pytest.raises(RestrictViolation, match=refusal):
        log.owner.execute(statement)


@pytest.mark.parametrize("role", ["jiefang_app", "jiefang_reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM proof.tiles",
        "UPDATE proof.tiles SET level = 1",
        "UPDATE proof.checkpoints SET note = ''",
        "DELETE FROM proof.checkpoints",
        "TRUNCATE proof.tiles",
    ],
)
def test_the_application_has_no_right_to(log: SealedLog, role: str, statement: str) -> None:
    log.owner.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    with pytest.raises(InsufficientPrivilege):
        log.owner.execute(statement)


def test_two_sealers_sign_one_after_the_other(log: SealedLog) -> None:
    log.write(300)
    with (
        psycopg.connect(log.url, autocommit=True) as one,
        psycopg.connect(log.url, autocommit=True) as two,
    ):
        for connection in (one, two, one):
            Sealer(log.folder).seal(connection)
            log.write(1)
    assert log.seal_all() == Checkpoint(ORIGIN, 303, log.tree().root(303))


# -- the folder --------------------------------------------------------------------------------


def test_a_further_key_signs_beside_the_first_until_that_is_retired(log: SealedLog) -> None:
    [old] = [signer.verifier for signer in log.folder.signers()]
    log.write(1)
    log.seal()
    new = log.folder.add_key().verifier
    log.write(1)
    log.seal()
    assert vouched(log.newest().note, [old, new]) == [old, new]
    assert log.folder.retire_key(old.key_id.hex()) == old
    log.write(1)
    log.seal()
    assert vouched(log.newest().note, [old, new]) == [new]
    with pytest.raises(LogFolderFault, match="Add another key first"):
        log.folder.retire_key(new.key_id.hex())


def test_the_last_key_and_an_unknown_one_are_not_retired(log: SealedLog) -> None:
    log.folder.add_key()
    with pytest.raises(LogFolderFault, match="is not one of several"):
        log.folder.retire_key("00000000")


def test_a_memory_that_nobody_of_the_folder_signed_is_refused(log: SealedLog) -> None:
    log.write(1)
    log.seal()
    [signer] = log.folder.signers()
    text = Checkpoint(ORIGIN, 9, bytes(32)).text
    log.folder.remember(Note(text, (signer.sign("another\n"),)))
    with pytest.raises(LogFolderFault, match="not over this text"):
        log.folder.last()
    log.folder.remember(Note(text, (signer.sign(text)._replace(name="x.example"),)))
    with pytest.raises(LogFolderFault, match="not signed by a key of this folder"):
        log.folder.last()


@pytest.mark.parametrize("origin", ["", "UPPER", "a b", "a+b", "é", "x" * 201, "-x"])
def test_a_log_has_a_plain_name(tmp_path: Path, origin: str) -> None:
    with pytest.raises(LogFolderFault, match="is no name for a log"):
        LogFolder(tmp_path / "log").begin(origin)


def test_the_folder_is_private_and_outside_the_data(log: SealedLog, tmp_path: Path) -> None:
    assert log.folder.folder.stat().st_mode & 0o777 == 0o700
    log.write(1)
    log.seal()
    assert {file.stat().st_mode & 0o777 for file in log.folder.folder.iterdir()} == {0o400}
    with pytest.raises(LogFolderFault, match="lies within the data folder"):
        LogFolder(tmp_path / "data" / "log", tmp_path / "data")
    log.folder.folder.chmod(0o755)
    with pytest.raises(LogFolderFault, match="chmod 700"):
        log.folder.signers()


def test_a_damaged_key_is_told(log: SealedLog) -> None:
    key = log.folder.folder / "signing-0001"
    key.chmod(0o600)
    key.write_text("PRIVATE+KEY+damaged", encoding="utf-8")
    key.chmod(0o400)
    with pytest.raises(LogFolderFault, match="does not hold a key"):
        log.folder.signers()


def test_the_first_of_two_processes_makes_the_key(tmp_path: Path) -> None:
    one, two = LogFolder(tmp_path / "log"), LogFolder(tmp_path / "log")
    assert one.begin(ORIGIN) == two.begin("other.example/log")
    assert two.origin == ORIGIN
