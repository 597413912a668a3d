"""Limits: counted for all processes together, and nobody learns whom they are about."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.access import limits
from ledger.access.limits import (
    ADDRESS_TRIES,
    FREE_TRIES,
    Kind,
    Limits,
    network_of,
)
from tests.access.acting import all_rows

App = Connection[Any]
KEY = b"k" * 32
OURS = Limits(KEY)
NUMBER, OTHER = "40715838", "55227638"
ADDRESS = "192.0.2.7"
FIRST, MOST, WHOLE = 1_500, 90_000, 90_000


@pytest.fixture(autouse=True)
def longer_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred times as long, lest a busy machine be taken for a patient one."""
    assert (limits.WAIT_SECONDS_FIRST, limits.WAIT_SECONDS_MOST) == (15, 15 * 60)
    monkeypatch.setattr(limits, "WAIT_SECONDS_FIRST", FIRST)
    monkeypatch.setattr(limits, "WAIT_SECONDS_MOST", MOST)
    monkeypatch.setattr(limits, "EVEN_SECONDS", WHOLE)


def waits(application: App, subject: str = NUMBER, kind: Kind = Kind.account) -> int:
    """How long to wait, to the next hundred seconds."""
    return -(-OURS.wait_seconds(application, kind, subject) // 100) * 100


def pass_over(owner: App, seconds: int) -> None:
    """As if so much time had gone by."""
    owner.execute(
        "UPDATE access.attempt SET free_at = free_at - interval '1 second' * %s", (seconds,)
    )


# -- an account --------------------------------------------------------------------------------


def test_five_failures_wait_for_nothing_and_the_sixth_waits(application: App) -> None:
    assert [waits(application) for _ in range(FREE_TRIES)] == [0] * FREE_TRIES
    assert waits(application) == FIRST
    assert waits(application, OTHER) == 0
    assert waits(application, kind=Kind.slip) == 0


def test_each_failure_waits_twice_as_long_up_to_a_quarter_of_an_hour(
    application: App, owner: App
) -> None:
    for _ in range(FREE_TRIES):
        waits(application)
    seen = []
    for _ in range(9):
        seen.append(waits(application))
        pass_over(owner, seen[-1])
        assert waits(application) == 0
    assert seen == [1_500, 3_000, 6_000, 12_000, 24_000, 48_000, MOST, MOST, MOST]


def test_to_ask_again_does_not_make_the_wait_longer(application: App) -> None:
    for _ in range(FREE_TRIES):
        waits(application)
    assert {waits(application) for _ in range(50)} == {FIRST}


def test_a_success_forgives(application: App) -> None:
    for _ in range(FREE_TRIES + 1):
        waits(application)
    OURS.forgive(application, Kind.account, NUMBER)
    assert [waits(application) for _ in range(FREE_TRIES)] == [0] * FREE_TRIES


def test_a_day_without_a_try_forgives(application: App, owner: App) -> None:
    for _ in range(FREE_TRIES):
        waits(application)
    pass_over(owner, FIRST + 24 * 60 * 60)
    assert [waits(application) for _ in range(FREE_TRIES)] == [0] * FREE_TRIES
    assert waits(application) > 0


# -- an address --------------------------------------------------------------------------------


def test_an_address_has_a_hundred_tries_which_come_back_evenly(
    application: App, owner: App
) -> None:
    first = [waits(application, ADDRESS, Kind.address) for _ in range(ADDRESS_TRIES)]
    assert not any(first)
    assert waits(application, ADDRESS, Kind.address) == 900
    assert waits(application, "192.0.2.8", Kind.address) == 0
    pass_over(owner, 9_000)
    again = [waits(application, ADDRESS, Kind.address) for _ in range(12)]
    assert again.count(0) == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_who_has_many_addresses_of_one_network_has_no_more_tries(
    address: str, network: str
) -> None:
    assert network_of(address) == network


# -- many at once ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.account, Kind.slip])
def test_a_hundred_at_once_are_let_in_no_oftener(each_database: str, kind: Kind) -> None:
    assert at_once(each_database, kind, 100) == FREE_TRIES


def test_an_address_that_tries_everything_at_once_has_what_it_had_left(each_database: str) -> None:
    with psycopg.connect(each_database, autocommit=True) as connection:
        for _ in range(ADDRESS_TRIES - 7):
            waits(connection, kind=Kind.address)
    assert at_once(each_database, Kind.address, 100) == 7


def at_once(database: str, kind: Kind, tries: int) -> int:
    """How many of so many tries over eight connections were let in."""

    def attempts(_: int) -> int:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("SET ROLE jiefang_app")
            return [waits(connection, kind=kind) for _ in range(tries // 10)].count(0)

    with ThreadPoolExecutor(10) as threads:
        return sum(threads.map(attempts, range(10)))


# -- what is kept ------------------------------------------------------------------------------


def test_no_account_and_no_address_is_kept(application: App, owner: App) -> None:
    waits(application)
    waits(application, ADDRESS, Kind.address)
    rows = all_rows(owner, "access")
    assert NUMBER not in rows
    assert ADDRESS not in rows
    assert repr(KEY) not in repr(OURS)


def test_without_the_key_nobody_finds_out_whom_a_row_is_about(application: App, owner: App) -> None:
    waits(application)
    Limits(b"another key of the same length!!").wait_seconds(application, Kind.account, NUMBER)
    assert owner.execute("SELECT count(*) FROM access.attempt").fetchone() == (2,)


@pytest.mark.parametrize("subject", ["", "\x00", "\ud800", "陈" * 10_000])
def test_any_text_is_counted(application: App, subject: str) -> None:
    assert waits(application, subject) == 0


def test_what_is_forgiven_is_purged(application: App, owner: App) -> None:
    waits(application)
    assert limits.purge(application) == 0
    pass_over(owner, 24 * 60 * 60)
    assert limits.purge(application) == 1
