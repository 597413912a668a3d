"""What a settlement asks of a fund, and what is left to others of it, to the fen."""

from typing import Any

import pytest

from ledger.domain.disbursements import RequestDisbursement
from ledger.domain.funds import ImportPayment
from ledger.domain.settlement_records import PURPOSE, ReturnReason
from ledger.domain.settlements import ReturnSettlement
from ledger.domain.values import Fen
from tests.domain.canteen_town import APRIL, CLERK, FUND, TOWN, XIANHU_CANTEEN, closed, noon
from tests.domain.settlement_town import (
    APPROVER,
    CASHIER,
    CHECKED,
    CHECKER,
    KITCHEN,
    MARCH,
    RUN_BY_A_KITCHEN,
    RUN_BY_CHEN,
    SUBMITTED,
    UNTIL_APPROVED,
    approve,
    counted,
    money,
    pay,
    story,
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
