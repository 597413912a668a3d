"""Files: style and script of the pages, kept by a browser for good, for their names change."""

from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.obstacles import Obstacle
from api.pages.drawing import ASSETS
from api.pages.routing import OPEN, pages
from api.problems import obstacle

router: Final[APIRouter] = pages()
BY_NAME: Final = {asset.name: asset for asset in ASSETS.values()}
TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FOR_GOOD: Final = "public, max-age=31536000, immutable"


@router.get("/static/{name}", dependencies=OPEN)
async def get_file(_: Request, name: str) -> Response:
    """A file of the pages, by the name that a page calls it."""
    asset = BY_NAME.get(name)
    if asset is None:
        raise obstacle(Obstacle.path_must_exist)
    kind = TYPES[name.rpartition(".")[2]]
    return Response(asset.content, 200, {"Cache-Control": FOR_GOOD}, kind)
