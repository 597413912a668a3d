"""Rights of the person: her data are restricted, or erased when no term keeps them any longer.

A data officer does both, at the request of the person or of her guardian or her relatives, and
never in her own matter or a relation's. An erasure that a term keeps from being carried out becomes
a restriction until the end of that term: what nothing keeps goes at once, and the same command
erases her afterwards. While an auditor holds a case, or an objection is open, nobody is erased.
An erasure is for good: her id is never used again, and whatever was counted stays as it is.
Whoever was entered twice is restricted and erased under all her ids.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, consents, erasure_rules, identity, people
from ledger.domain.decisions import (
    Context,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.person_records import LeagueVisibilitySet, Person
from ledger.domain.refusals import Code
from ledger.domain.rights_records import (
    CaseHeld,
    CaseReason,
    CaseReleased,
    ConsentWithdrawn,
    Discard,
    ErasureBasis,
    PersonErased,
    PersonRestricted,
    RestrictionLifted,
    RestrictionReason,
)
from ledger.domain.values import CommunityId, PersonId, local_day

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RestrictPerson:
    """Keep her data and use them no more, because she asks for it."""

    person: PersonId
    reason: RestrictionReason


@dataclass(frozen=True, slots=True)
class LiftRestriction:
    """Use them again, because she asks for it."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Erase her; while a term runs, restrict her until its end."""

    person: PersonId
    basis: ErasureBasis


@dataclass(frozen=True, slots=True)
class HoldCase:
    """Keep her from being erased, because an audit looks into her records."""

    person: PersonId
    reason: CaseReason


@dataclass(frozen=True, slots=True)
class ReleaseCase:
    """The audit is done with her records."""

    person: PersonId


RightsCommand: TypeAlias = RestrictPerson | LiftRestriction | ErasePerson | HoldCase | ReleaseCase

CONSEQUENCES: Final[frozenset[type]] = frozenset({ConsentWithdrawn, LeagueVisibilitySet})
"""Whoever asks to be erased consents to nothing any more."""

AT_ONCE: Final = tuple(Discard)

# -- deciding ----------------------------------------------------------------------------------


def place(command: RightsCommand, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return known[people.stream(command.person)].community or None


def needs(command: RightsCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person, her community, who asks; and for an erasure whatever may keep her papers."""
    yield from identity.streams_of(command.person, known)
    yield from identity.streams_of(context.actor, known)
    person = known.get(people.stream(command.person))
    if person is None or person.registered_on is None:
        return
    home = communities.stream(person.community)
    yield home
    community = known.get(home)
    if isinstance(command, ErasePerson) and community is not None:
        today = local_day(context.decided_at, community.time_zone)
        for name in identity.ids(command.person, known):
            yield from erasure_rules.needs(name, known, today)


def decide(command: RightsCommand, known: Known, context: Context) -> Outcome:
    """Of a registered person, by an officer who is neither she nor related to her."""
    person = known[people.stream(command.person)]
    if person.registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    today = known[communities.stream(person.community)].day_of(context)
    outcome = _outcome(command, person, known, today)
    refused = outcome if isinstance(outcome, Refused) else None
    return first_refusal(_unless_impartial(command.person, known, context), refused) or outcome


def _outcome(command: RightsCommand, person: Person, known: Known, today: date) -> Outcome:
    here, name, rights = people.stream(command.person), command.person, person.rights
    refused: Refused | None = None
    event: object
    match command:
        case RestrictPerson():
            if rights.restricted:
                refused = Refused(Code.person_must_not_be_restricted, person=name)
            return refused or tuple(
                (people.stream(each), PersonRestricted(each, command.reason, None, None, (), today))
                for each in identity.ids(name, known)
            )
        case LiftRestriction():
            if not rights.restricted:
                refused = Refused(Code.person_must_be_restricted, person=name)
            return refused or tuple(
                (people.stream(each), RestrictionLifted(each, today))
                for each in identity.ids(name, known)
            )
        case ErasePerson():
            return _erase(command, person, known, today)
        case HoldCase():
            if rights.case is not None:
                refused = Refused(Code.case_must_not_be_held_twice, case=rights.case)
            event = CaseHeld(name, command.reason, today)
        case ReleaseCase():
            if rights.case is None:
                refused = Refused(Code.case_must_be_held, person=name)
            event = CaseReleased(name, today)
        case _:
            assert_never(command)
    return refused or ((here, event),)


def _erase(command: ErasePerson, person: Person, known: Known, today: date) -> Outcome:
    name = command.person
    names = identity.ids(name, known)
    until = erasure_rules.kept_until(names, known, today)
    refused = first_refusal(
        *[erasure_rules.unless_in_a_case(each, known) for each in names],
        _unless_it_waits(person, until),
    )
    if refused is not None:
        return refused
    if until is None:
        return tuple(
            (people.stream(each), PersonErased(each, command.basis, today)) for each in names
        )
    kept = [
        (people.stream(each), PersonRestricted(each, None, command.basis, until, AT_ONCE, today))
        for each in names
    ]
    return (*kept, *consents.withdrawn(name, person, today))


def _unless_it_waits(person: Person, until: date | None) -> Refused | None:
    """Asked for a second time, it waits for the very same term."""
    if until is None or person.rights.awaits is None:
        return None
    return Refused(Code.erasure_must_wait_for_its_term, until=until)


def _unless_impartial(name: PersonId, known: Known, context: Context) -> Refused | None:
    """Whoever carries it out is not who asks for it; either of two relations may have said so."""
    actor = context.actor
    if identity.are_same(actor, name, known):
        return Refused(Code.officer_must_not_be_the_person)
    if identity.are_related(actor, name, known):
        return Refused(Code.officer_must_not_be_related_to_the_person)
    return None
