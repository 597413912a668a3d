"""What is sealed, as the database keeps it: the newest checkpoint, and every hash of the tree."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg import Connection, Cursor
from psycopg.rows import tuple_row

from ledger.audit.checkpoints import Checkpoint, parse
from ledger.audit.merkle import Range, fold, inclusion, subtrees
from ledger.audit.notes import NotASignedNote, Note, Signature, read
from ledger.audit.receipts import Receipt
from ledger.audit.tiles import Place, found, place_of
from ledger.store.arrays import bigints, blobs, integers
from ledger.store.codec import entry
from ledger.store.recorder import read_after

Rows = Cursor[tuple[Any, ...]]

_CHECKPOINT: Final = """
SELECT note || lines, sealed_at FROM proof.checkpoints AS checkpoint
CROSS JOIN LATERAL (SELECT coalesce(string_agg(line, '' ORDER BY name), '')
                    FROM proof.cosignatures WHERE size = checkpoint.size) AS below (lines)
WHERE size = ({which} ORDER BY size DESC LIMIT 1)
"""
_NEWEST: Final = _CHECKPOINT.replace("{which}", "SELECT size FROM proof.checkpoints")
_UNTIL: Final = _CHECKPOINT.replace(
    "{which}", "SELECT size FROM proof.checkpoints WHERE size <= %s"
)
_COSIGNED: Final = _CHECKPOINT.replace(
    "{which}", "SELECT size FROM proof.cosignatures WHERE size >= %s"
)
_TILES: Final = """
SELECT tile.level, tile.number, tile.hashes
FROM unnest(%b::integer[], %b::bigint[]) AS asked (level, number)
JOIN proof.tiles AS tile ON tile.level = asked.level AND tile.number = asked.number
"""
_KEEP_TILES: Final = """
INSERT INTO proof.tiles (level, number, hashes)
SELECT * FROM unnest(%b::integer[], %b::bigint[], %b::bytea[])
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""
_KEEP: Final = "INSERT INTO proof.checkpoints (size, note) VALUES (%s, %s)"

_COSIGN: Final = """
INSERT INTO proof.cosignatures (size, name, line) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""


class Sealed(NamedTuple):
    """A checkpoint as its note says it, the note, and when it was kept."""

    checkpoint: Checkpoint
    note: Note
    at: datetime


def newest(cursor: Rows) -> Sealed | None:
    """The last checkpoint; None before the first."""
    return _sealed(cursor.execute(_NEWEST).fetchone())


def witnessed(cursor: Rows, position: int) -> Sealed | None:
    """The last checkpoint over a position that a witness has cosigned."""
    return _sealed(cursor.execute(_COSIGNED, (position,)).fetchone())


@contextmanager
def one_moment(connection: Connection[Any]) -> Iterator[tuple[Rows, Sealed]]:
    """Everything as it stands at one moment, to be read only, and the newest checkpoint of then.

    Raises NotASignedNote if nothing was sealed yet.
    """
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = newest(cursor)
        if found is None:
            raise NotASignedNote("Nothing was sealed yet: jiefang log seal.", "尚未封存任何记录。")
        yield cursor, found


def newest_of(connection: Connection[Any]) -> Sealed | None:
    """The last checkpoint, asked on a connection of whatever rows."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return newest(cursor)


def newest_witnessed(connection: Connection[Any]) -> Sealed | None:
    """The last checkpoint that a witness has cosigned, likewise."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return witnessed(cursor, 0)


def last_until(connection: Connection[Any], size: int) -> Sealed | None:
    """The last checkpoint of at most that size."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return _sealed(cursor.execute(_UNTIL, (size,)).fetchone())


def is_sealed(connection: Connection[Any]) -> bool:
    """Whether anything was ever signed of this log."""
    return newest_of(connection) is not None


def tile(connection: Connection[Any], place: Place) -> bytes:
    """The hashes of one tile, as far as it has grown; none if it is not there."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return tiles(cursor, [place]).get(place, b"")


def tiles(cursor: Rows, places: Collection[Place]) -> dict[Place, bytes]:
    """Of these tiles those that are there, as far as they have grown."""
    levels, numbers = zip(*places, strict=True) if places else ((), ())
    cursor.execute(_TILES, (integers(levels), bigints(numbers)), binary=True)
    return {Place(level, number): hashes for level, number, hashes in cursor.fetchall()}


def keep(cursor: Rows, grown: dict[Place, bytes], size: int, note: Note) -> None:
    """Write the tiles that changed, and the checkpoint of that size they lead to."""
    levels, numbers = zip(*grown, strict=True)
    cursor.execute(
        _KEEP_TILES, (integers(levels), bigints(numbers), blobs(grown.values())), binary=True
    )
    cursor.execute(_KEEP, (size, str(note)))


def keep_cosignature(connection: Connection[Any], size: int, line: Signature) -> None:
    """Put a witness's line below a checkpoint, if it is not there."""
    connection.execute(_COSIGN, (size, line.name, line.line))


def hashes(connection: Connection[Any], ranges: Sequence[Range]) -> list[bytes]:
    """The hash of each range, by one question. Raises KeyError where the log is not sealed yet."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        there = tiles(cursor, {place_of(each) for one in ranges for each in subtrees(one)})
    return [_of(one, there) for one in ranges]


def receipt(connection: Connection[Any], position: int) -> Receipt | None:
    """A receipt of the entry at a position; None if that is not sealed.

    Under the newest checkpoint that a witness has seen, or else under the newest.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = witnessed(cursor, position) or newest(cursor)
        rows = read_after(cursor, position - 1, 1)
    if found is None or not rows or not 1 <= position <= found.checkpoint.size:
        return None
    proof = hashes(connection, inclusion(position - 1, found.checkpoint.size))
    return Receipt(entry(*rows[0]), position - 1, proof, str(found.note).encode())


def _of(leaves: Range, there: dict[Place, bytes]) -> bytes:
    return fold(found(each, there) for each in subtrees(leaves))


def _sealed(row: Iterable[Any] | None) -> Sealed | None:
    if row is None:
        return None
    text, at = row
    note = read(text.encode())
    return Sealed(parse(note), note, at)
