"""League: what the communities did in a season, and how they stand beside each other."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, At, Written
from api.reading import Listed, Room, answer
from api.tables import Table
from ledger.projections import league
from ledger.projections.league_records import MODEL
from ledger.projections.seasons import Season

router: Final = APIRouter(tags=["league"])

SeasonIn = Annotated[
    str,
    Query(
        pattern=r"^(?:all|(?:19|20)[0-9]{2}(?:-(?:Q[1-4]|0[1-9]|1[0-2]))?)$",
        max_length=7,
        examples=["2026-01"],
        description="A month, a quarter, a year, or all time: 2026-03, 2026-Q1, 2026, all.",
    ),
]


class LeagueTable(Listed[league.Community]):
    """Communities with their figures; a measure without a figure is null and has no rank."""

    def table(self) -> Table:
        """Each measure rounded down, and its rank."""
        columns = [name for each in league.Measure for name in (each.value, f"{each.value}_rank")]
        return Table(("community", "name", "residents", *columns), map(_row, self.items))


def _row(line: league.Community) -> list[object]:
    figures = [line.figures[measure] for measure in league.Measure]
    cells = [(figure.whole, figure.rank) if figure else (None, None) for figure in figures]
    return [line.community, line.name, line.residents, *(cell for pair in cells for cell in pair)]


@router.get("/v1/league", **answers(LeagueTable))
async def get_league(asking: Asking, when: At, whole: Written, season: SeasonIn) -> Response:
    """The league table of a month, a quarter, a year, or of all time."""

    def ask(room: Room) -> LeagueTable:
        room.must_hold_a_role("league")
        rows = league.table(room.connection, Season.named(season), room.view)
        return LeagueTable(*room.heading, rows, None)

    return await answer(asking, ask, MODEL, when=when, page=whole)
