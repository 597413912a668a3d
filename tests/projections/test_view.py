"""What a reader asks to be true, and up to which position that goes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import dict_row

from ledger.domain.values import ZoneName
from ledger.projections.view import NOW, Basis, View, bounds, position_known

BATCHES = (
    (
        1,
        3,
        datetime(2026, 3, 18, 15, 59, 59, 999_999, tzinfo=UTC),
    ),  # the last of 18 March in Shanghai
    (4, 4, datetime(2026, 3, 18, 16, 0, tzinfo=UTC)),
    (5, 9, datetime(2026, 3, 18, 23, 59, 59, 999_999, tzinfo=UTC)),  # the last of 18 March in UTC
    (10, 12, datetime(2026, 3, 19, 0, 0, tzinfo=UTC)),
    (13, 13, datetime(2026, 3, 21, 8, 0, tzinfo=UTC)),
)
MARCH_18, MARCH_19 = date(2026, 3, 18), date(2026, 3, 19)


@pytest.fixture
def connection(database: str) -> Iterator[Connection[Any]]:
    """Thirteen positions, recorded in five batches around two midnights."""
    with psycopg.connect(database) as connection:
        insert = "INSERT INTO ledger.batches VALUES (%s, %s, %s)"
        connection.cursor().executemany(insert, BATCHES)
        yield connection


SHANGHAI_NOON = datetime(2026, 3, 19, 12, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("known_at", "position"),
    [
        (7, 7),
        (0, 0),
        (date(2026, 3, 17), 0),
        (MARCH_18, 3),
        (MARCH_19, 12),
        (date(2026, 3, 20), 12),
        (date(2026, 3, 21), 13),
        (date(2030, 1, 1), 13),
        (SHANGHAI_NOON, 12),
        (datetime(2026, 3, 18, 16, 0, tzinfo=UTC), 4),
        (datetime(2026, 3, 18, 15, 59, 59, 999_998, tzinfo=UTC), 0),
    ],
)
def test_what_was_recorded_strictly_later_was_not_known(
    connection: Connection[Any], known_at: int | date | datetime, position: int
) -> None:
    assert position_known(connection, known_at) == position


def test_a_day_ends_where_the_community_lies(connection: Connection[Any]) -> None:
    assert position_known(connection, MARCH_18, ZoneName("UTC")) == 9
    assert position_known(connection, MARCH_18, ZoneName("America/New_York")) == 12


def test_nothing_was_known_of_an_empty_ledger(database: str) -> None:
    with psycopg.connect(database) as empty:
        assert position_known(empty, MARCH_19) == 0
        assert bounds(empty, View(known=5)) == bounds(empty, NOW)


def test_a_connection_may_give_rows_of_any_kind(connection: Connection[Any]) -> None:
    connection.row_factory = dict_row
    assert position_known(connection, MARCH_18) == 3
    assert bounds(connection, View(known=11))["after"] == 9


EVER = date.max


@pytest.mark.parametrize(
    ("known", "before_day", "after", "until"),
    [
        (None, EVER, 0, 0),
        (14, EVER, 0, 0),  # a position to come: nothing is hidden
        (13, date(2026, 3, 21), 12, 13),
        (12, MARCH_19, 9, 12),
        (10, MARCH_19, 9, 10),
        (9, MARCH_18, 0, 9),
        (1, MARCH_18, 0, 1),
        (0, MARCH_18, 0, 0),
        (-1, MARCH_18, 0, -1),
    ],
)
def test_a_known_position_is_whole_days_and_the_beginning_of_one(
    connection: Connection[Any], known: int | None, before_day: date, after: int, until: int
) -> None:
    values = bounds(connection, View(known=known))
    assert (values["before_day"], values["after"], values["until"]) == (before_day, after, until)


def test_a_view_is_told_to_a_statement_by_name(connection: Connection[Any]) -> None:
    assert bounds(connection, NOW) == {
        "as_of": EVER,
        "before_day": EVER,
        "after": 0,
        "until": 0,
        "booked": False,
    }
    values = bounds(connection, View(as_of=MARCH_18, basis=Basis.booked))
    assert (values["as_of"], values["booked"]) == (MARCH_18, True)
