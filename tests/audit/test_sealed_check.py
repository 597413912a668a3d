"""A row that was edited in the database is named by the seal, whoever did it."""

from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import pytest

from ledger.audit import sealed_check
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.flaws import Flaw
from ledger.audit.notes import Kind, Signer
from ledger.audit.sealed_check import check_sealed
from ledger.audit.tiles import WIDTH
from ledger.store.datastore import LedgerDatastore
from tests.audit.sealed_log import ORIGIN, SealedLog, sealed_log


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[SealedLog]:
    with sealed_log(database, tmp_path / "log") as log:
        yield log


def found(log: SealedLog) -> list[Flaw]:
    datastore = log.recorder.datastore
    assert isinstance(datastore, LedgerDatastore)
    return list(check_sealed(datastore, [each.verifier for each in log.folder.signers()]))


@pytest.mark.parametrize("run", [WIDTH, 20 * WIDTH])
def test_what_was_left_alone_is_as_it_was_sealed(
    log: SealedLog, monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    monkeypatch.setattr(sealed_check, "RUN", run)
    assert found(log) == []
    log.write(700)
    log.seal_all()
    log.write(3)
    assert found(log) == []


ROW: LiteralString = (
    "UPDATE ledger.stored_events SET state = state || ' ' WHERE notification_id = 300"
)
TIME: LiteralString = "UPDATE ledger.batches SET recorded_at = recorded_at - interval '1 second'"
PLACE: LiteralString = (
    "UPDATE ledger.stored_events SET notification_id = 300 WHERE notification_id = 305"
)
CUT: LiteralString = "DELETE FROM ledger.stored_events WHERE notification_id > 690"
HASH: LiteralString = "UPDATE proof.tiles SET hashes = sha256('x') || substr(hashes, 33)"
GONE: LiteralString = "DELETE FROM proof.tiles"
EDITED = {
    "a row": (ROW, 300),
    "its time": (TIME, 1),
    "a row in another's place": (PLACE, 300),
    "the end is cut": (CUT, 691),
    "a hash": (HASH, 1),
    "the tiles are gone": (GONE, 1),
}


@pytest.mark.parametrize("what", EDITED)
def test_the_first_thing_that_was_edited_is_named(log: SealedLog, what: str) -> None:
    statement, position = EDITED[what]
    log.write(700)
    log.seal_all()
    if "place" in what:
        log.tampering("DELETE FROM ledger.stored_events WHERE notification_id = 300")
    log.tampering(statement)
    (flaw,) = found(log)
    assert flaw.position == position
    assert "not the one that was sealed" in flaw.en
    assert "不符" in flaw.zh


def test_a_forger_who_rewrites_hashes_too_has_another_root(log: SealedLog) -> None:
    log.write(5)
    log.seal()
    log.tampering("UPDATE ledger.stored_events SET state = state || ' ' WHERE notification_id = 2")
    log.tampering("UPDATE proof.tiles SET hashes = %s", b"".join(log.tree().leaves))
    (flaw,) = found(log)
    assert "not the root that was signed" in flaw.en
    text = Checkpoint(ORIGIN, 5, log.tree().root(5)).text
    lines = "".join(each.line for each in log.newest().note.signatures)
    log.tampering("UPDATE proof.checkpoints SET note = %s", f"{text}\n{lines}")
    (flaw,) = found(log)
    assert "not over this text" in flaw.en


def test_a_checkpoint_of_another_key_is_told(log: SealedLog) -> None:
    log.write(5)
    log.seal()
    stranger = Signer(ORIGIN, Kind.log, bytes(32))
    text = log.newest().checkpoint.text
    log.tampering("UPDATE proof.checkpoints SET note = %s", f"{text}\n{stranger.sign(text).line}")
    (flaw,) = found(log)
    assert "No key that you trust" in flaw.en
