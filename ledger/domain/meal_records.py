"""What is remembered of a person's meals in one month: each claim, and whether it still stands.

The number of a claim is its place in that month, from 1. Prices and shares were decided once, when
the meal was claimed; nothing here works them out again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias, assert_never

from ledger.domain.tiers import PayerShare, Sitting
from ledger.domain.values import CommunityId, Count, Fen, Month, PersonId, RuleCode, SiteId


class ReversalKind(StrEnum):
    """What goes back: everything, the copayment included, or only the payers' shares."""

    void = "void"
    subsidy_withdrawn = "subsidy_withdrawn"


class MealReversalReason(StrEnum):
    """Why a meal does not stand."""

    entered_by_mistake = "entered_by_mistake"
    not_eaten = "not_eaten"
    wrong_person = "wrong_person"
    ineligible = "ineligible"
    death_recorded_later = "death_recorded_later"
    other = "other"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MealClaimed:
    """A meal was served, and it was decided who bears how much of `price_fen`, what was charged.

    The amounts follow from the fact sheet and the policy version named here. `settles_in` is the
    canteen's settlement that pays it; `adjusts` is the meal's own month where that one was closed.
    `at_full_price` says that no subsidy was asked for: an auditor looks for no tier of hers then,
    and a draft of a policy gives her none.
    """

    person: PersonId
    canteen: SiteId
    community: CommunityId
    claim: Count
    occurred_on: date
    sitting: Sitting
    facts_version: Count
    policy_version: Count
    rule: RuleCode | None
    price_fen: Fen
    shares: tuple[PayerShare, ...]
    copayment_fen: Fen
    subsidised_limit: Count
    booked_in: Month
    settles_in: Month
    adjusts: Month | None
    claimed_by: PersonId
    claimed_at: datetime
    at_full_price: bool = False


@dataclass(frozen=True, slots=True)
class MealReversed:
    """A meal does not stand; `kind` says whether the copayment went back too.

    `adjusts` is the settlement that held the claim, where this one settles later.
    """

    person: PersonId
    canteen: SiteId
    community: CommunityId
    claim: Count
    kind: ReversalKind
    reason: MealReversalReason
    price_fen: Fen
    shares: tuple[PayerShare, ...]
    copayment_fen: Fen
    occurred_on: date
    booked_in: Month
    settles_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class MealReinstated:
    """A reversed meal stands again, because the death it was reversed for was recorded wrongly.

    `kind` is that of the reversal which it undoes.
    """

    person: PersonId
    canteen: SiteId
    community: CommunityId
    claim: Count
    kind: ReversalKind
    price_fen: Fen
    shares: tuple[PayerShare, ...]
    copayment_fen: Fen
    occurred_on: date
    booked_in: Month
    settles_in: Month
    adjusts: Month | None


MealEvent: TypeAlias = MealClaimed | MealReversed | MealReinstated

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reversal:
    """How and why a claim was reversed."""

    kind: ReversalKind
    reason: MealReversalReason


class Claim(NamedTuple):
    """One meal as it was claimed; `reversal` is None while it stands.

    `booked_in` is the month of the last entry about it, which the next one takes back.
    `changes` are the months in which its reversals and reinstatements settle, in turn.
    """

    number: Count
    canteen: SiteId
    community: CommunityId
    served_on: date
    price_fen: Fen
    shares: tuple[PayerShare, ...]
    copayment_fen: Fen
    booked_in: Month
    settles_in: Month
    claimed_by: PersonId
    claimed_at: datetime
    reversal: Reversal | None = None
    changes: tuple[Month, ...] = ()

    @property
    def given_in(self) -> tuple[Month, ...]:
        """The months whose settlements give the canteen its shares: again where it stood again."""
        return (self.settles_in, *self.changes)[::2]


@dataclass(frozen=True, slots=True)
class MealMonth:
    """The meals of one person in one month, wherever they were eaten."""

    claims: tuple[Claim, ...] = ()

    def claim(self, number: Count) -> Claim | None:
        """The claim of that number, if there is one."""
        return self.claims[number - 1] if 1 <= number <= len(self.claims) else None

    def subsidised_on(self, day: date) -> int:
        """How many meals of that day stand with a subsidy."""
        count = 0
        for claim in self.claims:
            if claim.served_on == day and claim.shares and claim.reversal is None:
                count += 1
        return count


def evolve(month: MealMonth, event: MealEvent) -> MealMonth:
    """Claims are only added; a reversal is a mark on one."""
    match event:
        case MealClaimed():
            return MealMonth((*month.claims, _claimed(event)))
        case MealReversed():
            return _marked(month, event, Reversal(event.kind, event.reason))
        case MealReinstated():
            return _marked(month, event, None)
        case _:
            assert_never(event)


def _claimed(event: MealClaimed) -> Claim:
    return Claim(
        event.claim,
        event.canteen,
        event.community,
        event.occurred_on,
        event.price_fen,
        event.shares,
        event.copayment_fen,
        event.booked_in,
        event.settles_in,
        event.claimed_by,
        event.claimed_at,
    )


def _marked(
    month: MealMonth, event: MealReversed | MealReinstated, reversal: Reversal | None
) -> MealMonth:
    number = event.claim
    before, claim, after = (
        month.claims[: number - 1],
        month.claims[number - 1],
        month.claims[number:],
    )
    changes = (*claim.changes, event.settles_in)
    claim = claim._replace(booked_in=event.booked_in, reversal=reversal, changes=changes)
    return MealMonth((*before, claim, *after))
