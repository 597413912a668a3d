"""Walls: row-level security on every read table, for a reader who forgot to ask for permission.

A statement keeps back what lies out of reach by its own conditions; behind them stands a wall that
knows nothing of the question. Who reads as `jiefang_reader` sees the rows within her `Horizon`, and
none at all before it is widened.

    by community    the row's own, or those that its canteen or fund lies in
    by person       also her own rows, where she asks for her own record
    by having asked where a row says no place: see `OTHERWISE` for why that is enough

The application folds and counts with all rows before it, and so does the owner. So does
`jiefang_folder`, where there is such a role: it passes every wall, because it copies. The log has
no wall: an event lies where its stream does, which only a statement can find out (`places`). Nor
do walls hold back whoever gets SQL of her own in: that may take another role.
"""

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, LiteralString

from psycopg import Connection, sql

from ledger.projections.model import composed

TOWN: Final = "(SELECT current_setting('jiefang.communities', true) = '*')"
"""Each setting is asked in a query of its own: PostgreSQL does so once a statement, not once a row.
"""
SEEN: Final = """
    = ANY ((SELECT string_to_array(current_setting('jiefang.communities', true), ','))::text[])"""
HERS: Final = """
    = ANY ((SELECT string_to_array(current_setting('jiefang.persons', true), ','))::text[])"""
ASKED: Final = """
(SELECT coalesce(current_setting('jiefang.communities', true), '') <> ''
     OR coalesce(current_setting('jiefang.persons', true), '') <> '')"""
BY_COMMUNITY: Final = TOWN + " OR community " + SEEN
BY_PERSON: Final = BY_COMMUNITY + " OR person " + HERS
BY_CANTEEN: Final = """
{town} OR canteen = ANY (ARRAY(SELECT canteen FROM {s}.canteens))""".replace("{town}", TOWN)
BY_FUND: Final = """
{town} OR fund = ANY (ARRAY(SELECT fund FROM {s}.funds))""".replace("{town}", TOWN)
"""Of the few canteens and funds that there are, those that have a wall of their own and are seen.
"""
BY_GRANT: Final = BY_PERSON + " OR community IS NULL AND " + ASKED
BY_EITHER_SIDE: Final = BY_COMMUNITY + " OR beside " + SEEN
BY_SHIFT: Final = """
{community} OR EXISTS (
    SELECT FROM {s}.people AS whose WHERE whose.shift = shifts.shift AND whose.person {hers})
""".replace("{community}", BY_COMMUNITY).replace("{hers}", HERS)

OTHERWISE: Final[Mapping[str, tuple[LiteralString, str]]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("contributions.communities", "league.communities", "notices.communities",
             "service.communities", "shifts.communities"),
            (ASKED, "names of communities and where their days end are no secret"),
        ),
        "service.star_rules": (ASKED, "by which rules stars are given is no secret"),
        **dict.fromkeys(
            ("journal.accounts", "journal.owners"),
            (ASKED, "whose the other side of an entry is, is told with the entry"),
        ),
        **dict.fromkeys(
            ("journal.months", "journal.months_known"),
            (BY_EITHER_SIDE, "what moved between two communities is in the books of both"),
        ),
        "grants.grants": (BY_GRANT, "whoever may act in all the town may act here"),
        "shifts.shifts": (BY_SHIFT, "she may see where she has signed up"),
        **dict.fromkeys(
            ("meals.changes", "meals.clerk_days", "meals.closings", "meals.day_shares",
             "meals.days"),
            (BY_CANTEEN, "a canteen lies in one community"),
        ),
        **dict.fromkeys(
            ("funds.amounts", "funds.days", "funds.gifts", "funds.lots", "funds.movements",
             "funds.payments", "funds.reversals", "funds.uses"),
            (BY_FUND, "a fund lies in one community"),
        ),
    }
)  # fmt: skip
"""The tables whose wall does not follow from their columns alone, and why."""

WALL: Final = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS whole ON {table};
DROP POLICY IF EXISTS within_horizon ON {table};
CREATE POLICY whole ON {table} TO jiefang_app, CURRENT_USER USING (true);
CREATE POLICY within_horizon ON {table} FOR SELECT TO jiefang_reader USING ({using})
"""
DIGEST: Final = sha256(repr((WALL, BY_PERSON, sorted(OTHERWISE.items()))).encode()).hexdigest()
"""Tells these walls from another version's; a schema has it as its comment."""

COLUMNS: Final = """
SELECT relname, array_agg(attname::text) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
GROUP BY relname ORDER BY relname
"""
VIEWS: Final = """
SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'v'
"""
AS_WHO_ASKS: Final = "ALTER VIEW {view} SET (security_invoker = true)"
LET_IN: Final = """
GRANT USAGE ON SCHEMA {schema} TO jiefang_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO jiefang_reader;
COMMENT ON SCHEMA {schema} IS {digest}
"""
FOLDER: Final = "SELECT FROM pg_roles WHERE rolname = 'jiefang_folder'"
LET_FOLD: Final = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO jiefang_folder;
GRANT USAGE ON SCHEMA {schema} TO jiefang_folder
"""
"""Whoever may use the schema may write its tables: `writing` asks for the former only."""
STAND: Final = """
SELECT obj_description(pg_namespace.oid, 'pg_namespace') IS NOT DISTINCT FROM %s
   AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = pg_namespace.oid AND relkind = 'r'
                   AND NOT (relrowsecurity AND relforcerowsecurity))
   AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jiefang_folder'
                   AND NOT has_schema_privilege(pg_roles.oid, pg_namespace.oid, 'USAGE'))
FROM pg_namespace WHERE nspname = %s
"""


def wall_of(model: str, table: str, columns: list[str]) -> LiteralString:
    """Which rows of the table lie within the horizon, as a condition."""
    if f"{model}.{table}" in OTHERWISE:
        return OTHERWISE[f"{model}.{table}"][0]
    if "community" not in columns:
        return ASKED
    return BY_PERSON if "person" in columns else BY_COMMUNITY


def put_up(connection: Connection[Any], model: str, schema: str) -> None:
    """Put the walls around the tables of a model, in a schema of any name; inside a transaction.

    Acts as the owner. Whoever may read at all may read the tables from then on, and whoever folds
    may write them.
    """
    for table, columns in connection.execute(COLUMNS, (_quoted(connection, schema),)).fetchall():
        using = composed(wall_of(model, table, columns), schema)
        name = sql.Identifier(schema, table)
        connection.execute(sql.SQL(WALL).format(table=name, using=using))
    for (view,) in connection.execute(VIEWS, (_quoted(connection, schema),)).fetchall():
        connection.execute(sql.SQL(AS_WHO_ASKS).format(view=sql.Identifier(schema, view)))
    folds = connection.execute(FOLDER).fetchone() is not None
    for let_in in (LET_IN, LET_FOLD) if folds else (LET_IN,):
        let = sql.SQL(let_in).format(schema=sql.Identifier(schema), digest=DIGEST)
        connection.execute(let)


def stand(connection: Connection[Any], schema: str) -> bool:
    """Whether the walls in a schema are there and this version's, and whoever folds is let in."""
    return connection.execute(STAND, (DIGEST, schema)).fetchone() == (True,)


def _quoted(connection: Connection[Any], schema: str) -> str:
    return sql.Identifier(schema).as_string(connection)
