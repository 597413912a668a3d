"""No secret is in a table, in the log, in a message or in a representation: shown with canaries."""

import logging
from typing import Any

import pytest
from psycopg import Connection

from ledger.access import accounts, cards, passwords, slips
from ledger.access.doors import Admitted, Door, with_card, with_password, with_slip
from ledger.access.limits import Limits
from ledger.access.slips import Slip
from ledger.engine import Ledger
from tests.access.acting import MEI, REGISTRAR, all_rows, card_of, issue, opened, use

App = Connection[Any]
PASSWORD, WRONG = "canary-荔枝-83625", "canary-wrong-11937"
PIN = "407158"
ADDRESS = "192.0.2.77"
KEY = b"canary key of the limits, 32 by."


def a_day(application: App, ledger: Ledger) -> tuple[list[str], str]:
    """Everything that may happen to secrets; which there were, and how the answers look."""
    door = Door(Limits(KEY), ADDRESS)
    printed = opened(application, issue(ledger))
    slip = with_slip(application, door, printed.number, printed.secret)
    assert isinstance(slip, Slip)
    use(ledger, slip.slip)
    slips.spend(application, slip.slip)
    accounts.set_password(application, MEI, passwords.hashed(PASSWORD))
    with_password(application, door, printed.number, WRONG)
    full = with_password(application, door, printed.number, PASSWORD)
    card = cards.open_card(application, card_of(ledger), MEI, PIN, REGISTRAR)
    assert card is not None
    short = with_card(application, door, card.card, card.secret, PIN)
    assert isinstance(full, Admitted)
    assert isinstance(short, Admitted)
    secrets = [printed.secret, printed.secret.replace("-", ""), card.secret]
    secrets += [full.secret, short.secret, PASSWORD, WRONG, ADDRESS, KEY.decode(), f"'{PIN}'"]
    return secrets, repr((door, printed, slip, full, card, short))


def test_no_secret_is_anywhere(
    application: App, owner: App, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        secrets, shown = a_day(application, ledger)
    kept = all_rows(owner, "access", "ledger", "vault")
    for place in (kept, shown, caplog.text):
        assert not [secret for secret in secrets if secret in place]


def test_what_the_database_refuses_is_told_without_the_secret(application: App) -> None:
    """A row that is refused is shown in the message of the error: it must hold digests only."""
    number = accounts.enrol(application, MEI)
    with pytest.raises(Exception, match="violates check constraint") as told:
        accounts.set_password(application, MEI, passwords.PasswordHash("not a hash"))
    assert number in str(told.value)
    assert PASSWORD not in str(told.value)
