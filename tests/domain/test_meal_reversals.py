"""Reversing a meal: by its author for ten minutes, by somebody else at any time, and only once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.domain import communities, meals
from ledger.domain.community_records import MonthClosed
from ledger.domain.meal_records import MealReversalReason, MealReversed, ReversalKind
from ledger.domain.meals import ReverseMeal
from ledger.domain.refusals import Code
from ledger.domain.tiers import PayerShare
from ledger.domain.values import Count, Fen, Month, PayerPath
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    JINNING_CANTEEN,
    MONDAY,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    claimed,
    closed,
    eats,
    lunch,
    noon,
)
from tests.story import given

MARCH = Month("2026-03")
MISTAKE = MealReversalReason.entered_by_mistake
VOID = ReverseMeal(CHEN, MARCH, Count(1), ReversalKind.void, MISTAKE)
WITHDRAWN = replace(VOID, kind=ReversalKind.subsidy_withdrawn, reason=MealReversalReason.ineligible)
CLAIMED = after(*eats(), claimed())
REVERSED = MealReversed(
    person=CHEN,
    canteen=XIANHU_CANTEEN,
    community=XIANHU,
    claim=Count(1),
    kind=ReversalKind.void,
    reason=MISTAKE,
    price_fen=Fen(1200),
    shares=(PayerShare(PayerPath("fund/xianhu-meals"), Fen(300)),),
    copayment_fen=Fen(900),
    occurred_on=MONDAY,
    booked_in=MARCH,
    settles_in=MARCH,
    adjusts=None,
)


@pytest.mark.parametrize("command", [VOID, WITHDRAWN])
@pytest.mark.parametrize(
    ("elapsed", "in_time"),
    [
        (timedelta(0), True),
        (timedelta(minutes=9, seconds=59), True),
        (timedelta(minutes=10), True),
        (timedelta(minutes=10, microseconds=1), False),
        (timedelta(minutes=10, seconds=1), False),
        (timedelta(days=400), False),
    ],
)
def test_the_author_has_ten_minutes_and_anybody_else_all_the_time(
    command: ReverseMeal, elapsed: timedelta, in_time: bool
) -> None:
    at = noon(MONDAY) + elapsed
    reversed_ = replace(REVERSED, kind=command.kind, reason=command.reason)
    given(*CLAIMED).when(command, by=COLLEAGUE, at=at).then(reversed_)
    told = given(*CLAIMED).when(command, by=CLERK, at=at)
    if in_time:
        told.then(reversed_)
    else:
        until = noon(MONDAY) + timedelta(minutes=10)
        told.refused("undo_must_be_within_ten_minutes", until=until)


def test_the_ten_minutes_run_from_the_entry_and_not_from_the_meal() -> None:
    entered = noon(MONDAY + timedelta(days=5))
    town = after(*eats(), (lunch(MONDAY), CLERK, entered))
    assert given(*town).when(VOID, by=CLERK, at=entered + timedelta(minutes=10)).events


def test_a_meal_is_reversed_once() -> None:
    town = after(*CLAIMED, (VOID, CLERK, noon(MONDAY)))
    for again in (VOID, WITHDRAWN):
        given(*town).when(again, by=COLLEAGUE).refused("meal_must_not_be_reversed_twice")


@pytest.mark.parametrize(
    "command",
    [
        replace(VOID, claim=Count(0)),
        replace(VOID, claim=Count(2)),
        replace(VOID, claim=Count(10**8)),
        replace(VOID, month=Month("2026-04")),
        replace(VOID, person=CLERK),
    ],
)
def test_only_what_was_claimed_can_be_reversed(command: ReverseMeal) -> None:
    given(*CLAIMED).when(command).refused(
        "record_must_be_known", record=f"{command.month}/{command.claim}"
    )


def test_without_a_subsidy_there_is_none_to_be_withdrawn() -> None:
    town = after(*eats(), claimed(at_full_price=True))
    given(*town).when(WITHDRAWN, by=COLLEAGUE).refused("subsidy_must_be_there_to_be_withdrawn")
    void = replace(REVERSED, shares=(), copayment_fen=Fen(1200))
    given(*town).when(VOID, by=COLLEAGUE).then(void)


def test_a_death_is_not_given_as_a_reason_but_recorded() -> None:
    command = replace(WITHDRAWN, reason=MealReversalReason.death_recorded_later)
    given(*CLAIMED).when(command).refused(
        "reason_must_not_be_left_to_the_ledger", reason="death_recorded_later"
    )


def test_of_several_objections_the_one_listed_first_is_the_answer() -> None:
    late = noon(APRIL)
    reversed_ = after(*CLAIMED, (VOID, CLERK, noon(MONDAY)))
    death = replace(VOID, reason=MealReversalReason.death_recorded_later)
    given(*reversed_).when(death, by=CLERK, at=late).refused(
        "reason_must_not_be_left_to_the_ledger"
    )
    given(*reversed_).when(VOID, by=CLERK, at=late).refused("meal_must_not_be_reversed_twice")
    names = (
        "record_must_be_known",
        "reason_must_not_be_left_to_the_ledger",
        "meal_must_not_be_reversed_twice",
        "undo_must_be_within_ten_minutes",
    )
    orders = [Code[name].order for name in names]
    assert orders == sorted(orders)


@pytest.mark.parametrize("command", [VOID, WITHDRAWN])
def test_a_reversed_meal_frees_the_day_for_another(command: ReverseMeal) -> None:
    given(*CLAIMED).when(lunch()).refused("day_must_not_have_two_subsidised_meals")
    town = after(*CLAIMED, (command, CLERK, noon(MONDAY)))
    event = given(*town).when(lunch(at=JINNING_CANTEEN)).events[0]
    assert event.claim == 2


def test_a_reversal_settles_in_the_claims_own_month_while_that_is_open() -> None:
    told = given(*CLAIMED, *closed("2026-02")).when(VOID, by=COLLEAGUE, at=noon(APRIL))
    told.then(REVERSED)


def test_after_the_closing_it_settles_in_the_first_open_month_and_names_what_it_adjusts() -> None:
    town = (*CLAIMED, *closed("2026-03", "2026-04"))
    told = given(*town).when(VOID, by=COLLEAGUE, at=noon(date(2026, 5, 4)))
    reversed_, raised = told.events
    assert reversed_ == replace(REVERSED, settles_in=Month("2026-05"), adjusts=MARCH)
    assert (raised.month, raised.adjusts) == ("2026-05", MARCH)


def test_a_claim_that_settled_late_is_reversed_in_that_month() -> None:
    town = after(*eats(), *closed("2026-03"), (lunch(date(2026, 3, 31)), CLERK, noon(APRIL)))
    (event,) = given(*town).when(VOID, by=COLLEAGUE, at=noon(APRIL)).events
    assert (event.settles_in, event.adjusts) == ("2026-04", None)
    town = (*town, *closed("2026-04"))
    event, raised = given(*town).when(VOID, by=COLLEAGUE, at=noon(date(2026, 5, 4))).events
    assert (event.settles_in, event.adjusts) == ("2026-05", "2026-04")
    assert (raised.month, raised.adjusts) == ("2026-05", "2026-04")


def test_the_reversal_of_a_meal_of_a_closed_month_is_booked_in_the_first_open_one() -> None:
    month_closed = (communities.stream(XIANHU), MonthClosed(MARCH, APRIL))
    (event,) = given(*CLAIMED, month_closed).when(VOID, by=COLLEAGUE, at=noon(APRIL)).events
    assert (event.occurred_on, event.booked_in) == (MONDAY, "2026-04")


def test_a_reversal_is_a_matter_of_the_canteens_community() -> None:
    assert meals.place(VOID, given(*CLAIMED).ledger) == XIANHU
    assert meals.place(VOID, given().ledger) is None
