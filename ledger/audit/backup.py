"""A backup: the ledger's tables as a signed folder; and the way back, which proves the log.

    checkpoint        the newest signed checkpoint, as far as the log had been signed
    columns           a line for each table: its name, and its columns as they stand in its file
    table/<name>      its rows as COPY writes them, in binary; all tables as of one moment
    files, manifest   see `signed_files`

Read models are not in it, since they are folded from the log; nor are the keys, which are in no
backup; nor what lets somebody in for a while. A token or a session that was ended since the backup
would otherwise be in force again.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import Connection, sql
from psycopg.errors import UndefinedColumn, UndefinedTable
from psycopg.rows import tuple_row

from ledger.audit import sealed
from ledger.audit.checkpoints import SIZE_MOST, Checkpoint, trusted
from ledger.audit.log_folder import LogFolder
from ledger.audit.logs import Tree
from ledger.audit.notes import Verifier
from ledger.audit.sealed import Rows
from ledger.audit.signed_files import (
    PART_BYTES,
    Progress,
    SignedFolder,
    Writer,
    check,
    new_folder,
    unseen,
)
from ledger.audit.told import ToldInBoth
from ledger.store.codec import entry
from ledger.store.recorder import read_after

KIND: Final = "jiefang-ledger/backup@v1"
CHECKPOINT: Final = "checkpoint"
COLUMNS: Final = "columns"
RUN: Final = 5_000

TABLES: Final = (
    *("ledger.stored_events", "ledger.batches", "ledger.command_keys"),
    *("vault.person_key", "vault.paper", "vault.search_key", "vault.forgotten"),
    *("vault.ledger_key", "vault.retired_key", "vault.view"),
    *("access.account", "access.slip", "access.card", "access.external"),
    *("proof.tiles", "proof.checkpoints", "proof.cosignatures"),
)
"""In the order in which they are put back: what refers to another comes after it."""
LEFT_OUT: Final = frozenset(
    {
        *("ledger.scripts", "ledger.book", "ledger.notification_tracking", "ledger.read_models"),
        *("ledger.tokens", "access.session", "access.pending", "access.attempt"),
    }
)
"""The schema's own, the epoch's, and what lets somebody in for a while."""

_COLUMNS: Final = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_BYTES: Final = "SELECT sum(pg_table_size(name::regclass)) FROM unnest(%s::text[]) AS t (name)"
"""About as many as a backup will have."""
_BEGUN: Final = "SELECT EXISTS (SELECT FROM ledger.stored_events)"
_ANOTHER_EPOCH: Final = """
UPDATE ledger.book SET epoch = gen_random_uuid(), kind = (
    SELECT convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'kind'
    FROM ledger.stored_events WHERE notification_id = 1)
"""
_NUMBERED_ON: Final = """
SELECT setval(pg_get_serial_sequence('access.external', 'id'), max(id)) FROM access.external
"""

Bar = Callable[[str], AbstractContextManager[Progress]]
"""Given a title, something to be told how much of how much is done."""


class BackupFault(ToldInBoth):
    """A backup cannot be put back."""


class Restored(NamedTuple):
    """How many entries came back, and what was signed last as the log's folder remembers it."""

    size: int
    signed: Checkpoint | None

    @property
    def goes_on(self) -> bool:
        """Whether everything that was signed came back, so that the log goes on from it."""
        return self.signed is not None and self.signed.size <= self.size


# -- writing -----------------------------------------------------------------------------------


def write(
    connection: Connection[Any],
    keys: LogFolder,
    folder: Path,
    progress: Progress = unseen,
) -> Checkpoint:
    """Write every table as of one moment into a folder that is not there yet.

    Raises NotASignedNote if nothing was sealed, LogFolderFault, FileExistsError, psycopg.Error.
    """
    signers = keys.signers()
    with sealed.one_moment(connection) as (cursor, found), new_folder(folder) as writer:
        writer.write(CHECKPOINT, str(found.note).encode())
        _write_tables(cursor, writer, progress)
        writer.sign(KIND, signers, {"made": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"})
    return found.checkpoint


def _write_tables(cursor: Rows, writer: Writer, progress: Progress) -> None:
    columns = {table: _columns_of(cursor, table) for table in TABLES}
    told = "".join(f"{' '.join((table, *names))}\n" for table, names in columns.items())
    writer.write(COLUMNS, told.encode())
    (total,) = cursor.execute(_BYTES, (list(TABLES),)).fetchone() or (0,)
    done = 0

    def watched(parts: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal done
        for part in parts:
            yield part
            done += len(part)
            progress(done, max(done, total))

    for table, names in columns.items():
        writer.put(f"table/{table}", watched(_rows_of(cursor, table, names)))


def _columns_of(cursor: Rows, table: str) -> Sequence[str]:
    return [name for (name,) in cursor.execute(_COLUMNS, (table,)).fetchall()]


def _rows_of(cursor: Rows, table: str, columns: Sequence[str]) -> Iterator[bytes]:
    part = bytearray()
    with cursor.copy(_copy("COPY {} ({}) TO STDOUT (FORMAT binary)", table, columns)) as copied:
        for row in copied:
            part += row
            if len(part) >= PART_BYTES:
                yield bytes(part)
                part.clear()
    yield bytes(part)


def _copy(statement: LiteralString, table: str, columns: Sequence[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(statement).format(sql.Identifier(*table.split(".")), names)


# -- putting back ------------------------------------------------------------------------------


def restore(
    connection: Connection[Any],
    keys: LogFolder,
    backup: SignedFolder,
    *,
    trust: Sequence[Verifier],
    opens: Callable[[Connection[Any]], None],
    bar: Bar = lambda _title: nullcontext(unseen),
) -> Restored:
    """Put a backup into a database that has the schema and no event; all of it or nothing.

    The log is hashed anew and must be the one that was signed: by the backup's own checkpoint, and
    by what the log's folder remembers, where that is not longer. `trust` says whose backup it may
    be, and `opens` raises if the master keys that it needs are not at hand.
    Raises BackupFault, LogFolderFault, psycopg.Error, and what `opens` raises.
    """
    with bar("核对文件 files") as progress:
        _refuse_unless_whole(backup, trust, progress)
    own = trusted(backup.file(CHECKPOINT), trust)
    last = keys.last() if keys.origin is not None else None
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        if cursor.execute(_BEGUN).fetchone() != (False,):
            raise BackupFault(
                "There is a ledger already: name an empty database, or a new data folder.",
                "此处已有账本：请指定空的数据库，或新的数据目录。",
            )
        with bar("恢复 restore") as progress:
            _fill(cursor, backup, progress)
        signed = [own] if last is None else [own, last]
        with bar("重算日志 hashing the log") as progress:
            size, roots = _hashed(cursor, {each.size for each in signed}, progress)
        _refuse_unless_goes_on(own, size, roots)
        if last is not None and last.size <= size:
            _refuse_unless_goes_on(last, size, roots)
        cursor.execute(_ANOTHER_EPOCH)
        cursor.execute(_NUMBERED_ON)
        opens(connection)
    return Restored(size, last)


def _refuse_unless_whole(
    backup: SignedFolder, trust: Sequence[Verifier], progress: Progress
) -> None:
    wrong: list[tuple[str, str, str]] = []
    check(backup, KIND, trust, lambda *found: wrong.append(found), progress)
    if wrong:
        where, en, zh = wrong[0]
        raise BackupFault(f"{where}: {en}", f"{where}：{zh}")


def _fill(cursor: Rows, backup: SignedFolder, progress: Progress) -> None:
    columns = _columns_in(backup)
    sizes = {table: (backup.folder / f"table/{table}").stat().st_size for table in TABLES}
    done, total = 0, sum(sizes.values())
    for table in TABLES:
        statement = _copy("COPY {} ({}) FROM STDIN (FORMAT binary)", table, columns[table])
        try:
            with (
                (backup.folder / f"table/{table}").open("rb") as file,
                cursor.copy(statement) as copy,
            ):
                while part := file.read(PART_BYTES):
                    copy.write(part)
                    progress(done := done + len(part), total)
        except (UndefinedColumn, UndefinedTable) as unknown:
            raise BackupFault(
                f"{unknown.diag.message_primary}: the backup is of a newer version. Restore it "
                "with that one.",
                f"备份来自较新的版本，请用该版本恢复（{unknown.diag.message_primary}）。",
            ) from None


def _columns_in(backup: SignedFolder) -> Mapping[str, Sequence[str]]:
    lines = [line.split(" ") for line in backup.file(COLUMNS).decode().splitlines()]
    return {table: names for table, *names in lines}


def _hashed(
    cursor: Rows, sizes: Collection[int], progress: Progress
) -> tuple[int, Mapping[int, bytes]]:
    """How long the log is that stands there now, and its root where it was of these sizes."""
    tree, roots = Tree(), dict[int, bytes]()
    for size in (*sorted(sizes), SIZE_MOST):
        while rows := read_after(cursor, tree.size, min(RUN, size - tree.size)):
            tree.add([entry(*row) for row in rows])
            progress(tree.size, max(tree.size, *sizes))
        roots[tree.size] = tree.root
    return tree.size, roots


def _refuse_unless_goes_on(signed: Checkpoint, size: int, roots: Mapping[int, bytes]) -> None:
    if signed.size > size or roots[signed.size] != signed.root:
        raise BackupFault(
            f"Its {size} entries do not begin with the {signed.size} that were signed as "
            f"{signed.origin}: this is another log, or somebody changed it. Nothing was put back.",
            f"其中 {size} 条记录的开头不是以 {signed.origin} 签名的 {signed.size} 条："
            "不是同一日志，或已被改动。未恢复任何内容。",
        )
