"""Cursors: where a list goes on, tied to the question it belongs to and to what was known then.

A cursor is text that nobody needs to understand. It holds the key of the last row, the position at
which the first page was true, so that the pages of one list are about one position, and a digest of
the question. It gives no right to anything: what it asks for is checked like any other question.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from api.obstacles import Obstacle
from api.problems import obstacle

T = TypeVar("T")

CURSOR_LENGTH_MOST: Final = 400
CURSOR_PATTERN: Final = "^[A-Za-z0-9_-]+$"

_Written = tuple[str, int, list[Any]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on, and the position that it is about."""

    position: int
    key: list[Any]

    def key_as(self, kind: type[T]) -> T:
        """The key of the last row, as the question takes it. Raises the problem 400."""
        try:
            return msgspec.convert(self.key, kind, strict=False)
        except msgspec.ValidationError:
            raise obstacle(Obstacle.cursor_must_belong_to_this_query) from None


def write(question: str, position: int, key: tuple[Any, ...]) -> str:
    """The cursor behind a row."""
    return urlsafe_b64encode(msgspec.json.encode((question, position, key))).decode().rstrip("=")


def read(question: str, text: str) -> Cursor:
    """A cursor as it was written for this question. Raises the problem 400."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        asked, position, key = msgspec.json.decode(urlsafe_b64decode(padded), type=_Written)
    except (ValueError, msgspec.MsgspecError):
        raise obstacle(Obstacle.cursor_must_belong_to_this_query) from None
    if asked != question or not 0 <= position < 2**63:
        raise obstacle(Obstacle.cursor_must_belong_to_this_query)
    return Cursor(position, key)
