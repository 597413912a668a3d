"""Unclaimable meals: a meal was eaten, its claim is refused, and somebody pays for it all the same.

A canteen without network serves who stands at its window, and what a claim answers comes later.
Such a meal gives no subsidy and changes no balance; it is entered as an exception that names who
pays:

- the eater, where she had her subsidised meals of the day already: she may eat, at full price;
- the canteen, where she was none to be served, or the canteen was not to serve;
- a fund never: a broken cable does not pay twice.

What can be claimed is claimed and not entered here. An exception ends when another person than who
entered it and than who ate says how: paid, claimed after all, or entered wrongly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, identity, meals, policy_records, sites, standing
from ledger.domain.decisions import (
    Context,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.meals import ClaimMeal
from ledger.domain.refusals import Code
from ledger.domain.tiers import Charge, Sitting
from ledger.domain.unclaimable_records import (
    EndReason,
    MealPayer,
    UnclaimableMealEnded,
    UnclaimableMealEntered,
    UnclaimableMonth,
    WhyRefused,
)
from ledger.domain.values import CommunityId, Count, Fen, Month, PersonId, SiteId, month_of

WHY: Final[Mapping[Code, WhyRefused]] = MappingProxyType({Code[each]: each for each in WhyRefused})
NEEDS_OF_CLAIM: Final = standing.needs_of(meals, ClaimMeal)
CLAIMED: Final = standing.decide_of(meals, "meals/claim", ClaimMeal)

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnterUnclaimableMeal:
    """Enter a meal that was eaten and cannot be claimed, with the fields of a claim for subsidy."""

    person: PersonId
    canteen: SiteId
    served_on: date
    sitting: Sitting = Sitting.lunch
    charged_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class EndUnclaimableMeal:
    """Say how the exception ended, by its number among those of her month."""

    person: PersonId
    month: Month
    meal: Count
    reason: EndReason


UnclaimableCommand: TypeAlias = EnterUnclaimableMeal | EndUnclaimableMeal


@lru_cache(maxsize=1024)
def stream(person: PersonId, month: Month) -> Stream[UnclaimableMonth]:
    """The stream of a person's unclaimable meals of one month, by the day they were eaten."""
    return Stream(f"unclaimable-{person}-{month}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: UnclaimableCommand, known: Known) -> CommunityId | None:
    """The community of the canteen; None where there is no such canteen or meal."""
    match command:
        case EnterUnclaimableMeal():
            return known[sites.stream(command.canteen)].community
        case EndUnclaimableMeal():
            entered = known[stream(command.person, command.month)].meal(command.meal)
            return None if entered is None else entered.community
        case _:
            assert_never(command)


def needs(command: UnclaimableCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """To enter one: what its claim needs, and what was entered under any of her ids."""
    match command:
        case EnterUnclaimableMeal():
            month = month_of(command.served_on)
            yield from NEEDS_OF_CLAIM(_claim(command), known, context)
            yield from (stream(each, month) for each in identity.ids(command.person, known))
        case EndUnclaimableMeal():
            here = stream(command.person, command.month)
            yield here
            yield from identity.streams_of(command.person, known)
            month_known = known.get(here)
            entered = None if month_known is None else month_known.meal(command.meal)
            if entered is not None:
                yield communities.stream(entered.community)
        case _:
            assert_never(command)


def decide(command: UnclaimableCommand, known: Known, context: Context) -> Outcome:
    """Enter what cannot be claimed, or end it."""
    match command:
        case EnterUnclaimableMeal():
            return _enter(command, known, context)
        case EndUnclaimableMeal():
            return _end(command, known, context)
        case _:
            assert_never(command)


def _claim(command: EnterUnclaimableMeal) -> ClaimMeal:
    return ClaimMeal(
        command.person, command.canteen, command.served_on, command.sitting, command.charged_fen
    )


def _enter(command: EnterUnclaimableMeal, known: Known, context: Context) -> Outcome:
    """The claim is decided as of now; what can be no meal at all is refused as the claim is."""
    claimed = CLAIMED(_claim(command), known, context)
    if not isinstance(claimed, Refused):
        return Refused(Code.meal_must_not_be_claimable)
    why = WHY.get(claimed.code)
    if why is None:
        return claimed
    month = month_of(command.served_on)
    eaten = [known[stream(each, month)] for each in identity.ids(command.person, known)]
    meal = (command.canteen, command.served_on, command.sitting)
    if any(each.holds(*meal) for each in eaten):
        return Refused(Code.unclaimable_meal_must_be_new, day=command.served_on)
    here = stream(command.person, month)
    event = UnclaimableMealEntered(
        command.person,
        command.canteen,
        known[sites.stream(command.canteen)].home,
        Count(len(known[here].meals) + 1),
        command.served_on,
        command.sitting,
        why,
        payer_of(why),
        _price(command, known),
        context.actor,
    )
    return ((here, event),)


def payer_of(why: WhyRefused) -> MealPayer:
    """Only who had her subsidised meals may eat one more; the rest is the canteen's risk."""
    if why is WhyRefused.day_must_not_have_two_subsidised_meals:
        return MealPayer.eater
    return MealPayer.canteen


def _price(command: EnterUnclaimableMeal, known: Known) -> Fen | None:
    version = known[policy_records.stream(command.canteen)].version_on(command.served_on)
    if version is None:
        return None
    if version.charge is Charge.amount_charged and command.charged_fen:
        return command.charged_fen
    return version.price_fen


# -- ending ------------------------------------------------------------------------------------


def _end(command: EndUnclaimableMeal, known: Known, context: Context) -> Outcome:
    here = stream(command.person, command.month)
    entered = known[here].meal(command.meal)
    if entered is None:
        record = f"{command.month}/{command.meal}"
        return Refused(Code.record_must_be_known, record=record)
    refused = first_refusal(
        _unless_standing(entered, known[here]),
        _unless_by_another(entered, known, context),
    )
    event = UnclaimableMealEnded(
        entered.person,
        entered.canteen,
        entered.community,
        entered.meal,
        command.reason,
        known[communities.stream(entered.community)].day_of(context),
    )
    return refused or ((here, event),)


def _unless_standing(entered: UnclaimableMealEntered, month: UnclaimableMonth) -> Refused | None:
    if entered.meal not in month.ends:
        return None
    return Refused(Code.unclaimable_meal_must_not_be_ended_twice)


def _unless_by_another(
    entered: UnclaimableMealEntered, known: Known, context: Context
) -> Refused | None:
    """Neither who entered it nor who ate it, under whichever of her ids."""
    if context.actor != entered.entered_by and not identity.are_same(
        context.actor, entered.person, known
    ):
        return None
    return Refused(Code.unclaimable_meal_must_be_ended_by_another)
