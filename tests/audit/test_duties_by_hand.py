"""Breaches of duties that no pair of a rule's stories shows: steps left out, and older hands."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.audit.duties import ABOUT
from ledger.audit.duty_table import DUTIES, Duty
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
    DisbursementRequested,
)
from ledger.domain.objection_records import ObjectionAnswered, ObjectionRaised
from ledger.domain.periods import PeriodReopened, ReopeningProposed
from ledger.domain.service_records import (
    OpeningMinutesImported,
    OpeningMinutesReversed,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReversed,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementSubmitted,
)
from ledger.domain.shift_records import AttendanceCorrected
from ledger.domain.timebank_records import CreditReversed, CreditTransferred
from ledger.domain.values import (
    Count,
    PersonId,
)
from tests.audit.duty_logs import Written, by, codes, flaws, found, log
from tests.builders import person
from tests.store.samples.examples import example

AN, BO, CAI, DU, ER = (person(number) for number in range(5))
LONG_BEFORE = date(2026, 1, 1)
APRIL_FIRST = datetime(2026, 4, 1, 4, tzinfo=UTC)
STEPS = "settlement_steps_must_be_by_different_persons"
PAYING = "disbursement_steps_must_be_by_different_persons"
SECOND = "second_decision_must_be_another_persons"
PAYEE = "decider_must_not_be_the_payee"

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


@pytest.mark.parametrize(
    "line", [each for each in DUTIES if each.after], ids=lambda line: line.event.__name__
)
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


# -- what does not count any more, and what always does -------------------------------------------

HELD = by(AN, ServiceHeld)
RELEASED = by(BO, ServiceCredited, decided_by=(AN, BO))
OVER = {
    "gave credit, another takes it back": (
        *(by(AN, CreditTransferred), by(BO, CreditReversed, entry=Count(1))),
    ),
    "held, refused, held anew": (HELD, by(AN, ServiceRefused), HELD),
    "held, released, reversed, confirmed anew": (
        *(HELD, RELEASED, by(CAI, ServiceReversed), by(AN, ServiceCredited)),
    ),
    "objected, answered; another objected": (
        *(by(AN, ObjectionRaised), by(BO, ObjectionAnswered)),
        *(by(CAI, ObjectionRaised), by(AN, ObjectionAnswered)),
    ),
    "brought along, taken back; another brought it": (
        *(by(AN, OpeningMinutesImported), by(BO, OpeningMinutesReversed)),
        *(by(CAI, OpeningMinutesImported), by(AN, OpeningMinutesReversed)),
    ),
    "proposed, reopened; another proposed": (
        *(by(AN, ReopeningProposed), by(BO, PeriodReopened, proposed_by=AN)),
        *(by(CAI, ReopeningProposed), by(AN, PeriodReopened, proposed_by=CAI)),
    ),
}
STILL: dict[str, tuple[tuple[Written, ...], Written, str]] = {
    "confirmed, answers": (
        (by(AN, ServiceCredited), by(BO, ObjectionRaised)),
        by(AN, ObjectionAnswered),
        "answer_must_be_another_persons",
    ),
    "reversed, answers": (
        (by(CAI, ServiceCredited), by(AN, ServiceReversed), by(BO, ObjectionRaised)),
        by(AN, ObjectionAnswered),
        "answer_must_be_another_persons",
    ),
    "gave credit, takes it back": (
        (by(AN, CreditTransferred),),
        by(AN, CreditReversed, entry=Count(1)),
        "credit_entry_must_be_reversed_by_another",
    ),
    "paid as it was approved before it was submitted anew": (
        (SUBMITTED, CHECKED, APPROVED, SUBMITTED),
        by(DU, SettlementPaid),
        STEPS,
    ),
    "reopened twice for one proposal": (
        (by(AN, ReopeningProposed), by(BO, PeriodReopened, proposed_by=AN)),
        by(BO, PeriodReopened, proposed_by=AN),
        "reopener_must_not_be_the_proposer",
    ),
}


@pytest.mark.parametrize("case", OVER)
def test_what_is_over_keeps_nobody_from_the_next(case: str) -> None:
    assert found(*OVER[case]) == set()


@pytest.mark.parametrize("case", STILL)
def test_what_was_done_once_is_not_forgotten(case: str) -> None:
    before, planted, code = STILL[case]
    assert found(*before, planted) == {code}


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


@pytest.mark.parametrize("kind", [each for each in ABOUT if hasattr(each, "person")])
def test_nobody_writes_what_is_about_herself(kind: type) -> None:
    herself, said = example(kind).person, ABOUT[kind].herself.name
    about = by(herself, ServiceRefused), by(herself, kind)
    assert (said in codes(flaws(log(*about))[1:])) is (kind is not CreditTransferred)


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
