"""Rows of a file that people filled in: CSV in UTF-8 or GB18030, or the first sheet of an XLSX.

A row is numbered as a spreadsheet numbers it, the header being row 1. A file that cannot be read
is refused as a whole, with the row and the column where that shows.
"""

import codecs
import csv
import io
import os
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

FILE_BYTES_MOST: Final = 200 * 1024 * 1024
UNPACKED_BYTES_MOST: Final = 1024 * 1024 * 1024
"""What an XLSX may take when it is unpacked; a small file can hide a very large one."""
BLOCK: Final = 1 << 20
DELIMITERS: Final = (",", "\t", ";")
ENCODINGS: Final = ("utf-8-sig", "gb18030")

Row = tuple[int, Sequence[object]]
"""A row's number, and its cells: text from a CSV, also numbers and times from an XLSX."""


class FileRefused(ValueError):
    """The file is not imported at all; the text says why and what to do, in both languages."""

    def __init__(self, en: str, zh: str, row: int = 0, column: int = 0) -> None:
        self.en, self.zh = en, zh
        self.row, self.column = row, column
        super().__init__(f"{en} {zh}")


@dataclass
class Sheet:
    """The rows of a file from the first on; `done` of `total` (bytes, or rows) have been read."""

    total: int
    done: int = 0
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))


def check_size(path: Path) -> int:
    """The size of the file in bytes. Raises FileRefused if it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        why = error.strerror
        raise FileRefused(
            f"{path} cannot be read: {why}. Check the name.", f"无法读取 {path}，请核对文件名。"
        ) from None
    if size > FILE_BYTES_MOST:
        most = FILE_BYTES_MOST // 1024 // 1024
        raise FileRefused(
            f"{path.name} is larger than {most} MB. Split it.",
            f"{path.name} 超过 {most} MB，请拆分后导入。",
        )
    return size


def open_sheet(path: Path) -> Sheet:
    """The rows of a CSV or an XLSX, as the name ends. Raises FileRefused, also while reading."""
    size = check_size(path)
    if path.suffix.lower() == ".xlsx":
        return _xlsx(path)
    sheet = Sheet(size)
    sheet.rows = _csv(sheet, path, encoding_of(path))
    return sheet


# -- CSV ---------------------------------------------------------------------------------------


def encoding_of(path: Path) -> str:
    """UTF-8 if all of it is, else GB18030. Raises FileRefused with the place of the broken byte."""
    broken = [_first_broken(path, encoding) for encoding in ENCODINGS]
    for encoding, place in zip(ENCODINGS, broken, strict=True):
        if place is None and not (encoding == "gb18030" and _says_utf_8(path)):
            return encoding
    utf_8, gb18030 = (place or 0 for place in broken)
    meant = ENCODINGS[0] if _says_utf_8(path) or utf_8 >= gb18030 else ENCODINGS[1]
    row, column = _place(path, meant, max(utf_8, gb18030) if meant == "gb18030" else utf_8)
    raise FileRefused(
        f"In row {row}, column {column} is a byte that is neither UTF-8 nor GB18030. "
        "Save the file again as CSV in UTF-8.",
        f"第 {row} 行第 {column} 列的字节既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 编码的 CSV。",
        row,
        column,
    )


def _first_broken(path: Path, encoding: str) -> int | None:
    """Where the first byte stands that the encoding does not know."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return done - waiting + error.start
            if not block:
                return None
            done += len(block)


def _says_utf_8(path: Path) -> bool:
    """Whether a byte order mark says so, or a header in other letters than ASCII's."""
    with path.open("rb") as file:
        first = file.readline(BLOCK)
    if first.startswith(codecs.BOM_UTF8):
        return True
    try:
        return not first.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def _place(path: Path, encoding: str, offset: int) -> tuple[int, int]:
    with path.open("rb") as file:
        before = file.read(offset).decode(encoding, errors="replace")
    reader = csv.reader(io.StringIO(before, newline=""), delimiter=_delimiter(before))
    last = deque(enumerate(reader, start=1), maxlen=1)
    if not last:
        return 1, 1
    [(number, cells)] = last
    return (number + 1, 1) if before.endswith("\n") else (number, len(cells))


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _csv(sheet: Sheet, path: Path, encoding: str) -> Iterator[Row]:
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding, newline="") as file:
        delimiter = _delimiter(file.readline())
        file.seek(0)
        number = 0
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter), start=1):
                sheet.done = raw.tell()
                yield number, [cell.strip() for cell in cells]
        except csv.Error as error:
            raise FileRefused(
                f"Row {number + 1} is not CSV: {error}. Save the file again as CSV.",
                f"第 {number + 1} 行不是 CSV：{error}。请另存为 CSV。",
                number + 1,
            ) from None


# -- XLSX --------------------------------------------------------------------------------------


def _xlsx(path: Path) -> Sheet:
    _refuse_what_unpacks_too_large(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        found = workbook.get_sheet_by_index(0)
    except PasswordError:
        raise FileRefused(
            f"{path.name} has a password. Save it without one.",
            f"{path.name} 设有密码，请取消密码后导入。",
        ) from None
    except (CalamineError, OSError, ValueError, IndexError):
        raise _no_xlsx(path) from None
    sheet = Sheet(found.end[0] + 1 if found.end else 0)
    sheet.rows = _counted(sheet, found)
    return sheet


def _counted(sheet: Sheet, found: CalamineSheet) -> Iterator[Row]:
    """Empty rows above the first filled one are given too, so that rows count from 1."""
    for number, cells in enumerate(found.iter_rows(), start=1):
        sheet.done = number
        yield number, [cell.strip() if isinstance(cell, str) else cell for cell in cells]


def _refuse_what_unpacks_too_large(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _no_xlsx(path) from None
    if size > UNPACKED_BYTES_MOST:
        most = UNPACKED_BYTES_MOST // 1024 // 1024
        raise FileRefused(
            f"{path.name} unpacks to more than {most} MB. Split it, or save it as CSV.",
            f"{path.name} 解压后超过 {most} MB，请拆分或另存为 CSV。",
        )


def _no_xlsx(path: Path) -> FileRefused:
    return FileRefused(
        f"{path.name} is not an XLSX workbook. Save it as .xlsx or as CSV.",
        f"{path.name} 不是 XLSX 工作簿，请另存为 .xlsx 或 CSV。",
    )
