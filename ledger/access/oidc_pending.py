"""Sign-ins that have begun, kept until the browser comes back: ten minutes, and for one use."""

from hashlib import sha256
from typing import Any, Final

from psycopg import Connection

from ledger.access.oidc_sign_in import Pending
from ledger.vault.connections import cursor_of

_KEEP: Final = """
INSERT INTO access.pending (state_sha256, nonce, verifier, redirect_uri) VALUES (%s, %s, %s, %s)
"""
_SWEEP: Final = "DELETE FROM access.pending WHERE expires_at <= now()"
_TAKE: Final = """
DELETE FROM access.pending WHERE state_sha256 = %s
RETURNING nonce, verifier, redirect_uri, expires_at > now()
"""


def keep(connection: Connection[Any], pending: Pending) -> None:
    """Keep a sign-in; those that nobody came back from are swept out."""
    row = (_digest(pending.state), pending.nonce, pending.verifier, pending.redirect_uri)
    with cursor_of(connection) as cursor:
        cursor.execute(_SWEEP)
        cursor.execute(_KEEP, row)


def take(connection: Connection[Any], state: str) -> Pending | None:
    """The sign-in of the state in the browser's cookie, once; None if it is used up or too old.

    It is used up when the caller's transaction is committed, so commit before `finish`.
    """
    with cursor_of(connection) as cursor:
        found = cursor.execute(_TAKE, (_digest(state),)).fetchone()
    if found is None or not found[3]:
        return None
    nonce, verifier, redirect_uri, _ = found
    return Pending(state, nonce, verifier, redirect_uri)


def _digest(state: str) -> bytes:
    return sha256(state.encode(errors="replace")).digest()
