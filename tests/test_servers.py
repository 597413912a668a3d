"""The servers under the tests are real, durable, apart from each other, and gone afterwards."""

import psycopg
import pytest

from tests.servers import Server, temporary_database

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def setting(url: str, name: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        assert row
        return str(row[0])


@pytest.mark.parametrize("name", DURABLE)
def test_durability_is_never_weakened(each_server: Server, name: str) -> None:
    assert setting(each_server.url, name) == "on"


def test_text_is_utf8_time_is_utc_and_sorting_never_changes(each_server: Server) -> None:
    names = ("server_encoding", "TimeZone")
    assert [setting(each_server.url, name) for name in names] == ["UTF8", "UTC"]
    with psycopg.connect(each_server.url) as connection:
        found = connection.execute("SELECT DISTINCT datcollate, datctype FROM pg_database")
        assert found.fetchall() == [("C", "C")]


def test_a_temporary_database_is_fresh_and_gone_afterwards(each_server: Server) -> None:
    with temporary_database(each_server, migrated=False) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE leftover ()")
        connection.commit()
        with temporary_database(each_server, migrated=False) as other:
            assert other != url
            assert setting(other, "fsync") == "on"
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        return {str(row[0]) for row in found}


def test_a_fresh_database_has_the_ledgers_tables(each_database: str) -> None:
    assert tables(each_database)


def test_an_empty_database_can_be_had_as_well(embedded: Server) -> None:
    with temporary_database(embedded, migrated=False) as url:
        assert not tables(url)
