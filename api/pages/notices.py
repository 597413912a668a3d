"""Notices: what is on public display, for everybody: the list, and each as it was published."""

from datetime import date
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api import printing
from api.displaying import FIGURES, GIVERS, LISTS, differs_now, moment_asked, on_display
from api.pages import words_of_leagues, words_of_notices
from api.pages.leagues import newest_of_most, seasons_of
from api.pages.lists import AfterIn
from api.pages.payers import payers_named
from api.pages.reading import AskingOutside, OnPage, today_of
from api.pages.routing import OPEN, pages
from api.parameters import NoticePath, Page
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.community_records import Community
from ledger.domain.values import NoticeId
from ledger.projections import notices, periods
from ledger.projections.notices import Notice
from ledger.projections.payers import bearing
from ledger.projections.reading import names, state_at

router: Final[APIRouter] = pages()
SHOWN: Final = 20
NEWEST: Final = 3


@router.get("/public", dependencies=OPEN)
async def public_page(asking: AskingOutside) -> Response:
    """What everybody may see, a step away."""

    def ask(room: Room) -> OnPage:
        room.horizon.widen(None)  # open to all
        months = periods.closed_months(room.connection, room.view)
        seasons = seasons_of(months)
        found = _register(room, None, NEWEST)
        newest = {"season": newest_of_most(seasons, months), "words": words_of_leagues}
        return OnPage(room.request, "public", _listed(room, found) | newest)

    return await answer(asking, ask, *LISTS, *FIGURES)


@router.get("/public/notices", dependencies=OPEN)
async def notices_page(asking: AskingOutside, after: AfterIn = None) -> Response:
    """All notices that are on display, the newest first."""

    def ask(room: Room) -> OnPage:
        room.horizon.widen(None)  # open to all
        found = _register(room, room.after(tuple[date, NoticeId]), room.limit)
        more = room.next(found, lambda row: row.key)
        return OnPage(room.request, "notices", _listed(room, found) | {"more": more})

    return await answer(asking, ask, *LISTS, *FIGURES, page=Page(SHOWN, after))


@router.get("/public/notices/{notice}", dependencies=OPEN)
async def notice_page(asking: AskingOutside, notice: NoticePath) -> Response:
    """A notice, with its figures as they were published."""

    def ask(room: Room) -> OnPage:
        found, told = on_display(room, notice)
        stream = communities.stream(found.community)
        home: Community = state_at(room.connection, stream, room.position)
        return OnPage(
            room.request,
            "notice",
            {
                "notice": told.notice,
                "it": told.figures,
                "differs": told.figures_differ,
                "givers": told.acknowledgements,
                "community": names(room.connection, {stream})[stream],
                "published_at": printing.moment_of(room, found.position),
                "zone": home.time_zone,
                "today": today_of(room),
                "position": room.position,
                "words": words_of_notices,
                "payers": payers_named(room, bearing(told.figures.meals)),
            },
        )

    return await answer(asking, ask, *FIGURES, *GIVERS)


def _register(room: Room, after: tuple[date, NoticeId] | None, limit: int) -> tuple[Notice, ...]:
    return notices.register(
        room.connection,
        moment_asked(room),
        None,
        room.view,
        shown=True,
        limit=limit,
        after=after,
    )


def _listed(room: Room, found: tuple[Notice, ...]) -> dict[str, Any]:
    """Of notices what the public sees of them, and whose they are."""
    streams = {each.community: communities.stream(each.community) for each in found}
    called = names(room.connection, set(streams.values()))
    return {
        "notices": [each.public for each in found],
        "differing": {
            each.notice for each in found if each.reopened_on and differs_now(room, each)
        },
        "communities": {home: called[stream] for home, stream in streams.items()},
        "today": today_of(room),
        "position": room.position,
    }
