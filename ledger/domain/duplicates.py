"""Duplicates: somebody who was entered twice is one person, under the id that is kept.

A registrar finds it, by the identity document or because people know her, and says so; whoever is
one of the two, or a relation, does not. Nothing moves: what was written under the duplicate is
brought to its end there, whatever is new is written under the id that is kept, and rules look at
both, so that no day has two subsidised meals and no minute counts twice. What was decided by one
about the other while nobody knew is an exception that an auditor sees, as of relations. A mistake
is taken back by separating the two.
An id that held an office is always the one that is kept: what was decided under it is signed by it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import (
    communities,
    consents,
    grant_records,
    identity,
    people,
    service_state,
)
from ledger.domain.decisions import (
    Context,
    Happening,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.person_records import LeagueVisibilitySet
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ConsentWithdrawn
from ledger.domain.service_records import DeciderFoundRelated
from ledger.domain.values import CommunityId, PersonId

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MergePersons:
    """State that the person was entered a second time, as the duplicate; the first id is kept."""

    person: PersonId
    duplicate: PersonId


@dataclass(frozen=True, slots=True)
class SeparatePersons:
    """State that they are two persons after all."""

    person: PersonId
    duplicate: PersonId


DuplicateCommand: TypeAlias = MergePersons | SeparatePersons

CONSEQUENCES: Final[frozenset[type]] = frozenset(
    {DeciderFoundRelated, ConsentWithdrawn, LeagueVisibilitySet}
)
"""What she consents to she says under the one id; who had decided about herself, nobody chose."""

# -- deciding ----------------------------------------------------------------------------------


def place(command: DuplicateCommand, known: Known) -> CommunityId | None:
    """The community in which both are registered; of two communities, it is the town's matter."""
    homes = {known[people.stream(name)].community for name in (command.person, command.duplicate)}
    return (homes.pop() or None) if len(homes) == 1 else None


def needs(command: DuplicateCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """Both with their other ids, who decides, and the service and offices of the duplicate."""
    yield from identity.streams_of(context.actor, known)
    for name in (command.person, command.duplicate):
        yield from identity.streams_of(name, known)
    yield service_state.stream(command.duplicate)
    yield grant_records.stream(command.duplicate)
    person = known.get(people.stream(command.person))
    if person is not None and person.registered_on is not None:
        yield communities.stream(person.community)


def decide(command: DuplicateCommand, known: Known, context: Context) -> Outcome:
    """Both are registered, and neither is of the house of whoever decides."""
    for name in (command.person, command.duplicate):
        if known[people.stream(name)].registered_on is None:
            return Refused(Code.person_must_be_known, person=name)
    home = known[people.stream(command.person)].community
    today = known[communities.stream(home)].day_of(context)
    match command:
        case MergePersons():
            own = _unless_mergeable(command, known, today)
        case SeparatePersons():
            own = _unless_merged(command, known)
        case _:
            assert_never(command)
    refused = first_refusal(*_unless_impartial(command, known, context), *own)
    if refused is not None:
        return refused
    merges = isinstance(command, MergePersons)
    return _merged(command, known, today) if merges else _separated(command, today)


def _merged(command: DuplicateCommand, known: Known, today: date) -> Outcome:
    name, duplicate = command.person, command.duplicate
    return (
        (people.stream(name), PersonsMerged(name, duplicate, today)),
        (people.stream(duplicate), DuplicateMerged(duplicate, name, today)),
        *consents.withdrawn(duplicate, known[people.stream(duplicate)], today),
        *_decided_by_herself(command, known, today),
    )


def _decided_by_herself(
    command: DuplicateCommand, known: Known, today: date
) -> Iterator[Happening]:
    """Whether service under the duplicate, which held no office, rests on her own word."""
    here = service_state.stream(command.duplicate)
    if known[here].decided_by(command.person):
        yield here, DeciderFoundRelated(command.duplicate, command.person, today)


def _separated(command: DuplicateCommand, today: date) -> Outcome:
    name, duplicate = command.person, command.duplicate
    return (
        (people.stream(name), PersonsSeparated(name, duplicate, today)),
        (people.stream(duplicate), DuplicateSeparated(duplicate, name, today)),
    )


# -- rules -------------------------------------------------------------------------------------


def _unless_impartial(
    command: DuplicateCommand, known: Known, context: Context
) -> Iterator[Refused]:
    for name in (command.person, command.duplicate):
        if identity.are_same(context.actor, name, known):
            yield Refused(Code.registrar_must_not_be_the_person)
        elif identity.are_related(context.actor, name, known):
            yield Refused(Code.registrar_must_not_be_related_to_the_person)


def _unless_mergeable(command: MergePersons, known: Known, today: date) -> Iterator[Refused | None]:
    name, duplicate = command.person, command.duplicate
    one, other = known[people.stream(name)], known[people.stream(duplicate)]
    if name == duplicate:
        yield Refused(Code.duplicate_must_be_another_id)
    if other.identity.duplicates:
        yield Refused(Code.duplicate_must_not_keep_others, duplicate=duplicate)
    if known[grant_records.stream(duplicate)].last_trusted(today) is not None:
        yield Refused(Code.duplicate_must_not_have_held_an_office, duplicate=duplicate)
    sheets = known.sheet(name), known.sheet(duplicate)
    if len({sheet.born_on for sheet in sheets if sheet is not None}) > 1:
        yield Refused(Code.birth_dates_must_agree)
    if one.died_on != other.died_on:
        yield Refused(Code.deaths_must_agree)


def _unless_merged(command: SeparatePersons, known: Known) -> Iterator[Refused]:
    if command.duplicate not in known[people.stream(command.person)].identity.duplicates:
        yield Refused(Code.duplicate_must_be_merged, duplicate=command.duplicate)
