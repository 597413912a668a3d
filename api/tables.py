"""Tables: the rows of an answer as CSV, for a spreadsheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from io import StringIO
from typing import Final

import msgspec

from ledger.exchange.tables import CsvFile

CSV: Final = "text/csv"


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and a value below each of them in every row."""

    columns: Sequence[str]
    rows: Iterable[Sequence[object]]


def table_of(kind: type, items: Iterable[object]) -> Table:
    """A row for each item, all of one kind, and a column for each of its fields."""
    columns = [field.name for field in fields(kind)]
    return Table(columns, ([getattr(item, column) for column in columns] for item in items))


def written(table: Table) -> bytes:
    """The table as CSV."""
    out = StringIO(newline="")
    with CsvFile(out, table.columns) as file:
        for row in table.rows:
            file.write(map(_cell, row))
    return out.getvalue().encode()


def _cell(value: object) -> object:
    """Numbers and text as they are, times as JSON has them; what has parts is JSON in its cell."""
    plain = msgspec.to_builtins(value, str_keys=True)
    if plain is None or (isinstance(plain, str | int) and not isinstance(plain, bool)):
        return plain
    return msgspec.json.encode(plain).decode()
