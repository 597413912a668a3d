"""Who uses a folder: several processes may, one at a time may change it, the last one knows it is.

Both are file locks, because the kernel drops those of a killed process: nobody has to tidy up after
a crash, and a process id that the system hands out again misleads nobody.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_guard = threading.RLock()
_uses: dict[Path, IO[bytes]] = {}


@contextmanager
def one_process_at_a_time(folder: Path) -> Iterator[None]:
    with _guard, (folder / "postgres.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def enter(folder: Path) -> None:
    if folder not in _uses:
        _uses[folder] = _users(folder)
        fcntl.flock(_uses[folder], fcntl.LOCK_SH)


def leave(folder: Path) -> None:
    if folder in _uses:
        _uses.pop(folder).close()


def nobody_uses(folder: Path) -> bool:
    with _users(folder) as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _users(folder: Path) -> IO[bytes]:
    return (folder / "postgres.users").open("ab")
