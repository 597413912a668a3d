"""The Merkle tree over the log, by RFC 6962 section 2.1 (and RFC 9162), whose words are used here.

A proof is a list of hashes, each of a range of leaves. Which ranges those are depends on sizes
alone, so they are told first (`inclusion`, `consistency`) and whoever keeps the tree looks them
up: a range is made of complete subtrees (`subtrees`), and `fold` makes one hash of theirs. To
verify is the same walk with the hashes in hand. Nothing is kept here; leaves are counted from 0.

A consistency proof does not say which sizes it is about: two signed checkpoints do, each with its
root.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from hashlib import sha256
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
EMPTY: Final = sha256().digest()
"""The root of the tree without leaves."""


class Range(NamedTuple):
    """The leaves from `begin` up to, but not including, `end`."""

    begin: int
    end: int


class Subtree(NamedTuple):
    """Of the complete subtrees with 2**level leaves, the one with this number, from 0 on."""

    level: int
    number: int


def leaf(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def subtrees(leaves: Range) -> Iterator[Subtree]:
    """The complete subtrees, largest first, of a range that `inclusion` or `consistency` names.

    Of the range from 0 on they are those of a whole tree.
    """
    begin, end = leaves
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield Subtree(level, begin >> level)
        begin += 1 << level


def fold(hashes: Iterable[bytes]) -> bytes:
    """The hash of a range, from those of its subtrees."""
    last, *others = [*hashes][::-1] or [EMPTY]
    return reduce(lambda right, left: node(left, right), others, last)


def inclusion(index: int, size: int) -> list[Range]:
    """What proves a leaf of the tree of that size, from its neighbour up; ValueError if none."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _beside(Range(index, index + 1), size)


def consistency(old: int, size: int) -> list[Range]:
    """What proves that the tree of `old` leaves begins that of `size`.

    Raises ValueError unless 0 < old ≤ size: of no leaves nothing is proven.
    """
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} does not begin one of {size}")
    last = _last(old, size)
    return [last, *_beside(last, size)] if last.begin else _beside(last, size)


def is_included(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from the leaf to the root of the tree of that size."""
    if not 0 <= index < size or len(leaf_hash) != HASH_BYTES:
        return False
    ranges = inclusion(index, size)
    if len(ranges) != len(proof):
        return False
    return _climb(leaf_hash, index, zip(ranges, proof, strict=True)) == root


def is_consistent(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> bool:
    """Whether the proof leads to both roots, so that the old tree is how the other began."""
    if not 0 < old <= size or any(len(each) != HASH_BYTES for each in proof):
        return False
    ranges = consistency(old, size)
    if len(ranges) != len(proof):
        return False
    begin = _last(old, size).begin
    steps = [*zip(ranges, proof, strict=True)]
    first = steps.pop(0)[1] if begin else old_root
    before = [step for step in steps if step[0].end <= begin]
    return _climb(first, begin, before) == old_root and _climb(first, begin, steps) == root


def _last(old: int, size: int) -> Range:
    """The last leaves of the old tree that are a subtree of the other one too."""
    return Range(0 if old == size else old & (old - 1), old)


def _beside(inner: Range, size: int) -> list[Range]:
    """What stands beside a subtree, and beside what holds it, up to the whole tree."""
    begin, end = 0, size
    ranges = []
    while (begin, end) != inner:
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        if inner.end <= middle:
            ranges.append(Range(middle, end))
            end = middle
        else:
            ranges.append(Range(begin, middle))
            begin = middle
    return ranges[::-1]


def _climb(first: bytes, begin: int, steps: Iterable[tuple[Range, bytes]]) -> bytes:
    result = first
    for beside, its_hash in steps:
        if beside.end <= begin:
            begin = beside.begin
            result = node(its_hash, result)
        else:
            result = node(result, its_hash)
    return result
