"""Service: an attendance becomes minutes when another person confirms it.

Minutes are the time present within the shift, computed here. Nobody decides about her own service
or a relation's, whatever her office, and nobody serves in two places at once. A day over the limit
of its rules, a month that is closed and a confirmation that comes too late are held: nothing is
credited until somebody else decides. What was credited by mistake is reversed, never changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, people, service_reversals, service_state, shifts
from ledger.domain import service_rules as rules
from ledger.domain.community_records import Community
from ledger.domain.decisions import (
    Context,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.refusals import Code
from ledger.domain.service_entries import entry
from ledger.domain.service_records import (
    OpeningGrade,
    OpeningMinutesImported,
    RefusalReason,
    ReversalReason,
    ServiceRefused,
)
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import (
    CommunityId,
    Minutes,
    PersonId,
    ShiftId,
    UnitId,
    community_of,
)

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConfirmService:
    """State that the person served as her attendance of the shift says."""

    shift: ShiftId
    person: PersonId


@dataclass(frozen=True, slots=True)
class RefuseService:
    """State that the person's attendance of the shift is not service."""

    shift: ShiftId
    person: PersonId
    reason: RefusalReason


@dataclass(frozen=True, slots=True)
class ReverseService:
    """Take credited service back."""

    shift: ShiftId
    person: PersonId
    reason: ReversalReason


@dataclass(frozen=True, slots=True)
class ImportOpeningMinutes:
    """Take over what the person had served for a unit up to a day; once for each unit."""

    person: PersonId
    unit: UnitId
    service_minutes: Minutes
    as_of: date
    grade: OpeningGrade


ServiceCommand: TypeAlias = ConfirmService | RefuseService | ReverseService | ImportOpeningMinutes


stream: Final = service_state.stream
"""The stream of a person's service."""


# -- deciding ----------------------------------------------------------------------------------


def place(command: ServiceCommand, known: Known) -> CommunityId | None:
    """The community whose shift or whose unit it is."""
    if isinstance(command, ImportOpeningMinutes):
        return community_of(command.unit)
    return known[shifts.stream(command.shift)].community or None


def needs(command: ServiceCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and who decides, for their relations; her service; the shift or the unit."""
    yield from streams_of(command.person, context)
    if isinstance(command, ImportOpeningMinutes):
        yield communities.stream(community_of(command.unit))
    else:
        yield from shifts.streams_of(command.shift, known)


def streams_of(person: PersonId, context: Context) -> Iterable[Stream[Any]]:
    """A person's service, with the people whom a relation would keep from deciding about it."""
    yield people.stream(person)
    yield people.stream(context.actor)
    yield stream(person)


def decide(command: ServiceCommand, known: Known, context: Context) -> Outcome:
    """Unknown things come first; the other rules are each command's own."""
    if isinstance(command, ImportOpeningMinutes):
        return _import(command, known, context)
    refusal = shifts.unless_known(command.shift, command.person, known)
    if refusal:
        return refusal
    match command:
        case ConfirmService():
            return _confirm(command, known, context)
        case RefuseService():
            return _refuse(command, known, context)
        case ReverseService():
            return _reverse(command, known, context)
        case _:
            assert_never(command)


def _confirm(command: ConfirmService, known: Known, context: Context) -> Outcome:
    seen = rules.look(command.shift, known[stream(command.person)], command.person, known)
    refusal = first_refusal(
        rules.unless_living(seen, known),
        rules.unless_attended(seen),
        rules.unless_ended(seen),
        *rules.unless_impartial(command.person, known, context),
        rules.unless_undecided(seen),
        rules.unless_minute(seen),
        rules.unless_alone(seen),
    )
    if refusal:
        return refusal
    event = entry(seen, rules.hold_of(seen, context), (context.actor,))
    return ((stream(command.person), event),)


def _refuse(command: RefuseService, known: Known, context: Context) -> Outcome:
    """Whether the person lived or was registered that day is no obstacle.

    What is held may be refused by whoever confirmed it too: it takes back her own word.
    """
    seen = rules.look(command.shift, known[stream(command.person)], command.person, known)
    refusal = first_refusal(
        rules.unless_attended(seen),
        *rules.unless_impartial(command.person, known, context),
        rules.unless_settled(seen),
        rules.unless_given_by_people(command.reason),
    )
    event = ServiceRefused(
        command.shift,
        command.person,
        seen.shift.community,
        command.reason,
        seen.day,
        (context.actor,),
    )
    return refusal or ((stream(command.person), event),)


def _reverse(command: ReverseService, known: Known, context: Context) -> Outcome:
    seen = rules.look(command.shift, known[stream(command.person)], command.person, known)
    refusal = first_refusal(
        *rules.unless_impartial(command.person, known, context),
        rules.unless_credited(seen),
        rules.unless_given_by_people(command.reason),
    )
    if refusal:
        return refusal
    record = seen.service.records[command.shift]
    event = service_reversals.reversal(
        command.person,
        command.shift,
        record,
        command.reason,
        seen.community,
        decided_by=(context.actor,),
    )
    return ((stream(command.person), event),)


def _import(command: ImportOpeningMinutes, known: Known, context: Context) -> Outcome:
    """A balance of what was served before: nothing is asked about the days on which it was."""
    name = community_of(command.unit)
    community = known[communities.stream(name)]
    refusal = first_refusal(
        *_import_refusals(command, community, known, context),
        *rules.unless_impartial(command.person, known, context),
    )
    if refusal:
        return refusal
    booked_in, adjusts = rules.booking(community, command.as_of)
    event = OpeningMinutesImported(
        command.person,
        command.unit,
        name,
        command.service_minutes,
        EvidenceGrade(command.grade),
        command.as_of,
        booked_in,
        adjusts,
    )
    return ((stream(command.person), event),)


def _import_refusals(
    command: ImportOpeningMinutes, community: Community, known: Known, context: Context
) -> Iterable[Refused | None]:
    if community.name is None:
        yield Refused(Code.community_must_be_known, community=community_of(command.unit))
    yield shifts.unless_unit_known(command.unit, community)
    if known[people.stream(command.person)].registered_on is None:
        yield Refused(Code.person_must_be_known, person=command.person)
    today = community.day_of(context)
    if command.as_of > today:
        yield Refused(Code.day_must_not_be_in_the_future, day=command.as_of, today=today)
    yield shifts.unless_plausible(command.as_of)
    if command.service_minutes <= 0:
        yield Refused(Code.minutes_must_be_positive, service_minutes=command.service_minutes)
    if command.unit in known[stream(command.person)].opened_units:
        yield Refused(Code.opening_minutes_must_be_imported_once, unit=command.unit)
