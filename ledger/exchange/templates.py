"""Templates: which columns a table of attendance or a canteen's day sheet has (docs/importing.md).

A header may be in English or in Chinese, in any order. A column whose title stands in parentheses
is for people's eyes and is skipped; any other column that is not of the template is refused,
because it would be lost without a word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.domain.values import ZoneName
from ledger.exchange import cells
from ledger.exchange.faults import SHOWN_MOST, Fault, FaultKind, Malformed
from ledger.exchange.sheets import FileRefused
from ledger.exchange.wire import parse

PARENTHESES: Final = ("(", "（")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the command's field it fills, its titles, and how a cell becomes JSON."""

    field: str
    titles: tuple[str, ...]
    read: Callable[[object, ZoneName], object]
    required: bool = True

    @property
    def en(self) -> str:
        """Its English title, of several the first."""
        return self.titles[0]

    @property
    def zh(self) -> str:
        """Its Chinese title, of several the first."""
        return next(title for title in self.titles if not title.isascii())


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of table: each of its rows is one command."""

    name: str
    zh: str
    command: str
    columns: tuple[Column, ...]


ATTENDANCE: Final = Template(
    "attendance",
    "出勤表",
    "attendance/attest",
    (
        Column("shift", ("shift", "班次", "班次编号"), cells.text),
        Column("person", ("person", "人员", "人员编号", "志愿者"), cells.text),
        Column("check_in", ("check_in", "签到", "签到时间"), cells.time),
        Column("check_out", ("check_out", "签退", "签退时间"), cells.time),
    ),
)
DAY_SHEET: Final = Template(
    "day sheet",
    "饭堂日报表",
    "meals/claim",
    (
        Column("canteen", ("canteen", "饭堂", "饭堂编号"), cells.text),
        Column("served_on", ("day", "served_on", "日期"), cells.day),
        Column("sitting", ("sitting", "餐次"), cells.sitting),
        Column("person", ("person", "人员", "人员编号", "就餐人"), cells.text),
        Column("at_full_price", ("at_full_price", "按全价"), cells.yes, required=False),
        Column("charged_fen", ("charged_fen", "收费_分"), cells.fen, required=False),
        Column("charged_fen", ("charged_yuan", "收费_元"), cells.yuan, required=False),
    ),
)
TEMPLATES: Final = (ATTENDANCE, DAY_SHEET)

# -- tables ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """A template fitted to a file's header."""

    template: Template
    titles: Sequence[str]
    places: Mapping[int, Column]
    time_zone: ZoneName

    def command(self, row: Sequence[object]) -> object | Malformed:
        """The command that a row is. The faults' pointers are the titles of their columns."""
        body: dict[str, object] = {}
        faults: list[Fault] = []
        for place, column in self.places.items():
            cell = row[place] if place < len(row) else ""
            if cell == "" or cell is None:
                continue
            try:
                body[column.field] = column.read(cell, self.time_zone)
            except cells.CellUnfit as unfit:
                faults.append(Fault(self.titles[place], unfit.en, unfit.zh, str(cell)[:SHOWN_MOST]))
        if faults:
            return Malformed(FaultKind.unfit, tuple(faults))
        answer = parse(self.template.command, body)
        return self._placed(answer, row) if isinstance(answer, Malformed) else answer

    def title_of(self, field: str) -> str:
        """How the file calls the column of a field; empty if it has none."""
        place = self._place_of(field)
        return "" if place is None else self.titles[place]

    def _place_of(self, field: str) -> int | None:
        found = (place for place, column in self.places.items() if column.field == field)
        return next(found, None)

    def _placed(self, answer: Malformed, row: Sequence[object]) -> Malformed:
        """The same faults, with the titles of their columns and the cells as they stand there."""
        faults = []
        for fault in answer.faults:
            place = self._place_of(fault.pointer.split("/")[1])
            if place is not None:
                cell = str(row[place])[:SHOWN_MOST] if place < len(row) else ""
                faults.append(Fault(self.titles[place], fault.en, fault.zh, cell))
        return Malformed(answer.kind, tuple(faults))


def fitted(header: Sequence[object], time_zone: ZoneName) -> Table:
    """The template whose columns the header names. Raises FileRefused."""
    titles = [str(title).strip() for title in header]
    named = [title.lower().replace(" ", "_") for title in titles]
    likest = _likest(named)
    template = likest[0]
    places: dict[int, Column] = {}
    for place, title in enumerate(named):
        column = _column(template, title)
        if column is not None:
            places[place] = column
        elif title and not title.startswith(PARENTHESES):
            _refuse_stranger(likest, titles[place], place)
    _refuse_missing(template, places)
    return Table(template, titles, places, time_zone)


def _likest(named: Sequence[str]) -> list[Template]:
    """The template with most of the titles; several where the header fits each as well."""
    fits = [sum(_column(each, title) is not None for title in named) for each in TEMPLATES]
    return [each for each, fit in zip(TEMPLATES, fits, strict=True) if fit == max(fits)]


def _column(template: Template, title: str) -> Column | None:
    return next((column for column in template.columns if title in column.titles), None)


def _refuse_stranger(likest: Sequence[Template], title: str, place: int) -> None:
    en = " or ".join(
        f"{each.name} ({', '.join(column.en for column in each.columns)})" for each in likest
    )
    zh = "或".join(
        f"{each.zh}（{'、'.join(column.zh for column in each.columns)}）" for each in likest
    )
    raise FileRefused(
        f"Row 1, column {place + 1}: {title[:40]} is no column of the template {en}. "
        "Rename it, or put its title in parentheses to skip it.",
        f"第 1 行第 {place + 1} 列：{title[:40]} 不是模板的列。模板为{zh}。"
        "请改名，或用括号括起以跳过。",
        1,
        place + 1,
    )


def _refuse_missing(template: Template, places: Mapping[int, Column]) -> None:
    fields = [column.field for column in places.values()]
    for column in template.columns:
        if column.required and column.field not in fields:
            raise FileRefused(
                f"Row 1: the column {column.en} of the template {template.name} is missing.",
                f"第 1 行：{template.zh}缺少列 {column.zh}。",
                1,
            )
        if fields.count(column.field) > 1:
            raise FileRefused(
                f"Row 1: {column.en} is there twice. Keep one of the columns.",
                f"第 1 行：{column.zh} 重复，请只保留一列。",
                1,
            )
