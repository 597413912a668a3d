"""The records of a file to import, each a command with its key, or what is wrong with it.

A line of JSON is known by its own key, or by the file's digest and its number: the same line in
another file may mean another happening. A row of a table is known by what it says, however often
the sheet was saved since; the second row that says the same is the second such happening.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Final

from ledger.domain.values import ZoneName
from ledger.exchange.faults import Fault, FaultKind, Malformed
from ledger.exchange.lines import parse_line
from ledger.exchange.sheets import FileRefused, Sheet, check_size, open_sheet
from ledger.exchange.templates import Table, fitted
from ledger.store.codec import canonical

LINE_BYTES_MOST: Final = 64 * 1024
KEY_PREFIX: Final = "import/"
LINES: Final = (".jsonl", ".ndjson")
SHEETS: Final = (".csv", ".xlsx")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the file. `command` is Malformed where the row is not a command."""

    row: int
    command: object | Malformed
    key: str = ""
    at: datetime | None = None


@dataclass
class Source:
    """A file's records in their order. `column_of` says how the file calls a command's field."""

    sheet: Sheet
    records: Iterator[Record]
    column_of: Callable[[str], str]


def open_source(path: Path, key: bytes, time_zone: ZoneName) -> Source:
    """The records of a file, by the ending of its name. Raises FileRefused, also while reading."""
    ending = path.suffix.lower()
    if ending in LINES:
        sheet = Sheet(check_size(path))
        return Source(sheet, _lines(sheet, path, key), "/data/{}".format)
    if ending in SHEETS:
        sheet = open_sheet(path)
        table = fitted(next(sheet.rows, (1, ()))[1], time_zone)
        return Source(sheet, _rows(sheet, table, key), table.title_of)
    listed = ", ".join(LINES + SHEETS)
    raise FileRefused(
        f"{path.name} ends like none of: {listed}. Rename it.",
        f"{path.name} 的扩展名须为：{listed}。",
    )


# -- lines of JSON -----------------------------------------------------------------------------


def _lines(sheet: Sheet, path: Path, key: bytes) -> Iterator[Record]:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").digest()
        file.seek(0)
        row = 0
        while line := file.readline(LINE_BYTES_MOST + 1):
            row += 1
            too_long = len(line) > LINE_BYTES_MOST
            while too_long and not line.endswith(b"\n") and line:
                line = file.readline(LINE_BYTES_MOST)
            sheet.done = file.tell()
            line = line.strip() if row > 1 else line.removeprefix(BYTE_ORDER_MARK).strip()
            if too_long:
                yield Record(row, TOO_LONG)
            elif line:
                yield _line(row, line, _key(key, digest + b"%d" % row))


TOO_LONG: Final = Malformed(
    FaultKind.unreadable,
    (Fault("", "The line is longer than 64 KiB.", "该行超过 64 KiB。", ""),),
)


def _line(row: int, line: bytes, key: str) -> Record:
    read = parse_line(line)
    if isinstance(read, Malformed):
        return Record(row, read)
    return Record(row, read.command, read.key or key, read.at)


# -- rows of a table ---------------------------------------------------------------------------


def _rows(sheet: Sheet, table: Table, key: bytes) -> Iterator[Record]:
    times: Counter[bytes] = Counter()
    for row, cells in sheet.rows:
        if any(cell not in ("", None) for cell in cells):
            command = table.command(cells)
            if isinstance(command, Malformed):
                yield Record(row, command)
            else:
                said = table.template.name.encode() + canonical(command)
                mark = hmac.digest(key, said, "sha256")[:16]
                times[mark] += 1
                yield Record(row, command, _key(key, mark + b"%d" % times[mark]))


def _key(key: bytes, said: bytes) -> str:
    return KEY_PREFIX + hmac.new(key, said, "sha256").hexdigest()
