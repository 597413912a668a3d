"""The days of money: what came before an opening balance is in it, and nothing leaves unarrived."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from ledger.domain.fund_records import ReceiptReversalReason
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.values import Count, FundId
from tests.domain.contribution_stories import CASH, here, record
from tests.domain.fund_stories import (
    GENERAL,
    PALACE,
    TODAY,
    YOUTH,
    move,
    opening,
    pay,
    receive,
    town,
)
from tests.story import Given

NEW_YEAR, EVE = date(2026, 1, 1), date(2025, 12, 31)
ONE_DAY = timedelta(days=1)


def done(*commands: Any, story: Given | None = None) -> Given:
    """The town, in which each of these commands succeeded."""
    story = story or town()
    for command in commands:
        for happening in story.when(command).decision:
            story.ledger.fold(happening)
    return story


def reverse(receipt: int, fund: FundId = GENERAL) -> ReverseReceipt:
    return ReverseReceipt(fund, Count(receipt), ReceiptReversalReason.entered_by_mistake)


# -- taken over --------------------------------------------------------------------------------

Dated = Callable[[date], Any]
TAKEN_OVER = (opening(GENERAL, 1_000, NEW_YEAR),)
IN_IT: dict[str, tuple[tuple[Any, ...], Dated]] = {
    "receipt": (TAKEN_OVER, partial(receive, GENERAL, 300)),
    "payment": (TAKEN_OVER, partial(pay, GENERAL, 300)),
    "money moved out": (TAKEN_OVER, partial(move, GENERAL, YOUTH, 300)),
    "money moved in": (
        (opening(PALACE, 1_000, NEW_YEAR), receive(YOUTH, 300, EVE)),
        partial(move, YOUTH, PALACE, 300),
    ),
}


@pytest.mark.parametrize(("before", "entry"), IN_IT.values(), ids=IN_IT)
def test_what_came_or_went_before_the_opening_balance_is_in_it(
    before: tuple[Any, ...], entry: Dated
) -> None:
    fund = before[0].fund
    done(*before).when(entry(EVE)).refused(
        "entry_must_not_precede_the_opening_balance", fund=fund, day=EVE, as_of=NEW_YEAR
    )
    assert done(*before).when(entry(NEW_YEAR)).events


def test_a_contribution_of_a_day_before_the_opening_balance_is_in_it_too() -> None:
    story = done(*TAKEN_OVER, story=here())
    story.when(record(CASH, given_on=EVE, person=None)).refused(
        "entry_must_not_precede_the_opening_balance"
    )
    assert story.when(record(CASH, given_on=NEW_YEAR)).events


def test_a_fund_that_was_not_taken_over_takes_any_day() -> None:
    assert done(receive(GENERAL, 1_000)).when(receive(GENERAL, 300, EVE)).events


# -- taken over anew ---------------------------------------------------------------------------


def test_a_wrong_opening_balance_is_reversed_and_entered_again_of_another_day() -> None:
    story = done(opening(GENERAL, 1_001, NEW_YEAR), reverse(1))
    assert story.when(receive(GENERAL, 300, EVE)).events
    (event,) = story.when(opening(GENERAL, 1_000, EVE)).events
    assert (event.receipt, event.amount_fen) == (2, 1_000)
    story = done(opening(GENERAL, 1_000, EVE), story=story)
    assert story.when(receive(GENERAL, 300, EVE)).events
    story.when(receive(GENERAL, 300, EVE - ONE_DAY)).refused(
        "entry_must_not_precede_the_opening_balance", as_of=EVE
    )


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        ((receive(GENERAL, 5), receive(GENERAL, 7), reverse(1), reverse(2)), True),
        ((receive(GENERAL, 5), receive(GENERAL, 7), reverse(2)), False),
        ((opening(GENERAL, 5), receive(GENERAL, 7), reverse(1)), False),
        ((opening(GENERAL, 5), reverse(1), receive(YOUTH, 7), receive(GENERAL, 7)), False),
    ],
)
def test_an_opening_balance_comes_first_among_what_stands(
    before: tuple[Any, ...], *, allowed: bool
) -> None:
    told = done(*before).when(opening(GENERAL, 500, TODAY))
    if allowed:
        assert told.events
    else:
        told.refused("opening_balance_must_come_first", fund=GENERAL)


def test_no_opening_balance_follows_what_was_moved_in_and_spent() -> None:
    story = done(receive(YOUTH, 500), move(YOUTH, PALACE, 500), pay(PALACE, 500))
    story.when(opening(PALACE, 500)).refused("opening_balance_must_come_first", fund=PALACE)
