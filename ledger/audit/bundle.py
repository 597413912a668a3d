"""A bundle: the whole sealed log as files, for an auditor who trusts nobody.

    checkpoint            the signed checkpoint, and
    tile/<L>/<N>          the hashes of its tree, as C2SP tlog-tiles names them
    tile/entries/<N>      the entries, 256 a file, each behind its length in two bytes
    policy                which keys the log signs with, and which witnesses there are
    files                 the SHA-256 of every file above, as `sha256sum` writes and checks it
    manifest              the digest of `files`, for whom and when it was made, signed by the log

Entries tell the pattern of persons: a bundle is for the auditor whom it names. Hashes tell nothing.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.audit import sealed
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import HASH_BYTES
from ledger.audit.notes import NotASignedNote, Note
from ledger.audit.sealed import Sealed
from ledger.audit.tiles import WIDTH, Tile, bundle_path, tiles_of
from ledger.audit.trust import Trust
from ledger.store.codec import entry
from ledger.store.recorder import read_after

KIND: Final = "jiefang-ledger/bundle@v1"
MANIFEST: Final = "manifest"
FILES: Final = "files"
CHECKPOINT: Final = "checkpoint"
POLICY: Final = "policy"
TILES_AT_ONCE: Final = 64

Progress = Callable[[int, int], None]


class Manifest(NamedTuple):
    """What the signed note of a bundle says."""

    origin: str
    recipient: str
    made_at: datetime
    files: str

    @property
    def text(self) -> str:
        """What is signed."""
        return (
            f"{KIND}\n{self.origin}\nfor {self.recipient}\n"
            f"made {self.made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\nfiles {self.files}\n"
        )


def manifest_of(note: Note) -> Manifest:
    """What a note says of a bundle. Raises NotASignedNote."""
    try:
        kind, origin, recipient, made, files, end = note.text.split("\n")
        made_at = datetime.fromisoformat(_after("made ", made))
        told = Manifest(origin, _after("for ", recipient), made_at, _after("files ", files))
        if kind == KIND and not end and told.text == note.text:
            return told
    except ValueError:
        pass
    raise NotASignedNote("This is no manifest of a bundle.", "这不是审计包的清单。")


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise ValueError(line)
    return line.removeprefix(word)


@dataclass(slots=True)
class _Writer:
    """Files of a new folder, whose digests are noted as they are written."""

    folder: Path
    lines: list[str]

    def write(self, name: str, content: bytes) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self.lines.append(f"{sha256(content).hexdigest()}  {name}\n")


def write(
    connection: Connection[Any],
    keys: LogFolder,
    folder: Path,
    recipient: str,
    progress: Progress = lambda _done, _total: None,
) -> Sealed:
    """Write the bundle of the newest checkpoint into a folder that is not there yet.

    Raises LogFolderFault, FileExistsError, NotASignedNote if nothing was sealed, psycopg.Error.
    """
    signers = keys.signers()
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = sealed.newest(cursor)
        if found is None or not signers:
            raise NotASignedNote("Nothing was sealed yet.", "尚未封存任何记录。")
        folder.mkdir(parents=True)
        writer = _Writer(folder, [])
        writer.write(CHECKPOINT, str(found.note).encode())
        writer.write(POLICY, str(Trust(tuple(each.verifier for each in signers))).encode())
        size = found.checkpoint.size
        for tile, hashes in _tiles(cursor, size):
            writer.write(tile.path, hashes)
        for first in range(0, size, WIDTH):
            width = min(WIDTH, size - first)
            rows = read_after(cursor, first, width)
            writer.write(bundle_path(first // WIDTH, width), packed(entry(*row) for row in rows))
            progress(first + width, size)
    _sign(writer, keys, found.checkpoint.origin, recipient)
    return found


def _tiles(cursor: sealed.Rows, size: int) -> Iterator[tuple[Tile, bytes]]:
    """Each tile, cut to the width that it has in a tree of that size."""
    every = list(tiles_of(size))
    for first in range(0, len(every), TILES_AT_ONCE):
        some = every[first : first + TILES_AT_ONCE]
        there = sealed.tiles(cursor, [tile.place for tile in some])
        for tile in some:
            yield tile, there[tile.place][: tile.width * HASH_BYTES]


def _sign(writer: _Writer, keys: LogFolder, origin: str, recipient: str) -> None:
    content = "".join(writer.lines).encode()
    (writer.folder / FILES).write_bytes(content)
    made = Manifest(origin, recipient, datetime.now(UTC), sha256(content).hexdigest())
    note = Note(made.text, tuple(signer.sign(made.text) for signer in keys.signers()))
    (writer.folder / MANIFEST).write_text(str(note), encoding="utf-8")


# -- entries in a file -------------------------------------------------------------------------


def packed(entries: Iterable[bytes]) -> bytes:
    """Entries as they stand in a file."""
    return b"".join(struct.pack(">H", len(each)) + each for each in entries)


def unpacked(content: bytes) -> list[bytes]:
    """The entries of a file. Raises ValueError for one that is cut."""
    entries, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2])
        one = content[at + 2 : at + 2 + length]
        if at + 2 > len(content) or len(one) != length:
            raise ValueError("the last entry is cut")
        entries.append(one)
        at += 2 + length
    return entries


# -- reading -----------------------------------------------------------------------------------


class Bundle:
    """The files of a bundle, as they lie there. Nothing is believed yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> bytes:
        """What is in a file. Raises FileNotFoundError."""
        return (self.folder / name).read_bytes()

    def names(self) -> set[str]:
        """Every file that lies there."""
        return {
            str(each.relative_to(self.folder))
            for each in self.folder.rglob("*")
            if each.is_file() or each.is_symlink()
        }

    def entries(self, number: int, size: int) -> list[bytes]:
        """The entries of a file. Raises FileNotFoundError, ValueError."""
        width = min(size - number * WIDTH, WIDTH)
        return unpacked(self.file(bundle_path(number, width)))
