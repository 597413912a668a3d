"""The days of money: what came before an opening balance is in it, and nothing leaves unarrived."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from ledger.domain import funds
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.disbursements import ReverseDisbursement
from ledger.domain.fund_records import ReceiptReversalReason
from ledger.domain.lots import LotUse
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.recovery_records import RecoveryReceived
from ledger.domain.values import Count, Fen, FundId, Month, Slug
from tests.domain.canteen_town import COLLEAGUE, XIANHU_CANTEEN
from tests.domain.contribution_stories import CASH, here, record
from tests.domain.disbursement_town import APPROVED, APPROVER, PAID, REQUESTED
from tests.domain.disbursement_town import Story as DisbursementStory
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
from tests.story import Given, Told

TO_THE_GIVER = ReceiptReversalReason.returned_to_the_giver
BY_THE_PAYEE = PaymentReversalReason.returned_by_the_payee
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


# -- arrived -----------------------------------------------------------------------------------

FIRST, SECOND = date(2026, 2, 10), date(2026, 2, 20)
TWO = (receive(GENERAL, 300, FIRST), receive(GENERAL, 300, SECOND))
OUT: dict[str, Callable[[int, date], Any]] = {
    "move": partial(move, GENERAL, YOUTH),
    "payment": partial(pay, GENERAL),
}
every_way_out = pytest.mark.parametrize("leave", OUT.values(), ids=OUT)


@every_way_out
@pytest.mark.parametrize(("amount", "came_on"), [(300, FIRST), (301, SECOND), (600, SECOND)])
def test_no_money_leaves_before_the_last_of_it_came(
    leave: Callable[[int, date], Any], amount: int, came_on: date
) -> None:
    before = came_on - ONE_DAY
    done(*TWO).when(leave(amount, before)).refused(
        "money_must_have_come_before_it_leaves", fund=GENERAL, day=before, came_on=came_on
    )
    assert done(*TWO).when(leave(amount, came_on)).events


def test_money_that_was_moved_came_on_the_day_of_the_move() -> None:
    story = done(receive(GENERAL, 300, FIRST), move(GENERAL, YOUTH, 300, SECOND))
    story.when(pay(YOUTH, 300, SECOND - ONE_DAY)).refused(
        "money_must_have_come_before_it_leaves", fund=YOUTH, came_on=SECOND
    )
    assert story.when(pay(YOUTH, 300, SECOND)).events


def test_what_was_there_is_drawn_on_before_what_came_later_and_was_entered_first() -> None:
    late_first = done(receive(GENERAL, 300, SECOND), receive(GENERAL, 300, FIRST))
    told = late_first.when(pay(GENERAL, 300, FIRST))
    assert told.events[0].lots == (LotUse(Count(2), Fen(300)),)
    late_first.when(pay(GENERAL, 301, FIRST)).refused(
        "money_must_have_come_before_it_leaves", came_on=SECOND
    )
    assert late_first.when(pay(GENERAL, 301, SECOND)).events[0].lots == (
        LotUse(Count(1), Fen(300)),
        LotUse(Count(2), Fen(1)),
    )


def test_more_than_the_fund_holds_is_told_before_when_it_came() -> None:
    done(*TWO).when(pay(GENERAL, 601, NEW_YEAR)).refused("fund_must_cover_the_amount")


def test_a_canteens_repayment_came_on_its_day() -> None:
    repaid = RecoveryReceived(
        GENERAL, XIANHU_CANTEEN, Month("2026-02"), Count(1), Slug("kitchen"), Fen(300), Count(1),
        SECOND, Month("2026-02"),
    )  # fmt: skip
    story = town((funds.stream(GENERAL), repaid))
    story.when(pay(GENERAL, 300, SECOND - ONE_DAY)).refused(
        "money_must_have_come_before_it_leaves", came_on=SECOND
    )
    assert story.when(pay(GENERAL, 300, SECOND)).events


def test_a_reversed_payment_leaves_its_money_as_old_as_it_was() -> None:
    story = DisbursementStory(REQUESTED, APPROVED, PAID).given
    back = ReverseDisbursement(GENERAL, Count(1), PaymentReversalReason.not_executed)
    for happening in story.when(back, by=APPROVER).decision:
        story.ledger.fold(happening)
    story.when(move(GENERAL, YOUTH, 1, TODAY - ONE_DAY)).refused(
        "money_must_have_come_before_it_leaves", came_on=TODAY
    )
    assert story.when(move(GENERAL, YOUTH, 1, TODAY)).events


# -- refunds -----------------------------------------------------------------------------------

LATER = datetime(2026, 4, 8, 4, tzinfo=UTC)
SEVENTH, EIGHTH = date(2026, 4, 7), date(2026, 4, 8)


def given_back(on: date | None, reason: ReceiptReversalReason = TO_THE_GIVER) -> Told:
    """In April, of money that came in March."""
    command = ReverseReceipt(GENERAL, Count(1), reason, on)
    return done(receive(GENERAL, 300)).when(command, by=COLLEAGUE, at=LATER)


def paid_back(on: date | None, reason: PaymentReversalReason = BY_THE_PAYEE) -> Told:
    """In April, of a payment of March."""
    command = ReverseDisbursement(GENERAL, Count(1), reason, on)
    story = DisbursementStory(REQUESTED, APPROVED, PAID).given
    return story.when(command, by=APPROVER, at=LATER)


Returned = Callable[..., Told]


@pytest.mark.parametrize("returned", [given_back, paid_back])
@pytest.mark.parametrize(
    ("on", "day", "month"),
    [(None, EIGHTH, "2026-04"), (SEVENTH, SEVENTH, "2026-04"), (TODAY, TODAY, "2026-03")],
)
def test_a_refund_takes_its_own_day(
    returned: Returned, on: date | None, day: date, month: str
) -> None:
    event = returned(on).events[0]
    assert (event.occurred_on, event.booked_in) == (day, month)


@pytest.mark.parametrize("returned", [given_back, paid_back])
@pytest.mark.parametrize(
    ("on", "code"),
    [
        (EIGHTH + ONE_DAY, "day_must_not_be_in_the_future"),
        (TODAY - ONE_DAY, "refund_must_follow_what_it_returns"),
    ],
)
def test_a_refund_follows_what_it_returns(returned: Returned, on: date, code: str) -> None:
    returned(on).refused(code)


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (given_back, ReceiptReversalReason.entered_by_mistake),
        (given_back, ReceiptReversalReason.not_honoured),
        (paid_back, PaymentReversalReason.not_executed),
        (paid_back, PaymentReversalReason.other),
    ],
)
def test_what_never_stood_has_the_day_of_what_it_corrects(returned: Returned, reason: Any) -> None:
    assert returned(None, reason).events[0].occurred_on == TODAY
    returned(SEVENTH, reason).refused("day_must_be_that_of_a_refund", day=SEVENTH)


def test_money_that_a_payee_returned_is_in_the_fund_from_that_day_on() -> None:
    story = DisbursementStory(REQUESTED, APPROVED, PAID).given
    back = ReverseDisbursement(GENERAL, Count(1), BY_THE_PAYEE, SEVENTH)
    for happening in story.when(back, by=APPROVER, at=LATER).decision:
        story.ledger.fold(happening)
    whole = story.ledger[funds.stream(GENERAL)].balance_fen
    story.when(move(GENERAL, YOUTH, whole, SEVENTH - ONE_DAY), at=LATER).refused(
        "money_must_have_come_before_it_leaves", came_on=SEVENTH
    )
    assert story.when(move(GENERAL, YOUTH, whole, SEVENTH), at=LATER).events


def test_what_never_left_can_be_moved_on_any_day_whatever_came_back_later() -> None:
    story = DisbursementStory(REQUESTED, APPROVED, PAID).given
    rest = story.ledger[funds.stream(GENERAL)].balance_fen
    back = ReverseDisbursement(GENERAL, Count(1), BY_THE_PAYEE, SEVENTH)
    for happening in story.when(back, by=APPROVER, at=LATER).decision:
        story.ledger.fold(happening)
    before = move(GENERAL, YOUTH, rest, SEVENTH - ONE_DAY)
    told = story.when(before, at=LATER)
    for happening in told.decision:
        story.ledger.fold(happening)
    left = story.ledger[funds.stream(GENERAL)].lots
    assert {lot.came_on for lot in left} == {SEVENTH}
