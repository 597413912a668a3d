"""Each checkpoint is shown to witnesses; who is away holds nothing up, who knows better is loud."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx2
import pytest

from ledger.audit import sealed
from ledger.audit.cosigning import Cosigning
from ledger.audit.receipts import believed
from ledger.audit.trust import Trust, parse
from ledger.audit.witness import Witness
from ledger.exchange.witness_terminal import serving
from tests.audit.sealed_log import SealedLog, sealed_log


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[SealedLog]:
    with sealed_log(database, tmp_path / "log") as log:
        yield log


@pytest.fixture
def witness(log: SealedLog, tmp_path: Path) -> Witness:
    made = Witness(tmp_path / "witness")
    made.begin("neighbours.example/w")
    made.watch(log.folder.signers()[0].verifier)
    return made


@contextmanager
def served(witness: Witness, port: int = 0) -> Iterator[str]:
    with serving(witness.folder, "127.0.0.1", port) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def trust(log: SealedLog, witness: Witness, address: str) -> Trust:
    lines = (
        f"log {log.folder.signers()[0].verifier}",
        f"witness w {witness.signer.verifier} {address}",
        "quorum w",
    )
    return parse("".join(f"{line}\n" for line in lines).encode())


def ask(cosigning: Cosigning, log: SealedLog) -> None:
    with httpx2.Client(timeout=2) as client:
        cosigning.ask(log.owner, client)


def test_what_a_witness_saw_is_below_the_checkpoint_and_in_receipts(
    log: SealedLog, witness: Witness
) -> None:
    with served(witness) as address:
        trusted = trust(log, witness, address)
        cosigning = Cosigning(log.url, trusted)
        for events in (3, 1, 300):
            log.write(events)
            log.seal()
            ask(cosigning, log)
            ask(cosigning, log)
            checkpoint = trusted.checkpoint(str(log.newest().note).encode())
            assert checkpoint == log.newest().checkpoint
    given = sealed.receipt(log.owner, 2)
    assert given is not None
    assert believed(given, trusted).size == 304
    assert cosigning.faults == {}


def test_a_receipt_is_under_the_last_checkpoint_that_was_seen(
    log: SealedLog, witness: Witness
) -> None:
    with served(witness) as address:
        trusted = trust(log, witness, address)
        log.write(3)
        log.seal()
        ask(Cosigning(log.url, trusted), log)
    log.write(2)
    log.seal()
    seen, new = sealed.receipt(log.owner, 3), sealed.receipt(log.owner, 4)
    assert seen is not None
    assert new is not None
    assert believed(seen, trusted).size == 3
    assert believed(new, Trust(trusted.logs)).size == 5


def test_a_witness_who_is_away_is_asked_again(log: SealedLog, witness: Witness) -> None:
    with served(witness) as address:
        port = int(address.rstrip("/").rpartition(":")[2])
    cosigning = Cosigning(log.url, trust(log, witness, address))
    log.write(3)
    log.seal()
    ask(cosigning, log)
    assert cosigning.faults
    assert log.seal() is None  # and yet everything is sealed
    with served(witness, port):
        ask(cosigning, log)
    assert cosigning.faults == {}
    assert len(log.newest().note.signatures) == 2


def test_a_restarted_ledger_learns_what_she_has_seen(log: SealedLog, witness: Witness) -> None:
    with served(witness) as address:
        trusted = trust(log, witness, address)
        for _ in range(3):
            log.write(5)
            log.seal()
            ask(Cosigning(log.url, trusted), log)
            assert len(log.newest().note.signatures) == 2


def test_a_witness_who_knows_another_history_is_loud(
    log: SealedLog, witness: Witness, caplog: pytest.LogCaptureFixture
) -> None:
    with served(witness) as address, caplog.at_level(logging.WARNING):
        trusted = trust(log, witness, address)
        log.write(5)
        log.seal()
        ask(Cosigning(log.url, trusted), log)
        log.tampering("TRUNCATE proof.cosignatures, proof.checkpoints, proof.tiles")
        log.tampering("UPDATE ledger.stored_events SET state = state || ' '")
        (log.folder.folder / "last-signed").unlink()
        log.seal()
        forged = Cosigning(log.url, trusted)
        ask(forged, log)
        assert "another history" in forged.faults["w"]
        log.write(1)
        log.seal()
        ask(forged, log)
        assert "answered 422" in forged.faults["w"]
    assert "witness w" in caplog.text
    assert len(log.newest().note.signatures) == 1
    assert list(witness.folder.glob("evidence-*"))


def test_the_line_of_somebody_else_is_not_taken(
    log: SealedLog, witness: Witness, tmp_path: Path
) -> None:
    other = Witness(tmp_path / "other")
    other.begin("neighbours.example/w")
    other.watch(log.folder.signers()[0].verifier)
    log.write(1)
    log.seal()
    with served(other) as address:
        cosigning = Cosigning(log.url, trust(log, witness, address))
        ask(cosigning, log)
    assert "not signed by her key" in cosigning.faults["w"]
    assert len(log.newest().note.signatures) == 1


def test_it_goes_on_by_itself(log: SealedLog, witness: Witness) -> None:
    log.write(2)
    log.seal()
    with served(witness) as address:
        cosigning = Cosigning(log.url, trust(log, witness, address)).start()
        assert eventually(lambda: len(log.newest().note.signatures) == 2)
        cosigning.close()


def eventually(so: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
