"""A tree that is kept whole, for tests: slow, and as RFC 6962 defines it."""

from collections.abc import Sequence
from itertools import pairwise

from ledger.audit.merkle import Range, fold, leaf, node, subtrees


class Tree:
    """Every complete subtree of some leaves."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.leaves = [leaf(entry) for entry in entries]
        self._levels = [self.leaves]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([node(left, right) for left, right in pairs])

    def hashes(self, ranges: Sequence[Range]) -> list[bytes]:
        """What a proof of these ranges holds."""
        return [
            fold(self._levels[level][number] for level, number in subtrees(each)) for each in ranges
        ]

    def root(self, size: int) -> bytes:
        """The root of the tree of the first leaves."""
        return fold(self._levels[level][number] for level, number in subtrees(Range(0, size)))


def entries(count: int) -> list[bytes]:
    """Entries that differ."""
    return [b"entry %d" % number for number in range(count)]


def spoilt(proof: Sequence[bytes]) -> list[list[bytes]]:
    """The proof with one bit changed, at each place in turn; cut, lengthened, its bytes shifted."""
    wrong = []
    for place, each in enumerate(proof):
        for bit in range(0, 8 * len(each), 37):
            changed = (int.from_bytes(each) ^ 1 << bit).to_bytes(len(each))
            wrong.append([*proof[:place], changed, *proof[place + 1 :]])
        wrong += [
            [*proof[:place], *proof[place + 1 :]],
            [*proof[:place], each, *proof[place:]],
            [*proof[:place], each[:-1], *proof[place + 1 :]],
            [*proof[:place], each + b"\x00", *proof[place + 1 :]],
        ]
    wrong += [
        [*proof[:place], one[:-1], one[-1:] + two, *proof[place + 2 :]]
        for place, (one, two) in enumerate(pairwise(proof))
    ]
    return [*wrong, [*proof, bytes(32)], [bytes(32), *proof]]
