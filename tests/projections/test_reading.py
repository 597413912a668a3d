"""Reading: one snapshot, nothing written, nothing for long, and a connection that is given back."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from ledger.domain import funds, people, policy_records, sites
from ledger.domain.decisions import Stream
from ledger.domain.policy_records import Timeline
from ledger.domain.values import SiteId
from ledger.engine import Ledger
from ledger.projections.reading import (
    LOOK,
    ReadingTooLong,
    connected,
    homes,
    position_of,
    positions_of,
    reading,
    standing,
    state_at,
)
from ledger.store.datastore import LedgerDatastore
from tests.builders import (
    CANTEEN,
    JINNING,
    MEAL_FUND,
    found,
    open_ledger,
    person,
    registration,
    unit,
)

TRACK = "INSERT INTO ledger.notification_tracking VALUES (%s, %s)"


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with open_ledger(database) as ledger:
        found(ledger, people=1)
        yield ledger


@pytest.fixture
def datastore(database: str, ledger: Ledger) -> Iterator[LedgerDatastore]:
    with LedgerDatastore(database) as datastore:
        yield datastore


def test_what_others_write_meanwhile_is_not_seen(
    ledger: Ledger, datastore: LedgerDatastore
) -> None:
    with reading(datastore) as connection:
        before = standing(connection, ())
        ledger.execute([unit(registration(7))])
        assert standing(connection, ()) == before
    with reading(datastore) as connection:
        assert standing(connection, ()) > before


def test_nothing_is_written(datastore: LedgerDatastore) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), reading(datastore) as connection:
        connection.execute("UPDATE ledger.tokens SET last_used_on = current_date")


def test_what_takes_too_long_is_given_up_and_the_connection_serves_again(
    datastore: LedgerDatastore,
) -> None:
    for _ in range(20):  # more often than there are connections
        with pytest.raises(ReadingTooLong), reading(datastore) as connection:
            connection.execute("SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(1)")
    with connected(datastore, LOOK) as connection:
        (row,) = connection.execute("SHOW statement_timeout").fetchall()
        assert list(row.values()) == ["0"]


def test_a_question_that_fails_gives_its_connection_back(datastore: LedgerDatastore) -> None:
    for _ in range(20):
        with pytest.raises(ZeroDivisionError), reading(datastore):
            raise ZeroDivisionError
    with reading(datastore) as connection:
        assert standing(connection, ())[0] > 0


def test_models_stand_where_the_last_of_them_stands(
    database: str, datastore: LedgerDatastore
) -> None:
    with psycopg.connect(database) as owner:
        owner.execute(TRACK, ("one", 7))
        owner.execute(TRACK, ("two", 3))
    with reading(datastore) as connection:
        assert position_of(connection, "one") == 7
        assert position_of(connection, "one", "two") == 3
        assert position_of(connection, "one", "none") == 0
        assert positions_of(connection, "one", "two") == (3, 7)
        assert positions_of(connection, "two", "none") == (0, 3)
        tail, positions = standing(connection, ("one", "none"))
        assert positions == {"one": 7, "none": 0}
        assert tail > 7


def test_everything_has_the_home_that_its_first_event_says(datastore: LedgerDatastore) -> None:
    here: set[Stream[Any]] = {
        funds.stream(MEAL_FUND), sites.stream(CANTEEN), people.stream(person(0)),
    }  # fmt: skip
    nowhere: set[Stream[Any]] = {people.stream(person(99)), sites.stream(SiteId("no-site"))}
    with reading(datastore) as connection:
        assert homes(connection, here | nowhere) == dict.fromkeys(here, JINNING)
        assert homes(connection, set()) == {}


def test_a_timeline_is_told_as_it_was_known(datastore: LedgerDatastore) -> None:
    stream = policy_records.stream(CANTEEN)
    with reading(datastore) as connection:
        tail, _ = standing(connection, ())
        assert len(state_at(connection, stream, tail).versions) == 1
        assert state_at(connection, stream, 1) == Timeline()
