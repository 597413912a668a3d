"""The time bank (时间银行): credit for service, to be given on, redeemed for help, or donated.

It exists where a community has turned it on. Credit is earned by service alone, and never bought or
sold: nothing here knows an amount of money. Spending it leaves service minutes as they are. Nobody
spends more than she has; but service that is reversed takes its credit with it, and may leave her
short of it, which is shown. An entry that was made by mistake is reversed in `credit_reversals`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import (
    communities,
    credit_reversals,
    identity,
    people,
    standing,
    timebank_records,
)
from ledger.domain.community_records import Community
from ledger.domain.credit_reversals import ReverseCredit
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.service_rules import booking
from ledger.domain.timebank_records import (
    CreditDonated,
    CreditReceived,
    CreditRedeemed,
    CreditTransferred,
)
from ledger.domain.values import CommunityId, Minutes, PersonId

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TransferCredit:
    """Give credit to another person."""

    person: PersonId
    to_person: PersonId
    credit_minutes: Minutes


@dataclass(frozen=True, slots=True)
class RedeemCredit:
    """Spend credit on help that the person had."""

    person: PersonId
    credit_minutes: Minutes


@dataclass(frozen=True, slots=True)
class DonateCredit:
    """Give credit to the person's community."""

    person: PersonId
    credit_minutes: Minutes


Spending: TypeAlias = TransferCredit | RedeemCredit | DonateCredit
TimebankCommand: TypeAlias = Spending | ReverseCredit


stream: Final = timebank_records.stream
"""The stream of a person's credit."""


# -- deciding ----------------------------------------------------------------------------------


def place(command: TimebankCommand, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return known[people.stream(command.person)].community or None


def needs(command: TimebankCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The actor, the person, her credit, the service that earned it, and whom it is given to."""
    if isinstance(command, ReverseCredit):
        yield from credit_reversals.needs(command, known, context)
        return
    yield from identity.streams_of(context.actor, known)
    for name in _persons(command):
        yield from timebank_records.streams_of(name, known)
        person = known.get(people.stream(name))
        if person is not None and person.registered_on is not None:
            yield communities.stream(person.community)


def _persons(command: Spending) -> tuple[PersonId, ...]:
    if isinstance(command, TransferCredit):
        return (command.person, command.to_person)
    return (command.person,)


def decide(command: TimebankCommand, known: Known, context: Context) -> Outcome:
    """Whoever gives and whoever is given credit lives where there is a time bank."""
    if isinstance(command, ReverseCredit):
        return credit_reversals.decide(command, known, context)
    for name in _persons(command):
        if known[people.stream(name)].registered_on is None:
            return Refused(Code.person_must_be_known, person=name)
    refusal = first_refusal(
        *[each for name in _persons(command) for each in _unless_usual(name, known, context)],
        *_unless_given_freely(command, known, context),
        _unless_some(command.credit_minutes),
        _unless_covered(command, known),
    )
    return refusal or _moved(command, known, context)


def _moved(command: Spending, known: Known, context: Context) -> Outcome:
    name = known[people.stream(command.person)].community
    community = known[communities.stream(name)]
    today = community.day_of(context)
    what = (name, command.credit_minutes, context.actor, today, *booking(community, today))
    here = stream(command.person)
    match command:
        case TransferCredit():
            given = CreditTransferred(command.person, command.to_person, *what)
            return ((here, given), (stream(command.to_person), _received(command, known, context)))
        case RedeemCredit():
            return ((here, CreditRedeemed(command.person, *what)),)
        case DonateCredit():
            return ((here, CreditDonated(command.person, *what)),)
        case _:
            assert_never(command)


def _received(command: TransferCredit, known: Known, context: Context) -> CreditReceived:
    name = known[people.stream(command.to_person)].community
    today = known[communities.stream(name)].day_of(context)
    return CreditReceived(command.to_person, command.person, name, command.credit_minutes, today)


# -- rules -------------------------------------------------------------------------------------


def _unless_usual(name: PersonId, known: Known, context: Context) -> Iterable[Refused | None]:
    person = known[people.stream(name)]
    community: Community = known[communities.stream(person.community)]
    today = community.day_of(context)
    yield standing.unless_living_member(name, today, known)
    if not community.rules_on(today).time_bank:
        yield Refused(Code.time_bank_must_be_on, community=person.community, day=today)


def _unless_given_freely(
    command: Spending, known: Known, context: Context
) -> Iterable[Refused | None]:
    """Between two persons; nobody who acts for another takes it for herself or for a relation."""
    if not isinstance(command, TransferCredit):
        return
    actor, receiver = context.actor, command.to_person
    if identity.are_same(receiver, command.person, known):
        yield Refused(Code.credit_must_go_to_another_person)
    elif not identity.are_same(actor, command.person, known) and (
        identity.are_same(actor, receiver, known) or identity.are_related(actor, receiver, known)
    ):
        yield Refused(Code.credit_must_be_given_and_not_taken)


def _unless_some(credit_minutes: Minutes) -> Refused | None:
    if credit_minutes > 0:
        return None
    return Refused(Code.minutes_must_be_positive, service_minutes=credit_minutes)


def _unless_covered(command: Spending, known: Known) -> Refused | None:
    balance = timebank_records.balance_minutes(command.person, known)
    if command.credit_minutes <= balance:
        return None
    return Refused(
        Code.credit_must_cover_the_minutes,
        balance_minutes=balance,
        credit_minutes=command.credit_minutes,
    )
