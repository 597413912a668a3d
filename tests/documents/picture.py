"""The picture of the documentation: `python -m tests.documents.picture` draws it anew."""

from pathlib import Path

import pypdfium2

from api.documents.certificate import certificate_pdf
from tests.documents.test_certificate import PAPER

FILE = Path(__file__).parents[2] / "docs" / "certificate.png"


def main() -> None:
    page = pypdfium2.PdfDocument(certificate_pdf(PAPER))[0]
    picture = page.render(scale=1, grayscale=True).to_pil()
    picture.quantize(16).save(FILE, optimize=True)


if __name__ == "__main__":
    main()
