"""Trees of up to 300 leaves: what we prove, strangers find proven; what is wrong, they refuse."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from ledger.audit.checkpoints import parse
from ledger.audit.merkle import (
    HASH_BYTES,
    consistency,
    inclusion,
    is_consistent,
    is_included,
    leaf,
)
from ledger.audit.notes import read as read_note
from ledger.audit.tiles import tiles_of
from tests.audit.bundles import OURS, THEIRS, entries_of, note, sealed
from tests.audit.judges import JUDGES, Judge, Question, verdicts
from tests.audit.trees import Tree, entries, spoilt

ENTRIES = entries(300)
TREE = Tree(ENTRIES)
SIZES = sorted({1, 2, 3, 255, 256, 257, 300, *Random(6962).sample(range(4, 300), 50)})
KEY = str(OURS.verifier)


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return JUDGES["go"](tmp_path_factory.mktemp("go"))


@pytest.fixture(scope="module", params=JUDGES)
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return JUDGES[request.param](tmp_path_factory.mktemp("judge"))


def changed(right: Question, dice: Random) -> Iterator[Question]:
    """The question with one thing in it changed."""
    proofs = [each for each in spoilt(right["proof"]) if {*map(len, each)} <= {HASH_BYTES}]
    yield from (right | {"proof": each} for each in dice.sample(proofs, min(4, len(proofs))))
    yield right | {"root": TREE.root(right["size"] - 1)}
    yield right | {"size": right["size"] + 1}
    yield right | {"index": right["index"] + 1}
    yield right | {"entry": b"another", "hash": leaf(b"another")}


def of_inclusion() -> Iterator[Question]:
    for size in SIZES:
        for index in Random(size).sample(range(size), min(4, size)):
            right = {
                "kind": "inclusion", "size": size, "root": TREE.root(size), "index": index,
                "entry": ENTRIES[index], "hash": TREE.leaves[index],
                "proof": TREE.hashes(inclusion(index, size)),
            }  # fmt: skip
            yield right
            yield from changed(right, Random(size))


def of_consistency() -> Iterator[Question]:
    for size in SIZES:
        for old in Random(size).sample(range(1, size + 1), min(4, size)):
            right = {
                "kind": "consistency", "size": size, "root": TREE.root(size), "index": old,
                "hash": TREE.root(old), "proof": TREE.hashes(consistency(old, size)),
            }  # fmt: skip
            yield right
            yield from changed(right, Random(size))


def test_they_find_included_what_we_do(judge: Judge) -> None:
    asked = [*of_inclusion()]
    ours = [
        is_included(each["hash"], each["index"], each["size"], each["proof"], each["root"])
        for each in asked
    ]
    assert ours.count(True) >= 200
    assert ours.count(False) >= 1_400
    assert verdicts(judge, asked) == ours


def test_go_finds_consistent_what_we_do(go: Judge) -> None:
    asked = [*of_consistency()]
    ours = [
        is_consistent(each["index"], each["size"], each["proof"], each["hash"], each["root"])
        for each in asked
    ]
    assert ours.count(True) >= 200
    assert ours.count(False) >= 1_400
    assert verdicts(go, asked) == ours


def test_they_open_our_checkpoints_and_no_others(judge: Judge) -> None:
    right = [note(ENTRIES[:size]) for size in SIZES]
    edited = [each.replace(b"\n", b"\n1", 1) for each in right]
    theirs = [note(ENTRIES[:size], THEIRS) for size in SIZES]
    asked = [
        {"kind": "note", "note": each.decode(), "key": KEY} for each in (*right, *edited, *theirs)
    ]
    assert verdicts(judge, asked) == [True] * len(right) + [False] * 2 * len(right)


def test_go_reads_our_tiles_and_finds_each_that_is_wrong(go: Judge, tmp_path: Path) -> None:
    asked, ours = [], []
    for size in SIZES:
        folder = sealed(tmp_path / f"{size}", ENTRIES[:size])
        right = {
            "kind": "tiles", "folder": str(folder), "size": size, "root": TREE.root(size),
            "proof": TREE.leaves[:size],
        }  # fmt: skip
        asked += [right, right | {"root": TREE.root(size - 1)}]
        ours += [True, False]
        for path in (each.path for each in tiles_of(size)):
            other = tmp_path / f"{size}-{len(asked)}"
            copytree(folder, other)
            spoil(other / path, Random(size))
            asked.append(right | {"folder": str(other)})
            ours.append(False)
    assert verdicts(go, asked) == ours


def spoil(file: Path, dice: Random) -> None:
    content = bytearray(file.read_bytes())
    content[dice.randrange(len(content))] ^= 1
    file.write_bytes(content)


def test_they_find_the_log_of_a_town_as_it_was_sealed(
    judge: Judge, go: Judge, bundles: dict[int, tuple[Path, str]]
) -> None:
    notes, tiles = [], []
    for folder, key in bundles.values():
        note = (folder / "checkpoint").read_bytes()
        told = parse(read_note(note))
        notes.append({"kind": "note", "note": note.decode(), "key": key})
        right = {"kind": "tiles", "folder": str(folder), "size": told.size, "root": told.root}
        tiles.append(right | {"proof": Tree(entries_of(folder)).leaves})
    assert verdicts(judge, notes) == [True] * len(bundles)
    assert verdicts(go, tiles) == [True] * len(bundles)
