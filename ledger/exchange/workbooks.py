"""Workbooks: an export as XLSX that a clerk can sort, filter and sum at once.

Titles are in Chinese with the English name beside; the first row stays in sight and filters. A day
is a day, a time is that of Beijing as its title says, an id is text, and money is a number in yuan.
A spreadsheet's numbers are doubles: those keep 15 digits, and 10^12 fen in yuan have 13, so each
amount shows and compares exactly; it is made from the whole fen, and no sum is taken here. Text is
written as text whatever it begins with, so no cell is a formula. What does not fit a sheet goes on
in the next one. Rows are written as they come, and only one is held in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import IO, Any, Final, NamedTuple, TypeAlias
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from ledger.domain.community_records import SHANGHAI
from ledger.domain.postings import Unit
from ledger.domain.values import local
from ledger.exchange.columns import Column, Kind

ROWS_MOST: Final = 1_048_575
"""How many rows a sheet has below its first one."""
OPTIONS: Final = {
    "constant_memory": True,
    "use_zip64": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
TITLE: Final = {"bold": True, "bg_color": "#E8EEF4", "bottom": 1}
NUMBER_FORMATS: Final = {
    "text": "@",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "yuan": "#,##0.00",
    "whole": "0",
}

Row: TypeAlias = Mapping[str, Any]


class Cells(NamedTuple):
    """A column of the sheet: its title and width, its format, and what a row has there."""

    title: str
    width: int
    form: str
    value: Callable[[Row], object]


def write_workbook(
    target: IO[bytes], name: tuple[str, str], columns: Sequence[Column], rows: Iterable[Row]
) -> int:
    """Write all rows; how many they were. The name, Chinese and English, is that of the sheets."""
    cells = [each for column in columns for each in _cells(column)]
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        forms = {
            form: book.add_format({"num_format": shown}) for form, shown in NUMBER_FORMATS.items()
        }
        title, count = book.add_format(TITLE), 0
        sheet = _Sheet(book.add_worksheet(" ".join(name)), cells, title)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last one is the answer
            if sheet.filled == ROWS_MOST:
                sheet.finish()
                number = len(book.worksheets()) + 1
                sheet = _Sheet(book.add_worksheet(f"{' '.join(name)} {number}"), cells, title)
            sheet.write(row, forms)
        sheet.finish()
    return count


class _Sheet:
    """One sheet, filled from above."""

    def __init__(self, sheet: Worksheet, cells: Sequence[Cells], title: CellFormat) -> None:
        self._sheet, self._cells, self.filled = sheet, cells, 0
        sheet.freeze_panes(1, 0)
        for place, each in enumerate(cells):
            sheet.set_column(place, place, max(each.width, width_of(each.title) + 4))
            sheet.write_string(0, place, each.title, title)

    def write(self, row: Row, forms: Mapping[str, CellFormat]) -> None:
        """One more row; an absent value is an empty cell."""
        self.filled += 1
        for place, cells in enumerate(self._cells):
            value, form = cells.value(row), forms[cells.form]
            match value:
                case None:
                    pass
                case int() | Decimal():
                    self._sheet.write_number(self.filled, place, value, form)
                case str():
                    self._sheet.write_string(self.filled, place, value, form)
                case _:
                    self._sheet.write_datetime(self.filled, place, value, form)

    def finish(self) -> None:
        """Let the title row filter all that was written."""
        self._sheet.autofilter(0, 0, self.filled, len(self._cells) - 1)


def width_of(text: str) -> int:
    """How wide a text is; a Chinese letter is as wide as two others."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


# -- what stands in a cell -----------------------------------------------------------------------


def _clock(moment: datetime) -> datetime:
    return local(moment, SHANGHAI).replace(tzinfo=None)


def yuan(fen: int) -> Decimal:
    """An amount of fen as it stands in a cell."""
    return Decimal(fen).scaleb(-2)


def _shares(shares: Mapping[str, int]) -> str:
    return "; ".join(f"{payer} {yuan(fen):.2f}" for payer, fen in shares.items())


def _as_it_is(value: object) -> object:
    return value


class Look(NamedTuple):
    """How a kind of column is shown; the notes stand behind its two names."""

    notes: tuple[str, str]
    width: int
    form: str
    shown: Callable[[Any], object] = _as_it_is


LOOKS: Final = {
    Kind.identity: Look(("", ""), 40, "text"),
    Kind.word: Look(("", ""), 16, "text"),
    Kind.day: Look(("", ""), 12, "day"),
    Kind.moment: Look(("（北京时间）", " (UTC+8)"), 20, "moment", _clock),
    Kind.number: Look(("", ""), 8, "whole"),
    Kind.minutes: Look(("（分钟）", ""), 8, "whole"),
    Kind.fen: Look(("（元）", "_yuan"), 12, "yuan", yuan),
    Kind.shares: Look(("（元）", "_yuan"), 40, "text", _shares),
}
OF_UNIT: Final = {Unit.fen: Kind.fen, Unit.minute: Kind.minutes}


def _cells(column: Column) -> Iterator[Cells]:
    """The columns of the sheet for a column of the rows: an amount has one for each unit."""
    if column.kind is Kind.amount:
        yield from (_amounts(column, unit, kind) for unit, kind in OF_UNIT.items())
    elif column.kind is not Kind.unit:
        yield _cell(column)


def _cell(column: Column) -> Cells:
    look, name = LOOKS[column.kind], column.name
    (zh, en), plain = look.notes, name.removesuffix("_fen")
    return Cells(
        f"{column.zh}{zh} {plain}{en}", look.width, look.form, lambda row: _of(row, name, look)
    )


def _amounts(column: Column, unit: Unit, kind: Kind) -> Cells:
    every = _cell(Column(f"{column.name}_{unit}", kind, column.zh))
    look, name = LOOKS[kind], column.name
    return every._replace(value=lambda row: _of(row, name, look) if row["unit"] == unit else None)


def _of(row: Row, name: str, look: Look) -> object:
    value = row[name]
    return None if value is None else look.shown(value)
