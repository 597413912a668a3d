"""Drawing: a QR code that a page may show without scripts or styles, and one made of text."""

import re
from xml.etree import ElementTree as ET

import segno

from ledger.access.drawing import QUIET, SCRATCHED, in_text, svg

ADDRESS = "https://ledger.example/card#c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e.abcdefghijklmnopqrstuv"


def modules() -> list[list[int]]:
    code = segno.make(ADDRESS, error=SCRATCHED, micro=False)
    return [list(row) for row in code.matrix_iter(border=QUIET)]


def test_a_quarter_of_it_may_be_scratched() -> None:
    assert segno.make(ADDRESS, error=SCRATCHED, micro=False).error in ("Q", "H")


def test_the_picture_is_one_element_without_scripts_or_styles() -> None:
    drawn = svg(ADDRESS)
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - our own drawing
    assert not re.search(r"style|script|class|href|on\w+=", drawn)


def test_the_address_is_not_written_in_it() -> None:
    assert "abcdefghijklmnopqrstuv" not in svg(ADDRESS) + in_text(ADDRESS)


def test_the_text_has_every_module_two_rows_a_line() -> None:
    pairs = {" ": (0, 0), "▄": (0, 1), "▀": (1, 0), "█": (1, 1)}
    read: list[list[int]] = []
    for line in in_text(ADDRESS).splitlines():
        read += [[pairs[each][half] for each in line] for half in (0, 1)]
    assert read[: len(modules())] == modules()
    assert not any(map(any, read[len(modules()) :]))
