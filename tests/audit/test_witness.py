"""A witness cosigns what goes on from what she saw, and keeps what does not as evidence."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import httpx2
import pytest

from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import LogFolderFault
from ledger.audit.merkle import consistency
from ledger.audit.notes import Kind, Note, Signer, read
from ledger.audit.trust import Trust
from ledger.audit.witness import Reply, Witness, request
from ledger.exchange.witness_terminal import serving
from tests.audit.trees import Tree, entries

LOG = Signer("example.org/log", Kind.log, bytes(range(32)))
TREE, OTHER = Tree(entries(40)), Tree([b"another", *entries(39)])
NOW = 1_700_000_000


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    made = Witness(tmp_path / "witness")
    made.begin("neighbours.example/w")
    made.watch(LOG.verifier)
    return made


def note(size: int, tree: Tree = TREE, signer: Signer = LOG) -> str:
    text = Checkpoint(signer.name, size, tree.root(size)).text
    return str(Note(text, (signer.sign(text),)))


def asked(old: int, size: int, tree: Tree = TREE) -> bytes:
    proof = tree.hashes(consistency(old, size)) if old else []
    return request(old, proof, note(size, tree))


def add(witness: Witness, body: bytes) -> Reply:
    return witness.add_checkpoint(body, NOW)


def test_what_goes_on_is_cosigned_with_the_second_it_was_seen(witness: Witness) -> None:
    trust = Trust((LOG.verifier,), {"w": witness.signer.verifier}, quorum="w")
    seen = 0
    for size in (1, 7, 8, 8, 40):
        answer = add(witness, asked(seen, size))
        assert answer.status == 200, answer
        cosigned = (note(size) + answer.body).encode()
        assert trust.checkpoint(cosigned).size == size
        assert int.from_bytes(read(cosigned).signatures[-1].value[:8]) == NOW
        seen = size


def test_whoever_does_not_know_what_she_saw_is_told(witness: Witness) -> None:
    add(witness, asked(0, 10))
    assert add(witness, asked(0, 20)) == Reply(409, "10\n", "text/x.tlog.size")
    assert add(witness, asked(5, 20)) == Reply(409, "10\n", "text/x.tlog.size")
    assert add(witness, asked(10, 20)).status == 200
    assert add(witness, asked(0, 15)) == Reply(409, "20\n", "text/x.tlog.size")


def test_a_rewritten_history_is_not_cosigned_and_kept_as_evidence(witness: Witness) -> None:
    add(witness, asked(0, 10))
    assert add(witness, asked(10, 20, OTHER)).status == 422
    assert add(witness, asked(10, 10, OTHER)).status == 409
    evidence = [file.read_text() for file in witness.folder.glob("evidence-*")]
    assert sorted(evidence) == sorted([note(20, OTHER), note(10, OTHER)])
    assert add(witness, asked(10, 20)).status == 200


def test_no_proof_is_needed_for_the_first_and_none_is_taken(witness: Witness) -> None:
    assert add(witness, request(0, [bytes(32)], note(10))).status == 422
    assert add(witness, asked(0, 10)).status == 200
    assert add(witness, request(10, [], note(20))).status == 422
    assert add(witness, request(10, [bytes(32)], note(10))).status == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (asked(0, 5).replace(b"old 0", b"old 00"), 400),
        (asked(0, 5).replace(b"old 0", b"old -1"), 400),
        (asked(0, 5).replace(b"old", b"new"), 400),
        (asked(5, 9).replace(b"\n\n", b"\nAAAA\n\n", 1), 400),
        (request(0, [bytes(32)] * 64, note(5)), 400),
        (request(7, [], note(5)), 400),
        (asked(0, 5)[:-9], 400),
        (request(0, [], note(5, signer=Signer("x.example", Kind.log, bytes(32)))), 404),
        (request(0, [], note(5, signer=Signer(LOG.name, Kind.log, bytes(32)))), 403),
        (asked(0, 5).replace(b"\n5\n", b"\n6\n"), 403),
    ],
)
def test_what_cannot_be_cosigned_is_answered_as_the_protocol_says(
    witness: Witness, body: bytes, status: int
) -> None:
    assert add(witness, body).status == status
    assert list(witness.folder.glob("seen-*")) == []


def test_logs_are_watched_apart_and_a_log_may_change_its_key(witness: Witness) -> None:
    other = Signer("elsewhere.example/log", Kind.log, bytes(32))
    renewed = Signer(LOG.name, Kind.log, bytes([7] * 32))
    for key in (other, renewed, other):
        witness.watch(key.verifier)
    assert witness.logs == (LOG.verifier, other.verifier, renewed.verifier)
    assert add(witness, asked(0, 10)).status == 200
    assert add(witness, request(0, [], note(3, signer=other))).status == 200
    proof = TREE.hashes(consistency(10, 12))
    assert add(witness, request(10, proof, note(12, signer=renewed))).status == 200


def test_what_she_saw_is_private_and_remembered(witness: Witness) -> None:
    add(witness, asked(0, 10))
    again = Witness(witness.folder)
    assert add(again, asked(10, 20)).status == 200
    assert {file.stat().st_mode & 0o777 for file in witness.folder.iterdir()} == {0o400}


def test_a_witness_is_made_once_and_watches_logs_alone(witness: Witness, tmp_path: Path) -> None:
    with pytest.raises(LogFolderFault, match="already"):
        witness.begin("neighbours.example/w")
    with pytest.raises(LogFolderFault, match="no name"):
        Witness(tmp_path / "two").begin("a name")
    with pytest.raises(LogFolderFault, match="no key of a log"):
        witness.watch(witness.signer.verifier)
    with pytest.raises(LogFolderFault, match="No such file"):
        _ = Witness(tmp_path / "nowhere").signer


# -- over HTTP ---------------------------------------------------------------------------------


@pytest.fixture
def address(witness: Witness) -> Iterator[str]:
    with serving(witness.folder, "127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_the_protocol_is_spoken(address: str) -> None:
    with httpx2.Client(base_url=address) as client:
        first = client.post("/add-checkpoint", content=asked(0, 10))
        assert first.status_code == 200
        assert first.text.startswith("— neighbours.example/w ")
        known = client.post("/add-checkpoint", content=asked(0, 20))
        assert (known.status_code, known.text) == (409, "10\n")
        assert known.headers["content-type"] == "text/x.tlog.size"
        assert client.post("/elsewhere", content=b"").status_code == 404
        assert client.post("/add-checkpoint", content=bytes(80_000)).status_code == 400
        assert client.get("/add-checkpoint").status_code == 501


def test_of_two_logs_that_come_at_once_one_is_told_to_look_again(address: str) -> None:
    def post(size: int) -> int:
        with httpx2.Client(base_url=address) as client:
            return client.post("/add-checkpoint", content=asked(0, size)).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(post, range(1, 9))) == [200, *[409] * 7]


def test_a_witness_who_cannot_remember_cosigns_nothing(address: str, witness: Witness) -> None:
    witness.folder.chmod(0o755)
    (witness.folder / "logs").chmod(0o644)
    answer = httpx2.post(f"{address}/add-checkpoint", content=asked(0, 10))
    assert answer.status_code == 503
    assert list(witness.folder.glob("seen-*")) == []
