"""Sealing: what was added to the log goes into the tree, and its checkpoint is signed.

One sealer at a time, in this order: the new hashes are computed, what will be signed is written to
the log's folder, and then the database keeps tiles and checkpoint. What is interrupted between is
done again, to the same bytes. It signs nothing that does not go on from what it signed last: a log
that was put back from a backup, or whose beginning reads otherwise, is refused, loudly.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.audit import sealed, tiles
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.log_folder import Erased, LogFolder
from ledger.audit.merkle import leaf
from ledger.audit.notes import Note, Verifier
from ledger.audit.sealed import Rows, Sealed
from ledger.audit.told import ToldInBoth
from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.rights_records import PersonErased
from ledger.store.codec import decode_event, entry
from ledger.store.recorder import Row, read_after

ERASED: Final = NAME_OF_EVENT[PersonErased]
RUN_MOST: Final = 5_000
"""Entries under one checkpoint, unless more were signed at once."""
ALONE: Final = "SELECT pg_advisory_xact_lock(4846791004)"
FLUSHED_LATER: Final = "SET LOCAL synchronous_commit = off"
"""The sealer need not wait for the disk: what a power cut takes away is made anew, see above."""


class SealingRefused(ToldInBoth):
    """The log does not go on from what was signed last."""


class Sealer:
    """Signs what is new."""

    def __init__(self, folder: LogFolder) -> None:
        self._folder = folder

    @property
    def verifiers(self) -> Sequence[Verifier]:
        """The public keys of those that sign now. Raises LogFolderFault."""
        return [signer.verifier for signer in self._folder.signers()]

    def seal(self, connection: Connection[Any]) -> Checkpoint | None:
        """The next checkpoint, signed and kept; None if nothing is new, or there is no key yet.

        Raises SealingRefused, LogFolderFault, psycopg.Error.
        """
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(ALONE)
            cursor.execute(FLUSHED_LATER)
            return self._seal(cursor)

    def _seal(self, cursor: Rows) -> Checkpoint | None:
        signers = self._folder.signers()
        before, mine = sealed.newest(cursor), self._folder.last()
        if not signers:
            if before is not None:
                raise _forgotten(before.checkpoint)
            return None
        origin = signers[0].name
        size = before.checkpoint.size if before else 0
        rows = self._new(cursor, size, _wanted(origin, before, mine))
        there = sealed.tiles(cursor, tiles.edges(size))
        if before is not None and tiles.root(size, there) != before.checkpoint.root:
            raise _rewritten(before.checkpoint)
        if not rows:
            return None
        grown = tiles.grown(size, there, (leaf(entry(*row)) for row in rows))
        size += len(rows)
        checkpoint = Checkpoint(origin, size, tiles.root(size, there | grown))
        if mine is not None and mine.size == size and mine != checkpoint:
            raise _rewritten(mine)
        text = checkpoint.text
        note = Note(text, tuple(signer.sign(text) for signer in signers))
        if erased := list(_erased(rows)):
            self._folder.note_erased(erased)
        self._folder.remember(note)
        sealed.keep(cursor, grown, size, note)
        return checkpoint

    def _new(self, cursor: Rows, size: int, wanted: int | None) -> list[Row]:
        """The entries that come next. What was signed once is taken whole, so that it is again."""
        rows = read_after(cursor, size, wanted or RUN_MOST)
        if wanted and len(rows) < wanted:
            raise _put_back(size + len(rows), size + wanted)
        for position, row in enumerate(rows, start=size + 1):
            if row[0] != position:
                raise _missing(position)
        return rows


def _erased(rows: Sequence[Row]) -> Iterator[Erased]:
    for position, _, _, _, name, state in rows:
        if name == ERASED and isinstance(event := decode_event(name, state), PersonErased):
            yield Erased(position, event.person, event.basis)


def _wanted(origin: str, before: Sealed | None, mine: Checkpoint | None) -> int | None:
    """How many entries must come next, because they were signed already; None for any number.

    The folder is written first, so it may be ahead of the database; never behind.
    """
    sealed_size = before.checkpoint.size if before else 0
    if mine is None:
        if before is not None and before.checkpoint.origin == origin:
            raise _forgotten(before.checkpoint)
        return None
    if mine.size < sealed_size:
        raise _forgotten(before.checkpoint if before else mine)
    if mine.size > sealed_size:
        return mine.size - sealed_size
    if before is not None and before.checkpoint != mine:
        raise _rewritten(mine)
    return None


# -- why not -----------------------------------------------------------------------------------

_REMEDY_EN: Final = (
    "If entries are lost for good, two persons let the log begin anew under another name (jiefang "
    "log new-origin), and whoever holds receipts of the old one sees that. If this is another "
    "ledger on purpose, give its log a folder of its own (LEDGER_LOG_DIR)."
)
_REMEDY_ZH: Final = (
    "如记录确已丢失，须由两人办理，以新名称重新开始日志（jiefang log new-origin），"
    "持有旧收据的人可以看出。"
    "如确是另一账本，请用 LEDGER_LOG_DIR 为其日志另设目录。"
)


def _put_back(there: int, signed: int) -> SealingRefused:
    return SealingRefused(
        f"The log has {there} entries, but {signed} were signed: it was put back from a backup, "
        f"or its end was cut off. {_REMEDY_EN}",
        f"日志只有 {there} 条，而已签名 {signed} 条：日志曾从备份恢复，或末尾被截断。{_REMEDY_ZH}",
    )


def _rewritten(signed: Checkpoint) -> SealingRefused:
    return SealingRefused(
        f"The first {signed.size} entries are not those that were signed: something in them was "
        f"changed. Run jiefang verify. {_REMEDY_EN}",
        f"前 {signed.size} 条与已签名的不符：其中有改动。请运行 jiefang verify。{_REMEDY_ZH}",
    )


def _forgotten(sealed_one: Checkpoint) -> SealingRefused:
    return SealingRefused(
        f"{sealed_one.size} entries of {sealed_one.origin} were sealed, but the log's folder does "
        f"not remember having signed them. Put the folder back as it was. {_REMEDY_EN}",
        f"{sealed_one.origin} 已封存 {sealed_one.size} 条，但日志目录中没有相应的签名记录。"
        f"请恢复原来的日志目录。{_REMEDY_ZH}",
    )


def _missing(position: int) -> SealingRefused:
    return SealingRefused(
        f"There is no entry at position {position}: it was removed. Run jiefang verify.",
        f"位置 {position} 没有记录：已被删除。请运行 jiefang verify。",
    )
