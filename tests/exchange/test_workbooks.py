"""Workbooks as a clerk opens them: read back by another library, cell by cell."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineSheet, CalamineWorkbook

from ledger.exchange import workbooks
from ledger.exchange.columns import COLUMNS, Column, Kind, What
from ledger.exchange.exporting import NAMES, Format, export
from ledger.exchange.workbooks import write_workbook
from ledger.running import Running

BEIJING = timedelta(hours=8)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "{=1+1}", "http://x.example", "=cmd|'/c'!A0")
FILTER_AND_PANE = (r'<autoFilter ref="A1:[A-Z]+(\d+)"/>', r'<pane ySplit="1" [^>]*state="frozen"/>')


def exported(here: Running, what: What) -> bytes:
    target = io.BytesIO()
    export(here.datastore, what, Format.xlsx, target)
    return target.getvalue()


def rows(here: Running, what: What) -> list[dict[str, Any]]:
    target = io.StringIO()
    export(here.datastore, what, Format.jsonl, target)
    return [json.loads(line) for line in target.getvalue().splitlines()]


def sheets(book: bytes) -> Iterator[CalamineSheet]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(book))
    for name in workbook.sheet_names:
        yield workbook.get_sheet_by_name(name)


def table(sheet: CalamineSheet) -> list[dict[str, Any]]:
    """The rows by the English names in the titles."""
    titles, *found = sheet.to_python(skip_empty_area=False)
    names = [str(title).partition(" ")[2] for title in titles]
    assert all(re.match("[\u4e00-\u9fff]", str(title)) for title in titles)
    return [dict(zip(names, row, strict=True)) for row in found]


def made(*cells: Mapping[str, Any], kind: Kind = Kind.identity) -> bytes:
    target = io.BytesIO()
    write_workbook(target, ("例", "example"), [Column("it", kind, "它")], cells)
    return target.getvalue()


def parts(book: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        found = [name for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
        return {name: packed.read(name).decode() for name in found}


# -- what is in it -------------------------------------------------------------------------------


def test_entries_have_an_amount_in_yuan_or_in_minutes(example: Running) -> None:
    [sheet] = sheets(exported(example, What.entries))
    found, expected = table(sheet), rows(example, What.entries)
    assert len(found) == len(expected)
    for shown, row in zip(found, expected, strict=True):
        fen, minutes = shown["amount_yuan"], shown["amount_minute"]
        told = (minutes, "") if row["unit"] == "minute" else (round(100 * fen), minutes)
        assert told == (row["amount"], "")
        assert shown["account"] == row["account"]
        assert shown["occurred_on"] == date.fromisoformat(row["occurred_on"])
    assert round(100 * sum(each["amount_yuan"] or 0 for each in found)) == 0
    assert sum(each["amount_minute"] or 0 for each in found) == 0


def test_claims_are_in_yuan_and_their_times_those_of_beijing(example: Running) -> None:
    [sheet] = sheets(exported(example, What.claims))
    for shown, row in zip(table(sheet), rows(example, What.claims), strict=True):
        assert round(100 * shown["price_yuan"]) == row["price_fen"]
        assert round(100 * shown["copayment_yuan"]) == row["copayment_fen"]
        shares = dict(each.split(" ") for each in shown["shares_yuan"].split("; ") if each)
        assert {payer: f"{fen / 100:.2f}" for payer, fen in row["shares"].items()} == shares
        recorded = datetime.fromisoformat(row["recorded_at"]).astimezone(UTC).replace(tzinfo=None)
        assert abs(shown["recorded_at (UTC+8)"] - recorded - BEIJING) < timedelta(seconds=1)


def test_service_without_a_shift_has_empty_cells(example: Running) -> None:
    [sheet] = sheets(exported(example, What.service))
    found, expected = table(sheet), rows(example, What.service)
    assert [each["service_minutes"] or None for each in found] == [
        row["service_minutes"] for row in expected
    ]
    assert [each["shift"] or None for each in found] == [row["shift"] for row in expected]
    assert "" in [each["shift"] for each in found]


@pytest.mark.parametrize("what", What)
def test_the_first_row_stays_in_sight_and_filters_all_others(example: Running, what: What) -> None:
    [xml] = parts(exported(example, what)).values()
    filtered, frozen = (re.search(pattern, xml) for pattern in FILTER_AND_PANE)
    assert frozen
    assert filtered
    assert int(filtered[1]) == len(rows(example, what)) + 1
    [sheet] = sheets(exported(example, what))
    assert sheet.name == " ".join(NAMES[what])


@pytest.mark.parametrize("what", What)
def test_a_table_without_rows_has_its_titles(what: What) -> None:
    target = io.BytesIO()
    assert write_workbook(target, NAMES[what], COLUMNS[what], []) == 0
    [sheet] = sheets(target.getvalue())
    assert len(sheet.to_python()) == 1


# -- what a cell may not do ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.identity, Kind.word])
def test_no_text_becomes_a_formula_a_number_or_a_link(kind: Kind) -> None:
    texts = [*FORMULAS, "007", "1e9", "2026-03-01"]
    book = made(*({"it": text} for text in texts), kind=kind)
    [sheet] = sheets(book)
    assert [row["it"] for row in table(sheet)] == texts
    [xml] = parts(book).values()
    assert not re.search("<f>|<f |hyperlink", xml)


@pytest.mark.parametrize(
    "fen", [0, 1, 7, 10, 29, 99, 100, 115, 10**12, 10**12 - 1, 1 - 10**12, -1, 333_333_333_333]
)
def test_yuan_show_every_fen(fen: int) -> None:
    [sheet] = sheets(made({"it": fen}, kind=Kind.fen))
    [row] = table(sheet)
    assert f"{row['it_yuan']:.2f}" == f"{'-' * (fen < 0)}{abs(fen) // 100}.{abs(fen) % 100:02}"


def test_what_does_not_fit_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "ROWS_MOST", 10)
    book = made(*({"it": number} for number in range(25)), kind=Kind.number)
    found = list(sheets(book))
    assert [sheet.name for sheet in found] == ["例 example", "例 example 2", "例 example 3"]
    assert [row["it"] for sheet in found for row in table(sheet)] == list(range(25))
    assert [len(table(sheet)) for sheet in found] == [10, 10, 5]
    assert all(re.search(FILTER_AND_PANE[0], xml) for xml in parts(book).values())


def test_a_sheet_holds_as_many_rows_as_a_spreadsheet_has() -> None:
    assert workbooks.ROWS_MOST + 1 == 2**20
