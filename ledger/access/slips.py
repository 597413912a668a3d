"""Slips: the secret of a one-time slip, made when it is printed and worth one use.

The log decides whether a slip may be used (`domain/slips.py`); here is only whether somebody has it
in her hand. So whoever opens one tries `UseSlip` as the person first, without writing anything; and
whoever was shown one (`doors`) gives that command, under a new key each time lest an earlier answer
be repeated, and when it was accepted `spend`s the slip before anything is done with it.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import Connection

from ledger.access import accounts
from ledger.access.codes import new_secret, printed
from ledger.access.passwords import PasswordHash, hashed
from ledger.domain.values import PersonId, SlipId
from ledger.vault.connections import cursor_of

_SPEND_OTHERS: Final = """
UPDATE access.slip SET secret_hash = NULL
WHERE person = %s AND slip <> %s AND secret_hash IS NOT NULL
"""
_OPEN: Final = """
INSERT INTO access.slip (slip, person, secret_hash, opened_by) VALUES (%s, %s, %s, %s)
ON CONFLICT (slip) DO NOTHING
"""
_FIND: Final = """
SELECT slip, person, secret_hash FROM access.slip JOIN access.account USING (person)
WHERE name = %s AND secret_hash IS NOT NULL
"""
_SPEND: Final = "UPDATE access.slip SET secret_hash = NULL WHERE slip = %s"


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on a slip, which nobody can be shown again."""

    number: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that was opened and is not spent."""

    slip: SlipId
    person: PersonId
    secret_hash: PasswordHash = field(repr=False)


def open_slip(
    connection: Connection[Any], slip: SlipId, person: PersonId, opened_by: PersonId
) -> Printed | None:
    """What to print; None if it was shown already. An older slip of hers is worth nothing then.

    Computes a hash, and is as slow as that.
    """
    secret = new_secret()
    kept = hashed(secret)
    with connection.transaction(), cursor_of(connection) as cursor:
        number = accounts.enrol(connection, person)
        cursor.execute(_SPEND_OTHERS, (person, slip))
        if cursor.execute(_OPEN, (slip, person, kept, opened_by)).rowcount == 0:
            return None
    return Printed(number, printed(secret))


def find(connection: Connection[Any], number: str) -> Slip | None:
    """The slip that the account of that number may be opened with."""
    with cursor_of(connection) as cursor:
        found = cursor.execute(_FIND, (number,)).fetchone()
    return None if found is None else Slip(*found)


def spend(connection: Connection[Any], slip: SlipId) -> None:
    """It is worth nothing any more: used, or withdrawn."""
    with cursor_of(connection) as cursor:
        cursor.execute(_SPEND, (slip,))
