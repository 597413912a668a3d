"""Slips: shown once, used once, and decided by the log while the secret is known to nobody."""

from typing import Any

from psycopg import Connection

from ledger.access import accounts, passwords, slips
from ledger.access.doors import Admitted, Door, NotAdmitted, with_password, with_slip
from ledger.access.limits import Limits
from ledger.access.slips import Slip
from ledger.domain.account_records import SlipPurpose
from ledger.domain.slips import CountersignSlip, UseSlip, WithdrawSlip
from ledger.domain.values import SlipId
from ledger.engine import Ledger
from tests.access.acting import (
    HE,
    MEI,
    PASSWORD,
    REGISTRAR,
    SECOND,
    all_rows,
    answer,
    give,
    give_office,
    issue,
    opened,
    use,
)
from tests.builders import accepted, declined

App = Connection[Any]
DOOR = Door(Limits(b"k" * 32), "192.0.2.7")


def taken(application: App, number: str, secret: str) -> SlipId:
    """The slip, which must be recognised."""
    slip = with_slip(application, DOOR, number, secret)
    assert isinstance(slip, Slip)
    assert slip.person == MEI
    return slip.slip


def test_a_person_enrols_with_her_slip_and_signs_in(application: App, ledger: Ledger) -> None:
    printed = opened(application, issue(ledger))
    slip = taken(application, printed.number, printed.secret.lower())
    accepted(use(ledger, slip))
    slips.spend(application, slip)
    accounts.set_password(application, MEI, passwords.hashed(PASSWORD))
    assert isinstance(with_password(application, DOOR, printed.number, PASSWORD), Admitted)


def test_a_replayed_slip_opens_nothing(application: App, ledger: Ledger) -> None:
    printed = opened(application, issue(ledger))
    slip = taken(application, printed.number, printed.secret)
    accepted(use(ledger, slip))
    # The service was killed before it spent the slip: the log refuses all the same.
    assert taken(application, printed.number, printed.secret) == slip
    declined(use(ledger, slip), "slip_must_not_be_used_twice")
    slips.spend(application, slip)
    again = with_slip(application, DOOR, printed.number, printed.secret)
    assert isinstance(again, NotAdmitted)


def test_two_who_come_with_the_same_slip_at_once_are_one_too_many(ledger: Ledger) -> None:
    slip = issue(ledger)
    accepted(use(ledger, slip))
    declined(use(ledger, slip), "slip_must_not_be_used_twice")


def test_whether_a_slip_may_be_printed_is_asked_of_the_log(ledger: Ledger) -> None:
    give_office(ledger)
    slip = issue(ledger)
    declined(use(ledger, slip, dry_run=True), "slip_must_be_countersigned_first")
    give(ledger, CountersignSlip(MEI, slip), by=SECOND)
    accepted(use(ledger, slip, dry_run=True))
    accepted(use(ledger, slip))


def test_for_an_office_two_persons_are_needed(ledger: Ledger) -> None:
    give_office(ledger)
    slip = issue(ledger)
    for same in (REGISTRAR, MEI):
        declined(
            answer(ledger, CountersignSlip(MEI, slip), by=same),
            "slip_must_be_countersigned_by_another_person",
        )
    declined(use(ledger, slip), "slip_must_be_countersigned_first")


def test_only_the_sign_in_service_says_that_a_slip_was_used(ledger: Ledger) -> None:
    told = answer(ledger, UseSlip(MEI, issue(ledger)), by=MEI)
    declined(told, "command_must_be_given_at_the_machine")


def test_a_slip_is_used_by_the_person_it_is_for(ledger: Ledger) -> None:
    declined(use(ledger, issue(ledger), by=HE), "slip_must_be_used_by_the_person_herself")


def test_a_slip_is_shown_once(application: App, ledger: Ledger) -> None:
    slip = issue(ledger)
    printed = opened(application, slip)
    assert slips.open_slip(application, slip, MEI, SECOND) is None
    assert taken(application, printed.number, printed.secret) == slip


def test_a_slip_that_was_spent_is_not_shown_again(application: App, ledger: Ledger) -> None:
    slip = issue(ledger)
    opened(application, slip)
    slips.spend(application, slip)
    assert slips.open_slip(application, slip, MEI, REGISTRAR) is None


def test_an_older_slip_is_worth_nothing(application: App, ledger: Ledger) -> None:
    first = issue(ledger)
    old = opened(application, first)
    give(ledger, WithdrawSlip(MEI, first))
    new = opened(application, issue(ledger, SlipPurpose.reset))
    assert old.number == new.number
    assert isinstance(with_slip(application, DOOR, old.number, old.secret), NotAdmitted)
    assert taken(application, new.number, new.secret)


def test_a_refused_second_showing_leaves_the_first_good(application: App, ledger: Ledger) -> None:
    slip = issue(ledger)
    printed = opened(application, slip)
    slips.open_slip(application, slip, MEI, REGISTRAR)
    assert taken(application, printed.number, printed.secret) == slip


def test_neither_the_log_nor_a_table_nor_a_representation_holds_the_secret(
    application: App, owner: App, ledger: Ledger
) -> None:
    printed = opened(application, issue(ledger))
    found = slips.find(application, printed.number)
    plain = printed.secret.replace("-", "")
    everything = all_rows(owner, "access", "ledger") + repr(printed) + repr(found)
    assert plain not in everything
    assert printed.secret not in everything
    assert printed.number in repr(printed)
