"""A backup of a million events, and the way back, beside pg_dump and pg_restore.

The log is that of `bench/history.py`: forty days of 30,000 people, sealed and folded. Measured is
the whole command, its start included. `jiefang backup` signs what it writes and waits for the disk.
`jiefang restore` makes the schema in an empty database, compares every file with the signed list,
puts the rows back, hashes every entry, compares the root with the one that was signed, and folds
the read models anew, which no backup holds. The peer copies them and compresses, and proves
nothing. The memory is the most that the command's own process held; PostgreSQL's is not in it.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryFile
from typing import Final

import psycopg

from bench import history
from bench.figures import Figure, medians, stopwatch
from bench.history import Extent
from bench.machine import most_megabytes
from bench.pgbench import program
from bench.stand import Stand
from ledger.audit.log_folder import LogFolder
from ledger.audit.sealer import Sealer
from ledger.projections import rebuild
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.settings import PREFIX
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder
from tests.homes import PROGRAM

ORIGIN: Final = "bench.example/log"
PEOPLE: Final = 30_000
DAYS: Final = 40
LOOK_SECONDS: Final = 0.02
LOG: Final = "log"
"""The folder of the key that signs it, within that of the stand."""


@dataclass(frozen=True, slots=True)
class _Log:
    """A log that is written and sealed."""

    url: str
    events: int


FIGURES: Final = {
    "out": ("backing up {}", "s", "pg_dump -Fc"),
    "back": ("putting back {}, proven and folded", "s", "pg_restore"),
    "size": ("size of a backup of {}", "MB", "pg_dump -Fc"),
    "memory out": ("memory, backing up {}", "MB", "pg_dump -Fc"),
    "memory back": ("memory, putting back {}", "MB", "pg_restore"),
}


def measure(stand: Stand) -> Iterator[Figure]:
    """The time of each way, the size of what lies between, and the memory of each way."""
    with _sealed(stand) as log:
        found = medians(
            lambda: _ours(stand, log),
            lambda: {f"{name}, theirs": each for name, each in _theirs(stand, log).items()},
        )
    for what, (name, unit, peer) in FIGURES.items():
        told = name.format(f"{log.events:,} events")
        yield Figure(told, found[what], unit, peer, found[f"{what}, theirs"])


@contextmanager
def _sealed(stand: Stand) -> Iterator[_Log]:
    name = stand.server.create(stand.server.migrated)
    url, keys = stand.server.url_of(name), LogFolder(stand.folder / LOG)
    keys.begin(ORIGIN)
    try:
        rebuild.prepare(url, MODELS)
        with LedgerDatastore(url) as datastore:
            extent = Extent(stand.size(PEOPLE), DAYS)
            events = history.write(LedgerRecorder(datastore), extent)
            Projector(datastore, MODELS).catch_up()
        with psycopg.connect(url, autocommit=True) as connection:
            while Sealer(keys).seal(connection):
                pass
        yield _Log(url, events)
    finally:
        stand.server.drop(name)


# -- ours and theirs -----------------------------------------------------------------------------


def _ours(stand: Stand, log: _Log) -> Mapping[str, float]:
    folder = stand.folder / "backup"
    with stand.empty() as empty:
        try:
            stand.settle()
            out = _run((PROGRAM, "backup", folder), stand, log.url)
            stand.settle()
            back = _run((PROGRAM, "restore", folder), stand, empty)
            size = sum(each.stat().st_size for each in folder.rglob("*"))
        finally:
            rmtree(folder, ignore_errors=True)
    return _told(out, back, size)


def _theirs(stand: Stand, log: _Log) -> Mapping[str, float]:
    file = stand.folder / "dump"
    with stand.empty() as empty:
        stand.settle()
        out = _run((program("pg_dump"), "-Fc", "--file", file, log.url), stand, log.url)
        stand.settle()
        back = _run((program("pg_restore"), "--dbname", empty, file), stand, empty)
        size = file.stat().st_size
        file.unlink()
    return _told(out, back, size)


@dataclass(frozen=True, slots=True)
class _Ran:
    seconds: float
    megabytes: float


def _told(out: _Ran, back: _Ran, size: int) -> Mapping[str, float]:
    return {
        "out": out.seconds,
        "back": back.seconds,
        "size": size / 1e6,
        "memory out": out.megabytes,
        "memory back": back.megabytes,
    }


def _run(command: tuple[str | Path, ...], stand: Stand, url: str) -> _Ran:
    """Run it to its end, which must be a good one, and tell what its process took."""
    ledger = {"DATABASE_URL": url, "KEY_DIR": stand.folder / "keys", "LOG_DIR": stand.folder / LOG}
    environment = os.environ | {f"{PREFIX}{name}": str(value) for name, value in ledger.items()}
    most = 0.0
    with TemporaryFile() as journal, stopwatch() as watch:
        process = subprocess.Popen(command, env=environment, stdout=journal, stderr=journal)
        while process.poll() is None:
            with suppress(LookupError, OSError):  # it has just ended
                most = most_megabytes(process.pid)
            time.sleep(LOOK_SECONDS)
        if process.returncode:
            journal.seek(0)
            raise RuntimeError(f"{command[0]} does not end well:\n{journal.read().decode()}")
    return _Ran(watch.seconds, most)
