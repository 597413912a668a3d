"""Tiles (C2SP tlog-tiles): the hashes of the tree in pieces that are files, or rows of a table.

A tile holds up to 256 neighbouring hashes: of level 0 those of entries, of each level above those
of full tiles below. The levels in between are hashed anew when they are asked for. Full tiles never
change; the last one of each level, its edge, grows at its end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ledger.audit.merkle import HASH_BYTES, Range, Subtree, fold, node, subtrees

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LEVELS_MOST: Final = 8
"""Levels of a tree of 2**63 leaves, which no log outgrows."""


_NAME: Final = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Place(NamedTuple):
    """Where a tile stands: its level, and its number there."""

    level: int
    number: int


class Tile(NamedTuple):
    """A tile of a tree of some size, and how many hashes it then has."""

    place: Place
    width: int

    @property
    def path(self) -> str:
        """Its name as a file, and below a log's address."""
        return f"tile/{self.place.level}/{_numbered(self.place.number, self.width)}"


def bundle_path(number: int, width: int) -> str:
    """The name of the file with the entries whose hashes are in the tile of that number."""
    return f"tile/entries/{_numbered(number, width)}"


def number_of(name: str) -> tuple[int, int] | None:
    """The number and the width in a tile's name, such as `x001/234.p/5`; None for another name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    number = int(found[1].replace("x", "").replace("/", ""))
    width = int(found[2] or WIDTH)
    right = width <= WIDTH and _numbered(number, width) == name
    return (number, width) if right else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of the tree of that size, level after level."""
    for level in range(LEVELS_MOST):
        for number in range(-(-(size >> HEIGHT * level) // WIDTH)):
            yield Tile(place := Place(level, number), width_of(place, size))


def width_of(place: Place, size: int) -> int:
    """How many hashes a tile has in the tree of that size, of which it is one."""
    return min((size >> HEIGHT * place.level) - place.number * WIDTH, WIDTH)


def edges(size: int) -> list[Place]:
    """The tile of each level that is not full, or would come next."""
    return [Place(level, size >> HEIGHT * (level + 1)) for level in range(LEVELS_MOST)]


def grown(size: int, hashes: Mapping[Place, bytes], leaves: Iterable[bytes]) -> dict[Place, bytes]:
    """The tiles that change when leaves are added to a tree of that size, as they are then.

    `hashes` has what stands on the edges now.
    """
    changed: dict[Place, bytes] = {}
    new = b"".join(leaves)
    for edge in edges(size):
        if not new:
            break
        whole = hashes.get(edge, b"") + new
        pieces = [whole[at : at + WIDTH * HASH_BYTES]
                  for at in range(0, len(whole), WIDTH * HASH_BYTES)]  # fmt: skip
        changed |= {Place(edge.level, edge.number + i): each for i, each in enumerate(pieces)}
        new = b"".join(root_of(each) for each in pieces if len(each) == WIDTH * HASH_BYTES)
    return changed


def root(size: int, hashes: Mapping[Place, bytes]) -> bytes:
    """The root of the tree of that size, from what stands on its edges."""
    return fold(found(each, hashes) for each in subtrees(Range(0, size)))


def place_of(subtree: Subtree) -> Place:
    """The tile in which the leaves of a subtree are hashed."""
    return Place(subtree.level // HEIGHT, subtree.number << subtree.level % HEIGHT >> HEIGHT)


def found(subtree: Subtree, hashes: Mapping[Place, bytes]) -> bytes:
    """The hash of a subtree. Raises KeyError where its tile is not among them, or too short."""
    place = place_of(subtree)
    width = 1 << subtree.level % HEIGHT
    first = subtree.number * width % WIDTH
    piece = hashes[place][first * HASH_BYTES : (first + width) * HASH_BYTES]
    if len(piece) != width * HASH_BYTES:
        raise KeyError(place)
    return root_of(piece)


def root_of(hashes: bytes) -> bytes:
    """The root over as many hashes as a complete tree has leaves."""
    level = split(hashes)
    while len(level) > 1:
        level = [node(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]


def split(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _numbered(number: int, width: int) -> str:
    digits = f"{number:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"
