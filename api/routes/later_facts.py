"""Later facts: the meals of a settlement that a newer fact sheet would have priced otherwise.

Nothing is changed by them: they are listed for a decision.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api import later_facts
from api.describing import answers
from api.parameters import Asking, MonthPath, Paged, SitePath
from api.reading import Listed, Room, answer
from ledger.domain.later_facts import OtherwisePriced
from ledger.domain.simulations import Effect, PayerEffect
from ledger.domain.small_cells import Cell
from ledger.projections import meal_records

router: Final = APIRouter(tags=["settlements"])


class LaterFactsTold(Listed[OtherwisePriced]):
    """The claims that would be priced otherwise, `otherwise` of all `meals` of the settlement.

    Sums are of all these meals. `left` are people with newer facts that may not be used.
    """

    meals: int
    otherwise: int
    payers: tuple[PayerEffect, ...]
    personal_fen: Effect
    left: Cell


@router.get("/v1/settlements/{canteen}/{month}/later-facts", **answers(LaterFactsTold))
async def get_later_facts(
    asking: Asking, page: Paged, canteen: SitePath, month: MonthPath
) -> Response:
    """The meals that their eaters' newest fact sheets would have priced otherwise, and the sums."""

    def ask(room: Room) -> LaterFactsTold:
        found = later_facts.of_settlement(room, canteen, month)
        rows = later_facts.page_of(room, found)
        return LaterFactsTold(
            *room.heading,
            rows,
            room.next(rows, later_facts.key),
            found.meals,
            len(found.claims),
            found.payers,
            found.personal_fen,
            found.left,
        )

    return await answer(asking, ask, meal_records.MODEL, page=page)
