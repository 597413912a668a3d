"""Schema changes are a step of their own: under a lock, by the owner, before any worker starts.

A worker never runs DDL; two that start together would crash each other. Every script here may be
run again: it creates what is missing and leaves what is there.
"""

from importlib.resources import files
from typing import Final

import psycopg
from psycopg.errors import InsufficientPrivilege

from ledger.store.datastore import UnsafeSetting

SCRIPTS: Final = (
    ("ledger.store", "schema.sql"),
    ("ledger.vault", "vault.sql"),
    ("ledger.vault", "tokens.sql"),
    ("ledger.projections", "projections.sql"),
)
MIGRATION_LOCK: Final = 4846791001


def migrate(url: str) -> None:
    """Bring the database at `url` to this version's schema, as its owner.

    Raises UnsafeSetting for a database of another encoding than UTF8, and InsufficientPrivilege
    with what to ask for.
    """
    with psycopg.connect(url) as connection:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            message = (
                f"The database's encoding is {encoding}, in which a character is not a character. "
                f"Make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
            )
            raise UnsafeSetting(message)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        try:
            for package, script in SCRIPTS:
                connection.execute(files(package).joinpath(script).read_bytes())
            connection.execute("SET LOCAL ROLE jiefang_app")  # as every connection of a worker
        except InsufficientPrivilege as refused:
            raise InsufficientPrivilege(_what_to_ask_for(connection, refused)) from refused


def _what_to_ask_for(connection: psycopg.Connection, refused: InsufficientPrivilege) -> str:
    login = connection.info.user
    return (
        f"{refused.diag.message_primary}. Migrate as the database's owner; if that is {login}, let "
        f"a superuser run: CREATE ROLE jiefang_app NOLOGIN; GRANT jiefang_app TO {login}"
    )
