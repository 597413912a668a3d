"""Files to import: a table in each form, lines of commands, and what became of their rows."""

import csv
import json
from pathlib import Path
from typing import Any

import xlsxwriter

from ledger.domain.authority import Authority
from ledger.engine import Ledger
from ledger.exchange.importing import Outcome, RowRefused, import_file
from tests.builders import CANTEEN, everything, person

ATTENDANCE = ("shift", "person", "check_in", "check_out")
KITCHEN = ("kitchen", person(1), "2024-03-01 09:00", "2024-03-01 11:00")
SHEET = ("饭堂", "日期", "餐次", "人员")
LUNCH = (CANTEEN, "2024-03-04", "午餐", person(1))


def csv_file(folder: Path, *rows: tuple[str, ...], encoding: str = "utf-8-sig") -> Path:
    path = folder / "table.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def xlsx_file(folder: Path, *rows: tuple[Any, ...]) -> Path:
    path = folder / "table.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(place, column, cell)
    return path


def lines_file(folder: Path, *lines: object) -> Path:
    path = folder / "commands.jsonl"
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts))
    return path


def claim(number: int, **more: object) -> dict[str, object]:
    data = {"person": person(number), "canteen": CANTEEN, "served_on": "2024-03-04"}
    return {"command": "meals/claim", "data": data | more}


def imported(
    ledger: Ledger, path: Path, by: Authority | None = None, **options: Any
) -> tuple[Outcome, list[RowRefused]]:
    told: list[RowRefused] = []
    outcome = import_file(ledger, path, by or everything(), refused=told.append, **options)
    assert outcome.refused == len(told)
    return outcome, told


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.accepted, outcome.again, outcome.refused


def events(ledger: Ledger) -> int:
    return ledger.recorder.max_notification_id() or 0
