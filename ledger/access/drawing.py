"""Drawing: a QR code as a picture for a page.

A quarter of the code may be scratched and it is read all the same, for a card lives in a pocket.
"""

from pathlib import Path
from typing import Final

import segno

SCRATCHED: Final = "Q"
SCALE: Final = 4
"""Points a module."""
QUIET: Final = 4
"""Modules of white around the code, without which a reader does not find it."""


def svg(text: str, *, as_wide_as_its_place: bool = False) -> str:
    """The code as an SVG element without styles or scripts, black on white."""
    return str(
        _code(text).svg_inline(
            scale=SCALE,
            border=QUIET,
            light="#fff",
            svgclass=None,
            lineclass=None,
            omitsize=as_wide_as_its_place,
        )
    )


def save(text: str, file: Path, scale: int = 8) -> None:
    """The code as a file, which is an SVG or a PNG as its name says."""
    kind = file.suffix.removeprefix(".").lower()
    with file.open("wb") as picture:
        _code(text).save(picture, kind=kind, scale=scale, border=QUIET, light="#fff")


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error=SCRATCHED, micro=False)
