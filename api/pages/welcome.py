"""Welcome: the first page, from which everything else is one step away."""

from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.drawing import page
from api.pages.routing import OPEN, pages

router: Final[APIRouter] = pages()


@router.get("/", dependencies=OPEN)
async def welcome(request: Request) -> Response:
    """The first page."""
    return page(request, "welcome")
