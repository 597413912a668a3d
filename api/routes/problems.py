"""Problems: what each code means and what to do, for whoever follows a problem's `type`."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from api.bodies import JSON
from api.describing import answers
from api.gate import open_to_all
from api.obstacles import Obstacle
from api.problems import obstacle, title
from ledger.domain.refusals import Code

router: Final = APIRouter(tags=["problems"])

CODES: Final = {code.name: code for code in (*Obstacle, *Code)}


class Meaning(msgspec.Struct):
    """A sentence and what to do, with the names of the problem's `params` in braces."""

    detail: str
    remedy: str


class Described(msgspec.Struct):
    """What a problem means, in both languages."""

    code: str
    title: str
    status: int
    messages: dict[str, Meaning]


@router.get("/v1/problems/{code}", dependencies=[Depends(open_to_all)], **answers(Described))
async def describe_problem(
    code: Annotated[
        str, Path(pattern="^[a-z_]+$", max_length=80, examples=["fund_must_cover_the_amount"])
    ],
) -> Response:
    """What a problem's code means, and what to do about it."""
    found = CODES.get(code)
    if found is None:
        raise obstacle(Obstacle.path_must_exist)
    meanings = {
        "en": Meaning(found.en, found.en_remedy),
        "zh": Meaning(found.zh, found.zh_remedy),
    }
    told = Described(found.name, title(found), found.status, meanings)
    return Response(msgspec.json.encode(told), media_type=JSON)
