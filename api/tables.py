"""Tables: the rows of an answer as CSV that opens by a double click, also in a Chinese Excel.

UTF-8 with its mark, lines ended as Windows ends them. A cell that a spreadsheet would take for a
formula gets an apostrophe before it (OWASP ASVS 1.2.10); numbers are numbers and left alone.
"""

import csv
from collections.abc import Sequence
from dataclasses import fields
from io import StringIO
from typing import Any, Final

import msgspec

CSV: Final = "text/csv"
MARK: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(rows: Sequence[object], kind: type) -> bytes:
    """The rows, all of one kind, below a line of headings; parts of a row are JSON in its cells."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    columns = [field.name for field in fields(kind)]
    writer.writerow(columns)
    for row in rows:
        plain = msgspec.to_builtins(row, str_keys=True)
        writer.writerow([_cell(plain[column]) for column in columns])
    return (MARK + out.getvalue()).encode()


def _cell(value: Any) -> str | int:  # noqa: ANN401 - JSON is of any shape
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return value
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
        case _:
            return msgspec.json.encode(value).decode()
