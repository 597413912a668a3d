"""What is remembered of a person: that she was registered, which papers are her newest, her rights.

Nothing personal is in here: papers are named by their number, with a salted commitment to each.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final, TypeAlias

from ledger.domain import identity_records, rights_records
from ledger.domain.decisions import Stream
from ledger.domain.identity_records import (
    ONE_ID,
    DuplicateMerged,
    DuplicateSeparated,
    Identity,
    IdentityEvent,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.rights_records import NO_RIGHTS_USED, PersonErased, Rights, RightsEvent
from ledger.domain.values import CommunityId, Count, PersonId

NOWHERE: Final = CommunityId("")
"""The community of a person who is not registered; no community has this id."""


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRegistered:
    """A person was entered; her name and phone are in the vault, here is the proof of them."""

    person: PersonId
    community: CommunityId
    contact_version: Count
    contact_commitment: str
    occurred_on: date


@dataclass(frozen=True, slots=True)
class FactsRecorded:
    """A fact sheet was put on record under its number; the sheet is in the vault."""

    person: PersonId
    version: Count
    commitment: str
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ContactRecorded:
    """Her next contact paper was put on record under its number; the paper is in the vault."""

    person: PersonId
    version: Count
    commitment: str
    occurred_on: date


@dataclass(frozen=True, slots=True)
class DeathRecorded:
    """The person died on that day."""

    person: PersonId
    died_on: date
    occurred_on: date


@dataclass(frozen=True, slots=True)
class DeathCorrected:
    """The day of death was wrong: it was another one, or (None) the person is alive."""

    person: PersonId
    died_on: date | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class LeagueVisibilitySet:
    """Whether league tables may show the name."""

    person: PersonId
    visible: bool
    occurred_on: date


PersonEvent: TypeAlias = (
    PersonRegistered
    | FactsRecorded
    | ContactRecorded
    | DeathRecorded
    | DeathCorrected
    | LeagueVisibilitySet
    | RightsEvent
    | IdentityEvent
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """What decisions ask of a person; `registered_on` is None before the registration."""

    registered_on: date | None = None
    community: CommunityId = NOWHERE
    died_on: date | None = None
    facts_version: Count = Count(0)
    facts_commitment: str = ""
    contact_version: Count = Count(0)
    league_visible: bool = False
    rights: Rights = NO_RIGHTS_USED
    identity: Identity = ONE_ID


@lru_cache(maxsize=16384)
def stream(person: PersonId) -> Stream[Person]:
    """The stream of a person."""
    return Stream(f"person-{person}")


# -- evolving ----------------------------------------------------------------------------------


def evolve(person: Person, event: PersonEvent) -> Person:
    """The newest sheet is the one that rules read; a corrected death replaces the recorded one."""
    match event:
        case PersonRegistered():
            return replace(
                person,
                registered_on=event.occurred_on,
                community=event.community,
                contact_version=event.contact_version,
            )
        case ContactRecorded():
            return replace(person, contact_version=event.version)
        case FactsRecorded():
            return replace(person, facts_version=event.version, facts_commitment=event.commitment)
        case DeathRecorded() | DeathCorrected():
            return replace(person, died_on=event.died_on)
        case LeagueVisibilitySet():
            return replace(person, league_visible=event.visible)
        case PersonErased():
            rights = rights_records.evolve(person.rights, event)
            erased = Person(person.registered_on, person.community, person.died_on)
            return replace(erased, rights=rights, identity=person.identity)
        case PersonsMerged() | DuplicateMerged() | PersonsSeparated() | DuplicateSeparated():
            return replace(person, identity=identity_records.evolve(person.identity, event))
        case _:
            return replace(person, rights=rights_records.evolve(person.rights, event))
