"""Schema changes are a step of their own: under a lock, by the owner, before any worker starts.

A worker never runs DDL; two that start together would crash each other. Every script here may be
run again: it creates what is missing and leaves what is there. One that was run already is not,
because even to ask for what is there would wait for a VACUUM, and keep every writer waiting behind.
"""

from hashlib import sha256
from importlib.resources import files
from itertools import dropwhile
from typing import Final

import psycopg
from psycopg.errors import InsufficientPrivilege

from ledger.store.datastore import UnsafeSetting

SCRIPTS: Final = (
    ("ledger.store", "schema.sql"),
    ("ledger.vault", "vault.sql"),
    ("ledger.vault", "views.sql"),
    ("ledger.access", "tokens.sql"),
    ("ledger.access", "access.sql"),
    ("ledger.access", "external.sql"),
    ("ledger.projections", "projections.sql"),
    ("ledger.audit", "proof.sql"),
)
MIGRATION_LOCK: Final = 4846791001
BEGUN: Final = "SELECT to_regclass('ledger.scripts') IS NOT NULL"
INTACT: Final = """
SELECT to_regclass('ledger.stored_events_notification_id_idx') IS NOT NULL
   AND NOT has_function_privilege('public', p.oid, 'execute')
   AND (SELECT count(*) FROM pg_trigger WHERE tgenabled = 'A'
        AND tgname IN ('append_only', 'paper_never_changes', 'grows')) = 10
FROM pg_proc AS p WHERE pronamespace = 'ledger'::regnamespace AND proname = 'insert_events'
"""
"""Whether what guards the log is in place; somebody who could take it away may have done so."""

WHO_FOLDS: Final = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiefang_folder') THEN
        CREATE ROLE jiefang_folder NOLOGIN BYPASSRLS;
    END IF;
    IF NOT pg_has_role('jiefang_app', 'jiefang_folder', 'MEMBER') THEN
        GRANT jiefang_folder TO jiefang_app;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database was first
    WHEN insufficient_privilege OR read_only_sql_transaction THEN NULL;
END $$
"""
"""Whom the walls around the read tables let pass. Tried at each start, since a superuser may have
come; without one nothing is missing but time (`projections/writing.py`)."""

NOTE: Final = "INSERT INTO ledger.scripts (digest) VALUES (%s) ON CONFLICT DO NOTHING"


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
            for script in _not_run_yet(connection):
                connection.execute(script)
                connection.execute(NOTE, (sha256(script).digest(),))
            connection.execute(WHO_FOLDS)
            connection.execute("SET LOCAL ROLE jiefang_reader")  # as every question
            connection.execute("SET LOCAL ROLE jiefang_app")  # as every connection of a worker
        except InsufficientPrivilege as refused:
            raise InsufficientPrivilege(_what_to_ask_for(connection, refused)) from refused


def _not_run_yet(connection: psycopg.Connection) -> list[bytes]:
    """The scripts of this version, from the first that has changed; each builds on those before."""
    scripts = [files(package).joinpath(script).read_bytes() for package, script in SCRIPTS]
    for check in (BEGUN, INTACT):
        if connection.execute(check).fetchone() != (True,):
            return scripts
    run = {digest for (digest,) in connection.execute("SELECT digest FROM ledger.scripts")}
    return list(dropwhile(lambda script: sha256(script).digest() in run, scripts))


def _what_to_ask_for(connection: psycopg.Connection, refused: InsufficientPrivilege) -> str:
    login = connection.info.user
    return (
        f"{refused.diag.message_primary}. Migrate as the database's owner; if that is {login}, let "
        f"a superuser run: CREATE ROLE jiefang_app NOLOGIN; CREATE ROLE jiefang_reader NOLOGIN; "
        f"GRANT jiefang_reader TO jiefang_app; GRANT jiefang_app TO {login}"
    )
