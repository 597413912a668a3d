"""Fund forecasts: what a fund will need for meals, beside what it may spend, as an estimate."""

from typing import Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages.board import community_at
from api.pages.funds import found_fund, home_name
from api.pages.reading import AskingInside, OnPage, now_of
from api.pages.routing import pages
from api.parameters import FundPath
from api.reading import Room, answer
from ledger.domain.forecasts import MONTHS_SEEN
from ledger.domain.funds import stream
from ledger.domain.values import local_day, month_of
from ledger.projections.forecasts import MODELS, forecast

router: Final[APIRouter] = pages()


@router.get("/funds/{fund}/forecast")
async def forecast_page(asking: AskingInside, fund: FundPath) -> Response:
    """The months to come, with the lowest and the highest of what they may need."""

    def ask(room: Room) -> OnPage:
        room.must_find("funds", stream(fund))
        found = found_fund(room, fund)
        today = local_day(now_of(room), community_at(room, found.community).time_zone)
        told = forecast(room.connection, found, today, position=room.position, view=room.view)
        return OnPage(
            room.request,
            "forecast",
            {
                "fund": found,
                "community": home_name(room, found.community),
                "forecast": told,
                "months_needed": MONTHS_SEEN,
                "this_month": month_of(today),
                "today": today,
                "position": room.position,
            },
        )

    return await answer(asking, ask, *MODELS)
