"""Writing: what a fold says goes into the tables of its read model.

    changed     by statements that unnest arrays, one for each column
    only come   copied as `jiefang_folder`, where the database has such a role

PostgreSQL copies nothing into a table behind a wall, save for a role that passes every wall. That
role may write the read tables and nothing else. Only a superuser makes one, or an owner who passes
walls herself; a hosting service's does not. There the rows are inserted out of a JSON document,
which leaves the same rows and costs about half as much again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any, Final, LiteralString

import msgspec
from psycopg import Cursor, sql
from psycopg.rows import tuple_row

from ledger.projections.model import Changes, Copy, Write, composed

STEP_IN: Final = """
WITH acting AS MATERIALIZED (SELECT current_setting('role') AS before)
SELECT before, set_config('role', rolname, true) FROM pg_roles AS folder, acting
WHERE rolname = 'jiefang_folder' AND rolbypassrls
  AND pg_has_role(session_user, folder.oid, 'MEMBER')
  AND (SELECT bool_and(coalesce(has_schema_privilege(folder.oid, schema.oid, 'USAGE'), false))
       FROM unnest(%s::text[]) AS written (name)
       LEFT JOIN pg_namespace AS schema ON nspname = name)
"""
"""Asked for each run, since an owner or a superuser may give the role, or take it, at any time."""
STEP_BACK: Final = "SELECT set_config('role', %s, true)"

COPY: Final = re.compile(r"COPY \{s\}\.(\w+)\s*\(([^)]+)\)\s*FROM STDIN")
INSERT: Final = """
INSERT INTO {table} ({columns})
SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)
"""
NOTHING: Final = r"\N"
ESCAPED: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
"""What a line of a COPY means by a backslash, and what would end a value or the line."""


@contextmanager
def writing_into(cursor: Cursor[Any], schemas: Sequence[str]) -> Iterator[bool]:
    """Act as whoever folds, where she may write into all of them: whether rows can be copied.

    Inside a transaction. What is done after it is done as whoever acted before.
    """
    with cursor.connection.cursor(row_factory=tuple_row) as role:
        acting = role.execute(STEP_IN, (list(schemas),), prepare=True).fetchone()
        yield acting is not None
        if acting is not None:
            role.execute(STEP_BACK, (acting[0],), prepare=True)


def apply(cursor: Cursor[Any], changes: Changes, schema: str, *, copies: bool = False) -> None:
    """Run the statements of a fold on the tables in a schema."""
    for step in changes.statements:
        if isinstance(step, Write):
            statement = composed(step.statement, schema)
            cursor.execute(statement, [_array(column) for column in step.columns], prepare=True)
        elif copies:
            with cursor.copy(composed(step.statement, schema)) as copy:
                copy.write(_lines(step))
        else:
            cursor.execute(_insertion(step.statement, schema), [_json(step)], prepare=True)


# -- as lines ----------------------------------------------------------------------------------


def _lines(copy: Copy) -> str:
    """The rows as COPY reads them; made by columns, which takes a third of the time."""
    columns = [_texts(column) for column in zip(*copy.rows, strict=True)]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _texts(column: Sequence[Any]) -> Iterable[str]:
    kinds = set(map(type, column))
    if kinds == {int}:
        return map(str, column)
    if all(issubclass(kind, str) for kind in kinds):
        return _safe(column)
    return map(_text, column)


def _safe(words: Sequence[str]) -> Sequence[str]:
    joined = "".join(words)
    if any(mark in joined for mark in "\\\t\n\r"):
        return [word.translate(ESCAPED) for word in words]
    return words


def _text(value: object) -> str:
    match value:
        case None:
            return NOTHING
        case str():
            return value.translate(ESCAPED)
        case msgspec.Raw():
            return bytes(value).decode().translate(ESCAPED)
        case int() | date():
            return str(value)
        case list() | tuple():
            return f"{{{','.join(map(_member, value))}}}".translate(ESCAPED)
        case _:
            raise _unsayable(value)


def _member(value: object) -> str:
    """A member of an array, in quotes if it is a word."""
    match value:
        case int():
            return str(value)
        case str():
            return f'"{_escaped([value])}"'
        case _:
            raise _unsayable(value)


# -- as a document -----------------------------------------------------------------------------


def _plain(value: object) -> str:
    """Ids that are classes of their own are text all the same."""
    if isinstance(value, str):
        return str(value)
    raise _unsayable(value)


encode: Final = msgspec.json.Encoder(enc_hook=_plain).encode


@cache
def _insertion(statement: LiteralString, schema: str) -> sql.Composed:
    """What a COPY says, as an INSERT."""
    table, columns = _copied(statement)
    return sql.SQL(INSERT).format(
        table=sql.Identifier(schema, table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
    )


def _json(copy: Copy) -> str:
    """The rows by the names of their columns; the table knows the types."""
    _, columns = _copied(copy.statement)
    return encode([dict(zip(columns, row, strict=True)) for row in copy.rows]).decode()


@cache
def _copied(statement: LiteralString) -> tuple[str, tuple[str, ...]]:
    """The table and the columns of a COPY."""
    found = COPY.fullmatch(statement.strip())
    if found is None:
        message = f"not a COPY of a table's columns: {statement}"
        raise ValueError(message)
    table, columns = found.groups()
    return table, tuple(column.strip() for column in columns.split(","))


# -- as arrays ---------------------------------------------------------------------------------


def _array(column: Sequence[Any]) -> str | Sequence[Any]:
    """Plain numbers, words and days as PostgreSQL writes an array: a fifth of psycopg's own time.

    It is text of no type, so the statement names one.
    """
    kinds = set(map(type, column))
    if kinds == {int}:
        return f"{{{','.join(map(str, column))}}}"
    if kinds == {date}:
        return f"{{{','.join(map(date.isoformat, column))}}}"
    if all(issubclass(kind, str) for kind in kinds):
        return f'{{"{_escaped(column)}"}}'
    return column


def _escaped(words: Sequence[str]) -> str:
    joined = '","'.join(words)
    if "\\" in joined or joined.count('"') > 2 * (len(words) - 1):
        return '","'.join(word.replace("\\", r"\\").replace('"', r"\"") for word in words)
    return joined


def _unsayable(value: object) -> TypeError:
    return TypeError(f"no read table has a column for a {type(value).__name__}")
