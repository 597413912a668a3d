"""Logs: the events of a ledger or of a bundle, one after another, from the first to the last.

Of a bundle the tree is hashed on the way, and the entries must lead to the root of its checkpoint.
Who signed that is what `verify` asks, of the same files.
"""

from collections.abc import Iterator
from typing import Final

from ledger.audit.bundle import CHECKPOINT, Bundle, Progress
from ledger.audit.checkpoints import Checkpoint, parse
from ledger.audit.entry_rows import NotAnEntry, row_of
from ledger.audit.merkle import leaf
from ledger.audit.notes import NotASignedNote, read
from ledger.audit.reader import UNREADABLE
from ledger.audit.tiles import WIDTH, Place, edges, grown, root
from ledger.audit.told import ToldInBoth
from ledger.store.codec import Recorded, decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder

RUN: Final = 5_000


class LogBroken(ToldInBoth):
    """A log cannot be read, or is not the one that it is said to be."""


class Tree:
    """The tree over entries as they are read; what it keeps is its edge."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: dict[Place, bytes] = {}

    def add(self, entries: list[bytes]) -> None:
        """Hash the entries that come next."""
        tiles = self._edge | grown(self.size, self._edge, map(leaf, entries))
        self.size += len(entries)
        self._edge = {place: tiles[place] for place in edges(self.size) if place in tiles}

    @property
    def root(self) -> bytes:
        """The root over all that was read."""
        return root(self.size, self._edge)


def checkpoint_of(data: bytes) -> Checkpoint:
    """What a checkpoint says, whoever signed it. Raises LogBroken."""
    try:
        return parse(read(data))
    except NotASignedNote as wrong:
        raise LogBroken(wrong.en, wrong.zh) from None


def of_bundle(
    bundle: Bundle,
    progress: Progress = lambda _done, _total: None,
    earlier: Checkpoint | None = None,
) -> Iterator[Recorded]:
    """The events of a bundle. Raises LogBroken where they lead to another root than its own.

    An `earlier` checkpoint must be of the same log, which goes on from it.
    """
    checkpoint, tree = checkpoint_of(bundle.file(CHECKPOINT)), Tree()
    if earlier is not None:
        _must_come_before(earlier, checkpoint)
    for first in range(0, checkpoint.size, WIDTH):
        entries = _entries(bundle, first, checkpoint.size)
        _grow(tree, entries, earlier)
        for position, entry in enumerate(entries, start=first + 1):
            yield _event(entry, position)
        progress(tree.size, checkpoint.size)
    _must_be_at(tree, checkpoint)


def of_ledger(
    datastore: LedgerDatastore, progress: Progress = lambda _done, _total: None
) -> Iterator[Recorded]:
    """The events of a ledger, as they stand in its database."""
    recorder, after = LedgerRecorder(datastore), 0
    total = recorder.max_notification_id() or 0
    while run := recorder.read(after, RUN):
        for row in run:
            yield decode(*row)
        after = run[-1][0]
        progress(after, total)


def _entries(bundle: Bundle, first: int, size: int) -> list[bytes]:
    try:
        entries = bundle.entries(first // WIDTH, size)
    except (OSError, ValueError):
        entries = []
    if len(entries) == min(WIDTH, size - first):
        return entries
    raise LogBroken(
        f"The entries behind {first} are not all there: run jiefang verify.",
        f"第 {first} 条之后的记录不完整，请运行 jiefang verify。",
    )


def _grow(tree: Tree, entries: list[bytes], earlier: Checkpoint | None) -> None:
    """Hash the entries; where the earlier checkpoint ends, the root must be its own."""
    here = 0 if earlier is None else min(max(earlier.size - tree.size, 0), len(entries))
    tree.add(entries[:here])
    if earlier is not None and tree.size == earlier.size:
        _must_be_at(tree, earlier)
    tree.add(entries[here:])


def _event(entry: bytes, position: int) -> Recorded:
    try:
        return decode(*row_of(entry))
    except (NotAnEntry, *UNREADABLE):
        raise LogBroken(
            f"The entry at {position} cannot be read: run jiefang verify.",
            f"位置 {position} 的记录无法读取，请运行 jiefang verify。",
        ) from None


def _must_come_before(earlier: Checkpoint, later: Checkpoint) -> None:
    if earlier.origin != later.origin:
        raise LogBroken(
            f"Two logs: {earlier.origin} and {later.origin}.",
            f"这是两份日志：{earlier.origin} 与 {later.origin}。",
        )
    if earlier.size > later.size:
        raise LogBroken(
            f"The first has {earlier.size} entries, the second {later.size}: name the older first.",
            f"前者有 {earlier.size} 条，后者只有 {later.size} 条：请先写较早的一份。",
        )


def _must_be_at(tree: Tree, checkpoint: Checkpoint) -> None:
    if tree.root != checkpoint.root:
        raise LogBroken(
            f"Two histories: the first {checkpoint.size} entries are not those that the checkpoint "
            "of that size was signed for. Keep both, and ask who changed the log.",
            f"这是两份历史：前 {checkpoint.size} 条与该检查点签署时的记录不同。"
            "请保留双方文件，并追查谁改动了日志。",
        )
