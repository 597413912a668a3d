"""Whether the log still reads as it was sealed: entries against hashes, hashes against the root."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from psycopg.rows import tuple_row

from ledger.audit import sealed, tiles
from ledger.audit.checkpoints import trusted
from ledger.audit.flaws import Flaw
from ledger.audit.merkle import leaf
from ledger.audit.notes import NotASignedNote, Verifier
from ledger.audit.sealed import Rows
from ledger.audit.tiles import WIDTH, Place
from ledger.store.codec import entry
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import read_after

RUN: Final = 20 * WIDTH


def check_sealed(
    datastore: LedgerDatastore,
    keys: Sequence[Verifier],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[Flaw]:
    """What differs from the newest checkpoint: the first entry that does, or the checkpoint itself.

    `keys` are those of the log's folder; without any, the checkpoint's signature is not judged.
    """
    with (
        datastore.get_connection() as connection,
        connection.cursor(row_factory=tuple_row) as cursor,
    ):
        newest = sealed.newest(cursor)
        if newest is None:
            return
        size, root = newest.checkpoint.size, newest.checkpoint.root
        if keys:
            yield from _unsigned(str(newest.note).encode(), keys, size)
        grown: dict[Place, bytes] = {}
        for first in range(0, size, RUN):
            leaves = [
                leaf(entry(*row)) for row in read_after(cursor, first, min(RUN, size - first))
            ]
            other = _first_other(cursor, first, leaves, min(RUN, size - first))
            if other is not None:
                en = f"The entry is not the one that was sealed; {size} are."
                yield Flaw(other, en, f"此条与封存时的记录不符（共封存 {size} 条）。")
                return
            grown |= tiles.grown(first, grown, leaves)
            progress(first + len(leaves), size)
        if tiles.root(size, grown) != root:
            en = "The entries fit their hashes, but not the root that was signed."
            yield Flaw(size, en, "记录与哈希相符，但与已签名的根不符。")


def _unsigned(note: bytes, keys: Sequence[Verifier], size: int) -> Iterator[Flaw]:
    try:
        trusted(note, keys)
    except NotASignedNote as wrong:
        yield Flaw(size, wrong.en, wrong.zh)


def _first_other(cursor: Rows, first: int, leaves: list[bytes], width: int) -> int | None:
    """The position of the first entry whose hash is not the one that was kept, if there is one."""
    numbers = range(first // WIDTH, -(-(first + width) // WIDTH))
    kept = sealed.tiles(cursor, [Place(0, number) for number in numbers])
    hashes = tiles.split(b"".join(kept.get(Place(0, number), b"") for number in numbers))[:width]
    for at in range(width):
        if leaves[at : at + 1] != hashes[at : at + 1] or at >= len(leaves):
            return first + at + 1
    return None
