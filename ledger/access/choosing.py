"""Choosing a password: with a slip that the log has let be used, or with the password before.

Whoever was signed in as the person is so no more, and she herself begins a new session. Each of
these computes hashes, and is as slow as that (`passwords`).
"""

from typing import Any

from psycopg import Connection

from ledger.access import accounts, passwords, sessions, slips, standing
from ledger.access.doors import Admitted, Answer, Door, NotAdmitted, with_password
from ledger.access.limits import Kind
from ledger.access.slips import Slip
from ledger.domain.values import PersonId


def by_slip(connection: Connection[Any], door: Door, slip: Slip, password: str) -> Answer:
    """Her password from now on; the slip is spent first, so that it is worth one use at most."""
    slips.spend(connection, slip.slip)
    _forgive(connection, door, slip.person)
    accounts.set_password(connection, slip.person, passwords.hashed(password))
    return admitted(connection, slip.person)


def by_password(
    connection: Connection[Any], door: Door, person: PersonId, old: str, new: str
) -> Answer:
    """Another password, for whoever knows the one that is good now."""
    number = accounts.number_of(connection, person)
    answer = with_password(connection, door, number or "", old)
    if not isinstance(answer, Admitted):
        return answer
    accounts.set_password(connection, person, passwords.hashed(new))
    return admitted(connection, person)


def admitted(connection: Connection[Any], person: PersonId) -> Admitted | NotAdmitted:
    """A session of somebody who has shown who she is, unless the log does not let her in."""
    secret = sessions.begin(connection, standing.of(connection, person))
    return NotAdmitted() if secret is None else Admitted(person, secret)


def _forgive(connection: Connection[Any], door: Door, person: PersonId) -> None:
    """A right slip opens the account that somebody else has made wait."""
    number = accounts.number_of(connection, person)
    if number is not None:
        door.limits.forgive(connection, Kind.slip, number)
        door.limits.forgive(connection, Kind.account, number)
