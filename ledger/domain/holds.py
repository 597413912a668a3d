"""Holds: a day that was too long waits until somebody else looks at it.

A day over the unit's limit is released by a second confirmer, over the town's limit by the town.
Whoever releases it has not decided about this service before. Everything is decided anew, because
meanwhile other service may have been credited or taken back, a death recorded, the month closed:
a release may find that the service has to wait for more than it can give. Whoever found that has
not released anything, and may decide about it later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ledger.domain import service, shifts
from ledger.domain import service_rules as rules
from ledger.domain.decisions import Context, Known, Outcome, Stream, first_refusal
from ledger.domain.record_state import Record
from ledger.domain.service_entries import entry
from ledger.domain.service_records import Hold
from ledger.domain.values import CommunityId, PersonId, ShiftId


@dataclass(frozen=True, slots=True)
class ReleaseHeldService:
    """Credit held service, although its day is over the unit's limit."""

    shift: ShiftId
    person: PersonId


@dataclass(frozen=True, slots=True)
class ReleaseForTown:
    """Credit held service, although its day is over the town's limit."""

    shift: ShiftId
    person: PersonId


HoldCommand: TypeAlias = ReleaseHeldService | ReleaseForTown

ENDED_BY: Final[dict[type[HoldCommand], Hold]] = {
    ReleaseHeldService: Hold.day_over_unit_limit,
    ReleaseForTown: Hold.day_over_town_limit,
}


def place(command: HoldCommand, known: Known) -> CommunityId | None:
    """The community whose shift it is."""
    return known[shifts.stream(command.shift)].community or None


def needs(command: HoldCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and who decides, for their relations; her service; the shift."""
    yield from service.streams_of(command.person, known, context)
    yield from shifts.streams_of(command.shift, known)


def decide(command: HoldCommand, known: Known, context: Context) -> Outcome:
    """Credit it, or hold it for what it has to wait for now."""
    refusal = shifts.unless_known(command.shift, command.person, known)
    if refusal:
        return refusal
    here = service.stream(command.person)
    seen = rules.look(command.shift, command.person, known)
    refusal = first_refusal(
        rules.unless_living(seen, known),
        *rules.unless_impartial(command.person, known, context),
        rules.unless_waiting(seen, ENDED_BY[type(command)]),
        rules.unless_new_hands(seen, context),
        rules.unless_alone(seen),
        rules.unless_opened(seen),
    )
    if refusal:
        return refusal
    record = seen.service.records[command.shift]
    hold = _left(command, record, seen)
    decided_by = record.decided_by if hold else (*record.decided_by, context.actor)
    return ((here, entry(seen, hold, decided_by, record.late)),)


def _left(command: HoldCommand, record: Record, seen: rules.Seen) -> Hold | None:
    """What the release cannot end.

    It was confirmed in time, so it is not late now. A month closed since then is closed all the
    same, unless the late path was taken already.
    """
    if record.late is None and seen.in_closed_month():
        return Hold.month_closed
    return rules.left_over(rules.hold_of_its_days(seen), ENDED_BY[type(command)])
