"""The shape of a read model: its tables, how it folds, and nothing else that lasts.

A model lives in a PostgreSQL schema of its own name; `{s}` in its SQL stands for that schema, so
that a new version can be folded beside the old one and take its place in one step.

`fold` turns a run of events into `Changes`: statements with columns of values, summed in memory
first, so that a thousand events become a few set-based statements. It must not depend on where a
run is cut: folding events one by one or all at once leaves the same rows.
Rows that only come and never change say so as a COPY; `writing` says by whom it is done.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar

from psycopg import sql

from ledger.store.codec import Recorded

K = TypeVar("K", bound=Hashable)
Columns = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Write:
    """A statement and the arrays it unnests."""

    statement: LiteralString
    columns: Columns


@dataclass(frozen=True, slots=True)
class Copy:
    """A `COPY … FROM STDIN` and its rows, whose plain data JSON can say; jsonb comes as Raw."""

    statement: LiteralString
    rows: Sequence[Sequence[Any]]


@dataclass(slots=True)
class Changes:
    """What a run of events does to the tables of a model, in this order."""

    statements: list[Write | Copy] = field(default_factory=list)

    def write(self, statement: LiteralString, rows: Iterable[Sequence[Any]]) -> None:
        """Run `statement`, which unnests one array for each column; skipped without rows.

        Each array says its type: `%s::bigint[]`.
        """
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self.statements.append(Write(statement, columns))

    def copy(self, statement: LiteralString, rows: Sequence[Sequence[Any]]) -> None:
        """Run `statement`, a `COPY {s}.table (columns) FROM STDIN`; skipped without rows.

        Where nobody may copy they go as JSON, so no column of bytes can be among them.
        """
        if rows:
            self.statements.append(Copy(statement, rows))


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A read model. A change of its tables or its fold is a new `version`, and is folded anew.

    `tables`: DDL with `{s}` for the schema. `fold`: events in log order → changes.
    """

    name: LiteralString
    version: int
    tables: LiteralString
    fold: Callable[[Sequence[Recorded]], Changes]


class OtherVersion(RuntimeError):
    """The tables of a read model are another version's, or are not there."""

    def __init__(self, model: ReadModel, stored: int | None) -> None:
        zh, en = f"版本 {stored}", f"is of version {stored}"
        if stored is None:
            zh, en = "未建", "is not there"
        newer = stored is not None and stored > model.version
        super().__init__(
            f"读取表 {model.name} 为{zh}，本程序为版本 {model.version}："
            f"请{'使用较新的程序' if newer else '重新启动本程序'}。"
            f"The read model {model.name} {en}, this program makes version {model.version}: "
            f"{'use the newer program' if newer else 'start this program again'}."
        )


def composed(statement: LiteralString, schema: str) -> sql.Composed:
    """The statement with its schema filled in."""
    return sql.SQL(statement).format(s=sql.Identifier(schema))


class Sums(dict[K, int]):
    """Amounts by key, added up; what comes to nothing is still a row, for history's sake."""

    def add(self, key: K, amount: int) -> None:
        """Add to the amount of a key."""
        self[key] = self.get(key, 0) + amount

    def rows(self) -> list[tuple[Any, ...]]:
        """One row a key, the amount last; a key that is a tuple is spread over columns."""
        return [
            (*key, amount) if isinstance(key, tuple) else (key, amount)
            for key, amount in self.items()
        ]


def of_type(events: Sequence[Recorded], *types: type) -> list[Recorded]:
    """The events of these types, in their order."""
    wanted = set(types)
    return [recorded for recorded in events if type(recorded.event) in wanted]
