"""Accounts: a number that says nothing, one password, and no more rights than they need."""

from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.access import accounts, passwords, sessions, standing
from ledger.access.codes import read_number
from ledger.engine import Ledger
from tests.access.acting import HE, MEI, PASSWORD, enrolled, issue, opened

App = Connection[Any]


def test_everybody_has_one_number_and_keeps_it(application: App) -> None:
    number = accounts.enrol(application, MEI)
    assert accounts.enrol(application, MEI) == number == accounts.number_of(application, MEI)
    assert read_number(number) == number
    assert accounts.enrol(application, HE) != number
    assert accounts.number_of(application, HE) != number


def test_a_number_that_is_taken_is_drawn_again(
    application: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = accounts.enrol(application, MEI)
    drawn = iter([taken, taken, "10000004"])
    monkeypatch.setattr(accounts, "new_number", lambda: next(drawn))
    assert accounts.enrol(application, HE) == "10000004"


def test_before_she_chose_a_password_there_is_none(application: App) -> None:
    account = accounts.find(application, accounts.enrol(application, MEI))
    assert account is not None
    assert (account.person, account.password_hash) == (MEI, None)
    assert accounts.find(application, "10000004") is None


def test_a_new_password_ends_every_session(application: App, ledger: Ledger) -> None:
    enrolled(application)
    secret = sessions.begin(application, standing.of(application, MEI))
    assert secret
    accounts.set_password(application, MEI, passwords.hashed("another one altogether"))
    assert sessions.find(application, secret) is None


def test_a_hash_made_anew_does_not_bring_an_older_password_back(application: App) -> None:
    before = accounts.find(application, enrolled(application))
    assert before is not None
    accounts.set_password(application, MEI, passwords.hashed("another one altogether"))
    accounts.rehash(application, before, passwords.hashed(PASSWORD))
    after = accounts.find(application, before.number)
    assert after is not None
    assert passwords.matches(after.password_hash, "another one altogether")


def test_the_numbers_of_those_who_were_let_in_are_told(application: App) -> None:
    number = enrolled(application)
    assert accounts.numbers_of(application, [MEI, HE]) == {MEI: number}
    assert accounts.numbers_of(application, []) == {}


def test_who_is_forgotten_leaves_nothing(application: App, owner: App, ledger: Ledger) -> None:
    enrolled(application)
    opened(application, issue(ledger))
    sessions.begin(application, standing.of(application, MEI))
    owner.execute("SELECT access.forget(%s)", [[MEI]])
    for table in ("account", "session", "slip", "card"):
        query = f"SELECT count(*) FROM access.{table}"  # noqa: S608 - names of this test
        assert application.execute(query.encode()).fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access.account SET name = '10000004'",
        "UPDATE access.account SET person = 'somebody'",
        "UPDATE access.session SET person = 'somebody'",
        "UPDATE access.session SET kind = 'full'",
        "UPDATE access.session SET ends_at = now() + interval '1 year'",
        "UPDATE access.slip SET person = 'somebody'",
        "DELETE FROM access.slip",
        "UPDATE access.card SET person = 'somebody'",
        "DELETE FROM access.card",
        "TRUNCATE access.account CASCADE",
        "CREATE TABLE access.more ()",
    ],
)
def test_the_application_may_do_no_more_than_it_needs(application: App, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement.encode())


def test_a_representation_holds_no_hash(application: App) -> None:
    account = accounts.find(application, enrolled(application))
    assert "argon2" not in repr(account)
