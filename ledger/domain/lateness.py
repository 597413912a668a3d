"""Lateness (补录): service that was confirmed too late, or when the month was closed already.

One person records the evidence and why it comes late, another approves it. The evidence is a note
in the vault; the ledger keeps a reason out of a list. What is approved is decided anew, as it would
be for a release: the approval is a second one, so it covers a day over the unit's limit, and leaves
one over the town's limit to the town. It is booked in the first open month, which names the month
it adjusts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import service, shifts
from ledger.domain import service_rules as rules
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.facts import Note
from ledger.domain.refusals import Code
from ledger.domain.service_entries import entry
from ledger.domain.service_records import Hold, LateReason, LateServiceRecorded
from ledger.domain.values import CommunityId, Count, PersonId, ShiftId


@dataclass(frozen=True, slots=True)
class RecordLateService:
    """State why held service comes late, and what shows that it was given."""

    shift: ShiftId
    person: PersonId
    reason: LateReason
    note: Note


@dataclass(frozen=True, slots=True)
class ApproveLateService:
    """Credit late service whose evidence was recorded."""

    shift: ShiftId
    person: PersonId


LatenessCommand: TypeAlias = RecordLateService | ApproveLateService

LATE: Final = (Hold.month_closed, Hold.late_entry)


def place(command: LatenessCommand, known: Known) -> CommunityId | None:
    """The community whose shift it is."""
    return known[shifts.stream(command.shift)].community or None


def needs(command: LatenessCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and who decides, for their relations; her service; the shift."""
    yield from service.streams_of(command.person, known, context)
    yield from shifts.streams_of(command.shift, known)


def decide(command: LatenessCommand, known: Known, context: Context) -> Outcome:
    """Evidence first, then the approval of somebody else."""
    refusal = shifts.unless_known(command.shift, command.person, known)
    if refusal:
        return refusal
    seen = rules.look(command.shift, command.person, known)
    usual = (
        rules.unless_living(seen, known),
        *rules.unless_impartial(command.person, known, context),
        rules.unless_waiting(seen, *LATE),
    )
    match command:
        case RecordLateService():
            return first_refusal(*usual, _unless_recorded(seen)) or _record(command, seen, context)
        case ApproveLateService():
            refusal = first_refusal(
                *usual,
                _unless_unrecorded(seen),
                rules.unless_new_hands(seen, context),
                rules.unless_alone(seen),
                rules.unless_opened(seen),
            )
            return refusal or _approve(command, seen, context)
        case _:
            assert_never(command)


def _record(command: RecordLateService, seen: rules.Seen, context: Context) -> Outcome:
    event = LateServiceRecorded(
        command.shift,
        command.person,
        seen.shift.community,
        command.reason,
        Count(seen.service.notes + 1),
        context.commitments["note"],
        context.actor,
        seen.day,
    )
    return ((service.stream(command.person), event),)


def _approve(command: ApproveLateService, seen: rules.Seen, context: Context) -> Outcome:
    record = seen.service.records[command.shift]
    left = rules.left_over(rules.hold_of_its_days(seen), record.hold)
    event = entry(seen, left, (*record.decided_by, context.actor), record.late)
    return ((service.stream(command.person), event),)


def _unless_recorded(seen: rules.Seen) -> Refused | None:
    if seen.record is None or seen.record.late is None:
        return None
    return Refused(Code.late_entry_must_not_be_recorded_twice, shift=seen.name)


def _unless_unrecorded(seen: rules.Seen) -> Refused | None:
    if seen.record is None or seen.record.late:
        return None
    return Refused(Code.late_entry_must_be_recorded_first, shift=seen.name)
