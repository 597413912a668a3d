"""What is remembered of time credit: what a person gave out of it, and what she was given.

An entry is told by its place in her stream, which is its version there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

from ledger.domain import identity, service_state
from ledger.domain.decisions import Known, Stream
from ledger.domain.values import CommunityId, Count, Minutes, Month, PersonId


class CreditReversalReason(StrEnum):
    """Why an entry of credit does not stand."""

    entered_by_mistake = "entered_by_mistake"
    wrong_person = "wrong_person"
    wrong_amount = "wrong_amount"
    other = "other"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreditTransferred:
    """The person gave credit to another one; `community` is the giver's."""

    person: PersonId
    to_person: PersonId
    community: CommunityId
    credit_minutes: Minutes
    entered_by: PersonId
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class CreditReceived:
    """Twin of `CreditTransferred`: the receiver knows what she was given."""

    person: PersonId
    from_person: PersonId
    community: CommunityId
    credit_minutes: Minutes
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CreditRedeemed:
    """The person had help for it; the community that gave it has the credit back."""

    person: PersonId
    community: CommunityId
    credit_minutes: Minutes
    entered_by: PersonId
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class CreditDonated:
    """The person gave credit to her community, for whoever needs it."""

    person: PersonId
    community: CommunityId
    credit_minutes: Minutes
    entered_by: PersonId
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class CreditReversed:
    """An entry does not stand: `to_person`, or else the community, gives the credit back."""

    person: PersonId
    entry: Count
    to_person: PersonId | None
    community: CommunityId
    credit_minutes: Minutes
    reason: CreditReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class CreditTakenBack:
    """Twin of `CreditReversed`: who was given the credit has it no longer."""

    person: PersonId
    from_person: PersonId
    community: CommunityId
    credit_minutes: Minutes
    occurred_on: date


Spent: TypeAlias = CreditTransferred | CreditRedeemed | CreditDonated
CreditEvent: TypeAlias = Spent | CreditReceived | CreditReversed | CreditTakenBack

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credit:
    """What came in without service, less what went out; what she earned is with her service.

    `written` is how long the stream is; `spent` are the entries that took something out of it.
    """

    net_minutes: int = 0
    written: Count = Count(0)
    spent: Mapping[Count, Spent] = field(default_factory=dict)
    reversed: frozenset[Count] = frozenset()


def stream(person: PersonId) -> Stream[Credit]:
    """The stream of a person's credit."""
    return Stream(f"credit-{person}")


def balance_minutes(person: PersonId, known: Known) -> int:
    """What she earned by service and was given, less what she spent, under all her ids."""
    names = identity.ids(person, known)
    earned = sum(known[service_state.stream(each)].earned_minutes() for each in names)
    return earned + sum(known[stream(each)].net_minutes for each in names)


def streams_of(person: PersonId, known: Known) -> Iterator[Stream[Any]]:
    """Her credit and the service that earned it, under all her ids."""
    yield from identity.streams_of(person, known)
    for each in identity.ids(person, known):
        yield stream(each)
        yield service_state.stream(each)


def evolve(credit: Credit, event: CreditEvent) -> Credit:
    """Credit is one number, and what became of each entry."""
    number = Count(credit.written + 1)
    after = replace(credit, written=number)
    into = credit.net_minutes + event.credit_minutes
    out_of = credit.net_minutes - event.credit_minutes
    match event:
        case CreditReceived():
            return replace(after, net_minutes=into)
        case CreditTakenBack():
            return replace(after, net_minutes=out_of)
        case CreditTransferred() | CreditRedeemed() | CreditDonated():
            return replace(after, net_minutes=out_of, spent={**credit.spent, number: event})
        case CreditReversed():
            return replace(after, net_minutes=into, reversed=credit.reversed | {event.entry})
        case _:
            assert_never(event)
