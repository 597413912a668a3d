"""Sessions: who is signed in, kept on the server so that it can be ended at any moment.

A session is found by 256 random bits, of which the table has the SHA-256. It ends 30 minutes after
it was last used, and 12 hours after it began in any case; that of a card 10 minutes after it began.
It ends too with what the log says from then on: the account was disabled, the person died, the card
was revoked. At sign-in and when roles change the secret is another one.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import choice, token_urlsafe
from string import ascii_lowercase, digits
from typing import Any, Final

from psycopg import Connection

from ledger.access.standing import Standing
from ledger.domain.values import PersonId
from ledger.vault.connections import cursor_of

SECRET_BYTES: Final = 32
ID_LENGTH: Final = 12
SEEN_AGAIN: Final = timedelta(minutes=1)
"""Within so long of the last note of it a use is not noted again."""
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class SessionKind(StrEnum):
    """How much of a person a session is: all of her, or a look at her own hours by card."""

    full = "full"
    card = "card"


LASTS: Final = {SessionKind.full: timedelta(hours=12), SessionKind.card: timedelta(minutes=10)}
"""How long a session lasts at most."""

_BEGIN: Final = """
INSERT INTO access.session (digest, id, person, kind, position, ends_at)
SELECT %s, %s, person, %s, %s, now() + %s FROM access.account WHERE person = %s
"""
_FIND: Final = """
SELECT id, person, kind, began_at, seen_at, ends_at, roles_changed, seen_at <= now() - %s
FROM access.live_session WHERE digest = %s
"""
_SEEN: Final = "UPDATE access.session SET seen_at = now() WHERE digest = %s"
_RENEW: Final = """
UPDATE access.session SET digest = %s, seen_at = now(),
    position = (SELECT max(notification_id) FROM ledger.stored_events)
WHERE digest IN (SELECT digest FROM access.live_session WHERE digest = %s)
"""
_END: Final = "DELETE FROM access.session WHERE digest = %s"
_END_ONE: Final = "DELETE FROM access.session WHERE person = %s AND id = %s"
_END_ALL: Final = "DELETE FROM access.session WHERE person = %s"
_LIST: Final = """
SELECT id, person, kind, began_at, seen_at, ends_at, roles_changed
FROM access.live_session WHERE person = %s ORDER BY began_at, id
"""
_PURGE: Final = """
DELETE FROM access.session WHERE digest NOT IN (SELECT digest FROM access.live_session)
"""


@dataclass(frozen=True, slots=True)
class Session:
    """What is known of a sign-in; its secret is not."""

    id: str
    person: PersonId
    kind: SessionKind
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    roles_changed: bool


def begin(
    connection: Connection[Any], standing: Standing, kind: SessionKind = SessionKind.full
) -> str | None:
    """The secret of a new session; None if the log does not let her in, or she has no account.

    What the log says after the standing was read ends it.
    """
    if not standing.is_open:
        return None
    secret, public = token_urlsafe(SECRET_BYTES), _new_id()
    row = (_digest(secret), public, kind.value, standing.position, LASTS[kind], standing.person)
    with cursor_of(connection) as cursor:
        return secret if cursor.execute(_BEGIN, row).rowcount == 1 else None


def find(connection: Connection[Any], secret: str) -> Session | None:
    """The session of that secret, used just now; None for one that ended or never was.

    Where `roles_changed`, whoever serves `renew`s the secret.
    """
    if _FORM.fullmatch(secret) is None:
        return None
    digest = _digest(secret)
    with cursor_of(connection) as cursor:
        found = cursor.execute(_FIND, (SEEN_AGAIN, digest), prepare=True).fetchone()
        if found is None:
            return None
        if found[-1]:
            cursor.execute(_SEEN, (digest,))
    return _session(found[:-1])


def renew(connection: Connection[Any], secret: str) -> str | None:
    """Another secret for the same session, which lasts no longer; None if it has ended."""
    new = token_urlsafe(SECRET_BYTES)
    with cursor_of(connection) as cursor:
        digests = (_digest(new), _digest(secret))
        return new if cursor.execute(_RENEW, digests).rowcount == 1 else None


def end(connection: Connection[Any], secret: str) -> None:
    """Sign out."""
    with cursor_of(connection) as cursor:
        cursor.execute(_END, (_digest(secret),))


def end_one(connection: Connection[Any], person: PersonId, public: str) -> bool:
    """End a session of hers elsewhere, by its id; False if she has none of that id."""
    with cursor_of(connection) as cursor:
        return cursor.execute(_END_ONE, (person, public)).rowcount == 1


def end_all(connection: Connection[Any], person: PersonId) -> int:
    """End every session of hers; how many there were."""
    with cursor_of(connection) as cursor:
        return cursor.execute(_END_ALL, (person,)).rowcount


def listed(connection: Connection[Any], person: PersonId) -> tuple[Session, ...]:
    """Where she is signed in, the longest first."""
    with cursor_of(connection) as cursor:
        return tuple(_session(row) for row in cursor.execute(_LIST, (person,)))


def purge(connection: Connection[Any]) -> int:
    """Delete what has ended by itself; how many there were."""
    with cursor_of(connection) as cursor:
        return cursor.execute(_PURGE).rowcount


def _session(row: tuple[Any, ...]) -> Session:
    public, person, kind, *rest = row
    return Session(public, person, SessionKind(kind), *rest)


def _new_id() -> str:
    return "".join(choice(ascii_lowercase + digits) for _ in range(ID_LENGTH))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode(errors="surrogatepass")).digest()
