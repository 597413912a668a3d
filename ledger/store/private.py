"""Files that nobody else may read or change: keys, and what must not be lost when power is.

A folder leaves group and others nothing; a file in it is written whole or not at all, and is on the
disk before it bears its name.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class NotPrivate(Exception):
    """Others could read or change the file; the text says what to run."""


def lies_within(folder: Path, outside: Path | None) -> bool:
    """Whether a folder of keys lies in the data folder, and so would be in its backup."""
    return outside is not None and folder.resolve().is_relative_to(outside.resolve())


def refuse_unless_private(path: Path, found: os.stat_result) -> None:
    """A file's mode is exactly 0400; a folder's leaves group and others nothing. Or NotPrivate."""
    mode = stat.S_IMODE(found.st_mode)
    if stat.S_ISDIR(found.st_mode):
        private, wanted = not mode & _OTHERS, "700"
    else:
        private, wanted = mode == stat.S_IRUSR, "400"
    if not private:
        raise NotPrivate(
            f"{path} has mode {mode:04o}: others could read or change it. "
            f"Run: chmod {wanted} '{path}'"
        )
    if found.st_uid not in {os.geteuid(), 0}:
        raise NotPrivate(not_ours(path))


def not_ours(path: Path) -> str:
    """What to do about a file of somebody else."""
    return f"{path} belongs to another user. Run: chown {os.geteuid()} '{path}'"


def read_private(path: Path, bytes_most: int) -> bytes:
    """What is in a private file, one byte more if it is longer. NotPrivate, FileNotFoundError."""
    try:
        with path.open("rb") as content:
            refuse_unless_private(path, os.fstat(content.fileno()))
            return content.read(bytes_most + 1)
    except PermissionError:
        raise NotPrivate(not_ours(path)) from None


def write_private(path: Path, content: bytes, folder: int) -> None:
    """Write a file for its owner to read, or put it in place of the one there; on the disk then.

    `folder` is the open folder, see `locked`.
    """
    unfinished = path.with_name(f".{path.name}")  # a killed process must not leave half a file
    unfinished.unlink(missing_ok=True)
    with open(unfinished, "xb", opener=_for_the_owner_to_read) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    os.fsync(folder)


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """The open folder, which no other process has so meanwhile. Raises FileNotFoundError."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)  # the kernel drops the lock of a killed process
        yield opened
    finally:
        os.close(opened)


def _for_the_owner_to_read(path: str, flags: int) -> int:
    return os.open(path, flags, 0o400)
