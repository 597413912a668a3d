"""A receipt verifies by itself for ever, and not with one bit of it changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.audit import sealed
from ledger.audit.notes import Kind, NotASignedNote, Signer
from ledger.audit.receipts import Receipt, believed, read
from ledger.audit.trust import Trust
from tests.audit.sealed_log import SealedLog, sealed_log


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[SealedLog]:
    with sealed_log(database, tmp_path / "log") as log:
        yield log


def receipt(log: SealedLog, position: int) -> Receipt:
    given = sealed.receipt(log.owner, position)
    assert given is not None
    return given


def trust(log: SealedLog) -> Trust:
    return Trust(tuple(signer.verifier for signer in log.folder.signers()))


def test_each_entry_has_a_receipt_that_holds(log: SealedLog) -> None:
    log.write(70)
    log.seal()
    for position in range(1, 71):
        given = receipt(log, position)
        assert read(bytes(given)) == given
        assert believed(given, trust(log)) == log.newest().checkpoint


def test_what_is_not_sealed_yet_or_not_there_has_no_receipt(log: SealedLog) -> None:
    log.write(3)
    assert sealed.receipt(log.owner, 1) is None
    log.seal()
    log.write(1)
    assert [sealed.receipt(log.owner, position) for position in (0, 4, 5)] == [None] * 3


def test_no_bit_of_a_receipt_can_be_changed(log: SealedLog) -> None:
    log.write(3)
    log.seal()
    whole, keys = bytes(receipt(log, 2)), trust(log)
    for place in range(len(whole)):
        for bit in (0, 3, 5):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            with pytest.raises(NotASignedNote):
                believed(read(bytes(changed)), keys)


def test_no_part_of_a_receipt_can_be_missing(log: SealedLog) -> None:
    log.write(3)
    log.seal()
    whole, keys = bytes(receipt(log, 2)), trust(log)
    lines = whole.split(b"\n")
    for place in range(len(lines)):
        with pytest.raises(NotASignedNote):
            believed(read(b"\n".join(lines[:place] + lines[place + 1 :])), keys)
        with pytest.raises(NotASignedNote):
            believed(read(b"\n".join(lines[:place])), keys)


def test_a_receipt_says_nothing_for_another_place_or_entry(log: SealedLog) -> None:
    log.write(5)
    log.seal()
    one, two = receipt(log, 1), receipt(log, 2)
    mixed = Receipt(two.entry, one.index, one.hashes, one.note)
    with pytest.raises(NotASignedNote, match="not at position 1 of the log"):
        believed(mixed, trust(log))


def test_a_receipt_holds_whatever_happens_to_the_ledger_afterwards(log: SealedLog) -> None:
    log.write(5)
    log.seal()
    printed = bytes(receipt(log, 3))
    log.write(4)
    log.seal()
    log.tampering("UPDATE ledger.stored_events SET state = '{}' WHERE notification_id = 3")
    log.tampering("TRUNCATE proof.tiles, proof.checkpoints, proof.cosignatures")
    assert believed(read(printed), trust(log)).size == 5


def test_whoever_trusts_another_key_believes_nothing(log: SealedLog) -> None:
    log.write(1)
    log.seal()
    stranger = Signer(log.newest().checkpoint.origin, Kind.log, bytes(32))
    with pytest.raises(NotASignedNote, match="No key that you trust"):
        believed(receipt(log, 1), Trust((stranger.verifier,)))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"c2sp.org/tlog-proof@v1\n", b"c2sp.org/tlog-proof@v1\nindex 0\n\nnote\n",
        b"c2sp.org/tlog-proof@v2\nextra \nindex 0\n\nnote\n",
        b"c2sp.org/tlog-proof@v1\nextra AA==\nindex 00\n\nnote\n",
        b"c2sp.org/tlog-proof@v1\nextra AB==\nindex 0\n\nnote\n",
        b"c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\nAAAA\n\nnote\n",
        b"c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\n" + b"A" * 43 + b"=\n" * 64 + b"\nnote\n",
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused_and_told(data: bytes) -> None:
    with pytest.raises(NotASignedNote, match="no receipt") as refused:
        read(data)
    assert "收据" in refused.value.zh
