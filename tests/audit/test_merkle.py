"""The Merkle tree: published vectors, every tree up to 70 leaves, and the definitions."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.merkle import (
    EMPTY,
    Range,
    consistency,
    fold,
    inclusion,
    is_consistent,
    is_included,
    leaf,
    node,
)
from tests.audit.trees import Tree, entries, spoilt

VECTORS = Path(__file__).resolve().parents[2] / "../shared/vectors/rfc6962"
LEAVES_MOST = 70
TREE = Tree(entries(LEAVES_MOST))

vectors = pytest.mark.skipif(
    not VECTORS.exists(), reason="NOT COMPARED: no shared/vectors beside this checkout"
)


def vectors_of(kind: str) -> list[Any]:
    files = sorted((VECTORS / kind).rglob("*.json"))
    return [pytest.param(file, id=str(file.relative_to(VECTORS))) for file in files] or [
        pytest.param(None, marks=vectors)
    ]


def hashed(texts: list[str] | None) -> list[bytes]:
    return [b64decode(text) for text in texts or ()]


@vectors
def test_there_are_as_many_vectors_as_were_published() -> None:
    counts = [len(list((VECTORS / kind).rglob("*.json"))) for kind in ("inclusion", "consistency")]
    assert counts == [98, 98]


@pytest.mark.parametrize("file", vectors_of("inclusion"))
def test_inclusion_is_judged_as_published(file: Path) -> None:
    told = json.loads(file.read_text(encoding="utf-8"))
    accepted = is_included(
        b64decode(told["leafHash"]), told["leafIdx"], told["treeSize"],
        hashed(told["proof"]), b64decode(told["root"]),
    )  # fmt: skip
    assert accepted is not told["wantErr"]


@pytest.mark.parametrize("file", vectors_of("consistency"))
def test_consistency_is_judged_as_published(file: Path) -> None:
    told = json.loads(file.read_text(encoding="utf-8"))
    accepted = is_consistent(
        told["size1"], told["size2"], hashed(told["proof"]),
        b64decode(told["root1"]), b64decode(told["root2"]),
    )  # fmt: skip
    assert accepted is not told["wantErr"]


# The tree of the RFC's own test vectors (Certificate Transparency), facts that many projects check.
KNOWN_LEAVES = [
    b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57", bytes(range(0x60, 0x70)),
]  # fmt: skip
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_known_tree_has_its_known_roots(size: int) -> None:
    assert Tree(KNOWN_LEAVES).root(size).hex() == KNOWN_ROOTS[size]


def test_a_root_is_what_the_definition_says() -> None:
    a, b, c = (leaf(entry) for entry in (b"a", b"b", b"c"))
    assert a == sha256(b"\x00a").digest()
    assert node(a, b) == sha256(b"\x01" + a + b).digest()
    assert fold([node(a, b), c]) == node(node(a, b), c)
    assert fold([]) == EMPTY == sha256(b"").digest()


def test_ranges_of_a_proof_are_those_of_the_definition() -> None:
    assert inclusion(6, 7) == [Range(4, 6), Range(0, 4)]  # RFC 6962 section 2.1.3
    assert inclusion(3, 7) == [Range(2, 3), Range(0, 2), Range(4, 7)]
    assert consistency(3, 7) == [Range(2, 3), Range(3, 4), Range(0, 2), Range(4, 7)]
    assert consistency(4, 7) == [Range(4, 7)]
    assert consistency(6, 7) == [Range(4, 6), Range(6, 7), Range(0, 4)]
    assert consistency(7, 7) == []


# -- every tree of up to 70 leaves -------------------------------------------------------------


@pytest.mark.parametrize("size", range(1, LEAVES_MOST + 1))
def test_every_leaf_is_proven_and_no_spoilt_proof_is_believed(size: int) -> None:
    root = TREE.root(size)
    for index in range(size):
        proof = TREE.hashes(inclusion(index, size))
        right = TREE.leaves[index]
        assert is_included(right, index, size, proof, root)
        assert not is_included(leaf(b"another"), index, size, proof, root)
        assert not is_included(right, index, size, proof, TREE.root(size - 1))
        assert not is_included(right, index, size + LEAVES_MOST, proof, root)
        for wrong in spoilt(proof):
            assert not is_included(right, index, size, wrong, root)
        others = [other for other in range(-1, size + 1) if other != index]
        assert not any(is_included(right, other, size, proof, root) for other in others)


@pytest.mark.parametrize("size", range(1, LEAVES_MOST + 1))
def test_every_beginning_is_proven_and_no_spoilt_proof_is_believed(size: int) -> None:
    root = TREE.root(size)
    for old in range(1, size + 1):
        proof, old_root = TREE.hashes(consistency(old, size)), TREE.root(old)
        assert is_consistent(old, size, proof, old_root, root)
        assert not is_consistent(old, size, proof, leaf(b"another"), root)
        assert not is_consistent(old, size, proof, old_root, leaf(b"another"))
        for wrong in spoilt(proof):
            assert not is_consistent(old, size, wrong, old_root, root)
        for other in range(1, size + 1):
            believed = is_consistent(other, size, proof, TREE.root(other), root)
            assert believed is (other == old)
            assert not is_consistent(old, other, proof, old_root, TREE.root(other)) or other == size


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (5, 3)])
def test_no_leaf_is_proven_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"leaf {index} is not in a tree of {size}"):
        inclusion(index, size)
    assert not is_included(leaf(b""), index, size, [], leaf(b""))


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 3), (-1, 3), (4, 3)])
def test_nothing_is_proven_of_no_leaves_nor_of_a_shorter_tree(old: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"a tree of {old} does not begin one of {size}"):
        consistency(old, size)
    assert not is_consistent(old, size, [], EMPTY, EMPTY)


def test_trees_may_be_as_large_as_a_log_can_get() -> None:
    size = 2**63 - 1
    assert len(inclusion(0, size)) == 63
    assert len(consistency(2**62 + 1, size)) == 64
