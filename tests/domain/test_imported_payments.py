"""A payment of history that does not stand: its money is in its lots again, once, by another."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.domain import funds, payees, postings
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.fund_records import ImportedPaymentReversed
from ledger.domain.fund_state import Fund
from ledger.domain.imported_payments import ReverseImportedPayment
from ledger.domain.payees import PayeeRegistered
from ledger.domain.values import Count, Fen, FundId, Month, PersonId, Slug
from tests.domain.disbursement_town import APPROVER
from tests.domain.fund_stories import (
    JINNING,
    TODAY,
    YOUTH,
    move,
    pay,
    received,
    town,
    use,
)
from tests.domain.shift_stories import CHEN
from tests.story import SOMEBODY, Given, Told

MISTAKE = PaymentReversalReason.entered_by_mistake
RETURNED = PaymentReversalReason.returned_by_the_payee
EARLIER, YESTERDAY = TODAY - timedelta(days=9), TODAY - timedelta(days=1)
FEBRUARY = Month("2026-02")
BOOKSHOP, YOUTHFUL = Slug("bookshop"), Slug("youth")
PAID = pay(YOUTH, 400, EARLIER)


def back(
    voucher: int = 1, reason: PaymentReversalReason = MISTAKE, returned_on: Any = None
) -> ReverseImportedPayment:
    return ReverseImportedPayment(YOUTH, Count(voucher), reason, returned_on)


def here(*commands: Any) -> Given:
    """Two lots of 300 and 500, and these commands; what takes back is another person's."""
    story = town(received(YOUTH, 1, 300, EARLIER), received(YOUTH, 2, 500, EARLIER))
    for command in commands:
        by = APPROVER if isinstance(command, ReverseImportedPayment) else SOMEBODY
        for happening in story.when(command, by=by).decision:
            story.ledger.fold(happening)
    return story


def taken_back(command: Any, *commands: Any, by: PersonId = APPROVER) -> Told:
    return here(*commands).when(command, by=by)


def fund(story: Given) -> Fund:
    story.ledger.allowed = None
    return story.ledger[funds.stream(YOUTH)]


def test_its_money_is_in_its_lots_again_and_the_payee_has_none() -> None:
    told = taken_back(back(), PAID).then(
        ImportedPaymentReversed(
            YOUTH, BOOKSHOP, YOUTHFUL, Fen(400), Count(1), Count(2), (use(1, 300), use(2, 100)),
            MISTAKE, APPROVER, EARLIER, FEBRUARY,
        )
    )  # fmt: skip
    assert {p.account: p.amount for p in postings.of(told.events[0])} == {
        f"fund/{YOUTH}": 400,
        f"outside/payee/{BOOKSHOP}": -400,
    }


def test_afterwards_each_lot_is_what_it_was_and_two_vouchers_are_gone() -> None:
    before, after = here(), here(PAID, back())
    assert fund(after).lots == fund(before).lots
    assert fund(after).vouchers == 2


def test_the_right_one_is_entered_anew() -> None:
    (event,) = here(PAID, back()).when(pay(YOUTH, 600, EARLIER)).events
    assert (event.voucher, event.lots) == (Count(3), (use(1, 300), use(2, 300)))


def test_each_gives_back_what_it_took_itself() -> None:
    second = pay(YOUTH, 50, EARLIER)
    (event,) = taken_back(back(2), PAID, second).events
    assert (event.reverses, event.voucher, event.lots) == (2, 3, (use(2, 50),))
    (first,) = taken_back(back(1), PAID, second, back(2)).events
    assert (first.reverses, first.voucher, first.amount_fen) == (1, 4, 400)


# -- a day of its own --------------------------------------------------------------------------


def test_what_the_payee_returned_came_back_on_a_day_of_its_own() -> None:
    (event,) = taken_back(back(1, RETURNED, YESTERDAY), PAID).events
    assert event.occurred_on == YESTERDAY
    (without,) = taken_back(back(1, RETURNED), PAID).events
    assert without.occurred_on == TODAY
    story = here(pay(YOUTH, 800, EARLIER), back(1, RETURNED, YESTERDAY))
    story.when(pay(YOUTH, 1, EARLIER)).refused(
        "money_must_have_come_before_it_leaves", came_on=YESTERDAY
    )
    assert story.when(pay(YOUTH, 1, YESTERDAY)).events


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (back(1, MISTAKE, YESTERDAY), "day_must_be_that_of_a_refund"),
        (back(1, RETURNED, EARLIER - timedelta(days=1)), "refund_must_follow_what_it_returns"),
        (back(1, RETURNED, TODAY + timedelta(days=1)), "day_must_not_be_in_the_future"),
    ],
)
def test_no_other_day_is_taken(command: Any, code: str) -> None:
    taken_back(command, PAID).refused(code)


# -- who, and how often ------------------------------------------------------------------------


def test_it_is_taken_back_once() -> None:
    taken_back(back(), PAID, back()).refused(
        "voucher_must_not_be_reversed_twice", fund=YOUTH, voucher=1
    )


def test_whoever_imported_it_does_not_take_it_back_herself() -> None:
    taken_back(back(), PAID, by=SOMEBODY).refused(
        "voucher_must_be_reversed_by_another", fund=YOUTH, voucher=1
    )


@pytest.mark.parametrize("voucher", [0, 1, 3])
def test_only_a_payment_of_history_is_taken_back(voucher: int) -> None:
    """Voucher 1 is a move, voucher 2 the payment."""
    story = here(move(YOUTH, FundId("palace"), 10), PAID)
    told = story.when(back(voucher), by=APPROVER)
    told.refused("record_must_be_known", record=f"{YOUTH}/{voucher}")
    assert story.when(back(2), by=APPROVER).events


def test_a_fund_must_be_there() -> None:
    nowhere = ReverseImportedPayment(FundId("nowhere"), Count(1), MISTAKE)
    here().when(nowhere).refused("fund_must_be_known")


def of_chens_shop(*commands: Any) -> Given:
    story = here(*commands)
    event = PayeeRegistered(BOOKSHOP, JINNING, None, CHEN, TODAY)
    story.ledger.fold((payees.stream(BOOKSHOP), event))
    return story


def test_nobody_takes_back_what_she_or_a_relation_was_paid() -> None:
    story = of_chens_shop(PAID)
    story.when(back(), by=CHEN).refused("decider_must_not_be_the_payee")
    related = FactSheet(TODAY - timedelta(days=9_000), relations=(Relation(CHEN, Kinship.sibling),))
    story.ledger.sheets[APPROVER] = related
    story.when(back(), by=APPROVER).refused("decider_must_not_be_related_to_the_payee")
