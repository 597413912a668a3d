"""Disbursements: three persons, as many approvals as the sum asks for, and not a fen more."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import funds, payees, postings, resolutions
from ledger.domain.bands import ApprovalBand
from ledger.domain.communities import SetApprovalBands
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefusal,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
    PaymentReversalReason,
    Stage,
)
from ledger.domain.disbursements import (
    RefuseDisbursement,
    ReverseDisbursement,
    WithdrawDisbursement,
)
from ledger.domain.facts import Kinship, Relation
from ledger.domain.fund_state import Fund
from ledger.domain.lots import LotUse
from ledger.domain.payees import PaymentDropped, PaymentRequested
from ledger.domain.resolution_records import (
    PaymentAllowed,
    ResolutionRevoked,
    RevocationReason,
)
from ledger.domain.values import Count, Fen, FundId, PersonId, ResolutionId, Slug
from tests.domain.canteen_town import CHEN
from tests.domain.disbursement_town import (
    APPROVED,
    APPROVER,
    BOOKS,
    CASHIER,
    MANAGER,
    ONE,
    PAID,
    REQUESTED,
    RESOLUTION,
    SECOND,
    SHOP,
    TEACHER,
    TEACHER_RELATED,
    Story,
    approve,
    bands,
    days_later,
    facts_of,
    pay,
    payee,
    request,
    resolved,
)
from tests.domain.fund_stories import GENERAL, JINNING, MARCH, MEALS, TODAY, YOUTH
from tests.story import NOON

withdraw = WithdrawDisbursement(GENERAL, ONE)
refuse = RefuseDisbursement(GENERAL, ONE, DisbursementRefusal.not_needed)
reverse = ReverseDisbursement(GENERAL, ONE, PaymentReversalReason.not_executed)


def fund(story: Story, name: FundId = GENERAL) -> Fund:
    state: Fund = story.given.ledger.states[funds.stream(name)]
    return state


# -- requesting --------------------------------------------------------------------------------


def test_a_request_reserves_its_amount_and_the_payee_knows_of_it() -> None:
    told = Story().when(request(), MANAGER)
    told.then(
        DisbursementRequested(
            GENERAL, ONE, JINNING, SHOP, BOOKS, Fen(300_000), None, MANAGER, NOON, TODAY, MARCH
        ),
        PaymentRequested(SHOP, GENERAL, ONE, BOOKS, Fen(300_000), TODAY),
    )
    assert {p.account: p.amount for p in postings.of(told.events[0])} == {
        f"reserved/{GENERAL}": 300_000,
        f"fund/{GENERAL}/reservation": -300_000,
    }
    assert fund(Story(REQUESTED)).available_fen == 9_700_000


@pytest.mark.parametrize(("amount", "enough"), [(9_700_000, True), (9_700_001, False)])
def test_what_is_promised_cannot_be_promised_again(amount: int, *, enough: bool) -> None:
    told = Story(REQUESTED).when(request(amount, resolution=RESOLUTION), MANAGER)
    if enough:
        assert told.events
    else:
        told.refused("fund_must_cover_the_amount", promised_fen=300_000, balance_fen=10_000_000)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (request(0), "amount_must_be_positive"),
        (request(fund=FundId("nowhere")), "fund_must_be_known"),
        (request(to=Slug("nobody")), "payee_must_be_known"),
        (request(fund=FundId("theirs")), "payee_must_be_known"),
        (request(fund=YOUTH, purpose=Slug("rent")), "purpose_must_match_the_restriction"),
        (request(fund=MEALS, purpose=Slug("meals")), "fund_must_cover_the_amount"),
        (request(5_000_001), "payment_must_cite_a_resolution"),
    ],
)
def test_what_cannot_be_requested(command: Any, code: str) -> None:
    Story().when(command, MANAGER).refused(code)


def test_a_purchase_split_over_two_funds_and_days_needs_the_same_resolution_as_one() -> None:
    first = (request(3_000_000), MANAGER)
    story = Story(first)
    second = request(2_000_001, fund=YOUTH)
    told = {"sum_fen": 5_000_001, "limit_fen": 5_000_000}
    story.when(second, MANAGER, days_later(29)).refused("payment_must_cite_a_resolution", **told)
    assert story.when(second, MANAGER, days_later(30)).events
    assert story.when(request(2_000_000, fund=YOUTH), MANAGER).events


def test_a_request_that_was_dropped_does_not_count() -> None:
    first = (request(3_000_000), MANAGER)
    assert Story(first, (withdraw, MANAGER)).when(request(2_000_001, fund=YOUTH), MANAGER).events
    assert Story(first, (refuse, APPROVER)).when(request(2_000_001, fund=YOUTH), MANAGER).events


def test_what_is_cited_must_allow_it_even_where_nothing_need_be_cited() -> None:
    unknown = request(resolution=ResolutionId("jn-1999-01"))
    Story().when(unknown, MANAGER).refused("resolution_must_be_known")
    chairs = resolved(PaymentAllowed(GENERAL, Fen(10**6), purpose=Slug("chairs")))
    Story(chairs).when(request(resolution=RESOLUTION), MANAGER).refused(
        "resolution_must_allow_the_amount", amount_most_fen=0
    )


def test_all_that_is_promised_under_a_resolution_stays_within_it() -> None:
    most = resolved(PaymentAllowed(GENERAL, Fen(500_000)))
    ask = request(300_000, resolution=RESOLUTION)
    story = Story(most, (ask, MANAGER))
    story.when(ask, MANAGER).refused("resolution_must_allow_the_amount", amount_most_fen=200_000)
    assert story.when(request(200_000, resolution=RESOLUTION), MANAGER).events
    story.add((withdraw, MANAGER))
    assert story.when(ask, MANAGER).events


def test_a_request_is_not_approved_under_a_resolution_that_was_revoked_since() -> None:
    revoked = ResolutionRevoked(RESOLUTION, JINNING, RevocationReason.replaced, TODAY)
    story = Story(
        (request(resolution=RESOLUTION), MANAGER), (resolutions.stream(RESOLUTION), revoked)
    )
    story.when(approve(), APPROVER).refused("resolution_must_not_be_revoked")


# -- withdrawing and refusing ------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "in_time"), [(599, True), (600, True), (601, False)])
def test_a_request_is_withdrawn_by_its_author_within_ten_minutes(
    seconds: int, *, in_time: bool
) -> None:
    told = Story(REQUESTED).when(withdraw, MANAGER, NOON + timedelta(seconds=seconds))
    if not in_time:
        told.refused("undo_must_be_within_ten_minutes", until=NOON + timedelta(minutes=10))
        return
    told.then(
        DisbursementWithdrawn(GENERAL, ONE, Fen(300_000), MANAGER, TODAY, MARCH),
        PaymentDropped(SHOP, GENERAL, ONE, TODAY),
    )
    assert fund(Story(REQUESTED, (withdraw, MANAGER))).reserved_fen == 0


def test_nobody_else_withdraws_it() -> None:
    Story(REQUESTED).when(withdraw, APPROVER).refused("undo_must_be_by_its_author")


def test_a_request_is_refused_by_another_until_it_is_paid() -> None:
    Story(REQUESTED).when(refuse, MANAGER).refused(
        "disbursement_steps_must_be_by_different_persons"
    )
    for happened in ((REQUESTED,), (REQUESTED, APPROVED)):
        story = Story(*happened, (refuse, APPROVER))
        assert fund(story).reserved_fen == 0
        assert fund(story).disbursements[ONE].stage is Stage.refused
    Story(REQUESTED, APPROVED, PAID).when(refuse, APPROVER).refused(
        "disbursement_must_be_at_the_step_before", stage="paid"
    )


# -- approving ---------------------------------------------------------------------------------


def test_a_small_sum_needs_one_approval() -> None:
    Story(REQUESTED).when(approve(), APPROVER).then(
        DisbursementApproved(
            GENERAL, ONE, Fen(300_000), Fen(0), ONE, ONE, Fen(300_000), APPROVER, TODAY, MARCH
        )
    )
    assert fund(Story(REQUESTED, APPROVED)).disbursements[ONE].stage is Stage.approved


def test_a_large_sum_needs_two_approvals_of_two_persons() -> None:
    large = (request(500_001), MANAGER)
    story = Story(large, APPROVED)
    assert fund(story).disbursements[ONE].stage is Stage.requested
    story.when(pay(), CASHIER).refused("disbursement_must_be_at_the_step_before", stage="requested")
    story.when(approve(), APPROVER).refused("disbursement_steps_must_be_by_different_persons")
    story.add((approve(), SECOND))
    assert fund(story).disbursements[ONE].stage is Stage.approved


def test_a_purchase_split_under_the_band_needs_the_approvals_of_the_whole() -> None:
    """Two requests of 3,000 yuan each, out of two funds, are one of 6,000."""
    split = ((request(), MANAGER), (request(fund=YOUTH), MANAGER))
    (event,) = Story(*split).when(approve(), APPROVER).events
    assert (event.sum_fen, event.approval, event.approvals_needed) == (600_000, 1, 2)


def test_a_sum_that_has_grown_since_the_request_may_need_a_resolution() -> None:
    small, large = (
        (request(), MANAGER),
        (request(4_800_000, fund=YOUTH, resolution=RESOLUTION), MANAGER),
    )
    Story(small, large).when(approve(), APPROVER).refused("payment_must_cite_a_resolution")


def test_the_bands_of_the_community_count() -> None:
    two_for_all = bands(ApprovalBand(None, Count(2), resolution=False))
    (event,) = Story(two_for_all, REQUESTED).when(approve(), APPROVER).events
    assert event.approvals_needed == 2


def test_no_band_is_lowered_for_a_request_that_was_made() -> None:
    """It needs two approvers, and nobody makes that one."""
    large = (request(500_001), MANAGER)
    looser = SetApprovalBands(JINNING, TODAY, (ApprovalBand(None, ONE, resolution=False),))
    Story(large).when(looser, MANAGER, at=days_later(1)).refused(
        "rules_must_start_on_a_coming_day", valid_from=TODAY
    )
    (event,) = Story(large).when(approve(500_001), APPROVER).events
    assert event.approvals_needed == 2


def test_less_may_be_approved_and_the_rest_is_free_again() -> None:
    (event,) = Story(REQUESTED).when(approve(200_000), APPROVER).events
    assert (event.amount_fen, event.released_fen) == (200_000, 100_000)
    assert fund(Story(REQUESTED, (approve(200_000), APPROVER))).reserved_fen == 200_000


def test_more_is_not_approved_than_was_asked_nor_paid_than_was_approved() -> None:
    Story(REQUESTED).when(approve(300_001), APPROVER).refused(
        "amount_must_not_exceed_what_was_decided", amount_fen=300_001, decided_fen=300_000
    )
    Story(REQUESTED, (approve(200_000), APPROVER)).when(pay(200_001), CASHIER).refused(
        "amount_must_not_exceed_what_was_decided", decided_fen=200_000
    )


def test_two_approvers_approve_the_same_amount() -> None:
    first = ((request(600_000), MANAGER), (approve(550_000), APPROVER))
    for other in (549_999, 550_001):
        Story(*first).when(approve(other), SECOND).refused(
            "amount_must_be_that_of_the_first_approval", approved_fen=550_000
        )
    assert Story(*first).when(approve(), SECOND).events[0].amount_fen == 550_000


def test_the_requester_approves_nothing_and_pays_nothing() -> None:
    name = "disbursement_steps_must_be_by_different_persons"
    Story(REQUESTED).when(approve(), MANAGER).refused(name, number=ONE)
    Story(REQUESTED, APPROVED).when(pay(), MANAGER).refused(name)
    Story(REQUESTED, APPROVED).when(pay(), APPROVER).refused(name)


@pytest.mark.parametrize("actor", [APPROVER, CHEN])
def test_nobody_decides_about_money_for_herself_or_a_relation(actor: PersonId) -> None:
    code = (
        "decider_must_not_be_the_payee"
        if actor == CHEN
        else ("decider_must_not_be_related_to_the_payee")
    )
    asked = request(to=TEACHER)
    story = Story(*TEACHER_RELATED)
    story.when(asked, actor).refused(code)
    story.add((asked, MANAGER))
    story.when(approve(), actor).refused(code)
    story.add((approve(), SECOND))
    story.when(pay(), actor).refused(code)
    story.add((pay(), CASHIER))
    story.when(reverse, actor).refused(code)


def test_a_relation_that_the_decider_has_declared_counts_as_well() -> None:
    declared = facts_of(APPROVER, Relation(CHEN, Kinship.sibling))
    Story(payee(TEACHER, CHEN), declared).when(request(to=TEACHER), APPROVER).refused(
        "decider_must_not_be_related_to_the_payee"
    )


# -- paying and reversing ----------------------------------------------------------------------


def test_a_payment_draws_on_the_oldest_lots_and_frees_what_was_reserved() -> None:
    large = (request(7_000_000, resolution=RESOLUTION), MANAGER)
    approved = (large, (approve(), APPROVER), (approve(), SECOND))
    told = Story(*approved).when(pay(6_500_000), CASHIER)
    told.then(
        DisbursementPaid(
            GENERAL, ONE, SHOP, BOOKS, Fen(6_500_000), Fen(7_000_000), ONE,
            (LotUse(Count(1), Fen(6_000_000)), LotUse(Count(2), Fen(500_000))), CASHIER, TODAY,
            MARCH,
        )
    )  # fmt: skip
    assert {p.account: p.amount for p in postings.of(told.events[0])} == {
        f"fund/{GENERAL}": -6_500_000,
        f"outside/payee/{SHOP}": 6_500_000,
        f"reserved/{GENERAL}": -7_000_000,
        f"fund/{GENERAL}/reservation": 7_000_000,
    }


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (TODAY + timedelta(days=1), "day_must_not_be_in_the_future"),
        (TODAY - timedelta(days=1), "payment_must_follow_its_approval"),
        (date(26, 3, 2), "year_must_be_plausible"),
    ],
)
def test_a_payment_has_a_day_that_can_be(on: date, code: str) -> None:
    Story(REQUESTED, APPROVED).when(pay(on=on), CASHIER).refused(code)


def test_a_payment_between_the_request_and_the_approval_was_not_approved() -> None:
    approved = (approve(), APPROVER, days_later(2))
    Story(REQUESTED, approved).when(pay(), CASHIER, days_later(2)).refused(
        "payment_must_follow_its_approval", paid_on=TODAY, approved_on=TODAY + timedelta(days=2)
    )


def test_a_payment_of_nothing_is_none() -> None:
    Story(REQUESTED, APPROVED).when(pay(0), CASHIER).refused("amount_must_be_positive")


def test_it_is_paid_once() -> None:
    Story(REQUESTED, APPROVED, PAID).when(pay(), CASHIER).refused(
        "disbursement_must_be_at_the_step_before", stage="paid", stages="approved"
    )


def test_a_reversal_fills_the_lots_again_and_has_a_voucher_of_its_own() -> None:
    paid = (REQUESTED, APPROVED, PAID)
    told = Story(*paid).when(reverse, APPROVER)
    told.then(
        DisbursementReversed(
            GENERAL, ONE, SHOP, BOOKS, Fen(300_000), ONE, Count(2), (LotUse(ONE, Fen(300_000)),),
            PaymentReversalReason.not_executed, APPROVER, TODAY, MARCH,
        ),
        PaymentDropped(SHOP, GENERAL, ONE, TODAY),
    )  # fmt: skip
    before, after = Story(), Story(*paid, (reverse, APPROVER))
    assert fund(after).lots == fund(before).lots
    assert (fund(after).vouchers, fund(after).reserved_fen) == (2, 0)


def test_a_lot_that_was_exhausted_is_back_at_its_place() -> None:
    large = (request(6_000_000, resolution=RESOLUTION), MANAGER)
    paid = (large, (approve(), APPROVER), (approve(), SECOND), (pay(), CASHIER))
    story = Story(*paid)
    assert [lot.number for lot in fund(story).lots] == [2]
    story.add((reverse, APPROVER))
    assert fund(story).lots == fund(Story()).lots


def test_a_payment_is_reversed_once_and_not_by_who_made_it() -> None:
    paid = (REQUESTED, APPROVED, PAID)
    Story(*paid).when(reverse, CASHIER).refused("disbursement_steps_must_be_by_different_persons")
    Story(*paid, (reverse, APPROVER)).when(reverse, APPROVER).refused(
        "disbursement_must_be_at_the_step_before", stage="reversed"
    )
    Story(REQUESTED, APPROVED).when(reverse, APPROVER).refused(
        "disbursement_must_be_at_the_step_before", stage="approved"
    )


@pytest.mark.parametrize("command", [withdraw, approve(), refuse, pay(), reverse])
def test_what_was_never_requested_is_not_known(command: Any) -> None:
    Story().when(command, APPROVER).refused("record_must_be_known", record=f"{GENERAL}/1")


def test_requests_of_a_fund_are_numbered_one_after_another_whatever_became_of_them() -> None:
    story = Story(REQUESTED, (withdraw, MANAGER))
    assert story.when(request(), MANAGER).events[0].disbursement == Count(2)
    assert payees.stream(SHOP) in story.given.ledger.states
