"""What a reader of PDFs finds in one: its words, its fonts, its picture, what it claims to be."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
import zxingcpp
from pypdf import PdfReader

SITE = "https://ledger.example.org"
"""Where the ledger of these papers is found."""


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    """The words of all pages, without what only separates them."""
    return "".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    return [re.sub(r"[\u200b\s]+", "", page.extract_text()) for page in reader(pdf).pages]


def fonts_of(pdf: bytes) -> Iterator[tuple[str, bool]]:
    """The name of each font, and whether its glyphs are in the file."""
    for page in reader(pdf).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            for below in font.get_object()["/DescendantFonts"]:
                described = below.get_object()["/FontDescriptor"].get_object()
                yield (
                    described["/FontName"],
                    any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3")),
                )


def codes_of(pdf: bytes) -> list[str]:
    """What a camera reads in the pictures of all pages."""
    images = [page.render(scale=3).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [each.text for image in images for each in zxingcpp.read_barcodes(image)]
