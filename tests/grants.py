"""Grants for tests: whoever is to act over HTTP must be let in by an administrator, as in life."""

from collections.abc import Iterable
from typing import Final

from ledger.deciding.answers import Unit
from ledger.domain.authority import Authority, Role
from ledger.domain.grants import GrantRole
from ledger.domain.values import PersonId
from ledger.engine import Ledger
from tests.builders import START, accepted, person

ADMINISTRATOR: Final = person(10**9 + 1)
GRANTOR: Final = person(10**9 + 2)
"""An administrator whom another one has let in."""
TRUSTED: Final = tuple(role for role in Role if role is not Role.administrator)
"""Every role that one person may hold beside others."""


def grant(ledger: Ledger, who: PersonId, roles: Iterable[Role]) -> None:
    """Let her act in these roles in the whole town; her token says how much of it is meant."""
    by = Authority.alike(ADMINISTRATOR, (Role.administrator,), None)
    at = START if ledger.book().simulated else None
    asked = [Unit(by, f"grant-{who}-{role}", (GrantRole(who, role),), at) for role in roles]
    for answer in ledger.execute(asked):
        accepted(answer)
