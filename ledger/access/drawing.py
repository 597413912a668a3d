"""Drawing: a QR code as a picture for a page.

A quarter of the code may be scratched and it is read all the same, for a card lives in a pocket.
"""

from typing import Final

import segno

SCRATCHED: Final = "Q"
QUIET: Final = 4
"""Modules of white around the code, without which a reader does not find it."""


def svg(text: str, scale: int = 4) -> str:
    """The code as an SVG element without styles or scripts, black on white."""
    code = segno.make(text, error=SCRATCHED, micro=False)
    return str(
        code.svg_inline(scale=scale, border=QUIET, light="#fff", svgclass=None, lineclass=None)
    )
