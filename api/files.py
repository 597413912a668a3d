"""Files: answers that a browser saves, under names without anything personal."""

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from starlette.responses import Response

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Shown(Protocol):
    """An answer in a form of its own, neither JSON nor CSV: a paper, a page."""

    def response(self, headers: dict[str, str]) -> Response:
        """All of it, with these headers."""


class OnPaper(NamedTuple):
    """An answer that is to be printed or kept: what makes it, and what it is saved as."""

    press: Callable[[], bytes]
    file_name: str
    media_type: str = PDF

    def response(self, headers: dict[str, str]) -> Response:
        """The file."""
        return Response(self.press(), 200, headers | saved_as(self.file_name), self.media_type)


def saved_as(name: str) -> dict[str, str]:
    """The header that names a file."""
    return {"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"}
