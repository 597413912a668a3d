"""Files come in row by row, in all their forms, and each refused row is told."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.authority import Authority, Role
from ledger.domain.values import PersonId, ZoneName
from ledger.engine import Ledger
from ledger.exchange import importing, records
from ledger.exchange.importing import import_file
from ledger.exchange.refused_rows import refusals
from ledger.exchange.sheets import FileRefused
from tests.builders import CANTEEN, everything, person

from .files import (
    ATTENDANCE,
    KITCHEN,
    LUNCH,
    SHEET,
    claim,
    counts,
    csv_file,
    events,
    imported,
    lines_file,
    xlsx_file,
)

# -- dry runs ----------------------------------------------------------------------------------


def test_a_dry_run_judges_every_row_and_writes_nothing(ledger: Ledger, folder: Path) -> None:
    path = csv_file(folder, SHEET, LUNCH, LUNCH, (CANTEEN, "2024-03-04", "晚餐", person(2)))
    before = events(ledger)
    dry, told = imported(ledger, path, dry_run=True)
    assert events(ledger) == before
    wet, told_wet = imported(ledger, path)
    assert (counts(dry), told) == (counts(wet), told_wet) == ((2, 0, 1), told)


# -- tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_of_chinese_spreadsheets(
    ledger: Ledger, folder: Path, encoding: str
) -> None:
    outcome, _ = imported(ledger, csv_file(folder, SHEET, LUNCH, encoding=encoding))
    assert counts(outcome) == (1, 0, 0)


def test_a_workbook_may_hold_times_as_text_or_as_times(ledger: Ledger, folder: Path) -> None:
    nine, eleven = datetime.fromisoformat("2024-03-01T09:00"), "2024-03-01 11:00"
    path = xlsx_file(
        folder,
        ("班次", "志愿者", "签到时间", "签退时间", "（姓名）"),
        ("kitchen", person(1), nine, eleven, "例"),
        ("", "", "", "", ""),
        ("kitchen", person(2), "2024/3/1 9:05", "2024年3月1日 11:00", "例"),
    )
    outcome, told = imported(ledger, path)
    assert (counts(outcome), told) == ((2, 0, 0), [])


def test_times_are_those_of_the_place_unless_they_say_otherwise(
    ledger: Ledger, folder: Path
) -> None:
    zulu = ("kitchen", person(2), "2024-03-01T01:00:00Z", "2024-03-01T03:00:00Z")
    path = csv_file(folder, ATTENDANCE, KITCHEN, zulu)
    assert counts(imported(ledger, path)[0]) == (2, 0, 0)
    _, [told] = imported(
        ledger,
        csv_file(folder, ATTENDANCE, ("kitchen", person(3), *KITCHEN[2:])),
        time_zone=ZoneName("UTC"),
    )
    assert "no whole minute in common" in told.en


@pytest.mark.parametrize(
    ("cell", "fen"), [("12", 1200), ("12.5", 1250), ("0.01", 1), (6.5, 650), (7, 700)]
)
def test_an_amount_in_yuan_is_exact(ledger: Ledger, folder: Path, cell: Any, fen: int) -> None:
    path = xlsx_file(folder, (*SHEET, "收费_元"), (*LUNCH, cell))
    imported(ledger, path)
    [row] = ledger.recorder.read(events(ledger) - 1, 1)
    assert f'"price_fen":{fen},'.encode() in row[5]


def test_a_row_may_ask_for_the_full_price_and_is_the_same_row_again(
    ledger: Ledger, folder: Path
) -> None:
    rows = [(*LUNCH, said) for said in ("", "是", "否")]
    path = csv_file(folder, (*SHEET, "按全价"), *rows)
    outcome, [told] = imported(ledger, path)
    assert (counts(outcome), told.row) == ((2, 0, 1), 4)
    assert "already had 1 subsidised meal" in told.en
    assert counts(imported(ledger, path)[0]) == (0, 2, 1)
    assert counts(imported(ledger, csv_file(folder, SHEET, LUNCH))[0]) == (0, 1, 0)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("kitchen", "陈阿好", *KITCHEN[2:]), "person", "UUID"),
        (("kitchen", "", *KITCHEN[2:]), "person", "missing"),
        (("Kitchen Help", *KITCHEN[1:]), "shift", "lower-case"),
        (("kitchen", person(1), "nine", "eleven"), "check_in", "2026-03-02 09:00"),
        (("kitchen", person(1), "2024-03-01", KITCHEN[3]), "check_in", "2026-03-02 09:00"),
        (("kitchen", person(1), "2024-02-30 09:00", KITCHEN[3]), "check_in", "must be a time"),
        (("kitchen", person(1), "1824-03-01 09:00", KITCHEN[3]), "check_in", "1900 to 2100"),
        (("kitchen", person(1), "0001-01-01 00:00", KITCHEN[3]), "check_in", "must be a time"),
        (("no-such-shift", *KITCHEN[1:]), "shift", "no shift no-such-shift"),
        (("kitchen", person(99), *KITCHEN[2:]), "person", "no person"),
        (("kitchen", person(1), KITCHEN[3], KITCHEN[2]), "check_out", "must be some time"),
        (("=HYPERLINK(1)", *KITCHEN[1:]), "shift", "lower-case"),
    ],
)
def test_a_refused_row_of_attendance_is_told_with_its_column_and_remedy(
    ledger: Ledger, folder: Path, row: tuple[str, ...], column: str, said: str
) -> None:
    before = events(ledger)
    outcome, [told] = imported(ledger, csv_file(folder, ATTENDANCE, row))
    assert counts(outcome) == (0, 0, 1)
    assert (told.row, told.column) == (2, column)
    assert said in told.en
    assert told.en_remedy
    assert told.zh
    assert told.zh_remedy
    assert events(ledger) == before


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ((CANTEEN, "2024-03-05", "午餐", person(1), ""), "日期", "has not come yet"),
        ((CANTEEN, "2024-02-30", "午餐", person(1), ""), "日期", "day that exists"),
        ((CANTEEN, "2024-02-01", "午餐", person(1), ""), "日期", "could be recorded until"),
        ((CANTEEN, "2024-03-04", "早餐", person(1), ""), "餐次", "does not serve"),
        ((CANTEEN, "2024-03-04", "brunch", person(1), ""), "餐次", "one of"),
        (("no-canteen", "2024-03-04", "午餐", person(1), ""), "饭堂", "no site"),
        ((CANTEEN, "2024-03-04", "午餐", person(1), "6.505"), "收费_元", "yuan"),
        (
            (CANTEEN, "2024-03-04", "午餐", person(1), "1e11"),
            "收费_元",
            "nor above 10,000,000,000 yuan",
        ),
        ((CANTEEN, "2024-03-04", "午餐", person(1), "1e400"), "收费_元", "yuan"),
        ((CANTEEN, "2024-03-04", "午餐", person(1), "NaN"), "收费_元", "yuan"),
        ((CANTEEN, "2024-03-04", "午餐", person(1), "-6"), "收费_元", "must not be below zero"),
        ((CANTEEN, "2024-03-04", "午餐", person(1), "0"), "收费_元", "above zero"),
    ],
)
def test_a_refused_row_of_a_day_sheet_is_told_alike(
    ledger: Ledger, folder: Path, row: tuple[str, ...], column: str, said: str
) -> None:
    _, [told] = imported(ledger, csv_file(folder, (*SHEET, "收费_元"), row))
    assert told.column == column
    assert said in told.en


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ((*ATTENDANCE, "name"), r"column 5: name is no column"),
        (ATTENDANCE[:3], "check_out of the template attendance is missing"),
        ((*ATTENDANCE, "班次"), "shift is there twice"),
        ((*SHEET, "收费_元", "收费_分"), "there twice"),
        (("姓名", "电话"), "no column of the template"),
        ((), "is empty, or its first row is"),
        (("", ""), "is empty, or its first row is"),
    ],
)
def test_a_header_that_fits_no_template_refuses_the_file(
    ledger: Ledger, folder: Path, header: tuple[str, ...], said: str
) -> None:
    with pytest.raises(FileRefused, match=said) as refused:
        imported(ledger, csv_file(folder, header, KITCHEN))
    assert "列" in str(refused.value)


# -- lines of JSON -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        (b"{", "", "not JSON"),
        (b'{"command": "\xff"}', "", "not UTF-8"),
        ({"command": "meals/eat", "data": {}}, "/command", "no command meals/eat"),
        (claim(1, canteen=5), "/data/canteen", "text"),
        (claim(1, charged_fen=6.5), "/data/charged_fen", "whole number"),
        (claim(1, served_on="2024-03-05"), "/data/served_on", "not come yet"),
        (claim(99), "/data/person", "no person"),
        ({"command": "book/create-ledger", "data": {"kind": "live"}}, "", "with a token"),
        (b'{"command": "' + b"x" * 70_000 + b'"}', "", "longer than 64 KiB"),
    ],
)
def test_a_refused_line_is_told_with_its_place(
    ledger: Ledger, folder: Path, line: Any, column: str, said: str
) -> None:
    outcome, [told] = imported(ledger, lines_file(folder, claim(2), b"  ", line, claim(3)))
    assert counts(outcome) == (2, 0, 1)
    assert (told.row, told.column) == (3, column)
    assert said in told.en


def test_a_file_of_lines_may_begin_with_a_byte_order_mark(ledger: Ledger, folder: Path) -> None:
    path = lines_file(folder, b"\xef\xbb\xbf" + json.dumps(claim(1)).encode(), claim(2))
    assert counts(imported(ledger, path)[0]) == (2, 0, 0)


def test_lines_may_bring_their_time_where_the_clock_is_simulated(
    ledger: Ledger, folder: Path
) -> None:
    later = claim(1, served_on="2024-03-05") | {"at": "2024-03-05T04:00:00Z"}
    assert counts(imported(ledger, lines_file(folder, later))[0]) == (1, 0, 0)


# -- who imports, and how much -----------------------------------------------------------------


def test_whoever_imports_needs_the_role_for_each_row(ledger: Ledger, folder: Path) -> None:
    clerk = Authority.alike(person(4), frozenset({Role.canteen_clerk}), None)
    attendance = csv_file(folder, ATTENDANCE, KITCHEN)
    _, [told] = imported(ledger, attendance, by=clerk)
    assert "None of your roles" in told.en
    assert counts(imported(ledger, csv_file(folder, SHEET, LUNCH), by=clerk)[0]) == (1, 0, 0)


def test_the_actor_of_every_row_is_whoever_imports(ledger: Ledger, folder: Path) -> None:
    clerk: PersonId = person(4)
    imported(ledger, csv_file(folder, SHEET, LUNCH), by=everything(clerk))
    [row] = ledger.recorder.read(events(ledger) - 1, 1)
    assert f'"actor":"{clerk}"'.encode() in row[5]


def test_a_long_file_is_read_in_runs_and_its_progress_told(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "RUN", 10)
    told: list[tuple[int, int]] = []
    lines = [claim(number % 5, sitting="dinner", charged_fen=100 + number) for number in range(45)]
    path = lines_file(folder, *lines)
    outcome, refused = imported(ledger, path, progress=lambda *done: told.append(done))
    assert outcome.rows == 45
    assert [row.row for row in refused] == list(range(6, 46))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert len(told) == 5


def test_the_report_lists_every_refused_row_and_holds_no_formula(
    ledger: Ledger, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("=1+1", *KITCHEN[1:])] * 30
    path = csv_file(folder, ATTENDANCE, *rows)
    with refusals(folder / "refused.csv") as tell:
        import_file(ledger, path, everything(), refused=tell)
    report = (folder / "refused.csv").read_bytes()
    assert report.startswith(b"\xef\xbb\xbf")
    assert report.count(b"\r\n") == 31
    [_, first, *_] = csv.reader(report.decode("utf-8-sig").splitlines())
    assert first[:3] == ["2", "shift", "'=1+1"]
    told = capsys.readouterr().err
    assert told.count("row ") == 20
    assert "10 more: see --report" in told


def test_a_key_has_at_most_eighty_characters_and_nothing_personal(
    ledger: Ledger, folder: Path
) -> None:
    source = records.open_source(
        csv_file(folder, ATTENDANCE, KITCHEN), b"k" * 32, ZoneName("Asia/Shanghai")
    )
    [record] = source.records
    assert record.key.startswith("import/")
    assert len(record.key) <= 80
    assert KITCHEN[1] not in record.key
