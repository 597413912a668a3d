"""External identities: which person an identity provider's subject stands for.

A subject may be a number or an address of hers, so only its keyed digest is kept. Nobody is linked
by what a provider says of her, such as the same name: the caller links whom a person vouched for.
A link is ended and never deleted, so that it can be told later who could act as whom.

Whoever comes from the provider and is linked with nobody gets a ticket: it names her digest, for
the quarter of an hour in which she may show the slip that says who she is.
"""

import hmac
import re
import time
from typing import Any, Final

from psycopg import Connection

from ledger.domain.values import PersonId
from ledger.vault.connections import cursor_of

LEDGER_KEY: Final = "external-subject"
"""The ledger's own key for these digests, which the vault keeps."""

TICKET_SECONDS: Final = 15 * 60
_TICKET: Final = re.compile(r"([0-9]{10})\.([0-9a-f]{64})\.([0-9a-f]{64})")

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
        return _link(connection, issuer, self._digest(issuer, sub), person)

    def ticket(self, issuer: str, sub: str, now: int | None = None) -> str:
        """What the browser of that subject holds until she has shown a slip."""
        ends_at = (int(time.time()) if now is None else now) + TICKET_SECONDS
        told = f"{ends_at}.{self._digest(issuer, sub).hex()}"
        return f"{told}.{self._seal(issuer, told)}"

    def link_by(
        self, connection: Connection[Any], issuer: str, ticket: str, person: PersonId
    ) -> bool:
        """Let the subject of that ticket stand for that person; False as in `link`."""
        digest = self.read_ticket(issuer, ticket)
        return digest is not None and _link(connection, issuer, digest, person)

    def read_ticket(self, issuer: str, ticket: str, now: int | None = None) -> bytes | None:
        """Whom a ticket of that issuer names; None for one that is forged or too old."""
        form = _TICKET.fullmatch(ticket)
        if form is None or int(form[1]) <= (int(time.time()) if now is None else now):
            return None
        sealed = self._seal(issuer, f"{form[1]}.{form[2]}")
        return bytes.fromhex(form[2]) if hmac.compare_digest(sealed, form[3]) else None

    def _seal(self, issuer: str, told: str) -> str:
        """No issuer is called so that its digests could pass for seals: none begins with a zero."""
        return hmac.digest(self._key, f"\0{issuer}\0{told}".encode(), "sha256").hex()

    def _digest(self, issuer: str, sub: str) -> bytes:
        """The zero byte, which neither holds, keeps one from growing into the other."""
        return hmac.digest(self._key, f"{issuer}\0{sub}".encode(), "sha256")


def _link(connection: Connection[Any], issuer: str, digest: bytes, person: PersonId) -> bool:
    with cursor_of(connection) as cursor:
        return cursor.execute(_LINK, (issuer, digest, person)).rowcount == 1


def unlink(connection: Connection[Any], person: PersonId, issuer: str) -> int:
    """End now whatever of that issuer stands for her; how many links there were."""
    with cursor_of(connection) as cursor:
        return cursor.execute(_UNLINK, (person, issuer)).rowcount
