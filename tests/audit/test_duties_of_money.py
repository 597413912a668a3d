"""Breaches of duties about money: whoever runs a canteen, recoveries, purposes, one's own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.audit.duties import ABOUT
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.contribution_records import (
    ContributionKind,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    Gift,
    PledgeWithdrawn,
)
from ledger.domain.disbursement_records import (
    DisbursementRequested,
    DisbursementWithdrawn,
)
from ledger.domain.fund_records import (
    FundOpened,
    MovedBetweenFunds,
    MoveReversed,
    ReceiptReversed,
)
from ledger.domain.payees import PayeeRegistered
from ledger.domain.periods import PeriodReopened, ReopeningProposed
from ledger.domain.purpose_records import PurposeChangeApproved, PurposeChangeRequested
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryEnd,
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReopened,
    RecoverySettled,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementSubmitted,
)
from ledger.domain.sites import OperatorChanged
from ledger.domain.values import (
    SYSTEM,
    Count,
    Fen,
    FundId,
    Month,
    PersonId,
    Slug,
    ZoneName,
)
from tests.audit.duty_logs import HERE, Written, by, codes, flaws, found, log
from tests.builders import person
from tests.store.samples.examples import example

AN, BO, CAI, DU, ER = (person(number) for number in range(5))
LONG_BEFORE = date(2026, 1, 1)
APRIL_FIRST = datetime(2026, 4, 1, 4, tzinfo=UTC)
STEPS = "settlement_steps_must_be_by_different_persons"
PAYEE = "decider_must_not_be_the_payee"
ASKED = by(AN, DisbursementRequested, APRIL_FIRST)

# -- whoever runs a canteen ----------------------------------------------------------------------

OF_A_CANTEEN = (
    *(SettlementChecked, SettlementApproved, SettlementPaid, SettlementPaymentReversed),
    *(RecoverySettled, RecoveryReopened),
)
KITCHEN, LATER = Slug("kitchen"), Slug("later")
TOWN = by(AN, CommunityRegistered, time_zone=ZoneName("Asia/Shanghai"))
PAID_TO = (
    TOWN,
    by(AN, PayeeRegistered, payee=KITCHEN, person=DU),
    by(AN, PayeeRegistered, payee=LATER, person=ER),
    by(AN, OperatorChanged, operator=KITCHEN, valid_from=LONG_BEFORE, occurred_on=LONG_BEFORE),
)


def runs(since: date) -> Written:
    return by(AN, OperatorChanged, operator=LATER, valid_from=since, occurred_on=since)


@pytest.mark.parametrize(
    ("since", "at", "deciding"),
    [
        (date(2026, 2, 1), APRIL_FIRST, {ER}),
        (date(2026, 3, 2), APRIL_FIRST, {DU, ER}),
        (date(2026, 4, 1), APRIL_FIRST, {DU, ER}),
        (date(2026, 4, 2), APRIL_FIRST, {DU}),
        (date(2026, 4, 2), datetime(2026, 4, 1, 16, tzinfo=UTC), {DU, ER}),
    ],
)
def test_whoever_ran_it_in_the_month_or_since_decides_nothing(
    since: date, at: datetime, deciding: set[PersonId]
) -> None:
    """March is settled on 1 April; at 16:00 UTC the day is over in the community."""
    march: dict[str, Any] = {"month": Month("2026-03")}
    before = *PAID_TO, runs(since), by(AN, SettlementSubmitted, **march)
    for who in (BO, DU, ER):
        planted = by(who, SettlementChecked, at, **march)
        assert (found(*before, planted) == {PAYEE}) is (who in deciding)


def test_nobody_is_freed_by_what_is_said_of_a_payee_a_second_time() -> None:
    again = by(AN, PayeeRegistered, payee=KITCHEN, person=BO)
    submitted = by(AN, SettlementSubmitted)
    assert found(*PAID_TO, again, submitted, by(DU, SettlementChecked)) == {PAYEE}


@pytest.mark.parametrize("kind", [each for each in ABOUT if each in OF_A_CANTEEN])
def test_no_step_is_taken_by_whoever_runs_the_canteen(kind: type) -> None:
    told = flaws(log(*PAID_TO, by(DU, kind, APRIL_FIRST), by(BO, kind, APRIL_FIRST)))
    here, there = len(PAID_TO) + 1, len(PAID_TO) + 2
    assert PAYEE in codes(each for each in told if each.position == here)
    assert PAYEE not in codes(each for each in told if each.position == there)


# -- recoveries ----------------------------------------------------------------------------------

ONE, TWO, OTHER = (ClaimName(Month("2026-01"), Count(number)) for number in (1, 2, 3))
FEBRUARY, MARCH = Month("2026-02"), Month("2026-03")


def recovery(month: Month, *claims: ClaimName) -> Written:
    about = {"month": month, "adjusts": Month("2026-01"), "claims": claims}
    event = replace(example(RecoveryRaised), recovery=Count(1), **about)
    return Written((HERE, event), SYSTEM, "a death")


def ended(who: PersonId, month: Month) -> Written:
    end = RecoveryEnd.written_off
    return by(who, RecoverySettled, month=month, recovery=Count(1), end=end)


def reopened(who: PersonId, month: Month) -> Written:
    return by(who, RecoveryReopened, month=month, recovery=Count(1))


@pytest.mark.parametrize(
    ("carried", "breaks"), [((ONE, TWO), True), ((TWO,), True), ((OTHER,), False)]
)
def test_who_took_an_end_back_does_not_end_what_was_carried(
    carried: tuple[ClaimName, ...], breaks: bool
) -> None:
    before = ended(AN, FEBRUARY), reopened(BO, FEBRUARY)
    raised = recovery(FEBRUARY, ONE, TWO), recovery(MARCH, *carried)
    planted = log(*raised, *before, ended(BO, MARCH))
    told = codes(each for each in flaws(planted) if each.position == len(planted))
    assert told == ({STEPS} if breaks else set())


def test_what_was_lifted_since_is_not_of_the_shares_any_more() -> None:
    lifted = replace(example(RecoveryLifted), month=FEBRUARY, recovery=Count(1), claims=(ONE,))
    before = recovery(FEBRUARY, ONE, TWO), ended(AN, FEBRUARY), reopened(BO, FEBRUARY)
    after = Written((HERE, lifted), SYSTEM, "a life"), recovery(MARCH, ONE), ended(BO, MARCH)
    planted = log(*before, *after)
    assert STEPS not in codes(each for each in flaws(planted) if each.position == len(planted))


def test_an_end_is_taken_back_by_another_than_made_that_one() -> None:
    twice = ended(AN, MARCH), reopened(BO, MARCH), ended(CAI, MARCH)
    assert found(*twice, reopened(AN, MARCH)) == set()
    assert found(*twice, reopened(CAI, MARCH)) == {STEPS}


# -- purposes of money ---------------------------------------------------------------------------

MEALS, YOUTH = FundId("meals"), FundId("youth")
OPENED = tuple(
    by(AN, FundOpened, fund=fund, restriction=Slug(purpose))
    for fund, purpose in (
        *((MEALS, "elder-meals"), (YOUTH, "youth"), ("general", "unrestricted")),
        ("more-meals", "elder-meals"),
    )
)
BETWEEN: dict[str, Any] = {"from_fund": MEALS, "to_fund": YOUTH}
TWO_DECIDED = (
    *OPENED,
    by(AN, PurposeChangeRequested, **BETWEEN),
    by(BO, PurposeChangeApproved, **BETWEEN, voucher=Count(1)),
    by(BO, MovedBetweenFunds, **BETWEEN, voucher=Count(1)),
)


@pytest.mark.parametrize(
    ("giving", "receiving", "told"),
    [
        (MEALS, YOUTH, {"change_must_be_approved_by_another"}),
        (MEALS, "general", {"change_must_be_approved_by_another"}),
        (MEALS, "more-meals", set()),
        ("general", YOUTH, set()),
    ],
)
def test_no_money_serves_another_purpose_by_one_hand(
    giving: str, receiving: str, told: set[str]
) -> None:
    move = by(BO, MovedBetweenFunds, from_fund=giving, to_fund=receiving)
    assert found(*OPENED, move) == told


def test_what_two_decided_is_not_undone_by_a_third() -> None:
    assert found(*TWO_DECIDED) == set()
    back = by(CAI, MoveReversed, **BETWEEN, reverses=Count(1))
    assert found(*TWO_DECIDED, back) == {"move_must_not_carry_out_a_change"}


# -- one's own -----------------------------------------------------------------------------------

LATE = APRIL_FIRST + timedelta(minutes=10, microseconds=1)
IN_TIME = APRIL_FIRST + timedelta(minutes=10)
CASH = Gift(ContributionKind.cash, FundId("general"), Fen(100))
GIVEN: dict[str, Any] = {"gift": CASH, "receipt": Count(1)}


@pytest.mark.parametrize(
    ("at", "told"), [(IN_TIME, set()), (LATE, {"undo_must_be_within_ten_minutes"})]
)
def test_a_request_is_withdrawn_for_ten_minutes(at: datetime, told: set[str]) -> None:
    assert found(ASKED, by(AN, DisbursementWithdrawn, at)) == told


def test_cash_that_is_gone_is_anybodys_to_withdraw() -> None:
    given = by(AN, ContributionRecorded, **GIVEN)
    planted = by(BO, ContributionWithdrawn, **GIVEN)
    assert found(given, planted) == {"undo_must_be_by_its_author"}
    gone = by(CAI, ReceiptReversed, fund=CASH.fund, receipt=Count(1))
    assert found(given, gone, planted) == set()


def test_a_promise_is_its_givers_or_whoever_wrote_it_down() -> None:
    promised = by(AN, ContributionPledged, person=BO)
    for who, told in ((AN, set()), (BO, set()), (CAI, {"pledge_must_be_withdrawn_by_its_giver"})):
        assert found(promised, by(who, PledgeWithdrawn)) == told


def test_a_reopening_names_whoever_proposed_it() -> None:
    proposed = by(AN, ReopeningProposed)
    assert flaws(log(proposed, by(BO, PeriodReopened, proposed_by=AN))) == []
    (told,) = flaws(log(proposed, by(BO, PeriodReopened, proposed_by=CAI)))
    assert "another person than who had proposed" in told.en
