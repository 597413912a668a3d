"""Sessions: found by a secret until they end, and ended at once by whatever must end them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from ledger.access import accounts, sessions, standing
from ledger.access.sessions import SessionKind
from ledger.domain.account_records import CardEnd
from ledger.domain.authority import Role
from ledger.domain.cards import RevokeCard
from ledger.domain.catalogue import EVENTS
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.engine import Ledger
from tests.access.acting import (
    HE,
    MEI,
    all_rows,
    card_of,
    disable,
    enable,
    enrolled,
    give,
    give_office,
)
from tests.builders import NEW_YEAR, person

App = Connection[Any]


@pytest.fixture(autouse=True)
def account(application: App, ledger: Ledger) -> None:
    enrolled(application)


def begun(application: App, kind: SessionKind = SessionKind.full) -> str:
    secret = sessions.begin(application, standing.of(application, MEI), kind)
    assert secret is not None
    return secret


def age(owner: App, by: str) -> None:
    """As if the session had begun and been seen so much earlier."""
    owner.execute(
        "UPDATE access.session SET began_at = began_at - %(by)s::interval,"
        " seen_at = seen_at - %(by)s::interval, ends_at = ends_at - %(by)s::interval",
        {"by": by},
    )


def see(owner: App) -> None:
    owner.execute("UPDATE access.session SET seen_at = now()")


# -- finding -----------------------------------------------------------------------------------


def test_a_session_is_found_by_its_secret(application: App) -> None:
    session = sessions.find(application, begun(application))
    assert session is not None
    assert (session.person, session.kind) == (MEI, SessionKind.full)
    assert session.ends_at - session.began_at == timedelta(hours=12)
    assert not session.roles_changed


SPOILERS: dict[str, Callable[[str], str]] = {
    "empty": lambda secret: "",
    "cut": lambda secret: secret[:-1],
    "longer": lambda secret: secret + "A",
    "another": lambda secret: ("A" if secret[0] != "A" else "B") + secret[1:],
    "Chinese": lambda secret: secret[:-1] + "陈",
    "half a pair": lambda secret: "\ud800" * len(secret),
    "no text": lambda secret: "\x00" * len(secret),
    "a line more": lambda secret: secret + "\n",
}


@pytest.mark.parametrize("spoil", SPOILERS)
def test_whatever_is_not_the_secret_itself_is_nobody(application: App, spoil: str) -> None:
    secret = SPOILERS[spoil](begun(application))
    assert sessions.find(application, secret) is None
    assert sessions.renew(application, secret) is None


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(application: App) -> None:
    stolen = begun(application)
    sessions.end(application, stolen)
    assert sessions.find(application, stolen) is None
    assert sessions.renew(application, stolen) is None


# -- time --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("idle", "alive"), [("29 minutes", True), ("30 minutes", False)])
def test_it_ends_when_it_was_not_used_for_half_an_hour(
    application: App, owner: App, idle: str, alive: bool
) -> None:
    secret = begun(application)
    age(owner, idle)
    assert (sessions.find(application, secret) is not None) is alive


@pytest.mark.parametrize(
    ("kind", "lasted", "alive"),
    [
        (SessionKind.full, "11 hours 59 minutes", True),
        (SessionKind.full, "12 hours", False),
        (SessionKind.card, "9 minutes", True),
        (SessionKind.card, "10 minutes", False),
    ],
)
def test_it_ends_however_often_it_is_used(
    application: App, owner: App, kind: SessionKind, lasted: str, alive: bool
) -> None:
    secret = begun(application, kind)
    age(owner, lasted)
    see(owner)
    assert (sessions.find(application, secret) is not None) is alive


def test_its_use_is_noted_once_a_minute(application: App, owner: App) -> None:
    secret = begun(application)
    first = sessions.find(application, secret)
    age(owner, "50 seconds")
    sessions.find(application, secret)
    [unnoted] = sessions.listed(application, MEI)
    age(owner, "20 seconds")
    sessions.find(application, secret)
    [noted] = sessions.listed(application, MEI)
    assert first is not None
    assert unnoted.seen_at < first.seen_at < noted.seen_at


# -- a new secret ------------------------------------------------------------------------------


def test_a_renewed_session_has_another_secret_and_lasts_no_longer(application: App) -> None:
    old = begun(application)
    before = sessions.find(application, old)
    new = sessions.renew(application, old)
    assert before is not None
    assert new is not None
    after = sessions.find(application, new)
    assert sessions.find(application, old) is None
    assert after is not None
    assert (after.id, after.ends_at) == (before.id, before.ends_at)


def test_a_session_says_that_roles_changed_until_it_is_renewed(
    application: App, ledger: Ledger
) -> None:
    secret = begun(application)
    give_office(ledger, role=Role.leader)
    changed = sessions.find(application, secret)
    assert changed is not None
    assert changed.roles_changed
    renewed = sessions.renew(application, secret)
    assert renewed is not None
    again = sessions.find(application, renewed)
    assert again is not None
    assert not again.roles_changed


# -- what ends it ------------------------------------------------------------------------------


def test_a_disabled_account_ends_it_and_enabling_does_not_bring_it_back(
    application: App, ledger: Ledger
) -> None:
    secret = begun(application)
    disable(ledger)
    assert sessions.find(application, secret) is None
    assert sessions.renew(application, secret) is None
    enable(ledger)
    assert sessions.find(application, secret) is None
    assert sessions.find(application, begun(application)) is not None


def test_death_ends_it_and_a_mistaken_one_does_not_bring_it_back(
    application: App, ledger: Ledger
) -> None:
    secret = begun(application)
    give(ledger, RecordDeath(MEI, NEW_YEAR))
    assert sessions.find(application, secret) is None
    assert sessions.begin(application, standing.of(application, MEI)) is None
    give(ledger, CorrectDeath(MEI, None))
    assert sessions.find(application, secret) is None
    assert begun(application)


def test_a_revoked_card_ends_what_it_began_and_nothing_else(
    application: App, ledger: Ledger
) -> None:
    card = card_of(ledger)
    by_card, full = begun(application, SessionKind.card), begun(application)
    give(ledger, RevokeCard(MEI, card, CardEnd.lost))
    assert sessions.find(application, by_card) is None
    assert sessions.find(application, full) is not None


def test_what_the_log_says_between_looking_and_beginning_ends_it_too(
    application: App, ledger: Ledger
) -> None:
    before = standing.of(application, MEI)
    disable(ledger)
    secret = sessions.begin(application, before)
    assert secret is not None
    assert sessions.find(application, secret) is None


def test_the_events_that_end_a_session_are_those_of_the_catalogue(owner: App) -> None:
    [(text,)] = owner.execute("SELECT pg_get_viewdef('access.live_session'::regclass)").fetchall()
    for event in ("account-disabled", "death-recorded", "card-revoked"):
        versions = [name for name in EVENTS if name.startswith(f"{event}.")]
        assert versions
        assert all(f"'{name}'" in text for name in versions)


def test_nobody_is_signed_in_who_is_not_registered_or_has_no_account(application: App) -> None:
    stranger = person(99)
    accounts.enrol(application, stranger)
    assert sessions.begin(application, standing.of(application, stranger)) is None
    assert sessions.begin(application, standing.of(application, HE)) is None


# -- where am I signed in ----------------------------------------------------------------------


def test_she_sees_where_she_is_signed_in_and_ends_one_of_them(application: App) -> None:
    here, there = begun(application), begun(application)
    found = sessions.find(application, there)
    assert found is not None
    assert {each.id for each in sessions.listed(application, MEI)} >= {found.id}
    assert len(sessions.listed(application, MEI)) == 2
    assert not sessions.end_one(application, HE, found.id)
    assert sessions.end_one(application, MEI, found.id)
    assert sessions.find(application, there) is None
    assert sessions.find(application, here) is not None


def test_she_ends_all_of_them(application: App) -> None:
    secrets = [begun(application) for _ in range(3)]
    assert sessions.end_all(application, MEI) == 3
    assert not any(sessions.find(application, each) for each in secrets)


def test_a_list_holds_no_secret(application: App, owner: App) -> None:
    secret = begun(application)
    assert secret not in repr(sessions.listed(application, MEI))
    assert secret not in all_rows(owner, "access")


def test_what_has_ended_is_purged(application: App, ledger: Ledger, owner: App) -> None:
    begun(application)
    age(owner, "31 minutes")
    living = begun(application)
    assert sessions.purge(application) == 1
    assert sessions.find(application, living) is not None
    disable(ledger)
    assert sessions.purge(application) == 1
