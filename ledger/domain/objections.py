"""Objections (异议): a person disputes her record, or that there is none; somebody else answers.

She raises it herself, or somebody of her community does it for her. There is one at a time about a
shift, with a day by which it is to be answered. Nobody answers who has decided about the record,
is related to her, or raised it. A rejected objection is raised again for another reason, or after
something new was decided. One that is upheld changes no minutes: it opens what was refused or
reversed again, and what is credited is reversed first, as any mistake is. What a death ended stands
open already, and the correction of the death gives it back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import service, shifts
from ledger.domain import service_rules as rules
from ledger.domain.decisions import (
    Context,
    Happening,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.facts import Note
from ledger.domain.objection_records import (
    ObjectionAnswer,
    ObjectionAnswered,
    ObjectionRaised,
    ObjectionReason,
    Objections,
)
from ledger.domain.refusals import Code
from ledger.domain.service_records import ServiceReopened
from ledger.domain.values import CommunityId, Count, PersonId, ShiftId

NONE_YET: Final = Objections()


@dataclass(frozen=True, slots=True)
class RaiseObjection:
    """Dispute the record of the person in a shift, or that there is none."""

    shift: ShiftId
    person: PersonId
    reason: ObjectionReason
    note: Note


@dataclass(frozen=True, slots=True)
class AnswerObjection:
    """Say whether the open objection is right."""

    shift: ShiftId
    person: PersonId
    answer: ObjectionAnswer


ObjectionCommand: TypeAlias = RaiseObjection | AnswerObjection


def place(command: ObjectionCommand, known: Known) -> CommunityId | None:
    """The community whose shift it is."""
    return known[shifts.stream(command.shift)].community or None


def needs(command: ObjectionCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and who answers, for their relations; her service; the shift."""
    yield from service.streams_of(command.person, known, context)
    yield from shifts.streams_of(command.shift, known)


def decide(command: ObjectionCommand, known: Known, context: Context) -> Outcome:
    """One at a time, and answered by somebody else; the dead are objected for as well."""
    refusal = shifts.unless_known(command.shift, command.person, known)
    if refusal:
        return refusal
    seen = rules.look(command.shift, command.person, known)
    objections = seen.service.objections.get(command.shift, NONE_YET)
    match command:
        case RaiseObjection():
            return _raise(command, objections, seen, context)
        case AnswerObjection():
            refusal = first_refusal(
                *rules.unless_impartial(command.person, known, context),
                *_unless_answerable(objections, seen, context),
            )
            return refusal or _answer(command, seen, context)
        case _:
            assert_never(command)


def _raise(
    command: RaiseObjection, objections: Objections, seen: rules.Seen, context: Context
) -> Outcome:
    refusal = first_refusal(
        shifts.unless_ended(command.shift, seen.shift, seen.community, context),
        _unless_open(objections, seen),
        _unless_rejected(command.reason, objections, seen),
    )
    today = seen.community.day_of(context)
    days = timedelta(days=seen.community.rules_on(today).objection_days)
    event = ObjectionRaised(
        command.shift,
        command.person,
        seen.shift.community,
        command.reason,
        Count(seen.service.notes + 1),
        context.commitments["note"],
        context.actor,
        today + days,
        today,
    )
    return refusal or ((service.stream(command.person), event),)


def _answer(command: AnswerObjection, seen: rules.Seen, context: Context) -> Outcome:
    here, record = service.stream(command.person), seen.record
    about = (command.shift, command.person, seen.shift.community)
    today = seen.community.day_of(context)
    answered: Happening = (here, ObjectionAnswered(*about, command.answer, today))
    if command.answer is ObjectionAnswer.rejected or record is None:
        return (answered,)
    if record.takes_time() or record.ended_by_death:
        return (answered,)
    return (answered, (here, ServiceReopened(*about, record.occurred_on)))


# -- rules -------------------------------------------------------------------------------------


def _unless_open(objections: Objections, seen: rules.Seen) -> Refused | None:
    if objections.reason is None:
        return None
    return Refused(Code.objection_must_be_answered_first, shift=seen.name, reason=objections.reason)


def _unless_rejected(
    reason: ObjectionReason, objections: Objections, seen: rules.Seen
) -> Refused | None:
    if reason not in objections.rejected:
        return None
    return Refused(Code.objection_must_have_a_new_reason, shift=seen.name, reason=reason)


def _unless_answerable(
    objections: Objections, seen: rules.Seen, context: Context
) -> Iterable[Refused | None]:
    if objections.reason is None:
        yield Refused(Code.objection_must_be_open, shift=seen.name)
    deciders = seen.record.deciders if seen.record else ()
    if context.actor in (objections.raised_by, *deciders):
        yield Refused(Code.answer_must_be_another_persons, shift=seen.name)
