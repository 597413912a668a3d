"""What is remembered of time credit: what a person gave out of it, and what she was given."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from ledger.domain.values import CommunityId, Minutes, Month, PersonId

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreditTransferred:
    """The person gave credit to another one; `community` is the giver's."""

    person: PersonId
    to_person: PersonId
    community: CommunityId
    credit_minutes: Minutes
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
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class CreditDonated:
    """The person gave credit to her community, for whoever needs it."""

    person: PersonId
    community: CommunityId
    credit_minutes: Minutes
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


CreditEvent: TypeAlias = CreditTransferred | CreditReceived | CreditRedeemed | CreditDonated

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credit:
    """What came in without service, less what went out; what she earned is with her service."""

    net_minutes: int = 0


def evolve(credit: Credit, event: CreditEvent) -> Credit:
    """Credit is one number."""
    match event:
        case CreditReceived():
            return Credit(credit.net_minutes + event.credit_minutes)
        case CreditTransferred() | CreditRedeemed() | CreditDonated():
            return Credit(credit.net_minutes - event.credit_minutes)
        case _:
            assert_never(event)
