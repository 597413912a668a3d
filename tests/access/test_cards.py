"""Cards: a code and a PIN, five tries, one card at a time, and only a look."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.access import cards, sessions
from ledger.access.cards import Printed, Tried
from ledger.access.doors import Admitted, Answer, CardLocked, Door, NotAdmitted, with_card
from ledger.access.limits import Limits
from ledger.access.sessions import SessionKind
from ledger.domain.account_records import CardEnd
from ledger.domain.cards import RevokeCard
from ledger.domain.values import CardId
from ledger.engine import Ledger
from tests.access.acting import MEI, REGISTRAR, all_rows, card_of, disable, give

App = Connection[Any]
PIN, WRONG = "407158", "158407"
DOOR = Door(Limits(b"k" * 32), "192.0.2.7")


@pytest.fixture
def printed(application: App, ledger: Ledger) -> Printed:
    return shown(application, card_of(ledger))


def shown(application: App, card: CardId) -> Printed:
    found = cards.open_card(application, card, MEI, PIN, REGISTRAR)
    assert found is not None
    return found


def tried(application: App, printed: Printed, pin: str = PIN) -> Answer | CardLocked:
    return with_card(application, DOOR, printed.card, printed.secret, pin)


def test_code_and_pin_open_a_short_look(application: App, printed: Printed) -> None:
    answer = tried(application, printed)
    assert isinstance(answer, Admitted)
    session = sessions.find(application, answer.secret)
    assert session is not None
    assert (session.person, session.kind) == (MEI, SessionKind.card)


def test_the_code_holds_the_secret_behind_the_hash_sign_alone(printed: Printed) -> None:
    address = printed.address("https://ledger.example/card")
    before, _, fragment = address.partition("#")
    assert before == "https://ledger.example/card"
    assert fragment == f"{printed.card}.{printed.secret}"
    assert len(printed.secret) == 22


def test_the_pin_alone_and_the_code_alone_open_nothing(application: App, printed: Printed) -> None:
    other = ("A" if printed.secret[0] != "A" else "B") + printed.secret[1:]
    for secret, pin in ((other, PIN), ("", PIN), (printed.secret, WRONG), (printed.secret, "")):
        assert isinstance(with_card(application, DOOR, printed.card, secret, pin), NotAdmitted)


def test_the_fifth_wrong_pin_locks_the_card(application: App, printed: Printed) -> None:
    for _ in range(5):
        tried(application, printed, WRONG)
    assert tried(application, printed, WRONG) == NotAdmitted()
    assert tried(application, printed) == CardLocked()


def test_a_locked_card_is_called_so_five_times_at_most(application: App, printed: Printed) -> None:
    for _ in range(5):
        tried(application, printed, WRONG)
    answers = [tried(application, printed) for _ in range(7)]
    assert answers == [CardLocked()] * 5 + [NotAdmitted()] * 2


def test_whoever_guesses_on_is_not_told_when_she_comes_upon_the_pin(
    application: App, printed: Printed
) -> None:
    for _ in range(10):
        assert tried(application, printed, WRONG) == NotAdmitted()
    assert tried(application, printed) == NotAdmitted()


def test_a_locked_card_that_is_ended_is_called_nothing(
    application: App, ledger: Ledger, printed: Printed
) -> None:
    for _ in range(5):
        tried(application, printed, WRONG)
    give(ledger, RevokeCard(MEI, printed.card, CardEnd.locked))
    assert tried(application, printed) == NotAdmitted()


def test_the_right_pin_at_the_fifth_try_opens_and_forgives(
    application: App, printed: Printed
) -> None:
    for _ in range(2):
        for _ in range(4):
            tried(application, printed, WRONG)
        assert isinstance(tried(application, printed), Admitted)


def test_who_has_not_the_code_cannot_lock_the_card(application: App, printed: Printed) -> None:
    for _ in range(9):
        with_card(application, DOOR, printed.card, "A" * 22, PIN)
    assert isinstance(tried(application, printed), Admitted)


def test_forty_at_once_have_five_tries_too(database: str, printed: Printed) -> None:
    def attempt(_: int) -> Tried | None:
        with psycopg.connect(database, autocommit=True) as connection:
            return cards.take_a_try(connection, printed.card, printed.secret)

    with ThreadPoolExecutor(8) as threads:
        let_in = [each for each in threads.map(attempt, range(40)) if each is not None]
    assert [each.is_locked for each in let_in].count(False) == 5
    assert len(let_in) == 10


def test_a_revoked_card_opens_nothing_at_once(
    application: App, ledger: Ledger, printed: Printed
) -> None:
    give(ledger, RevokeCard(MEI, printed.card, CardEnd.lost))
    assert isinstance(tried(application, printed), NotAdmitted)


def test_a_new_card_takes_the_place_of_the_old_one(
    application: App, ledger: Ledger, printed: Printed
) -> None:
    give(ledger, RevokeCard(MEI, printed.card, CardEnd.locked))
    new = shown(application, card_of(ledger))
    assert isinstance(tried(application, printed), NotAdmitted)
    assert isinstance(tried(application, new), Admitted)


def test_a_disabled_account_opens_to_no_card(
    application: App, ledger: Ledger, printed: Printed
) -> None:
    disable(ledger)
    assert isinstance(tried(application, printed), NotAdmitted)


def test_a_card_is_shown_once(application: App, printed: Printed) -> None:
    assert cards.open_card(application, printed.card, MEI, WRONG, REGISTRAR) is None
    assert isinstance(tried(application, printed), Admitted)


def test_neither_a_table_nor_a_representation_holds_secret_or_pin(
    application: App, owner: App, printed: Printed
) -> None:
    attempt = cards.take_a_try(application, printed.card, printed.secret)
    everything = all_rows(owner, "access", "ledger") + repr(printed) + repr(attempt)
    assert attempt is not None
    assert printed.secret not in everything
    assert f"'{PIN}'" not in everything
    assert "argon2" not in repr(attempt)
