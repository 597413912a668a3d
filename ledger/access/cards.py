"""Cards: a printed QR code and a PIN, for a look at one's own hours.

The code holds an address whose fragment is the card's id and secret: `…/card#<id>.<secret>`. A
browser sends no fragment, so the secret is in no log on the way; the page posts it with the PIN.
The fifth wrong PIN is the last one: the card is locked, and a registrar revokes it and issues
another. Each try is counted before it is compared, so that many at once are five as well. Five more
are compared and open nothing: whoever has the right PIN is told that her card is locked. Whoever
has not learns nothing, and whoever goes on guessing is not told even if she comes upon it.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final

from psycopg import Connection

from ledger.access import accounts
from ledger.access.passwords import PasswordHash, hashed
from ledger.domain.values import CardId, PersonId
from ledger.vault.connections import cursor_of

SECRET_BYTES: Final = 16
TRIES_MOST: Final = 5
TRIES_TOLD_MOST: Final = 2 * TRIES_MOST
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{22}")

_SPEND_OTHERS: Final = """
UPDATE access.card SET pin_hash = NULL
WHERE person = %s AND card <> %s AND pin_hash IS NOT NULL
"""
_OPEN: Final = """
INSERT INTO access.card (card, person, digest, pin_hash, opened_by) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (card) DO NOTHING
"""
_TRY: Final = """
UPDATE access.card SET tries = tries + 1
WHERE card = %s AND digest = %s AND pin_hash IS NOT NULL AND tries < %s
RETURNING person, pin_hash, tries > %s
"""
_FORGIVE: Final = "UPDATE access.card SET tries = 0 WHERE card = %s"


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on a card, which nobody can be shown again; the PIN is told beside it."""

    card: CardId
    secret: str = field(repr=False)
    pin: str = field(repr=False)

    def address(self, page: str) -> str:
        """What the QR code holds, for the address of the page that asks for the PIN."""
        return f"{page}#{self.card}.{self.secret}"


@dataclass(frozen=True, slots=True)
class Tried:
    """A card that somebody holds; whether she knows its PIN is not said yet."""

    card: CardId
    person: PersonId
    pin_hash: PasswordHash = field(repr=False)
    is_locked: bool


def open_card(
    connection: Connection[Any], card: CardId, person: PersonId, pin: str, opened_by: PersonId
) -> Printed | None:
    """What to print; None if it was shown already. An older card of hers opens nothing then.

    The PIN is `pins.new_pin()`, or one of her own that `pins` does not find trivial. Computes a
    hash, and is as slow as that.
    """
    secret = token_urlsafe(SECRET_BYTES)
    row = (card, person, _digest(secret), hashed(pin), opened_by)
    with connection.transaction(), cursor_of(connection) as cursor:
        accounts.enrol(connection, person)
        cursor.execute(_SPEND_OTHERS, (person, card))
        if cursor.execute(_OPEN, row).rowcount == 0:
            return None
    return Printed(card, secret, pin)


def take_a_try(connection: Connection[Any], card: CardId, secret: str) -> Tried | None:
    """One try; None for a card that is replaced or unknown, or was tried too often to be told."""
    if _FORM.fullmatch(secret) is None:
        return None
    with cursor_of(connection) as cursor:
        values = (card, _digest(secret), TRIES_TOLD_MOST, TRIES_MOST)
        found = cursor.execute(_TRY, values).fetchone()
    return None if found is None else Tried(card, *found)


def forgive(connection: Connection[Any], card: CardId) -> None:
    """The PIN was right: all tries are there again."""
    with cursor_of(connection) as cursor:
        cursor.execute(_FORGIVE, (card,))


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
