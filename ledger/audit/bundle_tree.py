"""Whether the entries of a bundle lead to the signed root, to its tiles, and to what was kept.

Where they do not lead to the root, the tiles, an earlier checkpoint or a receipt tell where the
first bad entry is; without any of them, only that there is one.
"""

from typing import NamedTuple

from ledger.audit import receipts
from ledger.audit.bundle import Bundle
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.merkle import HASH_BYTES, leaf
from ledger.audit.notes import NotASignedNote
from ledger.audit.report import Check, Report
from ledger.audit.tiles import WIDTH, Place, Tile, grown, root, split, tiles_of
from ledger.audit.trust import Trust

Tiles = dict[Place, bytes]


class Kept(NamedTuple):
    """A checkpoint or a receipt that somebody has kept, and the name of its file."""

    name: str
    data: bytes


def check_tree(bundle: Bundle, checkpoint: Checkpoint, tiles: Tiles, report: Report) -> None:
    """Compare the tree of the entries with the signed root and with the tiles."""
    size = checkpoint.size
    whole = size_of(tiles) == size
    right = whole and root(size, tiles) == checkpoint.root
    stored = _stored(bundle, size)
    if right:
        for tile in tiles_of(size):
            if stored.get(tile.place) != tiles[tile.place]:
                en = "The tile is not that of the entries, which are as they were signed."
                report.find(Check.tree, tile.path, en, "此哈希文件与记录不符；记录与签名一致。")
        return
    if _leads_to(stored, checkpoint):
        position = _first_other(tiles, stored, size)
        en = "The first entry that is not the one that was signed."
        report.find(Check.tree, str(position), en, "从此条起与已签名的记录不符。")
    elif whole:
        en = (
            "The entries do not lead to the signed root, nor do the tiles: something among them "
            "was changed."
        )
        report.find(Check.tree, "root", en, "记录与哈希文件都得不出已签名的根：其中有改动。")


def _stored(bundle: Bundle, size: int) -> Tiles:
    """The tiles that lie there; those that are missing or too short are not among them."""
    stored: Tiles = {}
    for place, width in tiles_of(size):
        try:
            hashes = bundle.file(Tile(place, width).path)
        except OSError:
            continue
        if len(hashes) == width * HASH_BYTES:
            stored[place] = hashes
    return stored


def _leads_to(stored: Tiles, checkpoint: Checkpoint) -> bool:
    """Whether the hashes of entries, as the tiles have them, lead to the signed root."""
    size = checkpoint.size
    lowest = [stored.get(Place(0, number)) for number in range(-(-size // WIDTH))]
    if None in lowest:
        return False
    leaves = split(b"".join(each for each in lowest if each))
    return root(size, grown(0, {}, leaves)) == checkpoint.root


def _first_other(tiles: Tiles, stored: Tiles, size: int) -> int:
    """The position of the first entry whose hash is not that of the tile."""
    for number in range(-(-size // WIDTH)):
        ours = split(tiles.get(Place(0, number), b""))
        for at, theirs in enumerate(split(stored[Place(0, number)])):
            if at >= len(ours) or ours[at] != theirs:
                return number * WIDTH + at + 1
    return size


def size_of(tiles: Tiles) -> int:
    """How many entries these tiles are of."""
    return sum(len(hashes) // HASH_BYTES for place, hashes in tiles.items() if place.level == 0)


# -- what was kept from before -----------------------------------------------------------------


def check_earlier(
    kept: Kept, trust: Trust, checkpoint: Checkpoint, tiles: Tiles, report: Report
) -> None:
    """The log goes on from a checkpoint that was kept."""
    report.earlier += 1
    try:
        before = trust.checkpoint(kept.data)
    except NotASignedNote as wrong:
        report.find(Check.earlier, kept.name, wrong.en, wrong.zh)
        return
    if before.origin != checkpoint.origin:
        _check_former(kept, before, tiles, report)
    elif before.size > checkpoint.size:
        en = (
            f"{before.size} entries were signed before, now there are {checkpoint.size}: the end "
            "was cut off."
        )
        zh = f"此前已签名 {before.size} 条，现在只有 {checkpoint.size} 条：末尾被截断。"
        report.find(Check.earlier, kept.name, en, zh)
    elif _root(tiles, before.size) != before.root:
        en = (
            f"The first {before.size} entries are not those that were signed then: one of them "
            "was changed, or you were shown another history."
        )
        zh = f"前 {before.size} 条与当时签名的不符：其中有改动，或向您出示的是另一份历史。"
        report.find(Check.earlier, kept.name, en, zh)


def _check_former(kept: Kept, before: Checkpoint, tiles: Tiles, report: Report) -> None:
    """A checkpoint of another name holds, if the log says that it had it and nothing is lost."""
    left = next((at for at in report.log.begun if at.event.before.origin == before.origin), None)
    if left is None:
        en = f"It is of another log, {before.origin}."
        report.find(Check.earlier, kept.name, en, f"属于另一日志 {before.origin}。")
    elif _root(tiles, before.size) != before.root:
        en = (
            f"Not all of the {before.size} entries that were signed then are here: at position "
            f"{left.position} this log was begun anew ({left.event.reason}), by two persons."
        )
        zh = (
            f"当时签名的 {before.size} 条不全在此：日志在位置 {left.position} "
            f"由两人以新名称重新开始（{left.event.reason}）。"
        )
        report.find(Check.earlier, kept.name, en, zh)


def _root(tiles: Tiles, size: int) -> bytes | None:
    """The root of the first entries; None if not all of them can be read."""
    return root(size, tiles) if size_of(tiles) >= size else None


def check_receipt(kept: Kept, trust: Trust, tiles: Tiles, report: Report) -> None:
    """A receipt that was kept holds, and the log says the same at its place."""
    report.receipts += 1
    try:
        receipt = receipts.read(kept.data)
        receipts.believed(receipt, trust)
    except NotASignedNote as wrong:
        report.find(Check.receipts, kept.name, wrong.en, wrong.zh)
        return
    number, at = divmod(receipt.index, WIDTH)
    here = split(tiles.get(Place(0, number), b""))
    if at >= len(here) or here[at] != leaf(receipt.entry):
        position = receipt.index + 1
        en = f"The receipt holds, but this log says something else at position {position}."
        zh = f"收据有效，但此日志在位置 {position} 的内容与收据不同。"
        report.find(Check.receipts, kept.name, en, zh)
