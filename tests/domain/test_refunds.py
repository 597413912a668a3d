"""Refunds: what comes back came no earlier than it first came, wherever it goes from there."""

from datetime import date, timedelta
from typing import Any

from ledger.domain.contributions import WithdrawContribution
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
)
from ledger.domain.fund_moves import ReverseMove
from ledger.domain.fund_records import MoveReversalReason, ReceiptReversalReason
from ledger.domain.imported_payments import ReverseImportedPayment
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.values import Count, Fen, Slug
from tests.domain import contribution_stories as gifts
from tests.domain.disbursement_town import APPROVER, CASHIER, MANAGER, SHOP, payee
from tests.domain.fund_stories import (
    GENERAL,
    TODAY,
    YOUTH,
    move,
    pay,
    receive,
    received,
    town,
)
from tests.story import NOON, SOMEBODY, Given

RETURNED = PaymentReversalReason.returned_by_the_payee


def days(number: int) -> Any:
    return NOON + timedelta(days=number)


def on(number: int) -> date:
    return TODAY + timedelta(days=number)


def run(story_: Given, *steps: Any) -> Given:
    for command, by, at in steps:
        for happening in story_.when(command, by=by, at=at).decision:
            story_.ledger.fold(happening)
    return story_


def refunded_before_its_lot_came() -> Given:
    """The approved payment of the 3rd is entered last, and draws on what came on the 12th."""
    return run(
        town(received(GENERAL, 1, 1000, on(-9)), payee(SHOP)),
        (RequestDisbursement(GENERAL, SHOP, Slug("youth"), Fen(1000)), MANAGER, NOON),
        (ApproveDisbursement(GENERAL, Count(1)), APPROVER, NOON),
        (receive(GENERAL, 1000, on(10)), SOMEBODY, days(13)),
        (pay(GENERAL, 1000, on(12), Slug("youth")), SOMEBODY, days(13)),
        (PayDisbursement(GENERAL, Count(1), on(1)), CASHIER, days(14)),
        (ReverseDisbursement(GENERAL, Count(1), RETURNED, on(3)), APPROVER, days(15)),
    )


def test_a_receipt_is_not_reversed_for_a_day_before_it_came() -> None:
    told = refunded_before_its_lot_came().when(
        ReverseReceipt(GENERAL, Count(2), ReceiptReversalReason.entered_by_mistake), at=days(16)
    )
    (event,) = told.events
    assert event.occurred_on == on(10)


def test_a_gift_is_not_given_back_before_it_was_given() -> None:
    reason = ReceiptReversalReason.returned_to_the_giver
    refunded_before_its_lot_came().when(
        ReverseReceipt(GENERAL, Count(2), reason, on(4)), at=days(16)
    ).refused("refund_must_follow_what_it_returns")


def test_money_is_not_spent_before_its_receipt_came() -> None:
    refunded_before_its_lot_came().when(
        pay(GENERAL, 1000, on(4), Slug("youth")), at=days(16)
    ).refused("money_must_have_come_before_it_leaves")


def test_a_move_is_not_taken_back_for_a_day_before_it_was_made() -> None:
    """What came into the general fund on the 10th would be in it on the 5th, as if given twice."""
    story_ = run(
        town(received(YOUTH, 1, 1000, on(-9)), payee(SHOP)),
        (RequestDisbursement(YOUTH, SHOP, Slug("youth"), Fen(1000)), MANAGER, NOON),
        (ApproveDisbursement(YOUTH, Count(1)), APPROVER, NOON),
        (receive(GENERAL, 1000, on(8)), SOMEBODY, days(13)),
        (move(GENERAL, YOUTH, 1000, on(10)), SOMEBODY, days(13)),
        (pay(YOUTH, 1000, on(12)), SOMEBODY, days(13)),
        (PayDisbursement(YOUTH, Count(1), on(1)), CASHIER, days(14)),
        (ReverseDisbursement(YOUTH, Count(1), RETURNED, on(3)), APPROVER, days(15)),
    )
    back = ReverseMove(GENERAL, Count(1), MoveReversalReason.wrong_fund)
    (event, _) = story_.when(back, by=APPROVER, at=days(16)).events
    assert event.occurred_on >= on(10)


def test_a_contribution_is_withdrawn_for_the_day_on_which_its_money_leaves() -> None:
    paid = pay(GENERAL, 100, on(-4), Slug("youth"))
    refund = ReverseImportedPayment(GENERAL, Count(1), RETURNED, on(0))
    told = run(
        gifts.here(),
        (gifts.record(given_on=on(-5)), gifts.CLERK, NOON),
        (paid, SOMEBODY, NOON),
        (refund, APPROVER, NOON),
    ).when(WithdrawContribution(gifts.NAME), by=gifts.CLERK)
    money_gone, withdrawn = told.events
    assert (withdrawn.occurred_on, withdrawn.booked_in) == (
        money_gone.occurred_on,
        money_gone.booked_in,
    )
