"""What is remembered of a person's meals of one month that were eaten and could not be claimed.

Each is named by its place in that month, from 1. It says who pays for it, and moves no money: no
fund bears a part of it, and what the payer pays goes past these books.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from ledger.domain.tiers import Sitting
from ledger.domain.values import CommunityId, Count, Fen, PersonId, SiteId


class WhyRefused(StrEnum):
    """The refusals that a claim may meet though the meal was eaten, by their codes."""

    person_must_not_be_erased = "person_must_not_be_erased"
    person_must_not_be_a_duplicate = "person_must_not_be_a_duplicate"
    person_must_not_be_restricted = "person_must_not_be_restricted"
    person_must_be_registered_on_the_day = "person_must_be_registered_on_the_day"
    person_must_be_alive_on_the_day = "person_must_be_alive_on_the_day"
    person_must_have_facts = "person_must_have_facts"
    claim_must_not_be_too_late = "claim_must_not_be_too_late"
    policy_must_cover_the_day = "policy_must_cover_the_day"
    canteen_must_serve_on_the_day = "canteen_must_serve_on_the_day"
    sitting_must_be_served = "sitting_must_be_served"
    day_must_not_have_two_subsidised_meals = "day_must_not_have_two_subsidised_meals"


class MealPayer(StrEnum):
    """Who pays for a meal that no fund bears a part of."""

    eater = "eater"
    canteen = "canteen"


class EndReason(StrEnum):
    """Why such a meal is no exception any more."""

    paid = "paid"
    claimed = "claimed"
    not_eaten = "not_eaten"
    wrong_person = "wrong_person"


ENTERED_WRONGLY: Final = frozenset({EndReason.not_eaten, EndReason.wrong_person})
"""The ends after which the same meal may be entered again."""


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnclaimableMealEntered:
    """A meal was eaten, its claim was refused, and the payer pays what is missing to its price.

    `price_fen` is the full price; None where no policy says what a meal costs on that day.
    """

    person: PersonId
    canteen: SiteId
    community: CommunityId
    meal: Count
    occurred_on: date
    sitting: Sitting
    refused_as: WhyRefused
    payer: MealPayer
    price_fen: Fen | None
    entered_by: PersonId


@dataclass(frozen=True, slots=True)
class UnclaimableMealEnded:
    """It was paid by its payer, claimed after all, or entered wrongly."""

    person: PersonId
    canteen: SiteId
    community: CommunityId
    meal: Count
    reason: EndReason
    occurred_on: date


UnclaimableEvent: TypeAlias = UnclaimableMealEntered | UnclaimableMealEnded

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnclaimableMonth:
    """The meals of one person in one month that could not be claimed, and how some ended."""

    meals: tuple[UnclaimableMealEntered, ...] = ()
    ends: Mapping[Count, EndReason] = field(default_factory=dict)

    def meal(self, number: Count) -> UnclaimableMealEntered | None:
        """The meal of that number, if there is one."""
        return self.meals[number - 1] if 1 <= number <= len(self.meals) else None

    def holds(self, canteen: SiteId, day: date, sitting: Sitting) -> bool:
        """Whether that very meal was entered, and not wrongly."""
        return any(
            (each.canteen, each.occurred_on, each.sitting) == (canteen, day, sitting)
            and self.ends.get(each.meal) not in ENTERED_WRONGLY
            for each in self.meals
        )


def evolve(month: UnclaimableMonth, event: UnclaimableEvent) -> UnclaimableMonth:
    """Meals are only added; an end is a mark on one."""
    match event:
        case UnclaimableMealEntered():
            return UnclaimableMonth((*month.meals, event), month.ends)
        case UnclaimableMealEnded():
            return UnclaimableMonth(month.meals, {**month.ends, event.meal: event.reason})
        case _:
            assert_never(event)
