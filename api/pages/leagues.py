"""Leagues: everybody sees how the communities stand beside each other, one measure a page.

The figures are those of the notices (see `ledger/projections/public_league.py`), of closed months
and of now: an address names a season that somebody has closed, and no other time.
"""

from collections import Counter, defaultdict
from fractions import Fraction
from typing import Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.desk import desk_of
from api.pages import words_of_leagues
from api.pages.reading import AskingOutside, OnPage, today_of
from api.pages.routing import OPEN, pages
from api.reading import Room, answer, nothing_there
from ledger.domain.values import CommunityId, Month
from ledger.projections import periods, public_league
from ledger.projections.periods import ClosedMonth
from ledger.projections.public_league import MODELS, Line, Measure
from ledger.projections.seasons import Season, closed

router: Final[APIRouter] = pages()
FIRST: Final = next(iter(Measure))
NEWEST_SHOWN: Final = 6
"""So many seasons stand beside each other; those before them are folded away."""


@router.get("/public/league", dependencies=OPEN)
async def league_page(asking: AskingOutside) -> Response:
    """The newest month that most have closed, for each head."""
    return await answer(asking, lambda room: _page(room, None, FIRST), *MODELS)


@router.get("/public/league/{season}/{measure}", dependencies=OPEN)
async def league_of_season_page(asking: AskingOutside, season: str, measure: str) -> Response:
    """A season, by a measure."""
    if measure not in frozenset(Measure):
        raise nothing_there()
    return await answer(asking, lambda room: _page(room, season, Measure(measure)), *MODELS)


def _page(room: Room, name: str | None, measure: Measure) -> OnPage:
    room.horizon.widen(None)  # open to all
    months = periods.closed_months(room.connection, room.view)
    seasons = seasons_of(months)
    chosen = newest_of_most(seasons, months) if name is None else _named(seasons, name)
    lines = () if chosen is None else _lines(room, months, chosen, measure)
    exact = [line.exact for line in lines if line.exact is not None]
    return OnPage(
        room.request,
        "league",
        {
            "season": chosen,
            "measure": measure,
            "measures": tuple(Measure),
            "seasons": seasons[:NEWEST_SHOWN],
            "earlier": seasons[NEWEST_SHOWN:],
            "lines": lines,
            "ranked": any(line.rank for line in lines),
            "compared": any(line.change is not None for line in lines),
            "largest": max(exact, default=Fraction()),
            "today": today_of(room),
            "position": room.position,
            "words": words_of_leagues,
        },
    )


def seasons_of(months: tuple[ClosedMonth, ...]) -> tuple[Season, ...]:
    """The seasons that there is something to say about, the newest first."""
    of_each: defaultdict[CommunityId, set[Month]] = defaultdict(set)
    for each in months:
        of_each[each.community].add(each.month)
    return closed(of_each)


def newest_of_most(seasons: tuple[Season, ...], months: tuple[ClosedMonth, ...]) -> Season | None:
    """The newest month that most of those have closed who close any; else the newest at all.

    A month that only the quickest has closed compares it with nobody.
    """
    closings = Counter(each.month for each in months)
    who_close = len({each.community for each in months})
    of_most = (
        each
        for each in seasons
        if len(each.months) == 1 and 2 * closings[each.first_month] > who_close
    )
    return next(of_most, next(iter(seasons), None))


def _named(seasons: tuple[Season, ...], name: str) -> Season:
    """The season of that name. Raises the problem 404 where nobody has closed it."""
    found = next((each for each in seasons if each.name == name), None)
    if found is None:
        raise nothing_there()
    return found


def _lines(
    room: Room, months: tuple[ClosedMonth, ...], season: Season, measure: Measure
) -> tuple[Line, ...]:
    wanted = {*season.months, *season.before.months}
    asked = [each for each in months if each.month in wanted]
    shown = desk_of(room.request).figures.closed(room.connection, asked, room.position)
    now, then = (
        public_league.homes(room.connection, each, room.view) for each in (season, season.before)
    )
    return public_league.table(season, measure, shown, now, then)
