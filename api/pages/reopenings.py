"""Reopenings: which months were to book again after they were closed, for everybody to see.

Two persons reopen a month; who they are is known inside. What everybody sees is that it was done,
when, why, and whether the month is closed again.
"""

from typing import Annotated, Final

from fastapi import Query
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.cursors import CURSOR_LENGTH_MOST, CURSOR_PATTERN
from api.pages import words_of_months
from api.pages.reading import AskingOutside, OnPage, today_of
from api.pages.routing import OPEN, pages
from api.parameters import Page
from api.reading import Room, answer
from ledger.domain import communities
from ledger.projections import periods
from ledger.projections.period_records import MODEL
from ledger.projections.reading import names

router: Final[APIRouter] = pages()
SHOWN: Final = 20
AfterIn = Annotated[str | None, Query(max_length=CURSOR_LENGTH_MOST, pattern=CURSOR_PATTERN)]


@router.get("/public/reopenings", dependencies=OPEN)
async def reopenings_page(asking: AskingOutside, after: AfterIn = None) -> Response:
    """The months that were to be opened again, the latest proposal first."""

    def ask(room: Room) -> OnPage:
        room.horizon.widen(None)  # open to all
        behind = room.after(tuple[int])
        found = periods.reopenings(
            room.connection, None, room.view, limit=room.limit, after=behind[0] if behind else None
        )
        streams = {each.community: communities.stream(each.community) for each in found}
        called = names(room.connection, set(streams.values()))
        return OnPage(
            room.request,
            "reopenings",
            {
                "reopenings": found,
                "communities": {home: called[stream] for home, stream in streams.items()},
                "last_closed": periods.last_closed(room.connection, room.view),
                "more": room.next(found, lambda row: (row.position,)),
                "words": words_of_months,
                "today": today_of(room),
                "position": room.position,
            },
        )

    return await answer(asking, ask, MODEL, page=Page(SHOWN, after))
