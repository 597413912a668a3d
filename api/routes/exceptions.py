"""Exceptions: what an auditor should look at, with evidence and a score.

Of a community she does not reach she learns nothing, nor of what lies in several unless she reaches
the town.
"""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, CommunityIn, KnownAt, Paged, PatternIn
from api.reading import Listed, Room, answer
from ledger.domain import communities
from ledger.projections import (
    certificate_records,
    fund_records,
    meal_records,
    notice_records,
    period_records,
    service_records,
    settlement_records,
    shift_records,
    trail,
)
from ledger.projections.exceptions import Finding, Key, exceptions
from ledger.projections.view import View

router: Final = APIRouter(tags=["exceptions"])

MODELS: Final = (
    service_records.MODEL,
    shift_records.MODEL,
    meal_records.MODEL,
    settlement_records.MODEL,
    fund_records.MODEL,
    notice_records.MODEL,
    period_records.MODEL,
    certificate_records.MODEL,
    trail.MODEL,
)


class ExceptionList(Listed[Finding]):
    """What was found, the heaviest first."""


@router.get("/v1/exceptions", **answers(ExceptionList))
async def list_exceptions(
    asking: Asking,
    known: KnownAt,
    page: Paged,
    *,
    community: CommunityIn | None = None,
    pattern: PatternIn | None = None,
) -> Response:
    """What looks like misuse and what could not be prevented, with evidence, the heaviest first."""

    def ask(room: Room) -> ExceptionList:
        room.must_hold_a_role("exceptions")
        room.horizon.widen(None)  # what happens here is judged by a star or a home elsewhere
        reach = room.reach("exceptions")
        if community is not None:
            room.must_find("exceptions", communities.stream(community))
            reach = frozenset((community,))
        rows = exceptions(
            room.connection,
            View(known=room.position),  # several read models, as all of them know it
            pattern=pattern,
            reach=reach,
            limit=room.limit,
            after=room.after(Key),
        )
        return room.listed(ExceptionList, rows, lambda row: row.key)

    return await answer(asking, ask, *MODELS, when=known, page=page)
