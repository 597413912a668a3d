"""What is remembered of grants: a person's roles, and who grants for the whole town.

The town's administrators have one stream, so that the last of them is known. How the glass was
broken is public, and names nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias, assert_never

from ledger.domain.authority import Authority, Reach, Role, united
from ledger.domain.decisions import Stream
from ledger.domain.person_records import Person
from ledger.domain.values import CommunityId, PersonId


class Appointment(StrEnum):
    """How somebody became an administrator."""

    first = "first"
    granted = "granted"
    break_glass = "break_glass"


class BreakGlassReason(StrEnum):
    """Why the machine had to appoint an administrator."""

    none_left = "none_left"
    none_reachable = "none_reachable"
    none_trusted = "none_trusted"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """The person may act in the role there, up to and including the last day, if there is one."""

    person: PersonId
    role: Role
    community: CommunityId | None
    until: date | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """The person acts in the role there no more."""

    person: PersonId
    role: Role
    community: CommunityId | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class AdministratorAppointed:
    """The person grants for the town, up to and including the last day, if there is one."""

    person: PersonId
    appointment: Appointment
    until: date | None
    reason: BreakGlassReason | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class AdministratorRemoved:
    """The person grants for the town no more."""

    person: PersonId
    occurred_on: date


GrantEvent: TypeAlias = RoleGranted | RoleRevoked
AdministratorEvent: TypeAlias = AdministratorAppointed | AdministratorRemoved

# -- state -------------------------------------------------------------------------------------

Held: TypeAlias = tuple[Role, CommunityId | None]
"""A role, and where; None is the whole town."""


@dataclass(frozen=True, slots=True)
class Grants:
    """What was granted to a person and not revoked, each with its last day or None.

    `ended` is the last day of what she held beside and holds no more; None if there was nothing.
    """

    until: Mapping[Held, date | None] = field(default_factory=dict)
    ended: date | None = None

    def held_on(self, day: date) -> dict[Role, Reach]:
        """The roles of that day, each with its reach."""
        reaches: dict[Role, list[Reach]] = {}
        for (role, community), until in self.until.items():
            if until is None or day <= until:
                reach = None if community is None else frozenset((community,))
                reaches.setdefault(role, []).append(reach)
        return {role: united(found) for role, found in reaches.items()}

    def last_trusted(self, today: date) -> date | None:
        """The last day up to today on which she held an office; None if she never did."""
        held = (until for (role, _), until in self.until.items() if role is not Role.volunteer)
        days = [today if until is None else min(until, today) for until in held]
        return max((*days, *(() if self.ended is None else (self.ended,))), default=None)

    def trusted_on(self, day: date) -> bool:
        """Whether she holds more that day than what every registered person has."""
        return not self.held_on(day).keys() <= {Role.volunteer}


@lru_cache(maxsize=4096)
def stream(person: PersonId) -> Stream[Grants]:
    """The stream of what is granted to a person."""
    return Stream(f"grants-{person}")


def authority(person: PersonId, grants: Grants, registered: Person, day: date) -> Authority:
    """What she may do on that day; nothing once she is dead, erased or kept as another id."""
    gone = registered.rights.erased or registered.identity.kept_as is not None
    if registered.died_on is not None or gone:
        return Authority.alike(person, (), None)
    held = grants.held_on(day)
    if registered.registered_on is not None:
        home: Reach = frozenset((registered.community,))
        held[Role.volunteer] = united((held.get(Role.volunteer, frozenset()), home))
    return Authority(person, held)


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """Once that the machine appointed an administrator: when, why and until when."""

    broken_on: date
    reason: BreakGlassReason
    until: date | None


@dataclass(frozen=True, slots=True)
class Administrators:
    """Who administers the town; `lasting` are those whose role has no last day."""

    begun: bool = False
    lasting: frozenset[PersonId] = frozenset()
    broken_glass: tuple[BrokenGlass, ...] = ()


TOWN: Final = Stream[Administrators]("administrators")


# -- evolving ----------------------------------------------------------------------------------


def evolve(grants: Grants, event: GrantEvent) -> Grants:
    """What is granted anew for the same place takes the place of what was."""
    held, ended = dict(grants.until), grants.ended
    key = event.role, event.community
    match event:
        case RoleGranted():
            held[key] = event.until
        case RoleRevoked():
            last = held.pop(key, None) or event.occurred_on
            if event.role is not Role.volunteer:
                ended = max(ended or date.min, min(last, event.occurred_on))
        case _:
            assert_never(event)
    return replace(grants, until=held, ended=ended)


def evolve_town(town: Administrators, event: AdministratorEvent) -> Administrators:
    """A role with a last day lets nobody else go."""
    match event:
        case AdministratorAppointed():
            others = town.lasting - {event.person}
            lasting = others if event.until else others | {event.person}
            town = replace(town, begun=True, lasting=lasting)
            if event.reason is None:
                return town
            broken = BrokenGlass(event.occurred_on, event.reason, event.until)
            return replace(town, broken_glass=(*town.broken_glass, broken))
        case AdministratorRemoved():
            return replace(town, lasting=town.lasting - {event.person})
        case _:
            assert_never(event)
