"""Reversing an entry of time credit that was made by mistake, once, by somebody else.

What was redeemed or donated comes back from the community; what was given to another person comes
back from her, as long as she still has it. Nothing is asked about the day: it may be long ago, its
person may have died since, and its community may have closed its time bank.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ledger.domain import communities, identity, people
from ledger.domain import service_rules as rules
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.timebank_records import (
    CreditReversalReason,
    CreditReversed,
    CreditTakenBack,
    CreditTransferred,
    Spent,
    balance_minutes,
    stream,
    streams_of,
)
from ledger.domain.values import Count, PersonId


@dataclass(frozen=True, slots=True)
class ReverseCredit:
    """Take an entry back, by its version in the stream of the person whose credit it was."""

    person: PersonId
    entry: Count
    reason: CreditReversalReason


def needs(command: ReverseCredit, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The actor and the person, her credit, and the community or whoever had it from her."""
    yield from identity.streams_of(context.actor, known)
    yield from identity.streams_of(command.person, known)
    yield stream(command.person)
    credit = known.get(stream(command.person))
    spent = None if credit is None else credit.spent.get(command.entry)
    if spent is None:
        return
    yield communities.stream(spent.community)
    if isinstance(spent, CreditTransferred):
        yield from streams_of(spent.to_person, known)


def decide(command: ReverseCredit, known: Known, context: Context) -> Outcome:
    """It is booked no earlier than the entry, and is of its day."""
    person, entry = command.person, command.entry
    if known[people.stream(person)].registered_on is None:
        return Refused(Code.person_must_be_known, person=person)
    spent = known[stream(person)].spent.get(entry)
    if spent is None:
        return Refused(Code.record_must_be_known, record=f"{person}/{entry}")
    refused = first_refusal(
        *rules.unless_impartial(person, known, context),
        *_unless_reversible(command, spent, known, context),
    )
    if refused is not None:
        return refused
    community = known[communities.stream(spent.community)]
    to_person = spent.to_person if isinstance(spent, CreditTransferred) else None
    day, minutes = spent.occurred_on, spent.credit_minutes
    event = CreditReversed(
        person,
        entry,
        to_person,
        spent.community,
        minutes,
        command.reason,
        context.actor,
        day,
        *rules.booking(community, day, spent.booked_in),
    )
    if to_person is None:
        return ((stream(person), event),)
    home = known[people.stream(to_person)].community
    twin = CreditTakenBack(to_person, person, home, minutes, day)
    return ((stream(person), event), (stream(to_person), twin))


def _unless_reversible(
    command: ReverseCredit, spent: Spent, known: Known, context: Context
) -> Iterable[Refused | None]:
    entry = command.entry
    if context.actor == spent.entered_by:
        yield Refused(Code.credit_entry_must_be_reversed_by_another, entry=entry)
    if entry in known[stream(command.person)].reversed:
        yield Refused(Code.credit_entry_must_not_be_reversed_twice, entry=entry)
    if isinstance(spent, CreditTransferred):
        yield _unless_still_there(spent, known)


def _unless_still_there(spent: CreditTransferred, known: Known) -> Refused | None:
    """Nobody is made to owe what she was given and has used since."""
    balance = balance_minutes(spent.to_person, known)
    if spent.credit_minutes <= balance:
        return None
    return Refused(
        Code.given_credit_must_still_be_there,
        balance_minutes=balance,
        credit_minutes=spent.credit_minutes,
    )
