"""Slips: one use, 72 hours, nobody's own, and two persons where there is an office to steal."""

from datetime import date, timedelta

import pytest

from ledger.domain.account_records import (
    SlipCountersigned,
    SlipIssued,
    SlipPurpose,
    SlipUsed,
    SlipWithdrawn,
)
from ledger.domain.authority import Role
from ledger.domain.slips import CountersignSlip, IssueSlip, UseSlip, WithdrawSlip
from tests.domain.account_stories import (
    APPROVER,
    ENDS_AT,
    HE,
    LIN,
    MEI,
    OTHER_SLIP,
    REGISTRAR,
    SECOND,
    SLIP,
    TODAY,
    countersign,
    countersigned,
    died,
    disable,
    granted,
    issue,
    issued,
    told,
    use,
    withdraw,
)
from tests.story import NOON

MOMENT = timedelta(microseconds=1)


# -- issuing -----------------------------------------------------------------------------------


def test_a_slip_is_good_for_72_hours() -> None:
    told(issue).then(SlipIssued(MEI, SLIP, SlipPurpose.enrol, False, REGISTRAR, ENDS_AT, TODAY))


@pytest.mark.parametrize(
    ("role", "until", "privileged"),
    [
        (Role.volunteer, None, False),
        (Role.approver, None, True),
        (Role.leader, TODAY, True),
        (Role.leader, date(2026, 3, 1), False),
        (Role.administrator, None, True),
    ],
)
def test_a_slip_for_whoever_holds_an_office_is_privileged(
    role: Role, until: date | None, privileged: bool
) -> None:
    (event,) = told(issue, granted(role, until)).events
    assert event.privileged is privileged


def test_nobody_issues_a_slip_to_herself() -> None:
    told(issue, by=MEI).refused("slip_must_be_issued_by_another_person")


def test_a_slip_is_for_somebody_who_is_registered_and_alive() -> None:
    told(IssueSlip(HE, SLIP, SlipPurpose.enrol)).refused("person_must_be_known", person=HE)
    told(issue, died()).refused("person_must_be_alive", died_on=TODAY)


def test_a_disabled_account_gets_no_slip() -> None:
    told(issue, told(disable)).refused("account_must_not_be_disabled", person=MEI)


def test_a_slip_has_an_id_of_its_own() -> None:
    before = issued()
    told(issue, *before, told(withdraw, *before)).refused("slip_must_be_new", slip=SLIP)


def test_there_is_one_slip_at_a_time() -> None:
    another = IssueSlip(MEI, OTHER_SLIP, SlipPurpose.reset)
    told(another, *issued()).refused(
        "slip_must_be_used_or_withdrawn_first", slip=SLIP, ends_at=ENDS_AT
    )
    assert told(another, *issued(), at=ENDS_AT).decision
    assert told(another, *issued(), told(withdraw, *issued())).decision
    assert told(another, *issued(), told(use, *issued(), by=MEI)).decision


# -- countersigning ----------------------------------------------------------------------------


def test_another_person_countersigns() -> None:
    told(countersign, *issued(APPROVER), by=SECOND).then(
        SlipCountersigned(MEI, SLIP, SECOND, TODAY)
    )


@pytest.mark.parametrize("same", [REGISTRAR, MEI])
def test_neither_the_issuer_nor_the_person_countersigns(same: object) -> None:
    told(countersign, *issued(APPROVER), by=same).refused(  # type: ignore[arg-type]
        "slip_must_be_countersigned_by_another_person"
    )


def test_one_countersignature_is_enough() -> None:
    told(countersign, *countersigned(APPROVER), by=HE).refused(
        "slip_must_be_countersigned_only_once", slip=SLIP
    )


def test_an_account_disabled_meanwhile_gets_no_signature() -> None:
    told(countersign, *issued(APPROVER), told(disable), by=SECOND).refused(
        "account_must_not_be_disabled"
    )


# -- using -------------------------------------------------------------------------------------


def test_the_person_uses_her_slip() -> None:
    told(use, *issued(), by=MEI).then(SlipUsed(MEI, SLIP, SlipPurpose.enrol, TODAY))


def test_nobody_uses_it_for_her() -> None:
    told(use, *issued(), by=LIN).refused("slip_must_be_used_by_the_person_herself")


def test_a_slip_is_used_once() -> None:
    used = (*issued(), told(use, *issued(), by=MEI))
    told(use, *used, by=MEI).refused("slip_must_not_be_used_twice")


def test_the_last_moment_of_a_slip_is_before_its_end() -> None:
    assert told(use, *issued(), by=MEI, at=ENDS_AT - MOMENT).decision
    told(use, *issued(), by=MEI, at=ENDS_AT).refused("slip_must_not_have_expired", ends_at=ENDS_AT)


def test_who_holds_an_office_needs_two_signatures() -> None:
    told(use, *issued(APPROVER), by=MEI).refused("slip_must_be_countersigned_first", slip=SLIP)
    assert told(use, *countersigned(APPROVER), by=MEI).decision


def test_an_office_held_since_the_slip_was_issued_counts_too() -> None:
    told(use, *issued(), APPROVER, by=MEI).refused("slip_must_be_countersigned_first")
    both = countersigned()
    assert told(use, *both, APPROVER, by=MEI).decision


def test_an_office_that_ended_still_counts_for_a_slip_issued_before() -> None:
    before = issued(granted(Role.leader, TODAY))
    tomorrow = NOON + timedelta(days=1)
    told(use, *before, by=MEI, at=tomorrow).refused("slip_must_be_countersigned_first")


def test_a_withdrawn_slip_opens_nothing() -> None:
    before = issued()
    told(withdraw, *before).then(SlipWithdrawn(MEI, SLIP, TODAY))
    told(use, *before, told(withdraw, *before), by=MEI).refused("slip_must_not_be_withdrawn")


def test_a_dead_or_disabled_person_uses_nothing() -> None:
    told(use, *issued(), died(), by=MEI).refused("person_must_be_alive")
    told(use, *issued(), told(disable), by=MEI).refused("account_must_not_be_disabled")


@pytest.mark.parametrize("command", [CountersignSlip, WithdrawSlip, UseSlip])
def test_a_slip_of_another_person_is_unknown(command: type) -> None:
    told(command(MEI, OTHER_SLIP), *issued(), by=MEI).refused("slip_must_be_known", slip=OTHER_SLIP)
