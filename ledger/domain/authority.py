"""Authority: the roles that a person holds, and how far each of them goes.

Roles are held for some communities or for the whole town; what a role may do is in `permissions`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, TypeAlias

from ledger.domain.values import SYSTEM, CommunityId, PersonId


class Role(StrEnum):
    """What a person may be trusted with."""

    volunteer = "volunteer"
    leader = "leader"  # schedules shifts, attests attendance
    confirmer = "confirmer"
    registrar = "registrar"  # registers, records facts and deaths
    canteen_clerk = "canteen_clerk"
    settlement_checker = "settlement_checker"
    fund_manager = "fund_manager"  # requests, never approves or pays
    approver = "approver"
    cashier = "cashier"  # pays, never requests or approves
    publisher = "publisher"  # public notices
    auditor = "auditor"  # reads all amounts, no vault
    data_officer = "data_officer"  # vault, erasure
    town_approver = "town_approver"  # days over the town's limit
    administrator = "administrator"  # grants only


Reach: TypeAlias = frozenset[CommunityId] | None
"""How far a role goes: some communities, or None for the whole town."""
NOWHERE: Final[Reach] = frozenset()


@dataclass(frozen=True, slots=True)
class Authority:
    """Who asks, and which roles she holds, each with its own reach.

    `at_the_machine`: the program itself asks, so that it may give what no token may.
    """

    person: PersonId
    held: Mapping[Role, Reach]
    at_the_machine: bool = False

    @classmethod
    def alike(cls, person: PersonId, roles: Iterable[Role], reach: Reach) -> Self:
        """Every role with the same reach."""
        return cls(person, dict.fromkeys(roles, reach))

    @classmethod
    def of_the_machine(cls, person: PersonId = SYSTEM) -> Self:
        """No role at all, and the commands that are given by no role."""
        return cls(person, {}, at_the_machine=True)

    @property
    def told(self) -> str:
        """The same text for the same person, roles and reaches."""
        held = sorted((role, sorted(at or ()), at is None) for role, at in self.held.items())
        return f"{self.person}|{held}"

    def reach(self, roles: Iterable[Role]) -> Reach:
        """How far whichever of these roles she holds goes, taken together."""
        return united(self.held[role] for role in roles if role in self.held)

    def narrowed(self, roles: Collection[Role], reach: Reach) -> Self:
        """What is left of it where only these roles, and no more than that reach, are meant."""
        left = {role: _common(held, reach) for role, held in self.held.items() if role in roles}
        return type(self)(self.person, left)


def united(reaches: Iterable[Reach]) -> Reach:
    """Whatever lies in any of them."""
    found: frozenset[CommunityId] = frozenset()
    for reach in reaches:
        if reach is None:
            return None
        found |= reach
    return found


def _common(one: Reach, other: Reach) -> Reach:
    if one is None or other is None:
        return other if one is None else one
    return one & other
