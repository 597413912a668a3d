"""People: registered once, described by numbered fact sheets, private by default.

The stream of a person holds no name, no birth date, no class: only that a sheet of some number was
recorded, with a salted commitment to it. The sheet lies in the vault, and rules read the newest.
A person counts from the day of registration on; the day of death itself still counts.
Death and its consequences are decided in `deaths`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, guardianship, person_records, relations, sheet_rules
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.person_records import (
    ContactRecorded,
    FactsRecorded,
    LeagueVisibilitySet,
    Person,
    PersonRegistered,
)
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ConsentPurpose
from ledger.domain.service_records import DeciderFoundRelated
from ledger.domain.values import CommunityId, Count, PersonId, community_of

stream: Final = person_records.stream
"""The stream of a person."""


# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterPerson:
    """Enter a person under a random id; without a day she is registered from today on."""

    person: PersonId
    community: CommunityId
    contact: Contact
    facts: FactSheet
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Put the next fact sheet on record: a change, or the correction of a mistake."""

    person: PersonId
    facts: FactSheet


@dataclass(frozen=True, slots=True)
class RecordContact:
    """Put on record what she is called now and how she is reached; the older paper stays."""

    person: PersonId
    contact: Contact


@dataclass(frozen=True, slots=True)
class SetLeagueVisibility:
    """Let the league tables show the volunteer's name, or mask it again."""

    person: PersonId
    visible: bool


PeopleCommand: TypeAlias = RegisterPerson | RecordFacts | RecordContact | SetLeagueVisibility

CONSEQUENCES: Final[frozenset[type]] = frozenset({DeciderFoundRelated})
"""What a relation tells of earlier decisions: nobody chose it, so the system is its actor."""

# -- deciding ----------------------------------------------------------------------------------


def place(command: PeopleCommand, known: Known) -> CommunityId | None:
    """The community in which the person is, or is to be, registered."""
    if isinstance(command, RegisterPerson):
        return command.community
    return known[stream(command.person)].community or None


def needs(command: PeopleCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person, her community, and what a sheet names: cooperatives, and relations of hers."""
    yield stream(command.person)
    person = known.get(stream(command.person))
    if isinstance(command, RegisterPerson):
        yield communities.stream(command.community)
    elif person is not None and person.registered_on is not None:
        yield communities.stream(person.community)
    if isinstance(command, RegisterPerson | RecordFacts):
        for membership in command.facts.memberships:
            yield communities.stream(community_of(membership.cooperative))
        yield from map(stream, relations.declared(command.facts))
        yield from relations.streams_of(command.person, command.facts, known)


def decide(command: PeopleCommand, known: Known, context: Context) -> Outcome:
    """Register once; everything else needs a registered person."""
    person = known[stream(command.person)]
    if isinstance(command, RegisterPerson):
        return _register(command, person, known, context)
    if person.registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    today = known[communities.stream(person.community)].day_of(context)
    match command:
        case RecordFacts():
            return _record_facts(command, person, known, context)
        case RecordContact():
            version = Count(person.contact_version + 1)
            paper = ContactRecorded(command.person, version, context.commitments["contact"], today)
            return ((stream(command.person), paper),)
        case SetLeagueVisibility():
            event = LeagueVisibilitySet(command.person, command.visible, today)
            refused = guardianship.unless_may_consent(
                known.sheet(command.person), context.actor, ConsentPurpose.league_name, today
            )
            return (refused if command.visible else None) or ((stream(command.person), event),)
        case _:
            assert_never(command)


def _register(command: RegisterPerson, person: Person, known: Known, context: Context) -> Outcome:
    community = known[communities.stream(command.community)]
    today = community.day_of(context)
    registered_on = command.registered_on or today
    refusal = first_refusal(
        sheet_rules.unless_known(command.community, community),
        sheet_rules.unless_new(command.person, person.registered_on),
        sheet_rules.unless_past(registered_on, today),
        *sheet_rules.refusals(command.person, command.facts, today, known),
        *sheet_rules.birth_refusals(command.facts, today, registered_on, None),
    )
    if refusal:
        return refusal
    registered = PersonRegistered(
        command.person,
        command.community,
        Count(1),
        context.commitments["contact"],
        registered_on,
    )
    recorded = FactsRecorded(command.person, Count(1), context.commitments["facts"], today)
    here = stream(command.person)
    late = relations.found(command.person, command.facts, known, today)
    return ((here, registered), (here, recorded), *late)


def _record_facts(command: RecordFacts, person: Person, known: Known, context: Context) -> Outcome:
    today = known[communities.stream(person.community)].day_of(context)
    refusal = first_refusal(
        *sheet_rules.refusals(command.person, command.facts, today, known),
        *sheet_rules.birth_refusals(command.facts, today, person.registered_on, person.died_on),
        sheet_rules.unless_consented_to(command.facts, person.rights),
    )
    if refusal:
        return refusal
    event = FactsRecorded(
        command.person,
        Count(person.facts_version + 1),
        context.commitments["facts"],
        today,
    )
    late = relations.found(command.person, command.facts, known, today)
    return ((stream(command.person), event), *late)
