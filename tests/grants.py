"""Grants for tests: whoever is to act over HTTP must be let in by an administrator, as in life."""

from collections.abc import Collection, Iterable
from typing import Final

from ledger.deciding.answers import Unit
from ledger.domain.authority import Authority, Role
from ledger.domain.grants import GrantRole
from ledger.domain.values import CommunityId, PersonId
from ledger.engine import Ledger
from tests.builders import START, accepted, person

ADMINISTRATOR: Final = person(10**9 + 1)
TRUSTED: Final = tuple(role for role in Role if role is not Role.administrator)
"""Every role that one person may hold beside others."""


def grant(
    ledger: Ledger,
    who: PersonId,
    roles: Iterable[Role],
    places: Collection[CommunityId | None] = (None,),
) -> None:
    """Let her act in these roles, there or in the whole town."""
    by = Authority.alike(ADMINISTRATOR, (Role.administrator,), None)
    at = START if ledger.book().simulated else None
    units = [
        Unit(by, f"grant-{who}-{role}-{place}", (GrantRole(who, role, place),), at)
        for role in roles
        for place in places
    ]
    for answer in ledger.execute(units):
        accepted(answer)
