"""Drawing: a QR code as a picture for a page, and as text for a plain printer or a terminal.

A quarter of the code may be scratched and it is read all the same, for a card lives in a pocket.
"""

from io import StringIO
from typing import Final

import segno

SCRATCHED: Final = "Q"
QUIET: Final = 4
"""Modules of white around the code, without which a reader does not find it."""
_HALVES: Final = {(0, 0): " ", (0, 1): "▄", (1, 0): "▀", (1, 1): "█"}


def svg(text: str, scale: int = 4) -> str:
    """The code as an SVG element without styles or scripts, black on white."""
    code = segno.make(text, error=SCRATCHED, micro=False)
    return str(
        code.svg_inline(scale=scale, border=QUIET, light="#fff", svgclass=None, lineclass=None)
    )


def in_text(text: str) -> str:
    """The code in block characters, two rows a line; to be printed black on white."""
    code = segno.make(text, error=SCRATCHED, micro=False)
    rows = [tuple(row) for row in code.matrix_iter(border=QUIET)]
    if len(rows) % 2:
        rows.append((0,) * len(rows[0]))
    drawn = StringIO()
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        drawn.write("".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) + "\n")
    return drawn.getvalue()
