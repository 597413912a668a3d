"""Arrays packed whole arrive as they were, whatever is in them."""

from typing import Any, LiteralString

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg.sql import SQL

from ledger.store.arrays import Array, bigints, blobs, integers, texts

ON_ONE_CONNECTION = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
STORABLE = st.text(st.characters(exclude_characters="\0", codec="utf-8"))


SELECT = SQL("SELECT %b::{}[]")


def arrived(connection: Connection, array: Array, kind: LiteralString) -> Any:
    cursor = connection.cursor(row_factory=tuple_row)
    row = cursor.execute(SELECT.format(SQL(kind)), (array,), prepare=True, binary=True).fetchone()
    assert row is not None
    (found,) = row
    return found


@ON_ONE_CONNECTION
@given(items=st.lists(STORABLE))
def test_texts(owner: Connection, items: list[str]) -> None:
    assert arrived(owner, texts(items), "text") == items


@ON_ONE_CONNECTION
@given(items=st.lists(st.binary()))
def test_blobs(owner: Connection, items: list[bytes]) -> None:
    assert arrived(owner, blobs(items), "bytea") == items


@ON_ONE_CONNECTION
@given(items=st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_integers(owner: Connection, items: list[int]) -> None:
    assert arrived(owner, integers(items), "integer") == items


@ON_ONE_CONNECTION
@given(items=st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_bigints(owner: Connection, items: list[int]) -> None:
    assert arrived(owner, bigints(items), "bigint") == items


def test_an_array_of_another_type_is_refused_and_not_read_as_something_else(
    owner: Connection,
) -> None:
    with pytest.raises(Exception, match="element type"):
        arrived(owner, texts(["1"]), "bigint")
