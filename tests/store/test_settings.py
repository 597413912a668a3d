"""Start-up checks: a setting that would break a promise is refused by name, with the remedy."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ledger.store import embedded
from ledger.store.datastore import LedgerDatastore, UnsafeSetting
from ledger.store.migrate import migrate
from tests.store.appends import Connection

REMEDY = "Set it to on, or set LEDGER_ALLOW_WEAK_DURABILITY=yes"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a short name: a socket's path may not be long."""
    with TemporaryDirectory(prefix="jiefang-", ignore_cleanup_errors=True) as name:
        yield Path(name)
        embedded.stop(Path(name))


def check(url: str, *, allow_weak_durability: bool = False) -> None:
    with LedgerDatastore(url, pool_size=1) as datastore:
        datastore.check(allow_weak_durability=allow_weak_durability)


def test_the_settings_of_both_servers_are_safe(each_database: str) -> None:
    check(each_database)


def test_a_connection_that_does_not_wait_for_the_disk_is_refused(each_database: str) -> None:
    url = make_conninfo(each_database, options="-csynchronous_commit=off")
    with pytest.raises(UnsafeSetting, match=f"synchronous_commit is off.*{REMEDY}"):
        check(url)
    check(url, allow_weak_durability=True)


def test_every_level_that_waits_for_this_servers_disk_is_accepted(each_database: str) -> None:
    for safe in ("local", "remote_write", "remote_apply", "on"):
        check(make_conninfo(each_database, options=f"-csynchronous_commit={safe}"))


def test_a_database_whose_owner_made_it_fast_is_refused(
    each_database: str, owner: Connection
) -> None:
    name = sql.Identifier(str(conninfo_to_dict(each_database)["dbname"]))
    owner.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    with pytest.raises(UnsafeSetting, match=f"synchronous_commit is off.*{REMEDY}"):
        check(each_database)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_would_not_survive_a_power_cut_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setitem(embedded.SETTINGS, setting, "off")
    url = embedded.start(folder)
    migrate(url)
    with pytest.raises(UnsafeSetting, match=f"PostgreSQL's {setting} is off.*{REMEDY}"):
        check(url)
    check(url, allow_weak_durability=True)


def test_the_librarys_inserts_without_the_order_lock_are_refused_whatever_is_allowed(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("y", "Yes", "TRUE", "1", "t", "on"):
        monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
        for allowed in (False, True):
            with pytest.raises(UnsafeSetting, match=r"POSTGRES_ENABLE_DB_FUNCTIONS.*Unset it"):
                check(database, allow_weak_durability=allowed)
    for value in ("", "n", "no", "False", "0", "off"):
        monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
        check(database)


def test_every_connection_acts_as_the_application_and_speaks_utc(each_database: str) -> None:
    url = make_conninfo(
        each_database, application_name="counter 3", options="-cTimeZone=Asia/Tokyo"
    )
    with LedgerDatastore(url) as datastore, datastore.get_connection() as connection:
        told = connection.execute(
            "SELECT current_user, current_setting('TimeZone') AS zone,"
            " current_setting('application_name') AS name"
        ).fetchone()
    assert told == {"current_user": "jiefang_app", "zone": "UTC", "name": "counter 3"}


def test_a_setting_is_read_on_a_connection_like_those_that_write(
    each_database: str, owner: Connection
) -> None:
    """What the login's own settings say counts, not what the server's file says."""
    owner.execute("CREATE ROLE jiefang_test_hurried LOGIN")
    try:
        owner.execute("GRANT jiefang_app TO jiefang_test_hurried")
        owner.execute("ALTER ROLE jiefang_test_hurried SET synchronous_commit = off")
        with pytest.raises(UnsafeSetting, match="synchronous_commit is off"):
            check(make_conninfo(each_database, user="jiefang_test_hurried"))
    finally:
        owner.execute("DROP ROLE jiefang_test_hurried")


def test_a_server_that_is_not_there_is_an_error_of_the_connection(folder: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match="No such file"):
        migrate(f"postgresql://postgres@/postgres?host={folder}")
