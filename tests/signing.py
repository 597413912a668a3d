"""Signing the log of a ledger under test, as whoever serves a ledger does."""

from pathlib import Path

import psycopg

from ledger.audit import sealed
from ledger.audit.log_folder import LogFolder
from ledger.audit.sealer import Sealer

ORIGIN = "ledger.example.org/log"


def signed(url: str, folder: Path) -> LogFolder:
    """Sign all that has happened, with keys of its own."""
    keys = LogFolder(folder)
    if keys.origin is None:
        keys.begin(ORIGIN)
    with psycopg.connect(url, autocommit=True) as connection:
        while Sealer(keys).seal(connection):
            pass
    return keys


def receipt(url: str, position: int) -> bytes:
    """The receipt of an entry that is signed."""
    with psycopg.connect(url, autocommit=True) as connection:
        given = sealed.receipt(connection, position)
    assert given is not None
    return bytes(given)
