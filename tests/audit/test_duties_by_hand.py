"""Breaches of duties that no pair of a rule's stories shows: steps left out, and older hands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.audit.duty_table import DUTIES, Duty
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.contribution_records import (
    ContributionKind,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    Gift,
    PledgeWithdrawn,
)
from ledger.domain.decisions import Stream
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
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
from ledger.domain.service_records import ServiceCredited, ServiceHeld, ServiceRefused
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementSubmitted,
)
from ledger.domain.shift_records import AttendanceCorrected
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
from tests.audit.duty_logs import Written, flaws, log
from tests.audit.test_duties import codes
from tests.builders import person
from tests.store.samples.examples import example

AN, BO, CAI, DU, ER = (person(number) for number in range(5))
LONG_BEFORE = date(2026, 1, 1)
APRIL_FIRST = datetime(2026, 4, 1, 4, tzinfo=UTC)
HERE = Stream[Any]("somewhere")
STEPS = "settlement_steps_must_be_by_different_persons"
PAYING = "disbursement_steps_must_be_by_different_persons"
SECOND = "second_decision_must_be_another_persons"
PAYEE = "decider_must_not_be_the_payee"

DOER = {
    SettlementSubmitted: "submitted_by",
    SettlementChecked: "checked_by",
    SettlementApproved: "approved_by",
    SettlementPaid: "paid_by",
    SettlementPaymentReversed: "reversed_by",
    DisbursementRequested: "requested_by",
    DisbursementApproved: "approved_by",
    DisbursementRefused: "refused_by",
    DisbursementPaid: "paid_by",
    DisbursementWithdrawn: "withdrawn_by",
    RecoverySettled: "settled_by",
    RecoveryReopened: "reversed_by",
    ReopeningProposed: "proposed_by",
    PeriodReopened: "reopened_by",
    ContributionPledged: "pledged_by",
    ContributionRecorded: "recorded_by",
    ReceiptReversed: "reversed_by",
    PurposeChangeRequested: "requested_by",
    PurposeChangeApproved: "approved_by",
    MovedBetweenFunds: "moved_by",
    MoveReversed: "reversed_by",
}


def by(who: PersonId, kind: type, at: datetime = APRIL_FIRST, **said: Any) -> Written:
    """An event of the kind that this person wrote, and says so."""
    if kind in (ServiceCredited, ServiceHeld, ServiceRefused):
        said.setdefault("decided_by", (who,))
    elif kind in DOER:
        said[DOER[kind]] = who
    return Written((HERE, replace(example(kind), **said)), who, at=at)


def found(*written: Written) -> set[str]:
    """The rules that are broken at the last event; before it everything is sound."""
    told = flaws(log(*written))
    assert {flaw.position for flaw in told} <= {len(written)}, told
    return codes(told)


# -- steps that are left out ---------------------------------------------------------------------

SUBMITTED, CHECKED, APPROVED = (
    by(AN, SettlementSubmitted),
    by(BO, SettlementChecked),
    by(CAI, SettlementApproved),
)
ASKED = by(AN, DisbursementRequested)


def approval(who: PersonId, number: int = 1, needed: int = 1) -> Written:
    counted: dict[str, Any] = {"approval": Count(number), "approvals_needed": Count(needed)}
    return by(who, DisbursementApproved, **counted)


LEFT_OUT = {
    "checked, and never submitted": ((), by(BO, SettlementChecked), STEPS),
    "approved unchecked": ((SUBMITTED,), by(CAI, SettlementApproved), STEPS),
    "paid, and never approved": ((SUBMITTED, CHECKED), by(DU, SettlementPaid), STEPS),
    "approved as it was checked before it came back": (
        (SUBMITTED, CHECKED, by(AN, SettlementSubmitted)),
        by(CAI, SettlementApproved),
        STEPS,
    ),
    "a payment, and never asked for": ((), by(DU, DisbursementPaid), PAYING),
    "a payment without an approval": ((ASKED,), by(DU, DisbursementPaid), PAYING),
    "a payment with one approval of two": (
        (ASKED, approval(BO, 1, 2)),
        by(DU, DisbursementPaid),
        PAYING,
    ),
    "a refusal of what nobody asked for": ((), by(BO, DisbursementRefused), PAYING),
    "a month reopened that nobody proposed to reopen": (
        (),
        by(BO, PeriodReopened),
        "reopener_must_not_be_the_proposer",
    ),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_step_that_another_person_left_out_is_found(case: str) -> None:
    before, planted, code = LEFT_OUT[case]
    assert code in found(*before, planted)


@pytest.mark.parametrize("line", [each for each in DUTIES if each.after], ids=str)
def test_what_needs_a_step_before_is_found_without_it(line: Duty) -> None:
    assert line.code is not None
    assert line.code.name in found(by(ER, line.event))


def test_all_steps_by_different_persons_break_no_duty() -> None:
    assert found(SUBMITTED, CHECKED, APPROVED, by(DU, SettlementPaid)) == set()
    assert found(ASKED, approval(BO), by(DU, DisbursementPaid)) == set()
    two = approval(BO, 1, 2), approval(CAI, 2, 2)
    assert found(ASKED, *two, by(DU, DisbursementPaid)) == set()


def test_who_had_it_returned_and_submitted_it_anew_checks_it_no_more() -> None:
    anew = SUBMITTED, CHECKED, by(BO, SettlementSubmitted)
    assert found(*anew, by(AN, SettlementChecked)) == set()
    assert found(*anew, by(BO, SettlementChecked)) == {STEPS}


def test_a_payment_is_taken_back_by_another_than_paid_that_one() -> None:
    paid = SUBMITTED, CHECKED, APPROVED, by(DU, SettlementPaid), by(ER, SettlementPaid)
    for number, others in ((1, ER), (2, DU)):
        back: dict[str, Any] = {"payment": Count(number)}
        mine = {ER: DU, DU: ER}[others]
        assert found(*paid, by(others, SettlementPaymentReversed, **back)) == set()
        assert found(*paid, by(mine, SettlementPaymentReversed, **back)) == {STEPS}
    assert found(*paid, by(AN, SettlementPaymentReversed, payment=Count(3))) == {STEPS}


def test_who_says_that_it_was_not_paid_does_not_pay_it_again() -> None:
    back = by(ER, SettlementPaymentReversed, payment=Count(1))
    paid = SUBMITTED, CHECKED, APPROVED, by(DU, SettlementPaid), back
    assert found(*paid, by(DU, SettlementPaid)) == set()
    assert found(*paid, by(ER, SettlementPaid)) == {STEPS}


# -- service -------------------------------------------------------------------------------------


def test_whoever_looked_at_a_hold_again_and_released_nothing_may_decide_later() -> None:
    held = by(AN, ServiceHeld)
    again = by(BO, ServiceHeld, decided_by=(AN,))
    assert found(held, again, by(BO, ServiceCredited, decided_by=(AN, BO))) == set()
    assert found(held, again, by(AN, ServiceCredited, decided_by=(AN, AN))) == {SECOND}


def test_the_word_of_the_first_is_not_left_out_of_a_second_decision() -> None:
    told = flaws(log(by(AN, ServiceHeld), by(BO, ServiceCredited, decided_by=(BO,))))
    assert ["does not rest on the word" in each.en for each in told] == [True]


def test_a_second_decision_that_still_has_to_wait_is_another_persons_too() -> None:
    held = by(AN, ServiceHeld)
    assert found(held, by(BO, ServiceHeld, decided_by=(AN, BO))) == set()
    assert found(held, by(AN, ServiceHeld, decided_by=(AN, AN))) == {SECOND}


def test_nobody_lets_her_own_service_wait() -> None:
    volunteer: PersonId = example(ServiceHeld).person
    assert found(by(volunteer, ServiceHeld)) == {"confirmer_must_not_be_the_volunteer"}


def test_what_was_decided_and_is_open_again_may_be_confirmed_by_anybody() -> None:
    assert found(by(AN, ServiceHeld), by(AN, ServiceRefused), by(AN, ServiceCredited)) == set()


def test_nobody_corrects_her_own_attendance_once_it_was_decided_about() -> None:
    volunteer: PersonId = example(ServiceCredited).person
    about = by(volunteer, AttendanceCorrected)
    assert found(about) == set()
    assert found(by(AN, ServiceRefused), about) == {"confirmer_must_not_be_the_volunteer"}


# -- whoever runs a canteen ----------------------------------------------------------------------

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
