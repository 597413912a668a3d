"""Lists: a page that begins several lists shows one of them alone, page by page, where it goes on.

    /funds/jinning-youth                             the newest of each
    /funds/jinning-youth?list=movements&after=…      what comes behind, of this one

The answer to a form shows the beginnings and leads nowhere: it is at another address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from fastapi import Depends, Query
from msgspec import Meta

from api.cursors import CURSOR_LENGTH_MOST, CURSOR_PATTERN
from api.parameters import Page
from api.reading import Room

LIST: Final = "list"
AfterIn: TypeAlias = Annotated[
    str | None, Query(max_length=CURSOR_LENGTH_MOST, pattern=CURSOR_PATTERN)
]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""A moment in a key: whoever made the cursor, it can be compared with others."""

T = TypeVar("T")


def paged(most: int) -> Any:  # noqa: ANN401 - what FastAPI makes of a dependency
    """A parameter: the page of so many rows that is asked for."""

    def page(after: AfterIn = None) -> Page:
        return Page(most, after)

    return Depends(page)


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a page. `one` is the list that is shown alone; "" where all of them are."""

    room: Room
    one: str

    def shows(self, name: str) -> bool:
        """Whether the list is on the page."""
        return self.one in ("", name)

    def after(self, name: str, kind: type[T]) -> T | None:
        """The key behind which the list goes on; None for its beginning."""
        return self.room.after(kind) if self.one == name else None

    def more(
        self, name: str, rows: tuple[T, ...], key: Callable[[T], tuple[Any, ...]]
    ) -> str | None:
        """Where the list goes on, if there may be more of it."""
        if self.room.request.method != HTTPMethod.GET:
            return None
        return self.room.next(rows, key, **{LIST: name})


def lists_of(room: Room, *names: str) -> Lists:
    """The lists of these names, and which of them was asked for."""
    asked = room.request.query_params.get(LIST, "")
    return Lists(room, asked if asked in names else "")
