"""What a settlement asks of a fund, and what is left to others of it, to the fen."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.domain.disbursements import RequestDisbursement
from ledger.domain.imported_payments import ImportPayment
from ledger.domain.settlement_records import PURPOSE, ReturnReason
from ledger.domain.settlements import ReturnSettlement, SubmitSettlement
from ledger.domain.values import Fen
from tests.domain.canteen_town import APRIL, CLERK, FUND, MAY, TOWN, XIANHU_CANTEEN, closed, noon
from tests.domain.settlement_town import (
    APPROVER,
    CASHIER,
    CHECKED,
    CHECKER,
    CLOSED_MARCH,
    FUND_PAYER,
    KITCHEN,
    MARCH,
    NEXT,
    RUN_BY_A_KITCHEN,
    RUN_BY_CHEN,
    SECOND_OF_MARCH,
    SUBMITTED,
    UNTIL_APPROVED,
    approve,
    counted,
    due,
    money,
    pay,
    story,
    submit,
)

RETURNED = (ReturnSettlement(XIANHU_CANTEEN, MARCH, ReturnReason.other), CHECKER, noon(APRIL))
HOLDING_TEN_YUAN: tuple[Any, ...] = (
    *(*TOWN, RUN_BY_A_KITCHEN, money(1_000), *closed("2026-03"), counted()),
    *RUN_BY_CHEN,
)
"""The fund holds 1,000 fen, and March asks 900 of it."""


def request_out_of_the_fund(amount: int) -> RequestDisbursement:
    return RequestDisbursement(FUND, KITCHEN, PURPOSE, Fen(amount))


def pay_out_of_the_fund(amount: int) -> ImportPayment:
    return ImportPayment(FUND, KITCHEN, PURPOSE, APRIL, Fen(amount))


@pytest.mark.parametrize(("promised", "enough"), [(100, True), (101, False)])
def test_a_fund_does_not_promise_a_settlement_what_it_has_promised_others(
    promised: int, *, enough: bool
) -> None:
    asked = (request_out_of_the_fund(promised), CLERK, noon(APRIL))
    told = story(approve, *HOLDING_TEN_YUAN, asked, SUBMITTED, CHECKED, by=APPROVER)
    if enough:
        assert told.decision
    else:
        told.refused("fund_must_cover_the_amount", promised_fen=101, amount_fen=900)


@pytest.mark.parametrize(
    ("steps", "free"),
    [
        ((), 1_000),
        ((SUBMITTED,), 100),
        ((SUBMITTED, CHECKED), 100),
        ((SUBMITTED, RETURNED), 1_000),
        (UNTIL_APPROVED, 100),
        ((*UNTIL_APPROVED, (pay(1), CASHIER, noon(APRIL))), 100),
        ((*UNTIL_APPROVED, (pay(900), CASHIER, noon(APRIL))), 100),
    ],
)
def test_what_a_settlement_asks_is_nobody_elses_to_the_fen(steps: Any, free: int) -> None:
    for spend in (request_out_of_the_fund, pay_out_of_the_fund):
        assert story(spend(free), *HOLDING_TEN_YUAN, *steps).decision
        story(spend(free + 1), *HOLDING_TEN_YUAN, *steps).refused(
            "fund_must_cover_the_amount", amount_fen=free + 1
        )


def test_a_payer_who_is_even_is_not_carried_into_the_next_month() -> None:
    """At a fen below nothing she is, and at nothing there is nothing to say."""
    for shares, carried in ((-1, (due(FUND_PAYER, 0, carried=-1),)), (0, ())):
        march = (*CLOSED_MARCH, counted(shares={FUND_PAYER: shares}), *UNTIL_APPROVED)
        april = (*march, *closed("2026-04"), counted(NEXT, shares={}))
        (event,) = story(SubmitSettlement(XIANHU_CANTEEN, NEXT), *april, at=MAY).events
        assert event.payers == carried


def test_a_day_on_which_every_meal_was_taken_back_needs_no_plates() -> None:
    days = {SECOND_OF_MARCH: 0, SECOND_OF_MARCH + timedelta(days=1): 1}
    event, *_ = story(submit, *CLOSED_MARCH, counted(by_day=days)).events
    assert event.days_without_plates == 1
