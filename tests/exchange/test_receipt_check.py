"""`jiefang verify RECEIPT`: what one file proves by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.audit import sealed
from ledger.audit.notes import Kind, NotASignedNote, Signer
from ledger.audit.receipts import Receipt
from ledger.audit.trust import Trust
from ledger.exchange.receipt_check import verify_receipt
from tests.audit.sealed_log import SealedLog, sealed_log


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[SealedLog]:
    with sealed_log(database, tmp_path / "log") as log:
        log.write(5)
        log.seal()
        yield log


def trust(log: SealedLog) -> Trust:
    return Trust(tuple(signer.verifier for signer in log.folder.signers()))


def saved(log: SealedLog, folder: Path) -> Path:
    file = folder / "3.tlog-proof"
    file.write_bytes(bytes(given(log)))
    return file


def given(log: SealedLog) -> Receipt:
    receipt = sealed.receipt(log.owner, 3)
    assert receipt is not None
    return receipt


def test_a_receipt_that_holds_shows_what_was_recorded(log: SealedLog, tmp_path: Path) -> None:
    told = tmp_path / "told"
    assert verify_receipt(saved(log, tmp_path), trust(log), told)
    text = told.read_text(encoding="utf-8")
    assert "5 条 entries" in text
    assert "第 3 条 entry 3 · " in text
    assert '"nonce": ' in text
    assert "收据属实" in text


def test_a_receipt_of_a_key_that_is_not_trusted_shows_nothing(
    log: SealedLog, tmp_path: Path
) -> None:
    stranger = Signer("other.example/log", Kind.log, bytes(32))
    with pytest.raises(NotASignedNote):
        verify_receipt(saved(log, tmp_path), Trust((stranger.verifier,)), tmp_path / "told")
    assert not (tmp_path / "told").exists()


def test_what_is_no_receipt_shows_nothing(log: SealedLog, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG")
    with pytest.raises(NotASignedNote, match="no receipt"):
        verify_receipt(file, trust(log), tmp_path / "told")
