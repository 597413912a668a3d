"""Writing: rows are copied by a role that can do nothing else, or inserted; they are the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from random import Random
from typing import Any, LiteralString

import psycopg
import pytest
from eventsourcing.persistence import DataError
from msgspec import Raw
from psycopg import Connection, errors
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from ledger.domain.tiers import Sitting
from ledger.projections import rebuild
from ledger.projections.model import Changes
from ledger.projections.models import MODELS
from ledger.projections.reading import reading
from ledger.projections.writing import apply, writing_into
from ledger.store.datastore import LedgerDatastore
from ledger.store.migrate import migrate
from tests.projections import histories
from tests.projections.history_views import Start
from tests.projections.tally import TALLY, is_right_at, projecting, record
from tests.servers import Server, embedded_server, temporary_database

SEED, TURNS = 3, 120
LOGIN = "jiefang_test_folder"

# -- what is sent to the database --------------------------------------------------------------

AWKWARD = ["", "NULL", "null", "{}", "a,b", 'a"b', "a\\b", "\\", '"', " ", "\t\n", "长者", "'"]
MORE = ["\\N", "\\.", "a\rb", "\\t", "\r\n", "\\\n", "  a  "]


@pytest.mark.parametrize("copies", [True, False], ids=["copied", "inserted"])
@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("text", AWKWARD + MORE),
        ("text", ["plain", "words"]),
        ("text", [None, "a", None, *MORE]),
        ("text", [None]),
        ("bigint", [0, -1, 2**63 - 1, -(2**63)]),
        ("bigint", [None, 1]),
        ("boolean", [True, False]),
        ("date", [date(1950, 1, 1), date(9999, 12, 31)]),
        ("date", [None, date(1950, 1, 1)]),
        ("timestamptz", [datetime(2026, 3, 2, 4, 5, 6, 7, tzinfo=UTC)]),
    ],
)
def test_a_column_arrives_as_it_was_sent(
    database: str, kind: LiteralString, column: list[object], *, copies: bool
) -> None:
    changes = Changes()
    write = f"INSERT INTO plain.one SELECT unnest(%s::{kind}[])"
    changes.write(write, [(value,) for value in column])
    changes.copy("COPY {s}.one (value) FROM STDIN", [(value,) for value in column])
    assert arrived(database, kind, changes, copies=copies) == column * 2


@pytest.mark.parametrize("copies", [True, False], ids=["copied", "inserted"])
def test_words_of_an_enumeration_arrive_as_their_values(database: str, *, copies: bool) -> None:
    changes = Changes()
    changes.write("INSERT INTO {s}.one SELECT unnest(%s::text[])", [(each,) for each in Sitting])
    changes.copy("COPY {s}.one (value) FROM STDIN", [(each,) for each in Sitting])
    changes.copy("COPY {s}.one (value) FROM STDIN", [(None,), (Sitting.lunch,)])
    told = ["breakfast", "lunch", "dinner"] * 2 + [None, "lunch"]
    assert arrived(database, "text", changes, copies=copies) == told


@pytest.mark.parametrize("copies", [True, False], ids=["copied", "inserted"])
@pytest.mark.parametrize(
    ("kind", "column"), [("integer[]", [[60, -180], [], None]), ("text[]", [AWKWARD, MORE, []])]
)
def test_an_array_arrives_as_it_was_sent(
    database: str, kind: LiteralString, column: list[object], *, copies: bool
) -> None:
    changes = Changes()
    changes.copy("COPY {s}.one (value) FROM STDIN", [(value,) for value in column])
    assert arrived(database, kind, changes, copies=copies) == column


@pytest.mark.parametrize("copies", [True, False], ids=["copied", "inserted"])
def test_a_document_arrives_as_it_was_sent(database: str, *, copies: bool) -> None:
    changes = Changes()
    rows = [(Raw(rb'{"a": "\"\\\t\n"}'),), (None,), (Raw('[1, null, "长者"]'.encode()),)]
    changes.copy("COPY {s}.one (value) FROM STDIN", rows)
    told = [{"a": '"\\\t\n'}, None, [1, None, "长者"]]
    assert arrived(database, "jsonb", changes, copies=copies) == told


@pytest.mark.parametrize("copies", [True, False], ids=["copied", "inserted"])
def test_what_neither_can_say_is_not_guessed(database: str, *, copies: bool) -> None:
    changes = Changes()
    changes.copy("COPY {s}.one (value) FROM STDIN", [(object(),)])
    with pytest.raises(TypeError, match="no read table has a column for a object"):
        arrived(database, "text", changes, copies=copies)


def test_a_run_that_changes_nothing_sends_nothing() -> None:
    changes = Changes()
    changes.write("never run", [])
    changes.copy("never run", [])
    assert changes.statements == []


def arrived(database: str, kind: LiteralString, changes: Changes, *, copies: bool) -> list[object]:
    """What stands in a column of that type after the changes."""
    with psycopg.connect(database) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("CREATE SCHEMA plain")
        connection.execute(f"CREATE TABLE plain.one (value {kind})".encode())
        apply(connection.cursor(), changes, "plain", copies=copies)
        return [value for (value,) in connection.execute("SELECT value FROM plain.one").fetchall()]


# -- who writes it -----------------------------------------------------------------------------

LISTEN = """
CREATE TABLE public.heard (number serial, statement text);
CREATE FUNCTION public.hear() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO public.heard (statement) VALUES (ltrim(current_query(), E' \\n'));
    RETURN NULL;
END $$;
CREATE TRIGGER hear AFTER INSERT ON tally.seen FOR EACH STATEMENT EXECUTE FUNCTION public.hear()
"""
HEARD = "SELECT split_part(statement, ' ', 1) FROM public.heard ORDER BY number"


def heard(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute(HEARD).fetchall()]


@contextmanager
def listening(url: str) -> Iterator[Connection[Any]]:
    """The owner of a tally, who hears by which statements its rows come."""
    rebuild.prepare(url, [TALLY])
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(LISTEN)
        yield owner


def test_rows_are_copied_behind_the_wall_where_there_is_who_may(each_database: str) -> None:
    with listening(each_database), projecting(each_database, TALLY) as (recorder, projector):
        record(recorder, 7)
        assert projector.catch_up() == 7
    assert is_right_at(each_database, 7)
    assert heard(each_database) == ["COPY"]


@pytest.mark.parametrize(
    "taken",
    ["REVOKE USAGE ON SCHEMA tally FROM jiefang_folder", "ALTER ROLE jiefang_folder NOBYPASSRLS"],
)
def test_rows_are_inserted_where_nobody_may_copy_and_copied_again_from_the_next_start_on(
    each_database: str, taken: LiteralString
) -> None:
    with (
        listening(each_database) as owner,
        projecting(each_database, TALLY) as (recorder, projector),
    ):
        try:
            owner.execute(taken)
            record(recorder, 7)
            assert projector.catch_up() == 7
        finally:
            owner.execute("ALTER ROLE jiefang_folder BYPASSRLS")
        rebuild.prepare(each_database, [TALLY])
        record(recorder, 2)
        assert projector.catch_up() == 2
        assert projector.parked == {}
    assert is_right_at(each_database, 9)
    assert heard(each_database) == ["INSERT", "COPY"]


def test_a_database_without_the_role_folds_and_gets_it_from_a_superuser(
    fresh: Server,
) -> None:
    """As a hosting service gives one: its owner may make plain roles only."""
    with temporary_database(fresh, migrated=False) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("CREATE ROLE plain LOGIN CREATEROLE")
            give = SQL("ALTER DATABASE {} OWNER TO plain; GRANT CREATE ON SCHEMA public TO plain")
            admin.execute(give.format(Identifier(admin.info.dbname)))
        plain = psycopg.conninfo.make_conninfo(url, user="plain")
        migrate(plain)
        with listening(plain), projecting(plain, TALLY) as (recorder, projector):
            record(recorder, 7)
            assert projector.catch_up() == 7
            assert rebuild.verify(plain, TALLY) == []
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute("CREATE ROLE jiefang_folder NOLOGIN BYPASSRLS")
                admin.execute("GRANT jiefang_folder TO jiefang_app")
            rebuild.prepare(plain, [TALLY])
            record(recorder, 2)
            assert projector.catch_up() == 2
        assert heard(plain) == ["INSERT", "COPY"]
        rebuild.rebuild(plain, TALLY)
        assert rebuild.verify(plain, TALLY) == []
        assert is_right_at(plain, 9)


@pytest.fixture
def fresh() -> Iterator[Server]:
    """A server that has never seen a ledger, nor its roles."""
    with embedded_server() as server:
        yield server


def test_inserted_and_copied_are_the_same_rows_in_every_read_table(start: Start) -> None:
    """A history is folded by inserting, and compared with what copying makes of it."""
    with start.copied() as url:
        with psycopg.connect(url, autocommit=True) as owner:
            for model in MODELS:
                revoke = SQL("REVOKE USAGE ON SCHEMA {} FROM jiefang_folder")
                owner.execute(revoke.format(Identifier(model.name)))
        with histories.town(url, start.keys) as town:
            for turn in histories.turns(Random(SEED), TURNS):
                town.take(turn)
            town.projector.catch_up()
            assert town.projector.parked == {}
        assert [each for model in MODELS for each in rebuild.verify(url, model)] == []


# -- what whoever writes may do ----------------------------------------------------------------

KIN = """
SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members
WHERE 'jiefang_folder'::regrole IN (member, roleid)
"""
POWERS = """
SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication
FROM pg_roles WHERE rolname = 'jiefang_folder'
"""
REACHED = """
SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND nspname !~ '^(pg_|information_schema)'
  AND (has_table_privilege('jiefang_folder', pg_class.oid,
           'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
       OR has_any_column_privilege('jiefang_folder', pg_class.oid,
           'SELECT, INSERT, UPDATE, REFERENCES'))
"""
MORE_THAN_ROWS = """
SELECT relname FROM pg_class
WHERE relnamespace::regnamespace::text = ANY (%s) AND relkind IN ('r', 'v')
  AND has_table_privilege('jiefang_folder', pg_class.oid, 'TRUNCATE, REFERENCES, TRIGGER')
"""
FORBIDDEN = (
    "TABLE ledger.stored_events",
    "TABLE ledger.notification_tracking",
    "TABLE ledger.tokens",
    "TABLE vault.paper",
    "TABLE vault.person_key",
    "TABLE access.account",
    "SELECT ledger.stamp_of(1)",
    "INSERT INTO ledger.read_models VALUES ('mine', 1)",
    "UPDATE ledger.notification_tracking SET notification_id = 0",
    "TRUNCATE tally.seen",
    "DROP TABLE tally.seen",
    "ALTER TABLE tally.seen DISABLE ROW LEVEL SECURITY",
    "DROP POLICY whole ON tally.seen",
    "CREATE TABLE tally.mine ()",
    "CREATE TABLE public.mine ()",
    "CREATE SCHEMA mine",
    "GRANT jiefang_folder TO jiefang_reader",
    "ALTER ROLE jiefang_folder LOGIN",
    "SET ROLE jiefang_app",
    "SET ROLE postgres",
    "COPY tally.seen TO PROGRAM 'true'",
)


@contextmanager
def login_of(url: str, role: str) -> Iterator[Connection[Any]]:
    """A connection of a login that is a member of that role, acts as it, and is nothing else."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(LOGIN)))
        admin.execute(SQL("GRANT {} TO {}").format(Identifier(role), Identifier(LOGIN)))
        try:
            mine = psycopg.conninfo.make_conninfo(url, user=LOGIN)
            with psycopg.connect(mine, autocommit=True) as connection:
                connection.execute(SQL("SET ROLE {}").format(Identifier(role)))
                yield connection
        finally:
            admin.execute(SQL("DROP ROLE {}").format(Identifier(LOGIN)))


def test_whoever_folds_writes_rows_of_read_tables_and_can_do_nothing_else(
    each_database: str,
) -> None:
    rebuild.prepare(each_database, [TALLY])
    with login_of(each_database, "jiefang_folder") as folder:
        folder.execute("INSERT INTO tally.seen VALUES (1)")
        folder.execute("UPDATE tally.seen SET position = 2")
        assert folder.execute("TABLE tally.seen").fetchall() == [(2,)]
        folder.execute("DELETE FROM tally.seen")
        for statement in FORBIDDEN:
            with pytest.raises(errors.InsufficientPrivilege):
                folder.execute(statement.encode())


def test_whoever_folds_is_granted_the_read_tables_alone(database: str) -> None:
    rebuild.prepare(database, MODELS)
    names = [model.name for model in MODELS]
    with psycopg.connect(database) as owner:
        assert owner.execute(POWERS).fetchone() == (False,) * 5
        assert owner.execute(KIN).fetchall() == [("jiefang_app", "jiefang_folder")]
        assert {schema for schema, _ in owner.execute(REACHED).fetchall()} == set(names)
        assert owner.execute(MORE_THAN_ROWS, (names,)).fetchall() == []


def test_a_reader_cannot_become_whoever_folds(database: str) -> None:
    rebuild.prepare(database, [TALLY])
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("INSERT INTO tally.seen VALUES (1)")
    with login_of(database, "jiefang_reader") as reader:
        assert reader.execute("TABLE tally.seen").fetchall() == []
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("SET ROLE jiefang_folder")
        with reader.transaction(), writing_into(reader.cursor(), ["tally"]) as copies:
            assert not copies
            assert acting(reader) == "jiefang_reader"


def test_passing_the_walls_shows_the_application_no_row_more(database: str) -> None:
    rebuild.prepare(database, [TALLY])
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("INSERT INTO tally.seen VALUES (1), (2)")
    with login_of(database, "jiefang_app") as application:
        seen = application.execute("TABLE tally.seen").fetchall()
        application.execute("SET ROLE jiefang_folder")
        assert application.execute("TABLE tally.seen").fetchall() == seen == [(1,), (2,)]


def test_whoever_acted_before_acts_again_when_the_rows_are_written(database: str) -> None:
    rebuild.prepare(database, [TALLY])
    with LedgerDatastore(database, pool_size=1, pool_most=1) as datastore:
        with datastore.transaction(commit=True) as cursor:
            with writing_into(cursor, ["tally"]) as copies:
                assert copies
                assert acting(cursor.connection) == "jiefang_folder"
            assert acting(cursor.connection) == "jiefang_app"
        with reading(datastore) as connection:
            assert acting(connection) == "jiefang_reader"


def test_a_run_that_fails_leaves_nobody_past_the_walls(database: str) -> None:
    rebuild.prepare(database, [TALLY])
    with LedgerDatastore(database, pool_size=1, pool_most=1) as datastore:
        with (
            pytest.raises(DataError),
            datastore.transaction(commit=True) as cursor,
            writing_into(cursor, ["tally"]),
        ):
            cursor.execute("SELECT 1 / 0")
        with datastore.get_connection() as connection:
            assert acting(connection) == "jiefang_app"


def acting(connection: Connection[Any]) -> str:
    """As whom the next statement is run."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((who,),) = cursor.execute("SELECT current_user::text").fetchall()
    return str(who)
