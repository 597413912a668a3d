"""External identities: which person an identity provider's subject stands for.

A subject may be a number or an address of hers, so only its keyed digest is kept. Nobody is linked
by what a provider says of her, such as the same name: the caller links whom a person vouched for.
A link is ended and never deleted, so that it can be told later who could act as whom.
"""

import hmac
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import PersonId
from ledger.vault.vault import cursor_of

LEDGER_KEY: Final = "external-subject"
"""The ledger's own key for these digests, which the vault keeps."""

_PERSON: Final = """
SELECT person FROM access.external
WHERE issuer = %s AND subject_digest = %s AND unlinked_at IS NULL
"""
_LINK: Final = """
INSERT INTO access.external (issuer, subject_digest, person) VALUES (%s, %s, %s)
ON CONFLICT (issuer, subject_digest) WHERE unlinked_at IS NULL DO NOTHING
"""
_UNLINK: Final = """
UPDATE access.external SET unlinked_at = now()
WHERE person = %s AND issuer = %s AND unlinked_at IS NULL
"""


class ExternalIdentities:
    """Persons by what an issuer calls them. `key` is the ledger's own, of the name LEDGER_KEY."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def person_of(self, connection: Connection[Any], issuer: str, sub: str) -> PersonId | None:
        """The person linked with that subject, None if nobody is."""
        with cursor_of(connection) as cursor:
            cursor.execute(_PERSON, (issuer, self._digest(issuer, sub)), prepare=True)
            found = cursor.fetchone()
        return None if found is None else PersonId(found[0])

    def link(self, connection: Connection[Any], issuer: str, sub: str, person: PersonId) -> bool:
        """Let the subject stand for that person; False if it stands for somebody already."""
        digest = self._digest(issuer, sub)
        with cursor_of(connection) as cursor:
            return cursor.execute(_LINK, (issuer, digest, person)).rowcount == 1

    def _digest(self, issuer: str, sub: str) -> bytes:
        """The zero byte, which neither holds, keeps one from growing into the other."""
        return hmac.digest(self._key, f"{issuer}\0{sub}".encode(), "sha256")


def unlink(connection: Connection[Any], person: PersonId, issuer: str) -> int:
    """End now whatever of that issuer stands for her; how many links there were."""
    with cursor_of(connection) as cursor:
        return cursor.execute(_UNLINK, (person, issuer)).rowcount
