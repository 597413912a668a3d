"""Files: style and script of the pages, kept by a browser for good, for their names change."""

from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.obstacles import Obstacle
from api.pages.drawing import ASSETS, TYPES
from api.pages.routing import OPEN, pages
from api.problems import obstacle
from api.visits import header

router: Final[APIRouter] = pages()
BY_NAME: Final = {asset.name: asset for asset in ASSETS.values()}
KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
PACKED: Final = {"Content-Encoding": "gzip"}


@router.get("/static/{name}", dependencies=OPEN)
async def get_file(request: Request, name: str) -> Response:
    """A file of the pages, by the name that a page calls it."""
    asset = BY_NAME.get(name)
    if asset is None:
        raise obstacle(Obstacle.path_must_exist)
    kind = TYPES[f".{name.rpartition('.')[2]}"]
    if "gzip" in (header(request, b"accept-encoding") or ""):
        return Response(asset.packed, 200, KEPT | PACKED, kind)
    return Response(asset.content, 200, KEPT, kind)
