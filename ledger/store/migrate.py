"""Schema changes are a step of their own: under a lock, by the owner, before any worker starts.

A worker never runs DDL; two that start together would crash each other. Every script here may be
run again: it creates what is missing and leaves what is there.
"""

from importlib.resources import files
from typing import Final

import psycopg

SCRIPTS: Final = (
    ("ledger.store", "schema.sql"),
    ("ledger.vault", "vault.sql"),
    ("ledger.vault", "tokens.sql"),
    ("ledger.projections", "projections.sql"),
)
MIGRATION_LOCK: Final = 4846791001


def migrate(url: str) -> None:
    """Bring the database at `url` to this version's schema; needs the right to create schemas."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        for package, script in SCRIPTS:
            connection.execute(files(package).joinpath(script).read_bytes())
