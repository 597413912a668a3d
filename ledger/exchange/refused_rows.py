"""Rows that were not imported: the first on the terminal, all of them in a CSV if asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.exchange.console import ERRORS, table
from ledger.exchange.importing import RowRefused
from ledger.exchange.tables import CsvFile

SHOWN: Final = 20
COLUMNS: Final = ("行 row", "列 column", "值 value", "问题", "problem", "办法", "remedy")


@contextmanager
def refusals(report: Path | None) -> Iterator[Callable[[RowRefused], None]]:
    """Something to tell of each refused row, as it comes; at the end the first are shown."""
    first: list[RowRefused] = []
    count = 0
    file = None if report is None else CsvFile(report, COLUMNS)

    def tell(refused: RowRefused) -> None:
        nonlocal count
        count += 1
        if count <= SHOWN:
            first.append(refused)
        if file is not None:
            file.write(_cells(refused))

    try:
        yield tell
    finally:
        if file is not None:
            file.close()
        _show(first, count)


def _show(first: list[RowRefused], count: int) -> None:
    if first:
        rows = [
            (f"{each.row}", each.column, each.value, f"{each.zh}{each.zh_remedy}",
             f"{each.en} {each.en_remedy}")
            for each in first
        ]  # fmt: skip
        title = f"被拒的行 Refused rows ({len(first)} / {count})"
        columns = ("行 Row", "列 Column", "值 Value", "问题与办法", "Problem and remedy")
        ERRORS.print(table(title, columns, rows))


def _cells(refused: RowRefused) -> tuple[object, ...]:
    return (
        refused.row,
        refused.column,
        refused.value,
        refused.zh,
        refused.en,
        refused.zh_remedy,
        refused.en_remedy,
    )
