"""Settlements: four steps of four persons, over claims to which nothing can be added."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import canteens, funds, postings
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.recovery_records import RecoveryRaised, RecoverySettled
from ledger.domain.settlement_records import (
    DayOverPlates,
    ReturnReason,
    SettlementApproved,
    SettlementAwaited,
    SettlementDisbursed,
    SettlementPaid,
    SettlementReserved,
    SettlementSentBack,
    SettlementSubmitted,
)
from ledger.domain.settlement_state import Stage
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    ReturnSettlement,
    SubmitSettlement,
)
from ledger.domain.values import Count, Fen, PayerPath, PersonId, SiteId, Slug
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    FUND,
    MAY,
    STATION,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    closed,
    noon,
)
from tests.domain.settlement_town import (
    APPROVED,
    APPROVER,
    CASHIER,
    CHECKED,
    CHECKER,
    CLOSED_MARCH,
    COOPERATIVE_PAYER,
    DIGEST,
    FIRST,
    FUND_PAYER,
    KITCHEN,
    MARCH,
    NEXT,
    READY,
    RUN_BY_CHEN,
    SECOND,
    SECOND_OF_MARCH,
    SUBMITTED,
    UNTIL_APPROVED,
    approve,
    check,
    counted,
    due,
    money,
    pay,
    plates,
    story,
    submit,
)
from tests.story import given

DUES = (due(COOPERATIVE_PAYER, 300), due(FUND_PAYER, 900))
send_back = ReturnSettlement(XIANHU_CANTEEN, MARCH, ReturnReason.plates_differ)
RETURNED = (send_back, CHECKER, noon(APRIL))
ATTESTED = (plates(3), CLERK, noon(APRIL))


def submitted(told: Any) -> SettlementSubmitted:
    event = told.events[0]
    assert isinstance(event, SettlementSubmitted)
    return event


# -- submitting --------------------------------------------------------------------------------


def test_a_submission_says_what_each_payer_owes_and_the_fund_awaits_it() -> None:
    story(submit, *READY, ATTESTED).then(
        SettlementSubmitted(
            XIANHU_CANTEEN, XIANHU, MARCH, FIRST, 3, Count(3), 3600, 2400, DUES, (), Count(0),
            DIGEST, CLERK, APRIL,
        ),
        SettlementAwaited(FUND, XIANHU_CANTEEN, MARCH, Fen(900), APRIL),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("attested", "over", "without"),
    [
        ((), (), 1),
        ((2,), (DayOverPlates(SECOND_OF_MARCH, Count(3), Count(2)),), 0),
        ((3,), (), 0),
        ((4,), (), 0),
        ((2, 3), (), 0),
    ],
)
def test_more_meals_than_plates_are_shown_and_the_later_count_of_a_day_counts(
    attested: tuple[int, ...], over: tuple[DayOverPlates, ...], without: int
) -> None:
    steps = [(plates(count), CLERK, noon(APRIL)) for count in attested]
    event = submitted(story(submit, *READY, *steps))
    assert (event.days_over_plates, event.days_without_plates) == (over, without)


@pytest.mark.parametrize(("meals", "over"), [(3, False), (4, True)])
def test_meals_that_settle_late_are_compared_with_the_plates_of_their_own_day(
    meals: int, *, over: bool
) -> None:
    """Of the 2nd of March so many are claimed by now, the last of them when March was closed."""
    april = counted(NEXT, by_day={SECOND_OF_MARCH: meals, APRIL: 1})
    settled = (*READY, ATTESTED, *UNTIL_APPROVED, *closed("2026-04"), april)
    told = story(SubmitSettlement(XIANHU_CANTEEN, NEXT), *settled, at=MAY)
    too_many = DayOverPlates(SECOND_OF_MARCH, Count(meals), Count(3))
    assert submitted(told).days_over_plates == ((too_many,) if over else ())
    assert submitted(told).days_without_plates == 1


def test_a_month_without_a_claim_can_be_submitted_and_approved() -> None:
    empty = (*CLOSED_MARCH, counted(shares={}, by_day={}))
    event = submitted(story(submit, *empty))
    assert (event.meals, event.payers, event.days_without_plates) == (0, (), 0)
    assert story(approve, *empty, SUBMITTED, CHECKED, by=APPROVER).events


def test_claims_must_be_closed_and_counted() -> None:
    story(submit, *TOWN, counted()).refused("claims_must_be_closed_first", month=MARCH)
    story(submit, *CLOSED_MARCH).refused("claims_must_have_been_counted", month=MARCH)


def test_a_settlement_is_under_way_once() -> None:
    name = "settlement_must_not_be_submitted_twice"
    story(submit, *READY, SUBMITTED).refused(name, stage="submitted")
    story(submit, *READY, SUBMITTED, CHECKED).refused(name, stage="checked")
    story(submit, *READY, *UNTIL_APPROVED).refused(name, stage="approved")


def test_a_settlement_follows_the_one_before_it() -> None:
    april = (*READY, *closed("2026-04"), counted(NEXT))
    ask = SubmitSettlement(XIANHU_CANTEEN, NEXT)
    story(ask, *april, at=MAY).refused("settlement_must_follow_the_one_before", earlier=MARCH)
    story(ask, *april, SUBMITTED, at=MAY).refused("settlement_must_follow_the_one_before")
    assert story(ask, *april, *UNTIL_APPROVED, at=MAY).events


def test_what_the_canteen_owes_makes_the_next_settlement_smaller() -> None:
    """March is below zero for the fund: nothing is paid, and April bears it."""
    negative = (*CLOSED_MARCH, counted(shares={FUND_PAYER: -500}))
    assert [event for event in story(submit, *negative).events if hasattr(event, "fund")] == []
    april = (*negative, *UNTIL_APPROVED, *closed("2026-04"), counted(NEXT))
    event = submitted(story(SubmitSettlement(XIANHU_CANTEEN, NEXT), *april, at=MAY))
    assert event.payers == (due(COOPERATIVE_PAYER, 300), due(FUND_PAYER, 900, carried=-500))


def test_what_was_carried_and_is_still_not_covered_is_carried_on() -> None:
    negative = (*CLOSED_MARCH, counted(shares={FUND_PAYER: -500}), *UNTIL_APPROVED)
    april = (*negative, *closed("2026-04"), counted(NEXT, shares={FUND_PAYER: 200}, by_day={}))
    event = submitted(story(SubmitSettlement(XIANHU_CANTEEN, NEXT), *april, at=MAY))
    (fund,) = event.payers
    assert (fund.due_fen, fund.payable_fen) == (-300, 0)


@pytest.mark.parametrize(
    ("canteen", "code"),
    [(SiteId("nowhere"), "site_must_be_known"), (STATION, "site_must_be_a_canteen")],
)
def test_a_settlement_is_a_canteens(canteen: SiteId, code: str) -> None:
    story(SubmitSettlement(canteen, MARCH), *READY).refused(code, site=canteen)


# -- checking, returning, approving ------------------------------------------------------------


def test_each_step_follows_the_one_before() -> None:
    story(check, *READY, by=CHECKER).refused("settlement_must_await_its_check", stage="none")
    story(check, *READY, SUBMITTED, CHECKED, by=CASHIER).refused(
        "settlement_must_await_its_check", stage="checked"
    )
    story(approve, *READY, SUBMITTED, by=APPROVER).refused(
        "settlement_must_be_checked_first", stage="submitted"
    )
    story(approve, *READY, *UNTIL_APPROVED, by=CASHIER).refused(
        "settlement_must_be_checked_first", stage="approved"
    )
    story(pay(900), *READY, SUBMITTED, CHECKED, by=CASHIER).refused(
        "settlement_must_be_approved_first", stage="checked"
    )
    story(send_back, *READY, *UNTIL_APPROVED, by=CASHIER).refused(
        "settlement_must_be_under_way", stage="approved"
    )


@pytest.mark.parametrize(
    ("command", "actor"),
    [
        (check, CLERK),
        (approve, CLERK),
        (approve, CHECKER),
        (pay(900), CLERK),
        (pay(900), CHECKER),
        (pay(900), APPROVER),
    ],
)
def test_nobody_takes_two_steps(command: Any, actor: PersonId) -> None:
    done = {CheckSettlement: 1, ApproveSettlement: 2}.get(type(command), 3)
    story(command, *READY, *UNTIL_APPROVED[:done], by=actor).refused(
        "settlement_steps_must_be_by_different_persons", month=MARCH
    )


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (CHEN, "decider_must_not_be_the_payee"),
        (COLLEAGUE, "decider_must_not_be_related_to_the_payee"),
    ],
)
def test_whoever_runs_the_canteen_presents_its_month_and_decides_nothing_about_it(
    actor: PersonId, code: str
) -> None:
    ready = (*READY, *RUN_BY_CHEN)
    assert story(submit, *ready, by=actor).decision
    for done, command in enumerate((check, approve, pay(900)), start=1):
        story(command, *ready, *UNTIL_APPROVED[:done], by=actor).refused(code)
    assert story(pay(900), *ready, *UNTIL_APPROVED, by=CASHIER).decision


def test_what_is_decided_about_is_the_latest_submission() -> None:
    again = (*READY, SUBMITTED, RETURNED, SUBMITTED)
    story(check, *again, by=CHECKER).refused(
        "submission_must_be_the_latest", submission=FIRST, latest=SECOND
    )
    second = replace(check, submission=SECOND)
    assert story(second, *again, by=CHECKER).events
    story(approve, *again, (second, CHECKER, noon(APRIL)), by=APPROVER).refused(
        "submission_must_be_the_latest", submission=FIRST, latest=SECOND
    )


def test_what_is_returned_by_its_number_is_the_latest_submission() -> None:
    again = (*READY, SUBMITTED, RETURNED, SUBMITTED)
    story(replace(send_back, submission=FIRST), *again, by=CHECKER).refused(
        "submission_must_be_the_latest", submission=FIRST, latest=SECOND
    )
    for named in (None, SECOND):
        assert story(replace(send_back, submission=named), *again, by=CHECKER).events


def test_a_returned_settlement_is_not_awaited_and_can_be_presented_anew() -> None:
    told = story(send_back, *READY, SUBMITTED, by=CHECKER)
    assert told.events[1] == SettlementSentBack(FUND, XIANHU_CANTEEN, MARCH, Fen(900), APRIL)
    assert submitted(story(submit, *READY, SUBMITTED, RETURNED)).submission == SECOND


def test_whoever_submitted_may_withdraw_it_by_having_it_returned() -> None:
    """Returning decides nothing in anybody's favour, so it needs no other person."""
    assert story(send_back, *READY, SUBMITTED, by=CLERK).events


def test_plates_are_attested_anew_only_while_no_settlement_says_them() -> None:
    story(plates(5), *READY, SUBMITTED).refused("plates_must_precede_the_settlement", month=MARCH)
    assert story(plates(5), *READY, SUBMITTED, RETURNED).events


def test_an_approval_reserves_what_funds_owe_and_nothing_of_others() -> None:
    told = story(approve, *READY, SUBMITTED, CHECKED, by=APPROVER)
    approved = SettlementApproved(XIANHU_CANTEEN, XIANHU, MARCH, FIRST, DUES, APPROVER, APRIL, NEXT)
    told.then(approved, SettlementReserved(FUND, XIANHU_CANTEEN, MARCH, Fen(900), APRIL))
    assert {(p.account, p.amount) for p in postings.of(approved)} == {
        (f"reserved/{FUND}", 900),
        (f"fund/{FUND}/reservation", -900),
    }


@pytest.mark.parametrize(("held", "enough"), [(899, False), (900, True)])
def test_a_fund_promises_only_what_it_holds(held: int, *, enough: bool) -> None:
    ready = (*TOWN, *closed("2026-03"), counted(), money(held), SUBMITTED, CHECKED)
    told = story(approve, *ready, by=APPROVER)
    if enough:
        assert told.events
    else:
        told.refused("fund_must_cover_the_amount", fund=FUND, balance_fen=899, amount_fen=900)


# -- paying ------------------------------------------------------------------------------------


def test_a_fund_pays_out_of_its_lots_and_the_canteen_is_owed_less() -> None:
    told = story(pay(900), *READY, *UNTIL_APPROVED, by=CASHIER)
    paid, disbursed = told.events
    assert paid == SettlementPaid(
        XIANHU_CANTEEN, XIANHU, MARCH, FUND_PAYER, Fen(900), CASHIER, APRIL, NEXT
    )
    assert isinstance(disbursed, SettlementDisbursed)
    assert (disbursed.payee, disbursed.voucher, disbursed.amount_fen) == (KITCHEN, 1, 900)
    moved = {p.account: p.amount for event in told.events for p in postings.of(event)}
    assert moved == {
        f"due/{XIANHU_CANTEEN}/{FUND_PAYER}": -900,
        f"owes/{FUND_PAYER}/{XIANHU_CANTEEN}": 900,
        f"fund/{FUND}": -900,
        f"outside/payee/{KITCHEN}": 900,
        f"reserved/{FUND}": -900,
        f"fund/{FUND}/reservation": 900,
    }


def test_who_runs_the_canteen_on_the_day_of_payment_is_paid_and_else_the_canteen() -> None:
    nobody = (*TOWN, *closed("2026-03"), counted(), money(900), *UNTIL_APPROVED)
    assert story(pay(900), *nobody, by=CASHIER).events[1].payee == Slug(XIANHU_CANTEEN)


def test_another_payer_pays_outside_and_the_ledger_says_so() -> None:
    (paid,) = story(pay(300, COOPERATIVE_PAYER), *READY, *UNTIL_APPROVED, by=CASHIER).events
    assert paid.payer == COOPERATIVE_PAYER


def test_a_part_may_be_paid_and_the_rest_stays_owed() -> None:
    part = (pay(400), CASHIER, noon(APRIL))
    assert story(pay(500), *READY, *UNTIL_APPROVED, part, by=CASHIER).events
    story(pay(501), *READY, *UNTIL_APPROVED, part, by=CASHIER).refused(
        "amount_must_not_exceed_what_is_owed", payer=FUND_PAYER, left_fen=500, amount_fen=501
    )


def test_who_bears_nothing_pays_nothing() -> None:
    stranger = PayerPath("donor/anonymous")
    story(pay(1, stranger), *READY, *UNTIL_APPROVED, by=CASHIER).refused(
        "payer_must_be_of_the_settlement", payer=stranger
    )


@pytest.mark.parametrize(
    ("amount", "on", "code"),
    [
        (0, APRIL, "amount_must_be_positive"),
        (900, APRIL + timedelta(days=1), "day_must_not_be_in_the_future"),
        (900, APRIL - timedelta(days=1), "payment_must_follow_its_approval"),
        (900, date(26, 4, 1), "year_must_be_plausible"),
    ],
)
def test_a_payment_is_of_something_and_of_a_day(amount: int, on: date, code: str) -> None:
    story(pay(amount, on=on), *READY, *UNTIL_APPROVED, by=CASHIER).refused(code)


def test_after_all_is_paid_the_fund_holds_the_rest_and_has_promised_nothing() -> None:
    paid = (pay(900), CASHIER, noon(APRIL))
    told = story(pay(300, COOPERATIVE_PAYER), *READY, *UNTIL_APPROVED, paid, by=CASHIER)
    ledger = _ledger(*READY, *UNTIL_APPROVED, paid)
    fund = ledger[funds.stream(FUND)]
    assert (fund.balance_fen, fund.reserved_fen, fund.awaited_fen) == (99_100, 0, 0)
    assert told.events
    month = ledger[canteens.stream(XIANHU_CANTEEN, MARCH)]
    assert month.settlement.stage is Stage.approved


def _ledger(*happened: Any) -> Any:
    return given(*after(*happened)).ledger


def test_offsets_follow_from_an_approval_by_themselves() -> None:
    what_follows = {RecoverySettled, RecoveryRaised}
    assert VERB_OF_COMMAND[ApproveSettlement].consequences == what_follows
    assert APPROVED[0] == approve
