"""API tokens: who acts, with which roles, in which communities, until when.

    lk_<8 characters: its public id>_<43 characters: 256 random bits>

The whole token is shown once, when it is made; what is kept is its SHA-256. A token acts for one
named person, also a machine's, and lets her do no more than she was granted: its roles and its
communities narrow what the log says of her today. It is revoked at once and expires by itself.
Making and revoking need the owner's connection, recognising only the application's.
"""

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from secrets import choice, token_urlsafe
from string import ascii_lowercase, digits
from typing import Any, Final

from psycopg import Connection

from ledger.access import authorities
from ledger.domain.authority import Authority, Role
from ledger.domain.values import CommunityId, PersonId
from ledger.vault.connections import cursor_of

MARK: Final = "lk"
ID_LENGTH: Final = 8
SECRET_BYTES: Final = 32
_FORM: Final = re.compile(r"lk_([a-z0-9]{8})_[A-Za-z0-9_-]{43}")

_CREATE: Final = """
INSERT INTO ledger.tokens (id, sha256, person, roles, communities, expires_at)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_FIND: Final = """
SELECT sha256, person, roles, communities, last_used_on IS DISTINCT FROM current_date
FROM ledger.tokens WHERE id = %s AND revoked_at IS NULL AND expires_at > now()
"""
_USED: Final = "UPDATE ledger.tokens SET last_used_on = current_date WHERE id = %s"
_LIST: Final = """
SELECT id, person, roles, communities, created_at, expires_at, revoked_at, last_used_on
FROM ledger.tokens ORDER BY created_at, id
"""
_REVOKE: Final = "UPDATE ledger.tokens SET revoked_at = now() WHERE id = %s AND revoked_at IS NULL"


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; its secret is not."""

    id: str
    person: PersonId
    roles: tuple[str, ...]
    communities: tuple[CommunityId, ...] | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


def create(
    connection: Connection[Any],
    person: PersonId,
    roles: Collection[Role],
    communities: Collection[CommunityId] | None,
    expires_at: datetime,
) -> str:
    """A new token, which nobody can be shown again. `communities` None is the whole town."""
    public = "".join(choice(ascii_lowercase + digits) for _ in range(ID_LENGTH))
    token = f"{MARK}_{public}_{token_urlsafe(SECRET_BYTES)}"
    named = [role.value for role in Role if role in roles]
    places = None if communities is None else sorted(communities)
    with cursor_of(connection) as cursor:
        cursor.execute(_CREATE, (public, _digest(token), person, named, places, expires_at))
    return token


def authority(connection: Connection[Any], token: str) -> Authority | None:
    """Whom the token lets act, and how far; None for one that is unknown, revoked or expired."""
    form = _FORM.fullmatch(token)
    if form is None:
        return None
    public = form[1]
    with cursor_of(connection) as cursor:
        found = cursor.execute(_FIND, (public,), prepare=True).fetchone()
        if found is None:
            return None
        digest, person, roles, communities, first_today = found
        if not hmac.compare_digest(digest, _digest(token)):
            return None
        if first_today:
            cursor.execute(_USED, (public,))
    meant = frozenset(Role(role) for role in roles if role in Role.__members__)
    reach = None if communities is None else frozenset(communities)
    return authorities.of(connection, person).narrowed(meant, reach)


def listed(connection: Connection[Any]) -> tuple[Token, ...]:
    """Every token ever made, oldest first."""
    with cursor_of(connection) as cursor:
        return tuple(
            Token(public, person, tuple(roles), communities and tuple(communities), *rest)
            for public, person, roles, communities, *rest in cursor.execute(_LIST)
        )


def revoke(connection: Connection[Any], public: str) -> bool:
    """End a token now; False if there is none of that id that still works."""
    with cursor_of(connection) as cursor:
        return cursor.execute(_REVOKE, (public,)).rowcount == 1


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
