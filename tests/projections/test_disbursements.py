"""The register of disbursements: what was asked for, decided and paid, and what waits for whom."""

from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.disbursement_records import DisbursementRefusal, PaymentReversalReason, Stage
from ledger.domain.values import Count, ResolutionId, Slug
from ledger.projections import disbursements, payees
from ledger.projections.disbursement_records import MODEL
from ledger.projections.disbursements import Disbursement, DisbursementLine, Requester
from tests.projections.by_hand import LEADER, Having, Log, folded, rows_differ
from tests.projections.disbursement_events import (
    BAKER,
    GENERAL,
    OTHERS,
    SHOP,
    XIANHU,
    approved,
    paid,
    refused,
    registered,
    requested,
    reversed_,
    withdrawn,
)
from tests.projections.random_disbursements import Books, happened, plain
from tests.projections.service_events import CHEN, JINNING

SHOP_OF_XIANHU = Slug("xianhu-shop")


def march(day: int) -> date:
    return date(2026, 3, day)


def line(connection: Connection[Any], **asked: Any) -> DisbursementLine:
    (found,) = disbursements.register(connection, **asked)
    return found


def one(connection: Connection[Any], **asked: Any) -> Disbursement:
    found = disbursements.disbursement(connection, GENERAL, Count(1), **asked)
    assert found is not None
    return found


# -- the register --------------------------------------------------------------------------------


def test_a_request_waits_for_approval_since_that_day(having: Having) -> None:
    found = line(having(requested(on=march(2))), day=march(12))
    assert (found.payee, found.purpose, found.requested_fen) == (SHOP, "youth-reading", 300)
    assert (found.stage, found.approvals, found.approvals_needed) == ("requested", 0, None)
    assert (found.waiting_for, found.waiting_since, found.days_waiting) == (
        "approval",
        march(2),
        10,
    )
    assert (found.approved_fen, found.paid_fen, found.voucher) == (None, 0, None)


def test_days_are_not_counted_up_to_a_day_that_nobody_names(having: Having) -> None:
    found = line(having(requested(on=march(2))))
    assert (found.waiting_since, found.days_waiting) == (march(2), None)


def test_with_one_of_two_approvals_it_waits_for_the_other_since_it_was_asked_for(
    having: Having,
) -> None:
    first = approved(approval=1, needed=2, on=march(4))
    second = approved(approval=2, needed=2, on=march(9))
    connection = having(requested(on=march(2)), first, second)
    half, whole = (line(connection, known=known) for known in (2, 3))
    assert (half.stage, half.approvals, half.approvals_needed) == ("requested", 1, 2)
    assert (half.waiting_for, half.waiting_since, half.approved_fen) == ("approval", march(2), None)
    assert (whole.stage, whole.approvals, whole.approved_fen) == ("approved", 2, 300)
    assert (whole.waiting_for, whole.waiting_since) == ("payment", march(9))


def test_less_may_be_approved_than_asked_and_less_paid_than_approved(having: Having) -> None:
    connection = having(requested(fen=300), approved(fen=250, released=50), paid(fen=240))
    found = line(connection, day=march(12))
    assert (found.requested_fen, found.approved_fen, found.paid_fen) == (300, 250, 240)
    assert (found.stage, found.voucher) == ("paid", 1)
    assert (found.waiting_for, found.waiting_since, found.days_waiting) == (None, None, None)


def test_it_comes_to_what_its_last_step_was_about(having: Having) -> None:
    connection = having(
        requested(fen=300),
        approved(fen=250, approval=1, needed=2, released=50),
        approved(fen=250, approval=2, needed=2),
        paid(fen=240),
        reversed_(fen=240),
    )
    told = [line(connection, known=known).amount_fen for known in (1, 2, 3, 4, 5)]
    assert told == [300, 250, 250, 240, 240]


def test_of_which_she_has_taken_a_step_is_told(having: Having) -> None:
    connection = having(requested(), requested(2), requested(3))
    lines = disbursements.register(connection)
    of_two = frozenset({(GENERAL, 1), (GENERAL, 2)})
    assert disbursements.taken_by(connection, LEADER, lines[1:]) == of_two
    assert disbursements.taken_by(connection, LEADER, lines, known=2) == of_two
    assert disbursements.taken_by(connection, LEADER, ()) == frozenset()
    assert disbursements.taken_by(connection, CHEN, lines) == frozenset()


def test_a_reversed_payment_counts_as_not_paid(having: Having) -> None:
    connection = having(requested(), approved(), paid(), reversed_())
    found = line(connection)
    assert (found.stage, found.approved_fen, found.paid_fen) == ("reversed", 300, 0)
    assert (found.voucher, found.waiting_for) == (1, None)
    assert line(connection, known=3).paid_fen == 300


def test_what_was_refused_or_withdrawn_waits_for_nothing(having: Having) -> None:
    connection = having(requested(), requested(2), refused(), withdrawn(2))
    assert [(each.stage, each.waiting_for) for each in disbursements.register(connection)] == [
        ("withdrawn", None),
        ("refused", None),
    ]


EVERYWHERE = (
    requested(),
    requested(fund=OTHERS),
    requested(2, to=BAKER),
    approved(2),
    requested(3),
)


def test_the_newest_comes_first_and_pages_go_on_where_the_last_one_ended(having: Having) -> None:
    connection = having(*EVERYWHERE)
    found: list[DisbursementLine] = []
    while page := disbursements.register(
        connection, limit=1, after=found[-1].position if found else None
    ):
        found += page
    assert [(each.fund, each.disbursement) for each in found] == [
        (GENERAL, 3),
        (GENERAL, 2),
        (OTHERS, 1),
        (GENERAL, 1),
    ]


def test_the_register_is_asked_by_community_fund_payee_stage_and_reach(having: Having) -> None:
    connection = having(*EVERYWHERE)
    for asked, positions in (
        ({"community": JINNING}, [5, 3, 1]),
        ({"fund": OTHERS}, [2]),
        ({"payee": BAKER}, [3]),
        ({"fund": OTHERS, "payee": BAKER}, []),
        ({"stage": Stage.approved}, [3]),
        ({"stage": Stage.approved, "known": 3}, []),
        ({"reach": {XIANHU}}, [2]),
        ({"reach": set()}, []),
        ({"known": 2}, [2, 1]),
    ):
        found = disbursements.register(connection, **asked)
        assert [each.position for each in found] == positions, asked


# -- one disbursement ----------------------------------------------------------------------------


def test_what_nobody_asked_for_is_not_there(having: Having) -> None:
    connection = having(requested(2), requested(fund=OTHERS))
    assert disbursements.disbursement(connection, GENERAL, Count(1)) is None
    assert disbursements.disbursement(connection, OTHERS, Count(1), known=1) is None


def test_every_step_says_who_took_it_and_why(having: Having) -> None:
    events = (
        requested(resolution=ResolutionId("jn-2026-1")),
        approved(fen=250, released=50, approval=1, needed=1),
        paid(fen=250, voucher=7),
        reversed_(fen=250, voucher=7),
    )
    found = one(having(*events))
    assert found.line.resolution == "jn-2026-1"
    assert [(each.step, each.amount_fen, each.voucher) for each in found.steps] == [
        ("requested", 300, None),
        ("approved", 250, None),
        ("paid", 250, 7),
        ("reversed", 250, 8),
    ]
    assert {each.taken_by for each in found.steps} == {LEADER}
    assert found.steps[3].reason == PaymentReversalReason.not_executed
    approval = found.steps[1]
    assert (approval.approval, approval.approvals_needed, approval.sum_fen) == (1, 1, 900)


def test_a_refusal_says_why(having: Having) -> None:
    connection = having(requested(), approved(), refused())
    assert one(connection).steps[-1].reason == DisbursementRefusal.not_needed
    assert [each.step for each in one(connection, known=2).steps] == ["requested", "approved"]


# -- payees --------------------------------------------------------------------------------------


def test_payees_are_told_with_what_this_ledger_paid_them(having: Having) -> None:
    connection = having(
        *(registered(), registered(BAKER, person=CHEN), registered(SHOP_OF_XIANHU, XIANHU)),
        *(requested(), requested(2), requested(3, to=BAKER)),
        *(paid(fen=300), paid(2, fen=200, voucher=2), paid(3, fen=50, voucher=3, to=BAKER)),
        reversed_(2, fen=200, voucher=2),
    )
    told = payees.payees(connection, community=JINNING)
    assert [(each.payee, each.name, each.payments, each.paid_fen) for each in told] == [
        (BAKER, None, 1, 50),
        (SHOP, "书店", 1, 300),
    ]
    assert [each.paid_fen for each in payees.payees(connection, community=JINNING, known=8)] == [
        0,
        500,
    ]
    assert payees.payees(connection, known=2)[-1].payee == SHOP
    assert [each.payee for each in payees.payees(connection, reach={XIANHU})] == [SHOP_OF_XIANHU]
    assert [each.payee for each in payees.payees(connection, limit=1, after=BAKER)] == [SHOP]


# -- undoing -------------------------------------------------------------------------------------


def test_what_a_requester_takes_back_is_counted_and_what_is_refused_is_not(having: Having) -> None:
    connection = having(
        *(requested(), requested(2), requested(3, by=CHEN), requested(fund=OTHERS)),
        *(withdrawn(), refused(2), withdrawn(fund=OTHERS)),
    )
    chen = Requester(CHEN, Count(1), Count(0))
    assert disbursements.undone(connection, GENERAL) == (
        chen,
        Requester(LEADER, Count(2), Count(1)),
    )
    assert disbursements.undone(connection, GENERAL, known=2) == (
        Requester(LEADER, Count(2), Count(0)),
    )
    assert disbursements.undone(connection, OTHERS, known=3) == ()


# -- any history, at any position ----------------------------------------------------------------


def test_every_register_says_what_the_rules_remember(database: str) -> None:
    @settings(max_examples=60)
    @given(st.randoms(use_true_random=True), st.integers(0, 60))
    def law(dice: Random, turns: int) -> None:
        before = [registered(), registered(BAKER)]
        events = happened(dice, turns)
        with folded(database, MODEL, *before, *events) as connection:
            for known in (len(events), dice.randint(0, len(events))):
                compare(connection, plain(events[:known]), len(before) + known)

    law()


def compare(connection: Connection[Any], expected: Books, known: int) -> None:
    told = {
        (each.disbursement, each.fund): (
            *(each.stage, each.requested_fen, each.approved_fen, each.paid_fen),
            *(each.amount_fen, each.approvals, each.approvals_needed, each.voucher),
            *(each.waiting_for, each.waiting_since),
        )
        for each in disbursements.register(connection, known=known)
    }
    assert told == {name: each.figures for name, each in expected.plain.items()}
    assert list(told) == list(expected.plain)[::-1]
    paid_to = payees.payees(connection, known=known)
    assert {each.payee: [each.payments, each.paid_fen] for each in paid_to} == expected.got
    for fund in (GENERAL, OTHERS):
        undone = disbursements.undone(connection, fund, known=known)
        assert {each.requester: (each.requests, each.undone) for each in undone} == (
            expected.undone(fund)
        )


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:
    @settings(max_examples=40)
    @given(st.randoms(use_true_random=True), st.sets(st.integers(1, 40)))
    def cut(dice: Random, cuts: set[int]) -> None:
        log = Log()
        log.add(registered(), *happened(dice, 60))
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()
