"""Which community has which misuse planted: its number decides, so that they lie apart."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Final, NamedTuple

from ledger.demo.scale.cast import Elder, Volunteer
from ledger.demo.scale.days import Calendar
from ledger.demo.scale.places import Place
from ledger.demo.scale.planted import Nobody, Plan
from ledger.demo.scale.planting_meals import MealHand
from ledger.demo.scale.planting_money import MoneyHand
from ledger.demo.scale.planting_service import ServiceHand
from ledger.projections.detectors import Pattern

ONE_IN: Final[Mapping[Pattern, int]] = {
    Pattern.confirmation_ring: 3,
    Pattern.sole_confirmer: 3,
    Pattern.late_before_star: 5,
    Pattern.whole_shifts_attested: 5,
    Pattern.decider_related: 5,
    Pattern.facts_before_subsidy: 3,
    Pattern.meals_after_death: 3,
    Pattern.meals_in_seconds: 5,
    Pattern.meals_over_plates: 5,
    Pattern.meals_undone: 8,
    Pattern.money_moved_in_circles: 8,
    Pattern.fund_overdrawn: 15,
    Pattern.payment_past_approval: 8,
    Pattern.payments_split: 8,
    Pattern.two_ids_of_one_person: 5,
}
"""One community in so many has each."""
QUIET: Final = 5
"""Whoever serves less often than this is chosen for a part."""
LAST_DYING: Final = 10
"""The last month in which somebody dies whose card goes on: found out within the year."""


class Hands(NamedTuple):
    """Who plants what."""

    service: ServiceHand
    meals: MealHand
    money: MoneyHand


def plant(
    plan: Plan,
    year: Calendar,
    places: Sequence[Place],
    people: Callable[[Place], tuple[Sequence[Elder], Sequence[Volunteer]]],
    random: Random,
) -> None:
    """Plant in every community what falls to it; what it has nobody for is left out."""
    hand = plan, year, places, random
    hands = Hands(ServiceHand(*hand), MealHand(*hand), MoneyHand(*hand))
    for place in places:
        planting = _planting(place, *people(place), hands)
        for turn, (pattern, work) in enumerate(planting.items()):
            if place.number % ONE_IN[pattern] == turn % ONE_IN[pattern]:
                with suppress(Nobody):
                    work()


def _planting(
    place: Place,
    elders: Sequence[Elder],
    volunteers: Sequence[Volunteer],
    hands: Hands,
) -> Mapping[Pattern, Callable[[], None]]:
    service, meals, money = hands
    quiet = iter([each for each in volunteers if each.serves < QUIET])
    absent = iter([each for each in elders if not each.eats_permille and not each.died_on])
    dying = iter([each for each in elders if _dies_in_time(each)])
    return {
        Pattern.confirmation_ring: lambda: service.ring(place, quiet),
        Pattern.sole_confirmer: lambda: service.friend(place, quiet),
        Pattern.late_before_star: lambda: service.flood(place, quiet),
        Pattern.whole_shifts_attested: lambda: service.sold(place, quiet),
        Pattern.decider_related: lambda: service.relation(place, quiet),
        Pattern.facts_before_subsidy: lambda: meals.mover(place, absent),
        Pattern.meals_after_death: lambda: meals.card(place, dying),
        Pattern.meals_in_seconds: lambda: meals.phantoms(place, absent, hidden=False),
        Pattern.meals_over_plates: lambda: meals.phantoms(place, absent, hidden=True),
        Pattern.meals_undone: lambda: meals.till(place),
        Pattern.money_moved_in_circles: lambda: money.circle(place),
        Pattern.fund_overdrawn: lambda: money.drained(place),
        Pattern.payment_past_approval: lambda: money.history(place),
        Pattern.payments_split: lambda: money.split(place),
        Pattern.two_ids_of_one_person: lambda: meals.doubled(place, absent),
    }


def _dies_in_time(elder: Elder) -> bool:
    return elder.died_on is not None and elder.died_on.month <= LAST_DYING
