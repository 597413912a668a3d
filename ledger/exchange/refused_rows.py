"""Rows that were not imported: the first on the terminal, all of them in a CSV if asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.exchange.console import ERRORS
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
    for each in first:
        place = " ".join(filter(None, (each.column, each.value)))
        ERRORS.print(f"行 {each.row} {place}：{each.zh}{each.zh_remedy}", soft_wrap=True)
        ERRORS.print(f"row {each.row} {place}: {each.en} {each.en_remedy}", soft_wrap=True)
    if count > len(first):
        ERRORS.print(
            f"另有 {count - len(first)} 行，见 --report。{count - len(first)} more: see --report.",
            soft_wrap=True,
        )


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
