"""Drawing: a QR code that a page may show without scripts or styles."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import segno
import zxingcpp
from PIL import Image

from ledger.access.drawing import SCRATCHED, save, svg

ADDRESS = "https://ledger.example/card#c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e.abcdefghijklmnopqrstuv"


def test_a_quarter_of_it_may_be_scratched() -> None:
    assert segno.make(ADDRESS, error=SCRATCHED, micro=False).error in ("Q", "H")


def test_the_picture_is_one_element_without_scripts_or_styles() -> None:
    drawn = svg(ADDRESS)
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - our own drawing
    assert not re.search(r"style|script|class|href|on\w+=", drawn)


def test_where_it_stands_it_may_be_as_wide_as_its_place() -> None:
    assert 'width="' in svg(ADDRESS)
    wide = ET.fromstring(svg(ADDRESS, as_wide_as_its_place=True))  # noqa: S314 - our own drawing
    assert "viewBox" in wide.attrib
    assert "width" not in wide.attrib


def test_the_address_is_not_written_in_it() -> None:
    assert "abcdefghijklmnopqrstuv" not in svg(ADDRESS)


def test_as_a_file_it_is_read_back(tmp_path: Path) -> None:
    save(ADDRESS, tmp_path / "code.PNG")
    (code,) = zxingcpp.read_barcodes(Image.open(tmp_path / "code.PNG"))
    assert code.text == ADDRESS
    save(ADDRESS, tmp_path / "code.svg")
    assert ET.parse(tmp_path / "code.svg").getroot().tag.endswith("svg")  # noqa: S314 - our own drawing
