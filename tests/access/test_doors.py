"""Doors: whatever is wrong is answered alike, costs alike, and is counted before it is compared."""

from typing import Any

import pytest
from argon2 import PasswordHasher
from psycopg import Connection

from ledger.access import accounts, passwords, sessions
from ledger.access.doors import (
    Admitted,
    Door,
    NotAdmitted,
    TryLater,
    with_card,
    with_password,
    with_slip,
)
from ledger.access.limits import ADDRESS_TRIES, FREE_TRIES, Kind, Limits
from ledger.domain.values import CardId
from ledger.engine import Ledger
from tests.access.acting import MEI, PASSWORD, disable, enable, enrolled, issue, opened

App = Connection[Any]
NOBODY = "10000004"
DOOR = Door(Limits(b"k" * 32), "192.0.2.7")
WRONG = "not that one at all"


@pytest.fixture
def number(application: App, ledger: Ledger) -> str:
    return enrolled(application)


class Counting(PasswordHasher):
    """Counts how often something was compared."""

    compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.compared += 1
        return bool(super().verify(hash, password))


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    hasher = Counting(1, 8, 1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    return hasher


def test_the_right_password_lets_her_in(application: App, number: str) -> None:
    answer = with_password(application, DOOR, f"{number[:4]} {number[4:]}", PASSWORD)
    assert isinstance(answer, Admitted)
    assert answer.person == MEI
    assert sessions.find(application, answer.secret) is not None


@pytest.mark.parametrize("name", ["her own", NOBODY, "10000009", "陈梅", ""])
def test_whatever_is_wrong_is_answered_alike_and_costs_a_hash(
    application: App, number: str, counting: Counting, name: str
) -> None:
    asked = number if name == "her own" else name
    assert with_password(application, DOOR, asked, WRONG) == NotAdmitted()
    assert counting.compared == 1


def test_an_account_without_a_password_costs_a_hash_too(
    application: App, ledger: Ledger, counting: Counting
) -> None:
    number = accounts.enrol(application, MEI)
    assert with_password(application, DOOR, number, "") == NotAdmitted()
    assert counting.compared == 1


def test_an_unknown_slip_or_card_costs_a_hash_too(application: App, counting: Counting) -> None:
    card = CardId("c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e")
    assert with_slip(application, DOOR, NOBODY, "7KQ2-9FXM-3TDW") == NotAdmitted()
    assert with_card(application, DOOR, card, "A" * 22, "407158") == NotAdmitted()
    assert counting.compared == 2


def test_a_disabled_account_is_answered_as_an_unknown_one(
    application: App, ledger: Ledger, number: str
) -> None:
    disable(ledger)
    assert with_password(application, DOOR, number, PASSWORD) == NotAdmitted()
    enable(ledger)
    assert isinstance(with_password(application, DOOR, number, PASSWORD), Admitted)


def test_after_five_failures_the_right_password_waits_too(
    application: App, number: str, counting: Counting
) -> None:
    for _ in range(FREE_TRIES):
        with_password(application, DOOR, number, WRONG)
    answer = with_password(application, DOOR, number, PASSWORD)
    assert isinstance(answer, TryLater)
    assert 0 < answer.seconds <= 15
    assert counting.compared == FREE_TRIES


def test_an_account_that_does_not_exist_waits_as_one_that_does(application: App) -> None:
    for _ in range(FREE_TRIES):
        with_password(application, DOOR, NOBODY, WRONG)
    assert isinstance(with_password(application, DOOR, NOBODY, WRONG), TryLater)


def test_a_success_forgives_the_failures_before(application: App, number: str) -> None:
    for _ in range(3):
        for _ in range(FREE_TRIES - 1):
            with_password(application, DOOR, number, WRONG)
        assert isinstance(with_password(application, DOOR, number, PASSWORD), Admitted)


def test_failures_at_a_slip_do_not_shut_out_the_password(
    application: App, ledger: Ledger, number: str
) -> None:
    opened(application, issue(ledger))
    for _ in range(FREE_TRIES):
        with_slip(application, DOOR, number, "7KQ2-9FXM-3TDW")
    assert isinstance(with_slip(application, DOOR, number, "7KQ2-9FXM-3TDW"), TryLater)
    assert isinstance(with_password(application, DOOR, number, PASSWORD), Admitted)


def test_an_address_that_tries_many_accounts_waits(application: App, number: str) -> None:
    for _ in range(ADDRESS_TRIES):
        DOOR.limits.wait_seconds(application, Kind.address, DOOR.address)
    assert isinstance(with_password(application, DOOR, number, PASSWORD), TryLater)
    elsewhere = Door(DOOR.limits, "192.0.2.8")
    assert isinstance(with_password(application, elsewhere, number, PASSWORD), Admitted)


def test_signing_in_makes_an_outdated_hash_anew(
    application: App, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 8, 1))
    assert isinstance(with_password(application, DOOR, number, PASSWORD), Admitted)
    account = accounts.find(application, number)
    assert account is not None
    assert account.password_hash is not None
    assert not passwords.is_outdated(account.password_hash)
    assert passwords.matches(account.password_hash, PASSWORD)


def test_every_sign_in_has_a_secret_of_its_own(application: App, number: str) -> None:
    answers = [with_password(application, DOOR, number, PASSWORD) for _ in range(3)]
    secrets = {each.secret for each in answers if isinstance(each, Admitted)}
    assert len(secrets) == 3
