"""The press: a template and its facts become a PDF, with the fonts that it needs inside.

A character that the font lacks is printed as 〓, and the end of the paper says which it is: it
is to be written by hand. None is left out unseen.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import pylopdf_fonts_zh_cn as noto
import typst
from fontTools.ttLib import TTFont

from ledger.access import drawing

HERE: Final = Path(__file__).parent
LACKING: Final = "〓"

Facts: TypeAlias = Mapping[str, Any]


def pressed(template: str, facts: Facts, at: datetime, qr: str = "") -> bytes:
    """The PDF of a template and what it is told; made at that moment, says the file.

    `qr` is what the picture on it says, where there is one.
    """
    lacking: set[str] = set()
    told = {name: _legible(value, lacking) for name, value in facts.items()}
    told["lacking"] = [f"U+{ord(each):04X}" for each in sorted(lacking)]
    document: bytes = typst.compile(
        HERE / f"{template}.typ",
        root=HERE,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(told), "qr": drawing.svg(qr) if qr else ""},
        pdf_standards=["a-2a", "ua-1"],  # to be kept for decades, and to be read aloud
        timestamp=int(at.timestamp()),
    )
    return document


@cache
def characters() -> frozenset[int]:
    """Whatever the font can show."""
    with TTFont(noto.sans_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _fonts() -> typst.Fonts:
    folder = noto.sans_path().parent
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


def _legible(value: Any, lacking: set[str]) -> Any:  # noqa: ANN401 - plain data of any depth
    """The same, with nothing in it that the font lacks; what it lacks is added to the set."""
    match value:
        case str():
            return _text(value, lacking)
        case Mapping():
            return {name: _legible(each, lacking) for name, each in value.items()}
        case list() | tuple():
            return [_legible(each, lacking) for each in value]
        case _:
            return value


def _text(text: str, lacking: set[str]) -> str:
    line = " ".join(text.split())
    gone = {each for each in line if ord(each) not in characters() or not each.isprintable()}
    lacking |= gone
    return line.translate(dict.fromkeys(map(ord, gone), LACKING))
