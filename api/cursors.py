"""Cursors: where a list goes on, tied to the question it belongs to and to what was known then.

A cursor is text that nobody needs to understand. It holds the key of the last row, the position at
which the first page was true, so that the pages of one list are about one position, and a digest of
the question. It gives no right to anything: what it asks for is checked like any other question.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request

from api.obstacles import Obstacle
from api.problems import obstacle

T = TypeVar("T")

CURSOR_LENGTH_MOST: Final = 400
CURSOR_PATTERN: Final = "^[A-Za-z0-9_-]+$"
SAID_ONCE: Final = ("at_least", "done", "lang", "elder")
"""Parameters that the next page is not asked with again."""
NOT_FILTERS: Final = ("after", "limit", "format", *SAID_ONCE)
"""Parameters that do not change what a list is about."""

_Written = tuple[str, int, list[Any]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on, and the position that it is about."""

    position: int
    key: list[Any]

    def key_as(self, kind: type[T]) -> T:
        """The key of the last row, as the question takes it. Raises the problem 400."""
        try:
            key = msgspec.convert(self.key, kind, strict=False)
        except msgspec.ValidationError:
            raise obstacle(Obstacle.cursor_must_belong_to_this_query) from None
        if not _can_be_asked(key):
            raise obstacle(Obstacle.cursor_must_belong_to_this_query)
        return key


def question_of(request: Request, **also: str) -> str:
    """A digest of what a list is about, whatever page of it is asked for."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in also]
    filters = sorted(pair for pair in (*pairs, *also.items()) if pair[0] not in NOT_FILTERS)
    return sha256(f"{request.url.path}?{urlencode(filters)}".encode()).hexdigest()[:12]


def behind(request: Request, position: int, key: tuple[Any, ...], **also: str) -> str:
    """The path of the page behind the row of that key; it is asked for with `also`."""
    after = write(question_of(request, **also), position, key)
    kept = {name: text for name, text in request.query_params.items() if name not in SAID_ONCE}
    return f"{request.url.path}?{urlencode(kept | also | {'after': after})}"


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
    if asked != question or position < 0 or not _can_be_asked(position):
        raise obstacle(Obstacle.cursor_must_belong_to_this_query)
    return Cursor(position, key)


def _can_be_asked(key: object) -> bool:
    """Whether the database knows such a text, or such a number and its opposite."""
    match key:
        case str():
            return "\x00" not in key
        case int():
            return abs(key) < 2**63
        case list() | tuple():
            return all(map(_can_be_asked, key))
        case _:
            return True
