"""Asking a read model: one statement, its rows as the dataclasses that the question promises."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Final, LiteralString, TypeAlias, TypeVar

import msgspec
from psycopg import Connection, sql
from psycopg.rows import dict_row

from ledger.domain.values import CommunityId
from ledger.projections.view import Basis, View

T = TypeVar("T")

Reach: TypeAlias = AbstractSet[CommunityId] | None
"""The communities whose rows a reader may see; None for all there are, and for what has none."""

EVER: Final = date.max
POSITION_MOST: Final = 2**63 - 1
PAGE_MOST: Final = 500


def ask(
    connection: Connection[Any],
    kind: type[T],
    statement: LiteralString | sql.Composed,
    **values: object,
) -> tuple[T, ...]:
    """The rows of an answer; a column is the field of its name."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement, values, binary=True)
        return msgspec.convert(cursor.fetchall(), type=tuple[kind, ...])  # type: ignore[valid-type]  # - a type at run time


def ask_one(
    connection: Connection[Any],
    kind: type[T],
    statement: LiteralString | sql.Composed,
    **values: object,
) -> T | None:
    """The row of an answer that has one, or none."""
    return next(iter(ask(connection, kind, statement, **values)), None)


def seen(view: View) -> dict[str, object]:
    """A view as a statement names it: `as_of`, `known`, and whether months are those of booking."""
    return {
        "as_of": view.as_of or EVER,
        "known": until(view.known),
        "booked": view.basis is Basis.booked,
    }


def until(known: int | None) -> int:
    """A position as a statement names it; none is the end of the log."""
    return POSITION_MOST if known is None else known


def within(reach: Reach) -> list[CommunityId] | None:
    """A reach as a statement names it."""
    return None if reach is None else list(reach)
