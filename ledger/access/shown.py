"""Shown: what whoever looks after an account is told of its secrets, none of which is among it.

Which papers were printed, which card is locked, and whether she has chosen a password yet.
"""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from ledger.access.cards import TRIES_MOST
from ledger.domain.values import CardId, PersonId, SlipId
from ledger.vault.connections import cursor_of

_SHOWN: Final = """
SELECT ARRAY (SELECT slip FROM access.slip WHERE person = %(person)s),
    ARRAY (SELECT card FROM access.card WHERE person = %(person)s),
    ARRAY (SELECT card FROM access.card WHERE person = %(person)s AND tries >= %(most)s),
    EXISTS (SELECT FROM access.account WHERE person = %(person)s AND password_hash IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """The slips and cards of hers that were printed, and those of them that wrong PINs locked."""

    slips: frozenset[SlipId]
    cards: frozenset[CardId]
    locked: frozenset[CardId]
    has_password: bool


def of(connection: Connection[Any], person: PersonId) -> Shown:
    """What was shown of hers, up to this moment."""
    with cursor_of(connection) as cursor:
        row = cursor.execute(_SHOWN, {"person": person, "most": TRIES_MOST}).fetchone()
    slips, cards, locked, has_password = row or ((), (), (), False)
    return Shown(frozenset(slips), frozenset(cards), frozenset(locked), has_password)
