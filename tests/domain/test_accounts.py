"""Accounts: shut by a word, and opened again by another person than whose it is."""

from ledger.domain.account_records import (
    AccountDisabled,
    AccountEnabled,
    DisableReason,
    EnableReason,
)
from ledger.domain.accounts import DisableAccount
from tests.domain.account_stories import HE, MEI, TODAY, disable, enable, told


def test_an_account_is_disabled_with_a_reason() -> None:
    told(disable).then(AccountDisabled(MEI, DisableReason.device_lost, TODAY))


def test_whose_telephone_was_stolen_disables_her_own() -> None:
    assert told(disable, by=MEI).decision


def test_it_is_enabled_again() -> None:
    told(enable, told(disable)).then(AccountEnabled(MEI, EnableReason.found_in_order, TODAY))


def test_what_is_so_already_is_not_done_again() -> None:
    told(enable).refused("account_must_be_disabled", person=MEI)
    told(disable, told(disable)).refused("account_must_not_be_disabled", person=MEI)


def test_nobody_enables_her_own() -> None:
    told(enable, told(disable), by=MEI).refused("account_must_be_enabled_by_another_person")


def test_a_stranger_has_no_account() -> None:
    told(DisableAccount(HE, DisableReason.other)).refused("person_must_be_known", person=HE)
