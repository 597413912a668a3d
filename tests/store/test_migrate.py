"""Schema changes: by who may, one at a time, without stopping those who work, and twice as once."""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from threading import Event as Signal

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from ledger.store.datastore import LedgerDatastore, UnsafeSetting
from ledger.store.migrate import migrate
from tests.servers import Server, debian_server, embedded_server, temporary_database
from tests.store.appends import Connection, append, event, everything, recorder_of

CATALOGUE = """
SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.proacl::text
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace
WHERE nspname IN ('ledger', 'vault', 'access')
UNION ALL
SELECT 'relation', c.oid::regclass::text, relkind::text, concat(relacl, reloptions)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname IN ('ledger', 'vault', 'access')
UNION ALL
SELECT 'column', concat(attrelid::regclass, '.', attname), atttypid::regtype::text,
       concat(attnotnull, attstorage, attcollation)
FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
    JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname IN ('ledger', 'vault', 'access') AND attnum > 0
UNION ALL
SELECT 'constraint', concat(conrelid::regclass, '.', conname), pg_get_constraintdef(o.oid), ''
FROM pg_constraint AS o JOIN pg_namespace AS n ON n.oid = connamespace
WHERE nspname IN ('ledger', 'vault', 'access')
UNION ALL
SELECT 'trigger', concat(tgrelid::regclass, '.', tgname), pg_get_triggerdef(oid), tgenabled::text
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'row', 'book', row_to_json(book)::text, '' FROM ledger.book
UNION ALL
SELECT 'row', 'tracking', row_to_json(t)::text, '' FROM ledger.notification_tracking AS t
ORDER BY 1, 2, 3, 4
"""
BACKUP = SQL("LOCK TABLE {} IN ACCESS SHARE MODE")
VACUUM = SQL("LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE")
GIVE = SQL("ALTER DATABASE {} OWNER TO {}")


def everything_about(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [json.dumps(row) for row in connection.execute(CATALOGUE).fetchall()]


@pytest.fixture
def empty(each_server: Server) -> Iterator[str]:
    with temporary_database(each_server, migrated=False) as url:
        yield url


# -- again and at once -------------------------------------------------------------------------


def test_migrating_again_changes_nothing(each_database: str) -> None:
    before = everything_about(each_database)
    assert len(before) > 50
    migrate(each_database)
    migrate(each_database)
    assert everything_about(each_database) == before


def test_two_at_once_do_not_disturb_each_other(empty: str) -> None:
    spawn = get_context("spawn")
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2, mp_context=spawn) as processes:
        tasks = [pool.submit(migrate, empty) for pool in (threads, processes) for _ in range(3)]
        for task in tasks:
            task.result()
    with recorder_of(empty) as recorder:
        assert append(recorder, event("person-1", 1)).status == "appended"


def test_two_databases_of_a_new_server_at_once_agree_about_the_role(fresh_server: Server) -> None:
    with (
        temporary_database(fresh_server, migrated=False) as first,
        temporary_database(fresh_server, migrated=False) as second,
        ThreadPoolExecutor(2) as threads,
    ):
        list(threads.map(migrate, (first, second)))
        for url in (first, second):
            with recorder_of(url) as recorder:
                assert append(recorder, event("person-1", 1)).status == "appended"


def test_a_worker_that_starts_disturbs_nobody_who_writes(each_database: str) -> None:
    done = Signal()

    def write() -> int:
        number = 0
        with recorder_of(each_database) as recorder:
            while not done.is_set():
                number += 1
                assert append(recorder, event("person-1", number), key=f"key-{number}").recorded
        return number

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        try:
            for _ in range(5):
                migrate(each_database)
        finally:
            done.set()
        written = writing.result()
    with recorder_of(each_database) as recorder:
        assert len(everything(recorder)) == written > 0


@pytest.mark.parametrize("work", [BACKUP, VACUUM], ids=["backup", "vacuum"])
def test_a_worker_that_starts_waits_neither_for_a_backup_nor_for_a_vacuum(
    each_database: str, owner: Connection, work: SQL
) -> None:
    """Waiting, it would keep everybody else waiting behind it until the backup ends."""
    tables = owner.execute(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_schema IN ('ledger', 'vault', 'access')"
    ).fetchall()
    with owner.transaction():  # the locks that it holds
        for schema, table in tables:
            owner.execute(work.format(Identifier(schema, table)))
        migrate(make_conninfo(each_database, options="-clock_timeout=3s"))


def test_a_schema_that_was_interfered_with_is_repaired(
    each_database: str, owner: Connection
) -> None:
    before = everything_about(each_database)
    owner.execute("ALTER TABLE ledger.batches DISABLE TRIGGER append_only")
    owner.execute("DROP TRIGGER append_only ON ledger.command_keys")
    owner.execute("DROP INDEX ledger.stored_events_notification_id_idx")
    owner.execute("GRANT EXECUTE ON FUNCTION ledger.insert_events TO PUBLIC")
    migrate(each_database)
    assert everything_about(each_database) == before


# -- by who may --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["embedded", "debian"])
def fresh_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server that has never seen a ledger, not even the application's role."""
    if request.param == "debian":
        request.getfixturevalue("debian")  # skips where there is none
    with embedded_server() if request.param == "embedded" else debian_server() as server:
        yield server


def test_what_an_older_version_left_is_replaced_by_what_is_called_now(
    each_database: str, owner: Connection
) -> None:
    owner.execute("CREATE FUNCTION ledger.append(one int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    owner.execute("DELETE FROM ledger.scripts")
    migrate(each_database)
    kept = owner.execute("SELECT pronargs FROM pg_proc WHERE proname = 'append'").fetchall()
    assert len(kept) == 1
    with recorder_of(each_database) as recorder:
        assert append(recorder, event("person-1", 1)).status == "appended"


@pytest.fixture
def given_to(fresh_server: Server) -> Iterator[str]:
    """A database that was given to a plain owner, as a hosting service does."""
    with temporary_database(fresh_server, migrated=False) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("DROP ROLE IF EXISTS jiefang_app, jiefang_reader, jiefang_folder")
            admin.execute("CREATE ROLE plain LOGIN")
            admin.execute(GIVE.format(Identifier(admin.info.dbname), Identifier("plain")))
        yield make_conninfo(url, user="plain")
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("DROP OWNED BY plain CASCADE")
            admin.execute(GIVE.format(Identifier(admin.info.dbname), Identifier("postgres")))
            admin.execute("DROP ROLE plain")
            for role in ("jiefang_app", "jiefang_reader", "jiefang_folder"):
                if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount:
                    admin.execute(SQL("DROP OWNED BY {} CASCADE").format(Identifier(role)))
                    admin.execute(SQL("DROP ROLE {}").format(Identifier(role)))


def as_admin(url: str, statement: str) -> None:
    with psycopg.connect(make_conninfo(url, user="postgres"), autocommit=True) as admin:
        admin.execute(statement.encode())


def test_an_owner_who_may_create_roles_needs_no_superuser(given_to: str) -> None:
    as_admin(given_to, "ALTER ROLE plain CREATEROLE")
    migrate(given_to)
    migrate(given_to)
    with recorder_of(given_to) as recorder:
        assert append(recorder, event("person-1", 1)).status == "appended"
    with LedgerDatastore(given_to) as datastore:
        datastore.check()


FOLDER = "SELECT rolbypassrls FROM pg_roles WHERE rolname = 'jiefang_folder'"


def test_who_folds_past_the_walls_is_made_by_whoever_passes_them_herself(given_to: str) -> None:
    as_admin(given_to, "ALTER ROLE plain CREATEROLE")
    migrate(given_to)
    with psycopg.connect(given_to) as connection:
        assert connection.execute(FOLDER).fetchone() is None
        newer = connection.info.server_version >= 160_000  # before it, superusers alone
    as_admin(given_to, "ALTER ROLE plain BYPASSRLS")
    migrate(given_to)
    with psycopg.connect(given_to) as connection:
        assert connection.execute(FOLDER).fetchone() == ((True,) if newer else None)
    migrate(make_conninfo(given_to, user="postgres"))
    with psycopg.connect(given_to) as connection:
        assert connection.execute(FOLDER).fetchone() == (True,)


def test_an_owner_who_was_given_the_role_needs_to_create_none(given_to: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege) as told:
        migrate(given_to)
    as_admin(given_to, str(told.value).partition("superuser run: ")[2])
    migrate(given_to)
    with recorder_of(given_to) as recorder:
        assert append(recorder, event("person-1", 1)).status == "appended"


def test_an_owner_who_may_not_create_roles_is_told_what_to_ask_for(given_to: str) -> None:
    with pytest.raises(
        errors.InsufficientPrivilege, match="superuser run: CREATE ROLE jiefang_app"
    ):
        migrate(given_to)
    as_admin(given_to, "CREATE ROLE jiefang_app NOLOGIN")
    with pytest.raises(errors.InsufficientPrivilege, match="GRANT jiefang_app TO plain"):
        migrate(given_to)
    with psycopg.connect(given_to) as connection:
        assert connection.execute("SELECT to_regclass('ledger.book')").fetchone() == (None,)


def test_a_login_that_may_not_create_is_told_who_may(empty: str, each_database: str) -> None:
    for url in (empty, each_database):  # a new database, one that is up to date
        as_admin(url, "CREATE ROLE jiefang_test_worker LOGIN")
        try:
            with pytest.raises(errors.InsufficientPrivilege, match="as the database's owner"):
                migrate(make_conninfo(url, user="jiefang_test_worker"))
        finally:
            as_admin(url, "DROP ROLE jiefang_test_worker")


def test_a_database_that_does_not_know_its_letters_is_refused(each_server: Server) -> None:
    """PostgreSQL makes such a one where no language is set; it counts bytes for characters."""
    with psycopg.connect(each_server.url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE letters ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(UnsafeSetting, match=r"SQL_ASCII.*ENCODING 'UTF8'"):
            migrate(each_server.url_of("letters"))
    finally:
        each_server.drop("letters")
