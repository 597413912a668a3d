"""Welcome: the first page, from which everything else is one step away.

Whoever is signed in is shown her rooms. In a demo whoever comes is asked who she would like to be.
"""

from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import words
from api.pages.demo import who_eats
from api.pages.drawing import page
from api.pages.personas import who_one_can_be
from api.pages.routing import OPEN, pages
from api.pages.visitors import VisitorNow

router: Final[APIRouter] = pages()


@router.get("/", dependencies=OPEN)
async def welcome(request: Request, who: VisitorNow) -> Response:  # noqa: ARG001 - her rooms are shown
    """The first page."""
    personas, eater = await who_one_can_be(request), await who_eats(request)
    return page(request, "welcome", personas=personas, eater=eater, words=words)
