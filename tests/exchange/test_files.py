"""Files that are no files: refused whole, with the place where it shows, and nothing is written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.engine import Ledger
from ledger.exchange import sheets
from ledger.exchange.sheets import FileRefused

from .files import LUNCH, SHEET, csv_file, events, imported, xlsx_file
from .town import town


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    with town(database, tmp_path / "keys") as ledger:
        yield ledger


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_broken_bytes_are_told_with_their_row_and_column(ledger: Ledger, folder: Path) -> None:
    path = csv_file(folder, SHEET, LUNCH, LUNCH)
    whole = path.read_bytes()
    path.write_bytes(whole[:-30] + b"\xff" + whole[-30:])
    before = events(ledger)
    with pytest.raises(FileRefused) as refused:
        imported(ledger, path)
    assert (refused.value.row, refused.value.column) == (3, 4)
    assert events(ledger) == before


def test_broken_gb18030_is_told_too(ledger: Ledger, folder: Path) -> None:
    path = csv_file(folder, SHEET, LUNCH, encoding="gb18030")
    path.write_bytes(path.read_bytes().replace("午餐".encode("gb18030"), b"\xce\xe7\xff"))
    with pytest.raises(FileRefused) as refused:
        imported(ledger, path)
    assert (refused.value.row, refused.value.column) == (2, 3)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"shift,person\n", b"\xd0\xcf"])
def test_a_workbook_that_is_none_is_refused(ledger: Ledger, folder: Path, content: bytes) -> None:
    path = folder / "table.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="not an XLSX workbook"):
        imported(ledger, path)


def test_a_workbook_that_unpacks_too_large_is_refused(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "UNPACKED_BYTES_MOST", 1000)
    with pytest.raises(FileRefused, match="unpacks to more than"):
        imported(ledger, xlsx_file(folder, SHEET, LUNCH))


def test_a_file_over_the_limit_is_refused(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "FILE_BYTES_MOST", 20)
    with pytest.raises(FileRefused, match="larger than"):
        imported(ledger, csv_file(folder, SHEET, LUNCH))


def test_files_of_other_endings_and_absent_files_are_refused(ledger: Ledger, folder: Path) -> None:
    (folder / "list.pdf").write_bytes(b"%PDF")
    with pytest.raises(FileRefused, match="ends like none of"):
        imported(ledger, folder / "list.pdf")
    for name in ("none.csv", "none.xlsx", "none.jsonl"):
        with pytest.raises(FileRefused, match="cannot be read"):
            imported(ledger, folder / name)


def test_a_cell_without_end_is_refused(ledger: Ledger, folder: Path) -> None:
    path = csv_file(folder, SHEET, LUNCH)
    path.write_bytes(path.read_bytes() + b'"' + b"x" * 200_000)
    with pytest.raises(FileRefused, match="Row 3 is not CSV"):
        imported(ledger, path)
