"""CSV for people: opened by a double click in a Chinese spreadsheet, and harmless there.

UTF-8 with a byte order mark, lines ended by CRLF. A cell that a spreadsheet would take for a
formula gets a leading apostrophe.
"""

import csv
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class CsvFile(AbstractContextManager["CsvFile"]):
    """A CSV file that is written row by row."""

    def __init__(self, target: Path | IO[str], header: Sequence[str]) -> None:
        self._opened = isinstance(target, Path)
        self._file: IO[str] = (
            target.open("w", encoding="utf-8", newline="") if isinstance(target, Path) else target
        )
        self._file.write("\ufeff")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(header)

    def write(self, row: Iterable[object]) -> None:
        """One more row; an absent value is an empty cell."""
        self._writer.writerow([cell(value) for value in row])

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the file; one that was given stays open."""
        if self._opened:
            self._file.close()


def cell(value: object) -> str:
    """A value as a cell shows it. Numbers stay numbers, also those below zero."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int) or not text.startswith(FORMULA):
        return text
    return f"'{text}"
