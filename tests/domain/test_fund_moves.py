"""A move between funds that does not stand: every lot is back where it was, or the move stands."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from ledger.domain import funds, postings
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.disbursements import RequestDisbursement
from ledger.domain.fund_moves import ReverseMove
from ledger.domain.fund_records import MoneyMovedBack, MoveReversalReason, MoveReversed
from ledger.domain.fund_state import Fund
from ledger.domain.imported_payments import ReverseImportedPayment
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.values import Count, Fen, FundId, Slug
from tests.domain import test_purposes as purposes
from tests.domain.disbursement_town import APPROVER, SHOP, payee
from tests.domain.fund_stories import (
    GENERAL,
    MARCH,
    PALACE,
    TODAY,
    YOUTH,
    move,
    moved_lot,
    opening,
    pay,
    receive,
    received,
    town,
    use,
)
from tests.domain.test_receipts import MISTAKE
from tests.story import SOMEBODY, Given, Told

WRONG = MoveReversalReason.wrong_fund
RETURNED = PaymentReversalReason.returned_by_the_payee
EARLIER, BETWEEN = TODAY - timedelta(days=9), TODAY - timedelta(days=4)
BEFORE = (received(GENERAL, 1, 300, EARLIER), received(GENERAL, 2, 500, EARLIER))


def back(voucher: int = 1, fund: FundId = GENERAL) -> ReverseMove:
    return ReverseMove(fund, Count(voucher), WRONG)


def done(story: Given, *commands: Any) -> Given:
    """The story after these commands; what takes back is another person's."""
    for command in commands:
        for happening in story.when(command, by=by(command)).decision:
            story.ledger.fold(happening)
    return story


def by(command: Any) -> Any:
    return APPROVER if isinstance(command, ReverseMove | ReverseImportedPayment) else SOMEBODY


def here(*commands: Any) -> Given:
    return done(town(*BEFORE, payee(SHOP)), *commands)


def taken_back(*commands: Any, by: Any = APPROVER) -> Told:
    return here(*commands).when(back(), by=by)


def fund(story: Given, name: FundId) -> Fund:
    story.ledger.allowed = None
    return story.ledger[funds.stream(name)]


def held(story: Given, name: FundId) -> Counter[Any]:
    """What is in each lot, whose it is and since when; not which month has it."""
    found: Counter[Any] = Counter()
    for lot in fund(story, name).lots:
        found[lot.number, lot.origin, lot.receipt, lot.came_on] += lot.left_fen
    return found


MOVED = move(GENERAL, YOUTH, 400)


def test_the_money_goes_back_to_the_lots_it_came_from_and_both_funds_know() -> None:
    told = taken_back(receive(YOUTH, 50), MOVED).then(
        MoveReversed(
            GENERAL, YOUTH, Fen(400), Count(1), Count(2), (use(1, 300), use(2, 100)), WRONG,
            APPROVER, TODAY, MARCH,
        ),
        MoneyMovedBack(
            GENERAL, YOUTH, Fen(400), Count(1), Count(2),
            (moved_lot(2, 1, (GENERAL, 1), 300), moved_lot(3, 2, (GENERAL, 2), 100)),
            TODAY, MARCH,
        ),
    )  # fmt: skip
    assert [stream for stream, _ in told.decision] == ["fund-general", "fund-youth"]
    moved = [posting for event in told.events for posting in postings.of(event)]
    assert {(each.account, each.amount) for each in moved} == {
        (f"fund/{GENERAL}", 400),
        (f"fund/{YOUTH}", -400),
    }


def test_afterwards_each_lot_is_what_it_was() -> None:
    before, after = here(receive(YOUTH, 50)), here(receive(YOUTH, 50), MOVED, back())
    for name in (GENERAL, YOUTH):
        assert held(after, name) == held(before, name)
    assert (fund(after, GENERAL).vouchers, fund(after, YOUTH).vouchers) == (2, 0)
    assert fund(after, YOUTH).receipts == 3


def test_a_receipt_that_was_moved_away_by_mistake_can_be_reversed_again() -> None:
    reverse = ReverseReceipt(GENERAL, Count(1), MISTAKE)
    here(MOVED).when(reverse).refused("receipt_must_be_unspent")
    assert here(MOVED, back()).when(reverse).events


def test_a_fund_that_only_had_money_by_mistake_is_as_new() -> None:
    here(MOVED).when(opening(YOUTH, 900)).refused("opening_balance_must_come_first")
    (event,) = here(MOVED, back()).when(opening(YOUTH, 900)).events
    assert event.receipt == 3


def test_no_restriction_keeps_it_from_going_back() -> None:
    """Restricted money would not go to an unrestricted fund: this was never restricted."""
    here(MOVED).when(move(YOUTH, GENERAL, 400)).refused("restriction_must_allow_the_move")
    assert taken_back(MOVED).events


# -- untouched ---------------------------------------------------------------------------------

BOOK = pay(YOUTH, 1)
TOUCHED: dict[str, tuple[Any, ...]] = {
    "spent": (BOOK,),
    "spent to the last fen": (pay(YOUTH, 400),),
    "moved on": (move(YOUTH, PALACE, 1),),
}


@pytest.mark.parametrize("after", TOUCHED.values(), ids=TOUCHED)
def test_what_was_spent_or_moved_on_stands(after: tuple[Any, ...]) -> None:
    taken_back(MOVED, *after).refused(
        "moved_money_must_be_untouched", fund=GENERAL, to_fund=YOUTH, voucher=1
    )


def test_other_money_of_the_fund_may_have_been_spent() -> None:
    assert taken_back(receive(YOUTH, 50), MOVED, pay(YOUTH, 50)).events


def test_what_was_given_back_is_there_again() -> None:
    not_made = PaymentReversalReason.not_executed
    unpaid = ReverseImportedPayment(YOUTH, Count(1), not_made)
    (event, _) = taken_back(MOVED, BOOK, unpaid).events
    assert event.occurred_on == TODAY
    assert taken_back(MOVED, move(YOUTH, PALACE, 1), back(1, YOUTH)).events


@pytest.mark.parametrize(("promised", "goes"), [(50, True), (51, False)])
def test_what_the_other_fund_has_promised_it_keeps(promised: int, *, goes: bool) -> None:
    ask = RequestDisbursement(YOUTH, SHOP, Slug("youth"), Fen(promised))
    told = taken_back(receive(YOUTH, 50), MOVED, ask)
    if goes:
        assert told.events
    else:
        told.refused(
            "fund_must_cover_the_amount",
            fund=YOUTH, balance_fen=450, promised_fen=51, amount_fen=400,
        )  # fmt: skip


# -- when --------------------------------------------------------------------------------------


def test_it_is_of_the_day_of_the_move() -> None:
    (event, twin) = taken_back(move(GENERAL, YOUTH, 400, BETWEEN)).events
    assert (event.occurred_on, twin.occurred_on) == (BETWEEN, BETWEEN)
    story = here(move(GENERAL, YOUTH, 800, BETWEEN), back())
    assert story.when(pay(GENERAL, 800, EARLIER, SHOP)).events


def test_or_of_the_day_on_which_the_other_fund_had_the_last_of_it_again() -> None:
    """Until a refund of today it had been spent: the fund that gave had none of it either."""
    moved, spent = move(GENERAL, YOUTH, 800, BETWEEN), pay(YOUTH, 1, BETWEEN)
    refunded = ReverseImportedPayment(YOUTH, Count(1), RETURNED, TODAY)
    story = here(moved, spent, refunded)
    (event, _) = story.when(back(), by=APPROVER).events
    assert event.occurred_on == TODAY
    story = done(story, back())
    yesterday = TODAY - timedelta(days=1)
    story.when(pay(GENERAL, 1, yesterday, SHOP)).refused("money_must_have_come_before_it_leaves")
    assert story.when(pay(GENERAL, 1, TODAY, SHOP)).events


# -- who, and how often ------------------------------------------------------------------------


def test_it_is_taken_back_once() -> None:
    name = "voucher_must_not_be_reversed_twice"
    taken_back(MOVED, back()).refused(name, fund=GENERAL, voucher=1)


def test_whoever_moved_it_does_not_say_alone_that_it_was_a_mistake() -> None:
    taken_back(MOVED, by=SOMEBODY).refused(
        "voucher_must_be_reversed_by_another", fund=GENERAL, voucher=1
    )


@pytest.mark.parametrize("voucher", [0, 1, 3])
def test_only_a_move_is_taken_back(voucher: int) -> None:
    """Voucher 1 is a payment, voucher 2 the move."""
    story = here(pay(GENERAL, 1, purpose=SHOP), MOVED)
    told = story.when(back(voucher), by=APPROVER)
    told.refused("record_must_be_known", record=f"{GENERAL}/{voucher}")
    assert story.when(back(2), by=APPROVER).events


def test_the_reversal_of_a_move_is_none() -> None:
    told = here(MOVED, back()).when(back(2), by=SOMEBODY)
    told.refused("record_must_be_known", record=f"{GENERAL}/2")


def test_it_is_the_funds_that_gave() -> None:
    here(MOVED).when(back(1, YOUTH), by=APPROVER).refused("record_must_be_known")
    here(MOVED).when(back(1, FundId("nowhere")), by=APPROVER).refused("fund_must_be_known")


def test_a_change_of_purpose_was_decided_by_two_and_is_not_undone_by_one() -> None:
    story = purposes.story(purposes.REQUESTED, purposes.APPROVED)
    story.when(back(1, YOUTH)).refused("move_must_not_carry_out_a_change", voucher=1, number=1)


def test_a_plain_move_beside_a_change_of_purpose_is() -> None:
    story = purposes.story((move(YOUTH, PALACE, 100), SOMEBODY), purposes.REQUESTED)
    for happening in story.when(purposes.approve, by=purposes.APPROVER).decision:
        story.ledger.fold(happening)
    assert story.when(back(1, YOUTH), by=APPROVER).events
    story.when(back(2, YOUTH)).refused("move_must_not_carry_out_a_change", voucher=2)
