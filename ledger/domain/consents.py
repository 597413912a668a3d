"""Consents: given for one purpose, withdrawn as easily, and heeded at once.

She speaks for herself, or a guardian does who is on her sheet; a registrar who writes down what was
said on paper says whose word it is. Of her name in the league there is one truth: consenting to it
is the same event as letting the tables show her.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, people
from ledger.domain.decisions import (
    Context,
    Happening,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.guardianship import guardians_of, is_minor, unless_may_consent
from ledger.domain.person_records import LeagueVisibilitySet, Person
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ConsentGiven, ConsentPurpose, ConsentWithdrawn
from ledger.domain.values import CommunityId, PersonId

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Consent to one purpose; `guardian` is whose word an office writes down, if not her own."""

    person: PersonId
    purpose: ConsentPurpose
    guardian: PersonId | None = None


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """Consent to it no more, or not at all."""

    person: PersonId
    purpose: ConsentPurpose
    guardian: PersonId | None = None


ConsentCommand: TypeAlias = GiveConsent | WithdrawConsent

# -- deciding ----------------------------------------------------------------------------------


def place(command: ConsentCommand, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return known[people.stream(command.person)].community or None


def needs(command: ConsentCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and her community."""
    yield people.stream(command.person)
    person = known.get(people.stream(command.person))
    if person is not None and person.registered_on is not None:
        yield communities.stream(person.community)


def decide(command: ConsentCommand, known: Known, context: Context) -> Outcome:
    """A consent that changes something, by whoever may speak for her."""
    here = people.stream(command.person)
    person, sheet = known[here], known.sheet(command.person)
    if person.registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    today = known[communities.stream(person.community)].day_of(context)
    guardians = guardians_of(sheet, today)
    speaker = command.guardian or (context.actor if context.actor in guardians else command.person)
    refused = _unless_declared(command.guardian, guardians)
    match command:
        case GiveConsent():
            refused = first_refusal(
                refused,
                _unless_of_a_minor(command.purpose, minor=is_minor(sheet, today)),
                unless_may_consent(sheet, speaker, command.purpose, today),
                _unless_new(command.purpose, person),
            )
        case WithdrawConsent():
            refused = first_refusal(refused, _unless_refused(command.purpose, person))
        case _:
            assert_never(command)
    given = isinstance(command, GiveConsent)
    return refused or ((here, event(command.person, command.purpose, speaker, today, given=given)),)


def event(
    person: PersonId, purpose: ConsentPurpose, speaker: PersonId, today: date, *, given: bool
) -> ConsentGiven | ConsentWithdrawn | LeagueVisibilitySet:
    """What is written of a consent, given or withdrawn."""
    if purpose is ConsentPurpose.league_name:
        return LeagueVisibilitySet(person, given, today)
    if given:
        return ConsentGiven(person, purpose, speaker, today)
    return ConsentWithdrawn(person, purpose, speaker, today)


def standing(person: Person) -> tuple[ConsentPurpose, ...]:
    """What she consents to."""
    return tuple(purpose for purpose in ConsentPurpose if _stands(purpose, person))


def withdrawn(name: PersonId, person: Person, today: date) -> Iterator[Happening]:
    """All that she consents to is consented to no more."""
    for purpose in standing(person):
        yield people.stream(name), event(name, purpose, name, today, given=False)


def _stands(purpose: ConsentPurpose, person: Person) -> bool:
    if purpose is ConsentPurpose.league_name:
        return person.league_visible
    return person.rights.consents_to(purpose)


def _unless_declared(guardian: PersonId | None, guardians: frozenset[PersonId]) -> Refused | None:
    if guardian is None or guardian in guardians:
        return None
    return Refused(Code.guardian_must_be_declared, guardian=guardian)


def _unless_of_a_minor(purpose: ConsentPurpose, *, minor: bool) -> Refused | None:
    if minor or purpose is not ConsentPurpose.service_of_a_minor:
        return None
    return Refused(Code.consent_must_be_for_a_minor, consent=purpose)


def _unless_new(purpose: ConsentPurpose, person: Person) -> Refused | None:
    if not _stands(purpose, person):
        return None
    return Refused(Code.consent_must_not_be_given_twice, consent=purpose)


def _unless_refused(purpose: ConsentPurpose, person: Person) -> Refused | None:
    """Whoever was never asked may say no, once."""
    if purpose is ConsentPurpose.league_name:
        said_no = not person.league_visible
    else:
        said_no = person.rights.objects_to(purpose)
    return Refused(Code.consent_must_not_be_withdrawn_twice, consent=purpose) if said_no else None
