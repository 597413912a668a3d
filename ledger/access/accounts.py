"""Accounts: everybody who may be let in has one, by whatever way she comes.

The name of an account is a random number that is printed on her slip; it does not change. Whoever
computes a hash does so before or after, not in here: these are single statements, and quick.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import Connection

from ledger.access.codes import new_number
from ledger.access.passwords import PasswordHash
from ledger.domain.values import PersonId
from ledger.vault.connections import cursor_of

_ENROL: Final = "INSERT INTO access.account (person, name) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_NUMBER: Final = "SELECT name FROM access.account WHERE person = %s"
_NUMBERS: Final = "SELECT person, name FROM access.account WHERE person = ANY (%s)"
_FIND: Final = "SELECT person, name, password_hash FROM access.account WHERE name = %s"
_CHANGE: Final = """
WITH ended AS (DELETE FROM access.session WHERE person = %(person)s)
UPDATE access.account SET password_hash = %(kept)s, password_at = now() WHERE person = %(person)s
"""
_REHASH: Final = """
UPDATE access.account SET password_hash = %s WHERE person = %s AND password_hash = %s
"""


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in asks of an account; without a hash she has chosen no password yet."""

    person: PersonId
    number: str
    password_hash: PasswordHash | None = field(repr=False)


def enrol(connection: Connection[Any], person: PersonId) -> str:
    """Her account number, made if she has none yet."""
    with cursor_of(connection) as cursor:
        while True:
            cursor.execute(_ENROL, (person, new_number()))
            if found := cursor.execute(_NUMBER, (person,)).fetchone():
                return str(found[0])


def number_of(connection: Connection[Any], person: PersonId) -> str | None:
    """Her account number; None if she was never let in."""
    with cursor_of(connection) as cursor:
        found = cursor.execute(_NUMBER, (person,)).fetchone()
    return None if found is None else str(found[0])


def numbers_of(connection: Connection[Any], persons: Collection[PersonId]) -> dict[PersonId, str]:
    """Their account numbers; without those who were never let in."""
    with cursor_of(connection) as cursor:
        rows = cursor.execute(_NUMBERS, (list(persons),)).fetchall()
    return {PersonId(person): str(number) for person, number in rows}


def find(connection: Connection[Any], number: str) -> Account | None:
    """The account of that number, open or not: the log says which."""
    with cursor_of(connection) as cursor:
        found = cursor.execute(_FIND, (number,)).fetchone()
    return None if found is None else Account(*found)


def set_password(connection: Connection[Any], person: PersonId, kept: PasswordHash) -> None:
    """From now on this is her password; whoever is signed in as her is so no more."""
    with cursor_of(connection) as cursor:
        cursor.execute(_CHANGE, {"person": person, "kept": kept})


def rehash(connection: Connection[Any], account: Account, kept: PasswordHash) -> None:
    """Keep the same password with today's parameters, unless it was changed meanwhile."""
    with cursor_of(connection) as cursor:
        cursor.execute(_REHASH, (kept, account.person, account.password_hash))
