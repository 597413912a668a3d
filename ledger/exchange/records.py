"""The records of a file to import, each a command with its key, or what is wrong with it.

A line of JSON may bring its own key. Any other line, and a row of a table, is known by what it
says, wherever it stands and however often the file was saved or mended since; the second that says
the same is the second such happening.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ledger.domain.catalogue import NAME_OF_COMMAND
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

KeyOf = Callable[[str, object], str]
"""The key of the next row, of its kind and its command."""


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
        header = next(sheet.rows, (1, ()))[1]
        if all(cell in ("", None) for cell in header):
            raise FileRefused(
                "The file is empty, or its first row is. That row names the columns.",
                "文件是空的，或第一行是空的。第一行应写明各列的名称。",
            )
        table = fitted(header, time_zone)
        return Source(sheet, _rows(sheet, table, key), table.title_of)
    listed = ", ".join(LINES + SHEETS)
    raise FileRefused(
        f"{path.name} ends like none of: {listed}. Rename it.",
        f"{path.name} 的扩展名须为：{listed}。",
    )


# -- lines of JSON -----------------------------------------------------------------------------


def _lines(sheet: Sheet, path: Path, key: bytes) -> Iterator[Record]:
    with path.open("rb") as file:
        key_of, row = _keys(key), 0
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
                yield _line(row, line, key_of)


TOO_LONG: Final = Malformed(
    FaultKind.unreadable,
    (Fault("", "The line is longer than 64 KiB.", "该行超过 64 KiB。", ""),),
)


def _line(row: int, line: bytes, key_of: KeyOf) -> Record:
    read = parse_line(line)
    if isinstance(read, Malformed):
        return Record(row, read)
    key = read.key or key_of(NAME_OF_COMMAND[type(read.command)], read.command)
    return Record(row, read.command, key, read.at)


# -- rows of a table ---------------------------------------------------------------------------


def _rows(sheet: Sheet, table: Table, key: bytes) -> Iterator[Record]:
    key_of = _keys(key)
    for row, cells in sheet.rows:
        if any(cell not in ("", None) for cell in cells):
            command = table.command(cells)
            if isinstance(command, Malformed):
                yield Record(row, command)
            else:
                yield Record(row, command, key_of(table.template.name, command))


# -- keys --------------------------------------------------------------------------------------


def _keys(key: bytes) -> KeyOf:
    """What makes the keys of one file: of what a row says, and how often it was said so far."""
    times: Counter[bytes] = Counter()

    def key_of(kind: str, command: object) -> str:
        mark = hmac.digest(key, kind.encode() + canonical(command), "sha256")[:16]
        times[mark] += 1
        return KEY_PREFIX + hmac.digest(key, mark + b"%d" % times[mark], "sha256").hex()

    return key_of
