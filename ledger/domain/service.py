"""Service: an attendance becomes minutes when another person confirms it.

Minutes are the time present within the shift, computed here. Nobody decides about her own service
or a relation's, whatever her office, and nobody serves in two places at once. A day over the limit
of its rules, a month that is closed and a confirmation that comes too late are held: nothing is
credited until somebody else decides. What was credited by mistake is reversed, never changed.
What was served before this ledger is taken over in `service_openings`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import (
    communities,
    identity,
    service_openings,
    service_reversals,
    service_state,
    shifts,
)
from ledger.domain import service_rules as rules
from ledger.domain.decisions import Context, Known, Outcome, Stream, first_refusal
from ledger.domain.service_entries import entry
from ledger.domain.service_openings import OpeningCommand
from ledger.domain.service_records import RefusalReason, ReversalReason, ServiceRefused
from ledger.domain.values import CommunityId, PersonId, ShiftId, community_of

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


ServiceCommand: TypeAlias = ConfirmService | RefuseService | ReverseService | OpeningCommand


stream: Final = service_state.stream
"""The stream of a person's service."""


# -- deciding ----------------------------------------------------------------------------------


def place(command: ServiceCommand, known: Known) -> CommunityId | None:
    """The community whose shift or whose unit it is."""
    if isinstance(command, OpeningCommand):
        return community_of(command.unit)
    return known[shifts.stream(command.shift)].community or None


def needs(command: ServiceCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and who decides, for their relations; her service; the shift or the unit."""
    yield from streams_of(command.person, known, context)
    if isinstance(command, OpeningCommand):
        yield communities.stream(community_of(command.unit))
    else:
        yield from shifts.streams_of(command.shift, known)


def streams_of(person: PersonId, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """A person's service, with the people whom a relation would keep from deciding about it."""
    yield from identity.streams_of(person, known)
    yield from identity.streams_of(context.actor, known)
    yield from map(stream, identity.ids(person, known))


def decide(command: ServiceCommand, known: Known, context: Context) -> Outcome:
    """Unknown things come first; the other rules are each command's own."""
    if isinstance(command, OpeningCommand):
        return service_openings.decide(command, known, context)
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
    seen = rules.look(command.shift, command.person, known)
    refusal = first_refusal(
        rules.unless_living(seen, known),
        rules.unless_attended(seen),
        rules.unless_ended(seen),
        *rules.unless_impartial(command.person, known, context),
        rules.unless_undecided(seen),
        rules.unless_minute(seen),
        rules.unless_alone(seen),
        rules.unless_opened(seen),
    )
    if refusal:
        return refusal
    event = entry(seen, rules.hold_of(seen, context), (context.actor,))
    return ((stream(command.person), event),)


def _refuse(command: RefuseService, known: Known, context: Context) -> Outcome:
    """Whether the person lived or was registered that day is no obstacle.

    What is held may be refused by whoever confirmed it too: it takes back her own word.
    """
    seen = rules.look(command.shift, command.person, known)
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
    seen = rules.look(command.shift, command.person, known)
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
