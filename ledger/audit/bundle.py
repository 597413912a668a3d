"""A bundle: the whole sealed log as files, for an auditor who trusts nobody.

    checkpoint            the signed checkpoint, and
    tile/<L>/<N>          the hashes of its tree, as C2SP tlog-tiles names them
    tile/entries/<N>      the entries, 256 a file, each behind its length in two bytes
    sheets/<N>            opened fact sheets, where they were handed over too: see `bundle_sheets`
    policy                which keys the log signs with, and which witnesses there are
    README.md             how to verify it, and what no verifier can tell
    verifier.py           a program that verifies it
    files                 the SHA-256 of every file above, as `sha256sum` writes and checks it
    manifest              the digest of `files`, to whom it was handed, as which handover, and when
                          it was made, signed by the log

Entries tell the pattern of persons: a bundle is for the auditor whom it names, and the log that is
in it says that it was handed to her. Hashes tell nothing.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from psycopg import Connection

from ledger.audit import bundle_sheets, enclosed, sealed
from ledger.audit.bundle_sheets import Disclosed
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import HASH_BYTES
from ledger.audit.sealed import Sealed
from ledger.audit.signed_files import SignedFolder, Writer, new_folder
from ledger.audit.tiles import WIDTH, Tile, bundle_path, tiles_of
from ledger.audit.trust import Trust
from ledger.domain.handovers import LogHandedOver
from ledger.store.codec import entry
from ledger.store.recorder import read_after

KIND: Final = "jiefang-ledger/bundle@v1"
CHECKPOINT: Final = "checkpoint"
POLICY: Final = "policy"
TILES_AT_ONCE: Final = 64

Progress = Callable[[int, int], None]
Sheets = Callable[[int], Iterable[Disclosed]]
"""The fact sheets that a log of so many entries names, opened."""


def write(
    connection: Connection[Any],
    keys: LogFolder,
    folder: Path,
    handed: LogHandedOver,
    progress: Progress = lambda _done, _total: None,
    *,
    sheets: Sheets | None = None,
) -> Sealed:
    """Write the bundle of the newest checkpoint into a folder that is not there yet.

    Raises LogFolderFault, FileExistsError, NotASignedNote if nothing was sealed, psycopg.Error.
    """
    signers = keys.signers()
    with sealed.one_moment(connection) as (cursor, found), new_folder(folder) as writer:
        writer.write(CHECKPOINT, str(found.note).encode())
        writer.write(POLICY, str(Trust(tuple(each.verifier for each in signers))).encode())
        size = found.checkpoint.size
        _write_log(cursor, writer, size, progress)
        for name, content in enclosed.files(handed, found.checkpoint):
            writer.write(name, content)
        for name, content in bundle_sheets.files(sheets(size) if sheets else ()):
            writer.write(name, content)
        writer.sign(KIND, signers, told(handed, datetime.now(UTC)))
    return found


def _write_log(cursor: sealed.Rows, writer: Writer, size: int, progress: Progress) -> None:
    for tile, hashes in _tiles(cursor, size):
        writer.write(tile.path, hashes)
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        rows = read_after(cursor, first, width)
        writer.write(bundle_path(first // WIDTH, width), packed(entry(*row) for row in rows))
        progress(first + width, size)


def _tiles(cursor: sealed.Rows, size: int) -> Iterator[tuple[Tile, bytes]]:
    """Each tile, cut to the width that it has in a tree of that size."""
    every = list(tiles_of(size))
    for first in range(0, len(every), TILES_AT_ONCE):
        some = every[first : first + TILES_AT_ONCE]
        there = sealed.tiles(cursor, [tile.place for tile in some])
        for tile in some:
            yield tile, there[tile.place][: tile.width * HASH_BYTES]


def told(handed: LogHandedOver, made_at: datetime) -> dict[str, str]:
    """What the manifest says of a bundle: ids, and no name."""
    made = f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {"for": handed.auditor, "handover": handed.handover, "made": made}


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


class Bundle(SignedFolder):
    """The files of a bundle, as they lie there."""

    def entries(self, number: int, size: int) -> list[bytes]:
        """The entries of a file. Raises FileNotFoundError, ValueError."""
        width = min(size - number * WIDTH, WIDTH)
        return unpacked(self.file(bundle_path(number, width)))
