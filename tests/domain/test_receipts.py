"""Receipts: taken out again once, and only while nobody has had the money."""

from typing import Any

import pytest

from ledger.domain import funds, postings
from ledger.domain.fund_records import ReceiptReversalReason, ReceiptReversed
from ledger.domain.fund_state import Fund
from ledger.domain.lots import ReceiptKind
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.values import Count, Fen, FundId, Slug
from tests.domain.fund_stories import (
    GENERAL,
    MARCH,
    TODAY,
    YOUTH,
    move,
    opening,
    pay,
    receive,
    received,
    town,
)
from tests.story import SOMEBODY, Given, Told

MISTAKE = ReceiptReversalReason.entered_by_mistake


def reverse(receipt: int, fund: FundId = GENERAL) -> ReverseReceipt:
    return ReverseReceipt(fund, Count(receipt), MISTAKE)


def done(story: Given, *commands: Any) -> Given:
    for command in commands:
        for happening in story.when(command).decision:
            story.ledger.fold(happening)
    return story


def reversing(receipt: int, *commands: Any, fund: FundId = GENERAL) -> Told:
    story = town(received(GENERAL, 1, 5_000), received(GENERAL, 2, 700))
    return done(story, *commands).when(reverse(receipt, fund))


def test_a_receipt_is_taken_out_of_the_fund_and_back_to_where_it_came_from() -> None:
    told = reversing(2).then(
        ReceiptReversed(
            GENERAL, Count(2), ReceiptKind.donation, Slug("donor"), Fen(700), MISTAKE, SOMEBODY,
            TODAY, MARCH,
        )
    )  # fmt: skip
    assert {p.account: p.amount for p in postings.of(told.events[0])} == {
        f"fund/{GENERAL}": -700,
        "outside/donation/donor": 700,
    }


def test_an_opening_balance_goes_back_to_the_old_book() -> None:
    story = done(town(), opening(GENERAL, 900))
    (event,) = story.when(reverse(1)).events
    assert event.kind is None
    assert {p.account for p in postings.of(event)} == {
        f"fund/{GENERAL}",
        "outside/opening/old-book",
    }


def test_the_rest_of_the_fund_stays_as_it_is() -> None:
    story = done(town(received(GENERAL, 1, 5_000), received(GENERAL, 2, 700)), reverse(1))
    fund: Fund = story.ledger.states[funds.stream(GENERAL)]
    assert (fund.balance_fen, fund.receipts) == (700, 2)
    assert [lot.number for lot in fund.lots] == [2]


def test_a_receipt_is_reversed_once() -> None:
    reversing(2, reverse(2)).refused("receipt_must_not_be_reversed_twice", receipt=Count(2))


@pytest.mark.parametrize("command", [pay(GENERAL, 1), move(GENERAL, YOUTH, 1), pay(GENERAL, 5_000)])
def test_what_was_spent_or_moved_stands(command: Any) -> None:
    reversing(1, command).refused("receipt_must_be_unspent", fund=GENERAL, receipt=Count(1))


def test_what_came_from_another_fund_is_moved_back_and_not_reversed() -> None:
    reversing(1, move(GENERAL, YOUTH, 100), fund=YOUTH).refused("receipt_must_be_unspent")


@pytest.mark.parametrize("receipt", [0, 3])
def test_a_receipt_must_be_there(receipt: int) -> None:
    reversing(receipt).refused("record_must_be_known", record=f"{GENERAL}/{receipt}")


def test_a_fund_must_be_there() -> None:
    reversing(1, fund=FundId("nowhere")).refused("fund_must_be_known")


def test_a_later_receipt_takes_the_next_number_all_the_same() -> None:
    story = done(town(received(GENERAL, 1, 5_000)), reverse(1))
    assert story.when(receive(GENERAL, 10)).events[0].receipt == Count(2)
