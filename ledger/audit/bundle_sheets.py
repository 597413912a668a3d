"""Opened fact sheets in a bundle: with them each meal is priced again by the tier of the eater.

    sheets/<N>    256 a file, the first one 000, a line each as the vault discloses it:
                  {"person":"…","version":1,"disclosed":{"paper":{…},"salt":"…"}}

The log commits to each of them by HMAC-SHA256 of the paper's bytes as they stand there, with the
salt as its key. Of whoever was erased there is none; every other one that the log names is there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, TypeAlias

import msgspec

from ledger.audit.hands import SheetKey, Sheets
from ledger.audit.report import Check, Report
from ledger.audit.signed_files import SignedFolder
from ledger.domain.facts import FactSheet
from ledger.domain.values import PersonId

FOLDER: Final = "sheets/"
WIDTH: Final = 256

Opening: TypeAlias = Callable[[bytes], tuple[FactSheet, str] | None]
"""Of what was disclosed the sheet and the commitment to it; None if it is no fact sheet."""


class Disclosed(msgspec.Struct, forbid_unknown_fields=True):
    """A fact sheet as it is handed over."""

    person: PersonId
    version: int
    disclosed: msgspec.Raw


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Disclosed)


def files(sheets: Iterable[Disclosed]) -> Iterator[tuple[str, bytes]]:
    """The files of a bundle that hold these sheets, by their names."""
    lines, number = map(_encoder.encode, sheets), 0
    while some := list(islice(lines, WIDTH)):
        yield f"{FOLDER}{number:03}", b"".join(line + b"\n" for line in some)
        number += 1


class BundleSheets:
    """The sheets of a bundle, each of which must be the one that the log commits to.

    Where there are none, or nothing that opens them, nothing is asked of them.
    """

    def __init__(self, folder: SignedFolder, opening: Opening | None, report: Report) -> None:
        self._report, self._opening = report, opening
        self._unread: dict[SheetKey, tuple[str, bytes]] = {}
        self._missing: list[SheetKey] = []
        names = sorted(name for name in folder.names() if name.startswith(FOLDER))
        if not names:
            self._opening = None
        for name in names if opening else ():
            try:
                content = folder.file(name)
            except OSError:
                continue  # told with the list of files
            for number, line in enumerate(content.splitlines(), start=1):
                self._take(f"{name}:{number}", line)

    def _take(self, where: str, line: bytes) -> None:
        try:
            found = _decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self._find(where, "This is no fact sheet.", "这不是情况表。")
            return
        key = found.person, found.version
        if key in self._unread:
            self._find(where, f"{_said(key)} stands twice.", f"{_said_zh(key)}重复。")
        self._unread[key] = where, bytes(found.disclosed)

    def load(self, wanted: Mapping[SheetKey, str]) -> Sheets:
        """Of these those that are there and are what the log commits to."""
        sheets: dict[SheetKey, FactSheet] = {}
        if self._opening is None:
            return sheets
        for key, commitment in wanted.items():
            where, disclosed = self._unread.pop(key, ("", None))
            if disclosed is None:
                self._missing.append(key)
                continue
            opened = self._opening(disclosed)
            if opened is None or opened[1] != commitment:
                en = f"{_said(key)} is not the one that the log commits to."
                self._find(where, en, f"{_said_zh(key)}与日志中的承诺值不符。")
                continue
            sheets[key] = opened[0]
        self._report.sheets += len(sheets)
        return sheets

    def end(self, forgotten: set[PersonId]) -> None:
        """Nobody's sheet was left out but that of whoever was erased, and none was added."""
        for key in self._missing:
            if key[0] not in forgotten:
                en = f"{_said(key)} is missing."
                self._find(FOLDER, en, f"缺少{_said_zh(key)}。")
        for key, (where, _) in self._unread.items():
            en = f"The log knows of no {_said(key)[0].lower()}{_said(key)[1:]}."
            self._find(where, en, f"日志中没有{_said_zh(key)}。")

    def _find(self, where: str, en: str, zh: str) -> None:
        self._report.find(Check.sheets, where, en, zh)


def _said(key: SheetKey) -> str:
    return f"Fact sheet {key[1]} of person {key[0]}"


def _said_zh(key: SheetKey) -> str:
    return f"人员 {key[0]} 的第 {key[1]} 号情况表"
