"""A meal at the full price, asked for: recorded whatever she had, and borne by nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import postings
from ledger.domain.meal_records import (
    MealClaimed,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.meals import ReverseMeal
from ledger.domain.tiers import Charge, Sitting
from ledger.domain.values import Count, Fen, SiteId, month_of
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    JINNING_CANTEEN,
    MONDAY,
    TOWN,
    XIANHU_CANTEEN,
    after,
    claimed,
    eats,
    lunch,
    noon,
    published,
    registered,
    served,
)
from tests.story import given

FULL: dict[str, Any] = {"at_full_price": True}
HAD = after(*eats(), claimed())
"""She had the one subsidised meal of her day."""


def bought(meal: object) -> MealClaimed:
    """A meal of which she pays all."""
    assert isinstance(meal, MealClaimed)
    assert (meal.rule, meal.shares, meal.at_full_price) == (None, (), True)
    assert meal.copayment_fen == meal.price_fen
    return meal


def undoes(claim: int) -> ReverseMeal:
    reason = MealReversalReason.entered_by_mistake
    return ReverseMeal(CHEN, month_of(MONDAY), Count(claim), ReversalKind.void, reason)


@pytest.mark.parametrize(
    ("canteen", "price_fen"), [(XIANHU_CANTEEN, 1200), (JINNING_CANTEEN, 1500)]
)
def test_whoever_had_her_subsidised_meal_has_another_at_the_full_price(
    canteen: SiteId, price_fen: int
) -> None:
    given(*HAD).when(lunch(at=canteen)).refused("day_must_not_have_two_subsidised_meals")
    meal = bought(given(*HAD).when(lunch(at=canteen, **FULL)).events[0])
    assert (meal.price_fen, meal.claim) == (price_fen, 2)


def test_a_third_and_a_fourth_are_recorded_too_and_none_counts_for_the_limit() -> None:
    town = after(*eats(), claimed(**FULL), claimed(**FULL), claimed())
    assert bought(given(*town).when(lunch(**FULL)).events[0]).claim == 4
    assert town[-1][1].shares


def test_a_claim_that_does_not_ask_for_it_has_its_tier_and_says_so() -> None:
    meal = given(*eats()).when(lunch()).events[0]
    assert (meal.rule, meal.at_full_price) == ("AGE80", False)


def test_nobodys_facts_are_looked_at() -> None:
    town = (*TOWN, published(), registered())
    given(*town).when(lunch()).refused("person_must_have_facts")
    assert bought(given(*town).when(lunch(**FULL)).events[0]).facts_version == 0


def test_where_the_policy_leaves_the_amount_open_she_pays_what_was_charged() -> None:
    town = served(published(charge=Charge.amount_charged))
    assert bought(given(*town).when(lunch(charged_fen=Fen(900), **FULL)).events[0]).price_fen == 900


def test_all_of_it_is_the_canteens_takings_and_no_payer_owes_any() -> None:
    meal = given(*HAD).when(lunch(**FULL)).events[0]
    moved = {posting.account: posting.amount for posting in postings.of(meal)}
    assert moved == {f"takings/{XIANHU_CANTEEN}": 1200, f"diner/{CHEN}": -1200}


@pytest.mark.parametrize(
    ("asked_for", "code"),
    [
        (lunch(MONDAY + timedelta(days=1), **FULL), "day_must_not_be_in_the_future"),
        (lunch(charged_fen=Fen(0), **FULL), "amount_must_be_positive"),
        (lunch(charged_fen=Fen(900), **FULL), "charge_must_be_the_price"),
        (lunch(sitting=Sitting.breakfast, **FULL), "sitting_must_be_served"),
        (lunch(date(2025, 1, 6), **FULL), "person_must_be_registered_on_the_day"),
    ],
)
def test_it_is_a_meal_as_any_other_in_everything_else(asked_for: Any, code: str) -> None:
    given(*eats()).when(asked_for).refused(code)


def test_it_is_taken_back_by_its_author_for_ten_minutes() -> None:
    town = after(*HAD, claimed(**FULL))
    undo = undoes(2)
    at = noon(MONDAY)
    [gone] = given(*town).when(undo, by=CLERK, at=at + timedelta(minutes=9, seconds=59)).events
    assert isinstance(gone, MealReversed)
    assert (gone.copayment_fen, gone.shares) == (1200, ())
    late = at + timedelta(minutes=10, seconds=1)
    given(*town).when(undo, by=CLERK, at=late).refused("undo_must_be_within_ten_minutes")


def test_it_stays_at_its_price_when_the_subsidised_one_is_taken_back() -> None:
    town = after(*HAD, claimed(**FULL), (undoes(1), CLERK, noon(MONDAY)))
    assert given(*town).when(lunch()).events[0].rule == "AGE80"
