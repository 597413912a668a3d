"""Walls: whoever reads for one community gets its rows alone, whatever the statement forgot."""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg import Connection, errors
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from ledger.domain.authority import NOWHERE
from ledger.domain.values import PersonId
from ledger.projections import journal, rebuild, walls
from ledger.projections.counting import of_streams
from ledger.projections.horizon import Horizon
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.projections.reading import as_the_application, reading, reading_for_the_town
from ledger.store.datastore import LedgerDatastore
from ledger.store.migrate import migrate
from tests.builders import found, open_ledger
from tests.projections import histories
from tests.projections.history_town import COMMUNITIES
from tests.projections.history_views import Start
from tests.servers import Server, temporary_database

SEED, TURNS = 1, 150
HERE, THERE = COMMUNITIES[:2]
COLUMNS = """
SELECT nspname, relname, array_agg(attname::text) FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_attribute ON attrelid = pg_class.oid
WHERE nspname = ANY (%s) AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
GROUP BY nspname, relname ORDER BY nspname, relname
"""
WALLED = """
SELECT relrowsecurity AND relforcerowsecurity AND (
    SELECT array_agg(polname::text || polcmd::text ORDER BY polname) = '{whole*,within_horizonr}'
    FROM pg_policy WHERE polrelid = pg_class.oid)
FROM pg_class WHERE oid = format('%%I.%%I', %s::text, %s::text)::regclass
"""
OF_THE_VAULT = ("vault.paper", "vault.person_key", "ledger.tokens", "ledger.command_keys")


class Table(NamedTuple):
    """A read table and its columns."""

    model: str
    name: str
    columns: list[str]

    @property
    def whole_name(self) -> str:
        return f"{self.model}.{self.name}"

    @property
    def wall(self) -> str:
        return walls.wall_of(*self)

    def rows(self, connection: Connection[Any], by: str = "''") -> Counter[str]:
        """How many rows are seen, by what a column says."""
        count = SQL("SELECT {}, count(*) FROM {} GROUP BY 1").format(
            SQL(by) if by == "''" else Identifier(by), Identifier(self.model, self.name)
        )
        with connection.cursor(row_factory=tuple_row) as cursor:
            return Counter(dict(cursor.execute(count).fetchall()))


class Folded(NamedTuple):
    """A history that is folded, and the tables of every read model."""

    url: str
    tables: list[Table]

    def by_community(self) -> list[Table]:
        """The tables of which a reader sees her communities' rows and no others."""
        plain = (walls.BY_COMMUNITY, walls.BY_PERSON)
        return [table for table in self.tables if table.wall in plain]


@pytest.fixture(scope="module")
def folded(start: Start) -> Iterator[Folded]:
    with start.copied() as url:
        with histories.town(url, start.keys) as town:
            for turn in histories.turns(Random(SEED), TURNS):
                town.take(turn)
            town.projector.catch_up()
        yield Folded(url, tables_of(url))


@pytest.fixture
def one(folded: Folded) -> Iterator[LedgerDatastore]:
    """A pool with one connection, which everybody gets in turn."""
    with LedgerDatastore(folded.url, pool_size=1, pool_most=1) as datastore:
        yield datastore


def tables_of(url: str) -> list[Table]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(COLUMNS, ([model.name for model in MODELS],)).fetchall()
    return [Table(*row) for row in rows]


# -- which tables ------------------------------------------------------------------------------


def test_every_read_table_has_a_wall(folded: Folded) -> None:
    assert {table.model for table in folded.tables} == {model.name for model in MODELS}
    with psycopg.connect(folded.url) as connection:
        for table in folded.tables:
            row = connection.execute(WALLED, (table.model, table.name)).fetchone()
            assert row == (True,), table.whole_name


def test_a_table_that_says_where_is_walled_by_that_or_a_reason_is_given(folded: Folded) -> None:
    for table in folded.tables:
        if "community" in table.columns and table.whole_name not in walls.OTHERWISE:
            assert table.wall in (walls.BY_COMMUNITY, walls.BY_PERSON)
    assert set(walls.OTHERWISE) <= {table.whole_name for table in folded.tables}
    assert all(reason for _, reason in walls.OTHERWISE.values())


# -- what is seen ------------------------------------------------------------------------------


def test_before_a_permission_is_given_every_table_is_empty(
    folded: Folded, one: LedgerDatastore
) -> None:
    with reading_for_the_town(one) as connection:
        filled = [table for table in folded.tables if table.rows(connection)]
    assert len(filled) > len(folded.tables) * 2 // 3
    with reading(one) as connection:
        assert [table for table in folded.tables if table.rows(connection)] == []
        Horizon(connection).widen(NOWHERE)
        assert [table for table in folded.tables if table.rows(connection)] == []


def test_readers_of_two_communities_take_turns_on_one_connection(
    folded: Folded, one: LedgerDatastore
) -> None:
    tables = folded.by_community()
    with reading_for_the_town(one) as connection:
        whole = {table.whole_name: table.rows(connection, "community") for table in tables}
    assert len([table for table, rows in whole.items() if len(rows) > 1]) > 5
    for place in (HERE, THERE, HERE, THERE):
        with reading(one) as connection:
            Horizon(connection).widen(frozenset({place}))
            for table in tables:
                rows = whole[table.whole_name][place]
                expected = {place: rows} if rows else {}
                assert table.rows(connection, "community") == expected, table.whole_name


def test_what_one_reader_saw_is_gone_when_the_connection_is_another_s(
    folded: Folded, one: LedgerDatastore
) -> None:
    (claims,) = (table for table in folded.tables if table.whole_name == "meals.claims")
    uses = (
        lambda connection: Horizon(connection).widen(None),
        lambda connection: Horizon(connection).widen(frozenset({HERE}), [PersonId("person")]),
        lambda connection: connection.execute("SELECT 1 / 0"),
        lambda connection: connection.execute("RESET ROLE"),
    )
    for use in uses:
        try:
            with reading(one) as connection:
                Horizon(connection).widen(frozenset({HERE}))
                use(connection)
        except errors.DivisionByZero:
            pass
        with reading(one) as connection:
            assert claims.rows(connection) == {}
    with one.get_connection() as connection:
        of_streams(connection, {"claims-jinning-canteen-2026-03"})
        assert claims.rows(connection)
    with reading(one) as connection:
        assert claims.rows(connection) == {}


def test_her_own_rows_are_seen_wherever_they_lie_and_no_others(
    folded: Folded, one: LedgerDatastore
) -> None:
    walled = [table for table in folded.tables if table.wall == walls.BY_PERSON]
    assert {"meals.claims", "service.records"} <= {table.whole_name for table in walled}
    for table in walled:
        with reading_for_the_town(one) as connection:
            whole = table.rows(connection, "person")
        persons = [PersonId(person) for person in filter(None, whole)][:3]
        for hers in [[person] for person in persons] + [persons[:2]]:
            with reading(one) as connection:
                Horizon(connection).widen(NOWHERE, hers)
                assert table.rows(connection, "person") == {each: whole[each] for each in hers}


def test_permissions_add_up_within_a_question(folded: Folded, one: LedgerDatastore) -> None:
    (people,) = (table for table in folded.tables if table.whole_name == "service.people")
    with reading(one) as connection:
        horizon = Horizon(connection)
        horizon.widen(frozenset({HERE}))
        horizon.widen(frozenset({THERE}))
        assert set(people.rows(connection, "community")) == {HERE, THERE}


def test_what_belongs_to_a_fund_or_a_canteen_lies_where_that_does(
    folded: Folded, one: LedgerDatastore
) -> None:
    kin = {
        walls.BY_CANTEEN: ("canteen", "SELECT canteen, community FROM meals.canteens"),
        walls.BY_FUND: ("fund", "SELECT fund, community FROM funds.funds"),
    }
    with reading_for_the_town(one) as connection, connection.cursor(row_factory=tuple_row) as of:
        places: dict[str, dict[str, str]] = {
            wall: dict(of.execute(place.encode()).fetchall()) for wall, (_, place) in kin.items()
        }
        whole = {table.whole_name: table.rows(connection, kin[table.wall][0])
                 for table in folded.tables if table.wall in kin}  # fmt: skip
    assert sum(map(len, whole.values())) > len(whole)
    for place in COMMUNITIES:
        with reading(one) as connection:
            Horizon(connection).widen(frozenset({place}))
            for table in folded.tables:
                if table.wall in kin:
                    rows = whole[table.whole_name]
                    hers = {key: rows[key] for key in rows if places[table.wall][key] == place}
                    assert table.rows(connection, kin[table.wall][0]) == hers, table.whole_name


def test_a_question_without_a_permission_gets_an_empty_answer(one: LedgerDatastore) -> None:
    with reading(one) as connection:
        assert journal.balances(connection, "") == ()
        Horizon(connection).widen(frozenset({HERE}))
        assert journal.balances(connection, "") != ()


# -- what a reader may not ---------------------------------------------------------------------


@pytest.mark.parametrize("table", OF_THE_VAULT)
def test_a_reader_sees_no_paper_and_no_token(one: LedgerDatastore, table: str) -> None:
    with reading(one) as connection:
        Horizon(connection).widen(None)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(SQL("TABLE {}").format(Identifier(*table.split("."))))


def test_papers_are_read_as_the_application_and_then_the_walls_are_there_again(
    one: LedgerDatastore,
) -> None:
    with reading(one) as connection:
        with as_the_application(connection):
            connection.execute("TABLE vault.paper")
        assert journal.balances(connection, "") == ()


def test_a_reader_writes_nothing(folded: Folded) -> None:
    with psycopg.connect(folded.url, autocommit=True) as connection:
        connection.execute("SET ROLE jiefang_reader")
        for statement in (
            "INSERT INTO meals.closings VALUES ('canteen', '2026-03')",
            "UPDATE journal.days SET amount = 0",
            "DELETE FROM ledger.notification_tracking",
            "ALTER TABLE meals.claims DISABLE ROW LEVEL SECURITY",
            "DROP POLICY within_horizon ON meals.claims",
            "CREATE TABLE public.mine (one int)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement.encode())


# -- how they are put up -----------------------------------------------------------------------


def is_walled(url: str, table: str = "claims") -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute(WALLED, ("meals", table)).fetchone() == (True,)


def test_walls_that_are_gone_are_put_up_at_the_next_start(database: str) -> None:
    rebuild.prepare(database, MODELS)
    with psycopg.connect(database) as owner:
        owner.execute("ALTER TABLE meals.claims NO FORCE ROW LEVEL SECURITY")
    assert not is_walled(database)
    rebuild.prepare(database, MODELS)
    assert is_walled(database)


def test_what_is_folded_anew_has_its_walls(folded: Folded) -> None:
    for model in MODELS:
        rebuild.rebuild(folded.url, model)
    assert is_walled(folded.url)
    assert [each for model in MODELS for each in rebuild.verify(folded.url, model)] == []


def test_an_owner_who_is_no_superuser_folds_and_compares_every_row(embedded: Server) -> None:
    with temporary_database(embedded, migrated=False) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("CREATE ROLE plain LOGIN CREATEROLE")
            admin.execute("GRANT jiefang_app TO plain")
            give = SQL("ALTER DATABASE {} OWNER TO plain")
            admin.execute(give.format(Identifier(admin.info.dbname)))
        plain = psycopg.conninfo.make_conninfo(url, user="plain")
        try:
            migrate(plain)
            with open_ledger(plain) as ledger, LedgerDatastore(plain) as datastore:
                rebuild.prepare(plain, MODELS)
                found(ledger, people=3)
                assert Projector(datastore, MODELS).catch_up() > 0
            for model in MODELS:
                rebuild.rebuild(plain, model)
                assert rebuild.verify(plain, model) == []
            with psycopg.connect(plain) as owner:
                row = owner.execute("SELECT count(*) FROM funds.funds").fetchone()
            assert row == (1,)
        finally:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute("DROP OWNED BY plain CASCADE")
                give = SQL("ALTER DATABASE {} OWNER TO postgres")
                admin.execute(give.format(Identifier(admin.info.dbname)))
                admin.execute("DROP ROLE plain")
