"""Tiles: whatever way a log grows, its tiles give the root and every proof of the plain tree."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random

import pytest

from ledger.audit.merkle import (
    EMPTY,
    HASH_BYTES,
    Range,
    Subtree,
    consistency,
    fold,
    inclusion,
    subtrees,
)
from ledger.audit.tiles import (
    WIDTH,
    Place,
    Tile,
    bundle_path,
    edges,
    found,
    grown,
    number_of,
    place_of,
    root,
    split,
    tiles_of,
)
from tests.audit.trees import Tree, entries

Tiles = dict[Place, bytes]
LARGE = Tree(entries(66_000))


def grown_at(sizes: list[int]) -> Tiles:
    """The tiles of a log that was sealed at these sizes, each step seeing the edges alone."""
    tiles: Tiles = {}
    for old, size in pairwise([0, *sizes]):
        seen = {place: tiles[place] for place in edges(old) if place in tiles}
        tiles |= grown(old, seen, LARGE.leaves[old:size])
    return tiles


def proof(tiles: Mapping[Place, bytes], ranges: Sequence[Range]) -> list[bytes]:
    return [fold(found(each, tiles) for each in subtrees(one)) for one in ranges]


@pytest.mark.parametrize(
    "sizes",
    [
        [1], [1, 2], [255], [256], [257], [255, 256, 257], [256, 512, 513], [1, 600],
        [65_535, 65_536, 65_537], [65_537], [66_000], list(range(0, 1_100, 7)),
    ],
    ids=str,
)  # fmt: skip
def test_a_log_that_grows_has_the_tiles_of_the_whole_tree(sizes: list[int]) -> None:
    size, tiles = sizes[-1], grown_at(sizes)
    assert {place: len(hashes) // HASH_BYTES for place, hashes in tiles.items()} == {
        tile.place: tile.width for tile in tiles_of(size)
    }
    assert root(size, {place: tiles[place] for place in edges(size) if place in tiles}) == (
        LARGE.root(size)
    )


def test_tiles_give_every_proof_of_the_plain_tree() -> None:
    tiles, dice = grown_at([66_000]), Random(1)
    for _ in range(300):
        size = dice.choice([dice.randint(1, 700), dice.randint(65_000, 66_000)])
        index, old = dice.randrange(size), dice.randint(1, size)
        assert proof(tiles, inclusion(index, size)) == LARGE.hashes(inclusion(index, size))
        assert proof(tiles, consistency(old, size)) == LARGE.hashes(consistency(old, size))


def test_nothing_is_the_root_of_an_empty_log() -> None:
    assert root(0, {}) == EMPTY
    assert list(tiles_of(0)) == []
    assert grown(0, {}, []) == {}


def test_a_hash_that_is_not_there_is_not_made_up() -> None:
    tiles = grown_at([300])
    with pytest.raises(KeyError):
        found(Subtree(0, 300), tiles)
    with pytest.raises(KeyError):
        found(Subtree(3, 37), tiles)
    with pytest.raises(KeyError):
        found(Subtree(0, 512), tiles)


@pytest.mark.parametrize(
    ("subtree", "place"),
    [
        (Subtree(0, 255), Place(0, 0)),
        (Subtree(0, 256), Place(0, 1)),
        (Subtree(7, 3), Place(0, 1)),
        (Subtree(8, 255), Place(1, 0)),
        (Subtree(8, 256), Place(1, 1)),
        (Subtree(16, 0), Place(2, 0)),
    ],
)
def test_a_subtree_lies_within_one_tile(subtree: Subtree, place: Place) -> None:
    assert place_of(subtree) == place


def test_a_tree_of_70000_has_the_tiles_that_the_specification_names() -> None:
    tiles = list(tiles_of(70_000))
    full = [tile.place.level for tile in tiles if tile.width == WIDTH]
    assert (full.count(0), full.count(1), len(full)) == (273, 1, 274)
    assert [tile for tile in tiles if tile.width < WIDTH] == [
        Tile(Place(0, 273), 112), Tile(Place(1, 1), 17), Tile(Place(2, 0), 1),
    ]  # fmt: skip
    assert list(tiles_of(256)) == [Tile(Place(0, 0), 256), Tile(Place(1, 0), 1)]


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "000"),
        (67, 1, "067.p/1"),
        (999, 256, "999"),
        (1_000, 255, "x001/000.p/255"),
        (1_234_067, 256, "x001/x234/067"),
    ],
)
def test_a_tile_has_the_name_that_the_specification_gives(
    number: int, width: int, path: str
) -> None:
    assert Tile(Place(0, number), width).path == f"tile/0/{path}"
    assert bundle_path(number, width) == f"tile/entries/{path}"
    assert number_of(path) == (number, width)


@pytest.mark.parametrize(
    "name",
    ["", "0", "00", "0000", "x000/000", "000.p/0", "000.p/256", "000.p/01", "000.p/300", "000/x001",
     "x1/000", "000.p/", "-01", "０００", "000\n", "../000", "x000/x000/x000/x000/x000/x000/001"],
)  # fmt: skip
def test_another_name_is_no_tile(name: str) -> None:
    assert number_of(name) is None


def test_the_hashes_of_a_tile_are_32_bytes_each() -> None:
    assert split(bytes(64)) == [bytes(32), bytes(32)]
