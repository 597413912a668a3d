"""Payees: whom a community's funds pay, and what was asked for them by any of its funds.

A payee is registered once, by an office that neither asks nor approves nor pays. The person who
stands behind it is named by her id, so that nobody decides about a payment to herself or a
relation. Each request has its twin here, because bands are chosen by the sum over all funds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, identity, people
from ledger.domain.bands import Asked
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.rights_records import NamedAsPayee
from ledger.domain.values import CommunityId, Count, Fen, FundId, PersonId, Slug, Title

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterPayee:
    """Enter whom funds of the community may pay; a private person without a name, by her id."""

    payee: Slug
    community: CommunityId
    name: Title | None = None
    person: PersonId | None = None


PayeeCommand: TypeAlias = RegisterPayee

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayeeRegistered:
    """A payee was entered; `person` is whoever stands behind it, if that was told."""

    payee: Slug
    community: CommunityId
    name: Title | None
    person: PersonId | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PaymentRequested:
    """Twin of `DisbursementRequested`."""

    payee: Slug
    fund: FundId
    disbursement: Count
    purpose: Slug
    amount_fen: Fen
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PaymentDropped:
    """Twin of a refusal, a withdrawal or a reversal: the request does not count any more."""

    payee: Slug
    fund: FundId
    disbursement: Count
    occurred_on: date


PayeeEvent: TypeAlias = PayeeRegistered | PaymentRequested | PaymentDropped

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Payee:
    """What decisions ask of a payee; `community` is None before it is registered."""

    community: CommunityId | None = None
    person: PersonId | None = None
    asked: Mapping[tuple[FundId, Count], Asked] = field(default_factory=dict)


def stream(payee: Slug) -> Stream[Payee]:
    """The stream of a payee."""
    return Stream(f"payee-{payee}")


def streams_of(payee: Slug, known: Known) -> Iterator[Stream[Any]]:
    """A payee, and whoever stands behind it as soon as that is known."""
    yield stream(payee)
    behind = known.get(stream(payee))
    if behind is not None and behind.person is not None:
        yield from identity.streams_of(behind.person, known)


def unless_impartial(payee: Payee, known: Known, context: Context) -> Iterator[Refused]:
    """Nobody decides for herself or a declared relation; either of them may have said so."""
    actor, person = context.actor, payee.person
    if person is None:
        return
    if identity.are_same(actor, person, known):
        yield Refused(Code.decider_must_not_be_the_payee)
    elif identity.are_related(actor, person, known):
        yield Refused(Code.decider_must_not_be_related_to_the_payee)


# -- deciding ----------------------------------------------------------------------------------


def place(command: PayeeCommand, known: Known) -> CommunityId | None:
    """The community whose funds may pay it."""
    return command.community


def needs(command: PayeeCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The payee, its community, and the person behind it."""
    yield stream(command.payee)
    yield communities.stream(command.community)
    if command.person is not None:
        yield people.stream(command.person)


def decide(command: PayeeCommand, known: Known, context: Context) -> Outcome:
    """Register once, in a known community."""
    community = known[communities.stream(command.community)]
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    refused = first_refusal(
        _unless_known(command.person, known),
        _unless_new(command.payee, known),
        _unless_named(command),
    )
    today = community.day_of(context)
    event = PayeeRegistered(command.payee, command.community, command.name, command.person, today)
    here = (stream(command.payee), event)
    if command.person is None:
        return refused or (here,)
    twin = NamedAsPayee(command.person, command.payee, today)
    return refused or (here, (people.stream(command.person), twin))


def _unless_known(person: PersonId | None, known: Known) -> Refused | None:
    if person is None or known[people.stream(person)].registered_on is not None:
        return None
    return Refused(Code.person_must_be_known, person=person)


def _unless_new(payee: Slug, known: Known) -> Refused | None:
    if known[stream(payee)].community is None:
        return None
    return Refused(Code.payee_must_be_new, payee=payee)


def _unless_named(command: RegisterPayee) -> Refused | None:
    if command.name is not None or command.person is not None:
        return None
    return Refused(Code.payee_must_be_somebody, payee=command.payee)


# -- evolving ----------------------------------------------------------------------------------


def evolve(payee: Payee, event: PayeeEvent) -> Payee:
    """What was asked counts until it is dropped."""
    match event:
        case PayeeRegistered():
            return replace(payee, community=event.community, person=event.person)
        case PaymentRequested():
            asked = Asked(event.purpose, event.amount_fen, event.occurred_on)
            return replace(payee, asked={**payee.asked, (event.fund, event.disbursement): asked})
        case PaymentDropped():
            dropped = (event.fund, event.disbursement)
            left = {key: asked for key, asked in payee.asked.items() if key != dropped}
            return replace(payee, asked=left)
        case _:
            assert_never(event)
