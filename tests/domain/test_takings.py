"""Cash that was counted wrongly is taken back, once and by another person, and counted again."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import communities, postings
from ledger.domain.canteen_records import TakingsReversalReason, TakingsReversed
from ledger.domain.community_records import MonthClosed, MonthReopened
from ledger.domain.takings import CountTakings, ReverseTakings
from ledger.domain.values import Count, Fen, SiteId
from tests.domain.canteen_town import (
    APRIL,
    CLERK,
    COLLEAGUE,
    MONDAY,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    noon,
)
from tests.domain.settlement_town import MARCH
from tests.story import given

TUESDAY = MONDAY + timedelta(days=1)
WRONGLY = TakingsReversalReason.counted_wrongly
HOME = communities.stream(XIANHU)


def count(fen: int, on: date = MONDAY) -> CountTakings:
    return CountTakings(XIANHU_CANTEEN, on, Fen(fen))


def counted(fen: int, on: date = MONDAY) -> Any:
    return (count(fen, on), CLERK, noon(on))


def back(number: int = 1, on: date = MONDAY) -> ReverseTakings:
    return ReverseTakings(XIANHU_CANTEEN, on, Count(number), WRONGLY)


BACK = (back(), COLLEAGUE, noon(TUESDAY))


def test_what_was_counted_wrongly_is_in_the_box_again() -> None:
    told = given(*after(*TOWN, counted(2_050))).when(back(), by=COLLEAGUE, at=noon(TUESDAY))
    told.then(
        TakingsReversed(
            XIANHU_CANTEEN, XIANHU, Count(1), Fen(2_050), WRONGLY, COLLEAGUE, MONDAY, MARCH
        )
    )
    assert {each.account: each.amount for each in postings.of(told.events[0])} == {
        f"takings/{XIANHU_CANTEEN}": 2_050,
        f"outside/cash/{XIANHU_CANTEEN}": -2_050,
    }


def test_countings_are_numbered_through_the_month_and_named_with_their_day() -> None:
    happened = after(*TOWN, counted(100), counted(200, TUESDAY))
    told = given(*happened).when(back(2, TUESDAY), by=COLLEAGUE, at=noon(TUESDAY))
    assert [event.amount_fen for event in told.events] == [200]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"counting": Count(0)}, "record_must_be_known"),
        ({"counting": Count(3)}, "record_must_be_known"),
        ({"counting": Count(2)}, "record_must_be_known"),
        ({"counted_on": TUESDAY}, "record_must_be_known"),
        ({"counted_on": APRIL}, "record_must_be_known"),
        ({"canteen": SiteId("nowhere")}, "site_must_be_known"),
    ],
)
def test_only_a_counting_of_that_day_is_taken_back(changes: dict[str, Any], code: str) -> None:
    happened = after(*TOWN, counted(100), counted(200, TUESDAY))
    told = given(*happened).when(replace(back(), **changes), by=COLLEAGUE, at=noon(TUESDAY))
    told.refused(code)


def test_it_is_taken_back_once() -> None:
    told = given(*after(*TOWN, counted(100), BACK)).when(back(), by=COLLEAGUE, at=noon(TUESDAY))
    told.refused("takings_must_not_be_reversed_twice", counting=1, day=MONDAY)


def test_whoever_counted_does_not_take_it_back_herself() -> None:
    told = given(*after(*TOWN, counted(100))).when(back(), by=CLERK, at=noon(TUESDAY))
    told.refused("takings_must_be_reversed_by_another", day=MONDAY)


def test_what_is_counted_again_has_a_number_of_its_own() -> None:
    happened = after(*TOWN, counted(100), BACK, counted(90))
    told = given(*happened).when(back(2), by=COLLEAGUE, at=noon(TUESDAY))
    assert [(event.counting, event.amount_fen) for event in told.events] == [(2, 90)]


# -- the month of its books --------------------------------------------------------------------

CLOSED, OPEN_AGAIN = (HOME, MonthClosed(MARCH, APRIL)), (HOME, MonthReopened(MARCH, APRIL))


def test_it_is_taken_back_in_no_month_before_its_own() -> None:
    happened = after(*TOWN, CLOSED, (count(100), CLERK, noon(APRIL)), OPEN_AGAIN)
    told = given(*happened).when(back(), by=COLLEAGUE, at=noon(APRIL))
    assert [event.booked_in for event in told.events] == ["2026-04"]


def test_what_is_counted_again_is_booked_no_earlier_than_the_reversal_that_it_stands_for() -> None:
    closed = after(*TOWN, counted(100), CLOSED, (back(), COLLEAGUE, noon(APRIL)), OPEN_AGAIN)
    again = given(*closed).when(count(90), by=CLERK, at=noon(APRIL))
    assert [event.booked_in for event in again.events] == ["2026-04"]
    another = given(*closed).when(count(90, TUESDAY), by=CLERK, at=noon(APRIL))
    assert [event.booked_in for event in another.events] == ["2026-03"]
