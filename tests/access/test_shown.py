"""Shown: which papers were printed, which card is locked, whether a password was chosen."""

from typing import Any

from psycopg import Connection

from ledger.access import accounts, cards, passwords, shown
from ledger.access.shown import Shown
from ledger.engine import Ledger
from tests.access.acting import MEI, REGISTRAR, card_of, issue, opened

App = Connection[Any]
NOTHING: Shown = Shown(frozenset(), frozenset(), frozenset(), has_password=False)


def test_of_whoever_was_given_nothing_nothing_is_told(application: App) -> None:
    assert shown.of(application, MEI) == NOTHING


def test_what_is_issued_is_not_printed_yet(application: App, ledger: Ledger) -> None:
    slip, card = issue(ledger), card_of(ledger)
    assert shown.of(application, MEI) == NOTHING
    opened(application, slip)
    cards.open_card(application, card, MEI, "407158", REGISTRAR)
    found = shown.of(application, MEI)
    assert found == Shown(frozenset([slip]), frozenset([card]), frozenset(), has_password=False)


def test_the_fifth_wrong_pin_and_a_password_are_told(application: App, ledger: Ledger) -> None:
    card = card_of(ledger)
    printed = cards.open_card(application, card, MEI, "407158", REGISTRAR)
    assert printed is not None
    for _ in range(4):
        cards.take_a_try(application, card, printed.secret)
    assert not shown.of(application, MEI).locked
    cards.take_a_try(application, card, printed.secret)
    accounts.set_password(application, MEI, passwords.hashed("四月的荔枝 and boats"))
    found = shown.of(application, MEI)
    assert found.locked == {card}
    assert found.has_password
