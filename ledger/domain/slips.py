"""Slips: a one-time slip of paper lets a person choose a password, or link an identity.

Nobody issues a slip to herself. Whoever holds an office could do much with her account, so another
registrar or administrator must sign for her slip too. A slip is good for 72 hours and for one use,
which the sign-in service reports for the person who came with it. A person has one slip at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import grant_records, people
from ledger.domain.account_records import (
    Slip,
    SlipCountersigned,
    SlipIssued,
    SlipPurpose,
    SlipStage,
    SlipUsed,
    SlipWithdrawn,
    stream,
)
from ledger.domain.accounts import place_of, today, unless_another, unless_open
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, PersonId, SlipId

HOURS: Final = 72
"""How long a slip may be used."""

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IssueSlip:
    """Let a one-time slip be printed for a person, under a random id."""

    person: PersonId
    slip: SlipId
    purpose: SlipPurpose


@dataclass(frozen=True, slots=True)
class CountersignSlip:
    """Sign, as a second person, for the slip of somebody who holds an office."""

    person: PersonId
    slip: SlipId


@dataclass(frozen=True, slots=True)
class WithdrawSlip:
    """Make a slip worthless that was not used."""

    person: PersonId
    slip: SlipId


@dataclass(frozen=True, slots=True)
class UseSlip:
    """At the sign-in service: the person herself came with her slip."""

    person: PersonId
    slip: SlipId


SlipCommand: TypeAlias = IssueSlip | CountersignSlip | WithdrawSlip | UseSlip

# -- deciding ----------------------------------------------------------------------------------


def place(command: SlipCommand, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return place_of(command.person, known)


def needs(command: SlipCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person, her account and her offices."""
    person = command.person
    return people.stream(person), stream(person), grant_records.stream(person)


def decide(command: SlipCommand, known: Known, context: Context) -> Outcome:
    """Issue a new one; everything else is about one that was issued to this person."""
    if known[people.stream(command.person)].registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    if isinstance(command, IssueSlip):
        return _issue(command, known, context)
    slip = known[stream(command.person)].slips.get(command.slip)
    if slip is None:
        return Refused(Code.slip_must_be_known, slip=command.slip)
    match command:
        case CountersignSlip():
            return _countersign(command, slip, known, context)
        case WithdrawSlip():
            withdrawn = SlipWithdrawn(command.person, command.slip, today(context))
            return _unless_usable(slip, context) or ((stream(command.person), withdrawn),)
        case UseSlip():
            return _use(command, slip, known, context)
        case _:
            assert_never(command)


def _issue(command: IssueSlip, known: Known, context: Context) -> Outcome:
    account, day = known[stream(command.person)], today(context)
    refusal = first_refusal(
        *unless_open(command.person, known),
        unless_another(command.person, context, Code.slip_must_be_issued_by_another_person),
        Refused(Code.slip_must_be_new, slip=command.slip)
        if command.slip in account.slips
        else None,
        *(
            Refused(Code.slip_must_be_used_or_withdrawn_first, slip=name, ends_at=slip.ends_at)
            for name, slip in account.slips.items()
            if slip.is_open(context.decided_at)
        ),
    )
    event = SlipIssued(
        command.person,
        command.slip,
        command.purpose,
        known[grant_records.stream(command.person)].trusted_on(day),
        context.actor,
        context.decided_at + timedelta(hours=HOURS),
        day,
    )
    return refusal or ((stream(command.person), event),)


def _countersign(command: CountersignSlip, slip: Slip, known: Known, context: Context) -> Outcome:
    twice = slip.stage is SlipStage.countersigned
    refusal = first_refusal(
        *unless_open(command.person, known),
        _unless_second(command, slip, context),
        _unless_usable(slip, context),
        Refused(Code.slip_must_be_countersigned_only_once, slip=command.slip) if twice else None,
    )
    event = SlipCountersigned(command.person, command.slip, context.actor, today(context))
    return refusal or ((stream(command.person), event),)


def _use(command: UseSlip, slip: Slip, known: Known, context: Context) -> Outcome:
    refusal = first_refusal(
        *unless_open(command.person, known),
        _unless_herself(command, context),
        _unless_usable(slip, context),
        _unless_signed(command, slip, known, context),
    )
    event = SlipUsed(command.person, command.slip, slip.purpose, today(context))
    return refusal or ((stream(command.person), event),)


def _unless_second(command: CountersignSlip, slip: Slip, context: Context) -> Refused | None:
    if context.actor in (command.person, slip.issued_by):
        return Refused(Code.slip_must_be_countersigned_by_another_person)
    return None


def _unless_herself(command: UseSlip, context: Context) -> Refused | None:
    if context.actor != command.person:
        return Refused(Code.slip_must_be_used_by_the_person_herself)
    return None


def _unless_signed(command: UseSlip, slip: Slip, known: Known, context: Context) -> Refused | None:
    """An office that she was given since the slip was issued counts too."""
    trusted = known[grant_records.stream(command.person)].trusted_on(today(context))
    if slip.stage is SlipStage.countersigned or not (slip.privileged or trusted):
        return None
    return Refused(Code.slip_must_be_countersigned_first, slip=command.slip)


def _unless_usable(slip: Slip, context: Context) -> Refused | None:
    match slip.stage:
        case SlipStage.used:
            return Refused(Code.slip_must_not_be_used_twice)
        case SlipStage.withdrawn:
            return Refused(Code.slip_must_not_be_withdrawn)
        case SlipStage.issued | SlipStage.countersigned:
            if slip.is_open(context.decided_at):
                return None
            return Refused(Code.slip_must_not_have_expired, ends_at=slip.ends_at)
        case _:
            assert_never(slip.stage)
