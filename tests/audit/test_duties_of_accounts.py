"""A slip is used by whom it is for, and with two signatures where she holds an office."""

import pytest

from ledger.domain.account_records import SlipCountersigned, SlipIssued, SlipUsed
from tests.audit.duty_logs import Written, by, found
from tests.builders import person

MEI, REGISTRAR, SECOND, THIEF = (person(number) for number in range(4))
PLAIN = by(REGISTRAR, SlipIssued, person=MEI, privileged=False)
PRIVILEGED = by(REGISTRAR, SlipIssued, person=MEI, privileged=True)
SIGNED = by(SECOND, SlipCountersigned, person=MEI)


@pytest.mark.parametrize("before", [(PLAIN,), (PRIVILEGED, SIGNED), (PLAIN, SIGNED)])
def test_she_uses_her_slip(before: tuple[Written, ...]) -> None:
    assert found(*before, by(MEI, SlipUsed, person=MEI)) == set()


def test_nobody_uses_it_for_her() -> None:
    assert found(PLAIN, by(THIEF, SlipUsed, person=MEI)) == {
        "slip_must_be_used_by_the_person_herself"
    }


def test_for_the_holder_of_an_office_two_sign() -> None:
    assert found(PRIVILEGED, by(MEI, SlipUsed, person=MEI)) == {"slip_must_be_countersigned_first"}


def test_a_slip_that_nobody_issued_is_countersigned_by_nobody() -> None:
    assert found(SIGNED) == {"slip_must_be_countersigned_by_another_person"}
