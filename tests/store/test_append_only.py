"""Append-only against SQL too: for the application's role, for the owner, for tricks of either."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql

from ledger.store.recorder import LedgerRecorder
from tests.store.appends import (
    Connection,
    append,
    batch,
    command,
    count,
    event,
    everything,
    recorder_of,
)

TABLES = ("stored_events", "batches", "command_keys")
CHANGES = {
    "UPDATE": "UPDATE ledger.{table} SET {column} = {column}",
    "UPDATE of no row": "UPDATE ledger.{table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM ledger.{table}",
    "TRUNCATE": "TRUNCATE ledger.{table}",
    "TRUNCATE CASCADE": "TRUNCATE ledger.{table} CASCADE",
    "upsert": "INSERT INTO ledger.{table} SELECT * FROM ledger.{table} "
    "ON CONFLICT ({key}) DO UPDATE SET {column} = ledger.{table}.{column}",
    "MERGE": "MERGE INTO ledger.{table} USING ledger.book ON true WHEN MATCHED THEN DELETE",
}
COLUMNS = {"stored_events": "topic", "batches": "recorded_at", "command_keys": "request"}
KEYS = {
    "stored_events": "originator_id, originator_version",
    "batches": "first_position",
    "command_keys": "actor, key",
}
LOGIN = "jiefang_test_login"
FORBIDDEN = (
    "INSERT INTO ledger.stored_events VALUES ('person-1', 3, 'noted.v1', 'x', 3)",
    "COPY ledger.stored_events FROM STDIN",
    "INSERT INTO ledger.batches VALUES (3, 3, now())",
    "INSERT INTO ledger.command_keys VALUES ('clerk', 'stolen', 'x', 1, 1)",
    "UPDATE ledger.book SET kind = 'test'",
    "UPDATE ledger.book SET epoch = gen_random_uuid()",
    "DELETE FROM ledger.book",
    "DELETE FROM ledger.notification_tracking",
    "SELECT ledger.write_events(2, '{a}', '{1}', '{b}', '{x}', NULL, '{1}', NULL)",
    "SELECT ledger.insert_events('{a}', '{1}', '{b}', '{x}')",
    "SELECT ledger.take_order_lock()",
    "SELECT ledger.refuse_gaps('{a}', '{1}')",
    "ALTER TABLE ledger.stored_events DISABLE TRIGGER append_only",
    "DROP TRIGGER append_only ON ledger.stored_events",
    "DROP TABLE ledger.command_keys",
    "DROP SCHEMA ledger CASCADE",
    "CREATE TABLE ledger.mine ()",
    "CREATE FUNCTION ledger.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE RULE mine AS ON INSERT TO ledger.stored_events DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON ledger.batches EXECUTE FUNCTION ledger.refuse_change()",
    "CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'END'",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE jiefang_app SUPERUSER",
    "COPY ledger.book TO PROGRAM 'true'",
)


def change(kind: str, table: str) -> str:
    return CHANGES[kind].format(table=table, column=COLUMNS[table], key=KEYS[table])


@pytest.fixture
def written(recorder: LedgerRecorder) -> LedgerRecorder:
    append(recorder, event("person-1", 1), event("person-1", 2))
    return recorder


@pytest.fixture
def application(each_database: str, written: LedgerRecorder) -> Iterator[Connection]:
    """A login that is a member of the application's role and nothing else."""
    with psycopg.connect(each_database, autocommit=True) as admin:
        if not admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (LOGIN,)).rowcount:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(LOGIN)))
            admin.execute(sql.SQL("GRANT jiefang_app TO {}").format(sql.Identifier(LOGIN)))
    url = psycopg.conninfo.make_conninfo(each_database, user=LOGIN)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


# -- changing what is written ------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_the_owner_is_refused_too(written: LedgerRecorder, owner: Connection, mode: str) -> None:
    before = everything(written)
    owner.execute("SELECT set_config('session_replication_role', %s, false)", (mode,))
    for table in TABLES:
        for kind in CHANGES:
            with pytest.raises(errors.RestrictViolation, match="append-only"):
                owner.execute(change(kind, table))
    assert everything(written) == before


def test_the_application_is_not_even_granted_it(application: Connection) -> None:
    for table in TABLES:
        for kind in CHANGES:
            with pytest.raises(errors.InsufficientPrivilege):
                application.execute(change(kind, table))


def test_the_application_appends_and_can_do_nothing_else(application: Connection) -> None:
    assert [statement for statement in FORBIDDEN if is_allowed(application, statement)] == []


def is_allowed(connection: Connection, statement: str) -> bool:
    try:
        connection.execute(statement.encode())
    except (errors.InsufficientPrivilege, errors.InvalidParameterValue):
        return False
    return True


def test_a_grant_by_the_application_gives_nothing(application: Connection) -> None:
    """PostgreSQL warns and grants nothing: the role has no right to pass on."""
    application.execute("GRANT ALL ON ledger.stored_events TO PUBLIC")
    application.execute("GRANT ALL ON ledger.stored_events TO jiefang_app")
    with pytest.raises(errors.InsufficientPrivilege):
        application.execute("DELETE FROM ledger.stored_events")


def test_a_login_of_the_application_works_as_a_worker(
    each_database: str, application: Connection
) -> None:
    url = psycopg.conninfo.make_conninfo(each_database, user=LOGIN)
    with recorder_of(url) as recorder:
        assert append(recorder, event("person-1", 3), key="next").status == "appended"
        assert len(everything(recorder)) == 3


def test_going_back_to_the_login_gives_no_more_rights(application: Connection) -> None:
    for statement in ("SET ROLE jiefang_app", "RESET ROLE", "SET ROLE NONE", "DISCARD ALL"):
        application.execute(statement.encode())
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute("DELETE FROM ledger.stored_events")
        assert count(application, "ledger.stored_events") == 2


# -- turning append against its owner ----------------------------------------------------------

SHADOWS = """
CREATE TABLE {schema}.caught (who text);
CREATE FUNCTION {schema}.catch() RETURNS text LANGUAGE plpgsql AS $$
BEGIN INSERT INTO {schema}.caught VALUES (current_user); RETURN current_user; END $$;
CREATE FUNCTION {schema}.coalesce_text(text, text) RETURNS boolean LANGUAGE sql
    AS 'SELECT {schema}.catch() IS NULL';
CREATE FUNCTION {schema}.overlap(text[], text[]) RETURNS boolean LANGUAGE sql
    AS 'SELECT {schema}.catch() IS NULL';
CREATE FUNCTION {schema}.equal(uuid, uuid) RETURNS boolean LANGUAGE sql
    AS 'SELECT {schema}.catch() IS NULL';
CREATE FUNCTION {schema}.plus(bigint, integer) RETURNS bigint LANGUAGE sql
    AS 'SELECT length({schema}.catch())::bigint';
CREATE OPERATOR {schema}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = {schema}.coalesce_text);
CREATE OPERATOR {schema}.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = {schema}.equal);
CREATE OPERATOR {schema}.&& (LEFTARG = text[], RIGHTARG = text[], FUNCTION = {schema}.overlap);
CREATE OPERATOR {schema}.+ (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = {schema}.plus);
CREATE FUNCTION {schema}.clock_timestamp() RETURNS timestamptz LANGUAGE sql
    AS 'SELECT now() FROM {schema}.catch()';
CREATE FUNCTION {schema}.cardinality(anyarray) RETURNS integer LANGUAGE sql
    AS 'SELECT length({schema}.catch())';
CREATE FUNCTION {schema}.pg_notify(text, text) RETURNS void LANGUAGE sql
    AS 'SELECT FROM {schema}.catch()';
CREATE FUNCTION {schema}.pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE sql
    AS 'SELECT FROM {schema}.catch()';
CREATE TABLE {schema}.book (one boolean, epoch uuid, kind text);
CREATE TABLE {schema}.stored_events (notification_id bigint);
CREATE TYPE {schema}.timestamptz AS (broken text);
"""
PATH = sql.SQL("SET search_path = {}, ledger, pg_catalog")
APPEND = (
    "SELECT status FROM ledger.append((SELECT epoch FROM ledger.book), {tail},"
    " ledger.stamp_of({tail}), '{{person-9}}',"
    " '{{clerk}}', '{{{key}}}', '{{x}}', '{{1}}', '{{{stream}}}', '{{1}}', '{{noted.v1}}', '{{x}}',"
    " pg_catalog.now(), NULL, '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}',"
    " '{{}}', '{{}}', '{{}}', '{{}}', '{{}}')"
)


@pytest.mark.parametrize("schema", ["mine", "pg_temp"])
def test_append_calls_nothing_that_the_caller_has_made(
    application: Connection, owner: Connection, schema: str
) -> None:
    """Objects of the caller's own, in front of PostgreSQL's on her path, would run as the owner."""
    if schema == "mine":
        owner.execute(sql.SQL("CREATE SCHEMA mine AUTHORIZATION {}").format(sql.Identifier(LOGIN)))
    application.execute(SHADOWS.format(schema=schema).encode())
    application.execute(PATH.format(sql.Identifier(schema)))
    for place, tail in enumerate((2, 1)):  # nobody came between, somebody did
        statement = APPEND.format(tail=tail, key=f"key-{place}", stream=f"person-{place + 10}")
        assert application.execute(statement.encode()).fetchone() == ("appended",)
    assert count(application, f"{schema}.caught") == 0
    assert count(owner, "ledger.stored_events") == 4


def test_the_shadows_do_catch_who_walks_into_them(
    application: Connection, owner: Connection
) -> None:
    """Otherwise the test before would show nothing."""
    owner.execute(sql.SQL("CREATE SCHEMA mine AUTHORIZATION {}").format(sql.Identifier(LOGIN)))
    application.execute(SHADOWS.format(schema="mine").encode())
    owner.execute("ALTER FUNCTION ledger.append RESET search_path")
    application.execute("SET search_path = mine, ledger, pg_catalog")
    application.execute("SET plan_cache_mode = auto")
    application.execute(APPEND.format(tail=1, key="another", stream="person-10").encode())
    assert application.execute("SELECT DISTINCT * FROM mine.caught").fetchall() == [("postgres",)]


def test_settings_of_the_caller_do_not_reach_into_append(
    application: Connection, written: LedgerRecorder
) -> None:
    application.execute("SET standard_conforming_strings = off")
    application.execute("SET DateStyle = 'German'; SET IntervalStyle = 'sql_standard'")
    application.execute("SET TimeZone = 'Asia/Shanghai'; SET bytea_output = 'escape'")
    application.execute("SET row_security = off; SET default_tablespace = ''")
    statement = APPEND.format(tail=2, key="another", stream="person-10")
    assert application.execute(statement.encode()).fetchone() == ("appended",)
    first, *_, last = everything(written)
    assert first[1] < last[1]


def test_what_the_application_reads_is_not_more_than_it_needs(application: Connection) -> None:
    readable = application.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'ledger'"
        " AND has_table_privilege(format('%I.%I', table_schema, table_name), 'SELECT')"
    ).fetchall()
    assert {("stored_events",), ("batches",), ("command_keys",), ("book",)} <= set(readable)


def test_a_second_append_in_one_transaction_sees_the_first(written: LedgerRecorder) -> None:
    with written.datastore.get_connection() as connection, connection.transaction():
        for place, tail in enumerate((2, 3)):
            statement = APPEND.format(tail=tail, key=f"key-{place}", stream=f"person-{place + 10}")
            row = connection.execute(statement.encode()).fetchone()
            assert row == {"status": "appended"}
    assert len(everything(written)) == 4


def test_a_batch_cannot_be_appended_where_nothing_can_be_written(each_database: str) -> None:
    with recorder_of(each_database, default_transaction_read_only="on") as reader:
        seen = reader.load(0, [])
        assert reader.append(batch(seen, command("refused"))).status == "appended"
        with pytest.raises(Exception, match="read-only"):
            append(reader, event("person-1", 1))
