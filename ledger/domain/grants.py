"""Grants: who may act here, and how far; each grant and each end of one is an event.

An administrator grants and holds no other role, so that nobody hands herself what she may do, and
nobody grants to herself. The last administrator of the town stays: who could let in another one?
Every registered person is a volunteer where she is registered, without a grant: her own hours are
hers to see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, people
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import (
    Context,
    Happening,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.grant_records import (
    TOWN,
    AdministratorAppointed,
    AdministratorRemoved,
    Appointment,
    RoleGranted,
    RoleRevoked,
    stream,
)
from ledger.domain.refusals import Code
from ledger.domain.standing import unless_alive
from ledger.domain.values import CommunityId, PersonId, local_day

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GrantRole:
    """Let a person act in a role, in a community or (None) the whole town, to a last day or on."""

    person: PersonId
    role: Role
    community: CommunityId | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RevokeRole:
    """End what was granted for that community, or for the whole town, from now on."""

    person: PersonId
    role: Role
    community: CommunityId | None = None


GrantCommand: TypeAlias = GrantRole | RevokeRole

# -- deciding ----------------------------------------------------------------------------------


def place(command: GrantCommand, known: Known) -> CommunityId | None:
    """Where the role is held; None for the whole town."""
    return command.community


def needs(command: GrantCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and what she holds, the town's administrators, and the community of the role."""
    yield stream(command.person)
    yield people.stream(command.person)
    yield TOWN
    town = known.get(TOWN)
    yield from map(people.stream, town.lasting if town else ())
    if command.community is not None:
        yield communities.stream(command.community)


def decide(command: GrantCommand, known: Known, context: Context) -> Outcome:
    """Grant to others, and revoke from anybody but the last administrator."""
    today = local_day(context.decided_at, SHANGHAI)
    match command:
        case GrantRole():
            return _grant(command, known, context, today)
        case RevokeRole():
            return _revoke(command, known, today)
        case _:
            assert_never(command)


def _grant(command: GrantRole, known: Known, context: Context, today: date) -> Outcome:
    refusal = first_refusal(
        _unless_known_community(command.community, known),
        unless_alive(command.person, known),
        _unless_ahead(command.until, today),
        _unless_another(command.person, context),
        unless_grants_only(command.person, command.role, known, today),
        _unless_new(command, known, today),
        _unless_one_stays(command, known) if command.until else None,
    )
    if refusal:
        return refusal
    granted = RoleGranted(command.person, command.role, command.community, command.until, today)
    events: list[Happening] = [(stream(command.person), granted)]
    if _administers_the_town(command.role, command.community):
        how = Appointment.granted
        appointed = AdministratorAppointed(command.person, how, command.until, None, today)
        events.append((TOWN, appointed))
    return tuple(events)


def _revoke(command: RevokeRole, known: Known, today: date) -> Outcome:
    here, held = stream(command.person), (command.role, command.community)
    if held not in known[here].until:
        return Refused(Code.role_must_be_held, roles=command.role)
    if refusal := _unless_one_stays(command, known):
        return refusal
    events: list[Happening] = [(here, RoleRevoked(command.person, *held, today))]
    if _administers_the_town(*held):
        events.append((TOWN, AdministratorRemoved(command.person, today)))
    return tuple(events)


def _administers_the_town(role: Role, community: CommunityId | None) -> bool:
    return role is Role.administrator and community is None


def _unless_known_community(community: CommunityId | None, known: Known) -> Refused | None:
    if community is not None and known[communities.stream(community)].name is None:
        return Refused(Code.community_must_be_known, community=community)
    return None


def _unless_ahead(until: date | None, today: date) -> Refused | None:
    if until is not None and until < today:
        return Refused(Code.role_must_not_have_ended, until=until, today=today)
    return None


def _unless_another(person: PersonId, context: Context) -> Refused | None:
    if person == context.actor:
        return Refused(Code.role_must_be_granted_by_another_person)
    return None


def unless_grants_only(person: PersonId, role: Role, known: Known, today: date) -> Refused | None:
    """Who grants holds nothing else, wherever: not now, and not by what she is to get."""
    held = known[stream(person)].held_on(today).keys() - {Role.volunteer}
    if role is Role.administrator:
        others = held - {Role.administrator}
    else:
        others = held & {Role.administrator} if role is not Role.volunteer else set()
    if others:
        return Refused(Code.administrator_must_hold_no_other_role, roles=", ".join(sorted(others)))
    return None


def _unless_one_stays(command: GrantRole | RevokeRole, known: Known) -> Refused | None:
    """Of those who administer the town without a last day, one who is alive must be left."""
    lasting = known[TOWN].lasting
    if not _administers_the_town(command.role, command.community) or command.person not in lasting:
        return None
    others = lasting - {command.person}
    known_of = (known[people.stream(each)] for each in others)
    if any(each.died_on is None and not each.rights.erased for each in known_of):
        return None
    return Refused(Code.last_administrator_must_stay)


def _unless_new(command: GrantRole, known: Known, today: date) -> Refused | None:
    """To hold it to a later day, or to an earlier one, is news; to hold it as it is, is not."""
    held = known[stream(command.person)].until
    key = command.role, command.community
    if key in held and held[key] == command.until:
        return Refused(Code.role_must_not_be_held_already, roles=command.role)
    return None
