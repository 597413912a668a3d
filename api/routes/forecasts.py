"""Forecasts: what a fund will need for meals in the months to come, as an estimate."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.displaying import moment_asked
from api.parameters import Asking, FundPath, this_minute
from api.reading import Room, Told, answer, nothing_there
from ledger.domain.forecasts import Forecast
from ledger.domain.funds import stream
from ledger.projections import forecasts, funds, notices
from ledger.projections.notice_records import MODEL

router: Final = APIRouter(tags=["funds"])


class ForecastTold(Told):
    """What the fund will need for meals, out of the last three closed months.

    Null where the fund bears no meals. Nothing is foretold where fewer months are closed.
    """

    forecast: Forecast | None


@router.get("/v1/funds/{fund}/forecast", **answers(ForecastTold))
async def get_forecast(asking: Asking, fund: FundPath) -> Response:
    """What is left of this month and the three after it will need: an estimate, with its band."""
    asking.asked_at = this_minute()  # what is left of a month is less tomorrow

    def ask(room: Room) -> ForecastTold:
        room.must_find("funds", stream(fund))
        for found in funds.funds(room.connection, None, room.view, fund=fund):
            today = notices.day_of(room.connection, moment_asked(room), found.community)
            told = forecasts.forecast(
                room.connection, found, today, position=room.position, view=room.view
            )
            return ForecastTold(*room.heading, told)
        raise nothing_there()

    return await answer(asking, ask, *forecasts.MODELS, MODEL)
