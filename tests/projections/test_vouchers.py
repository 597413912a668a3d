"""Vouchers: what a month's books have as paid, each with the request or the meals it was for."""

from typing import Any

from psycopg import Connection

from ledger.domain.fund_records import FundOpened
from ledger.domain.settlement_records import SettlementDisbursed
from ledger.domain.values import CommunityId, Count, Fen, FundId, Month, Slug
from ledger.projections import (
    disbursement_records,
    fund_records,
    settlement_records,
    settlements,
    vouchers,
)
from ledger.projections.view import View
from tests.projections import disbursement_events as requests
from tests.projections import fund_events, settlement_events
from tests.projections.by_hand import LEADER
from tests.projections.disbursement_events import GENERAL, OTHERS, XIANHU
from tests.projections.meal_events import CANTEEN, COOPERATIVE, FUND
from tests.projections.real_log import written
from tests.projections.service_events import JINNING, MARCH
from tests.projections.settlement_events import APRIL_2

MODELS = (fund_records.MODEL, disbursement_records.MODEL, settlement_records.MODEL)
APRIL = Month("2026-04")
PAYER = FUND
MEALS = FundId(PAYER.removeprefix("fund/"))
HISTORY = (fund_events.opened(GENERAL), fund_events.opened(OTHERS, XIANHU))
ASKED = (requests.requested(), requests.approved(), requests.paid())


def opened_for_meals() -> FundOpened:
    return fund_events.opened(MEALS)


def disbursed(fen: int) -> SettlementDisbursed:
    what = (Slug(CANTEEN), Fen(fen), Count(1), (), LEADER, APRIL_2, APRIL)
    return SettlementDisbursed(MEALS, CANTEEN, MARCH, *what)


def told(connection: Connection[Any], month: Month = MARCH, **asked: Any) -> list[tuple[Any, ...]]:
    found = vouchers.of_month(connection, month, **asked)
    return [(each.position, each.paid_fen, each.disbursement, each.canteen) for each in found]


def test_an_empty_month_has_none(database: str) -> None:
    with written(database, MODELS, *HISTORY) as connection:
        assert told(connection) == []


def test_what_was_requested_leads_to_its_request_and_what_came_back_is_below_zero(
    database: str,
) -> None:
    with written(database, MODELS, *HISTORY, *ASKED, requests.reversed_()) as connection:
        assert told(connection) == [(6, -300, 1, None), (5, 300, 1, None)]
        assert told(connection, limit=1) == [(6, -300, 1, None)]
        assert told(connection, after=6) == [(5, 300, 1, None)]
        assert told(connection, view=View(known=5)) == [(5, 300, 1, None)]
        assert told(connection, APRIL) == []


def test_what_was_paid_for_meals_leads_to_the_month_of_the_canteen(database: str) -> None:
    settled = (
        settlement_events.submitted(),
        settlement_events.paid(900, PAYER),
        disbursed(900),
    )
    with written(database, MODELS, opened_for_meals(), *settled) as connection:
        (one,) = vouchers.of_month(connection, APRIL)
        assert (one.canteen, one.month, one.disbursement) == (CANTEEN, MARCH, None)
        assert (one.fund, one.community, one.paid_fen) == (MEALS, JINNING, 900)


def test_a_payment_of_before_is_for_neither_though_meals_were_paid_just_before_it(
    database: str,
) -> None:
    beside = (
        settlement_events.submitted(),
        settlement_events.paid(900, PAYER),
        fund_events.paid(GENERAL, 1, l1=40),
    )
    with written(database, MODELS, *HISTORY, *beside) as connection:
        assert told(connection) == [(5, 40, None, None)]


def test_within_a_reach_another_communitys_vouchers_are_none(database: str) -> None:
    elsewhere = (requests.requested(1, OTHERS), requests.paid(1, OTHERS))
    with written(database, MODELS, *HISTORY, *ASKED, *elsewhere) as connection:
        assert told(connection, reach={JINNING}) == [(5, 300, 1, None)]
        assert told(connection, reach={XIANHU}) == [(7, 300, 1, None)]
        assert told(connection, reach=set[CommunityId]()) == []


def test_what_a_fund_paid_of_a_settlement_has_its_voucher_and_nothing_else_has(
    database: str,
) -> None:
    entries = (
        settlement_events.submitted(),
        settlement_events.paid(300, COOPERATIVE),
        fund_events.paid(GENERAL, 1, l1=40),
        settlement_events.paid(900, PAYER),
        disbursed(900),
    )
    opened = (*HISTORY, opened_for_meals())
    with written(database, MODELS, *opened, *entries) as connection:
        found = settlements.settlement(connection, CANTEEN, MARCH)
        assert found is not None
        assert vouchers.of_settlement(connection, found.payments) == {7: 1}
        assert vouchers.of_settlement(connection, ()) == {}
