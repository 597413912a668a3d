"""Bodies: read whole and never beyond their limit, of the content type that is expected."""

from typing import Final

from starlette.requests import Request

from api.obstacles import Obstacle
from api.problems import obstacle
from api.visits import header

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"

COMMAND_BYTES_MOST: Final = 64 * 1024
BATCH_BYTES_MOST: Final = 16 * 1024 * 1024
BATCH_ITEMS_MOST: Final = 10_000
GROUP_ITEMS_MOST: Final = 1_000


def content_type(request: Request, *known: str) -> str:
    """The content type, which must be one of the known ones. Raises the problem 415."""
    given = header(request, b"content-type") or ""
    if given in known:
        return given
    name, _, parameters = given.partition(";")
    name = name.strip().lower()
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if name in known and charset in ("", "utf-8", "utf8"):
        return name
    raise obstacle(
        Obstacle.content_must_be_of_a_known_type,
        content_type=given[:80] or "-",
        content_types=", ".join(known),
    )


async def read(request: Request, bytes_most: int) -> bytes:
    """The body. Raises the problem 413, before anything is read where the length is declared."""
    declared = header(request, b"content-length") or "0"
    if not declared.isdecimal() or int(declared[:20]) > bytes_most:
        raise _too_large(bytes_most)
    if header(request, b"transfer-encoding") is None:
        return await request.body()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_most:
            raise _too_large(bytes_most)
    return bytes(body)


def _too_large(bytes_most: int) -> Exception:
    return obstacle(
        Obstacle.body_must_not_be_too_large, bytes_most=bytes_most, items_most=BATCH_ITEMS_MOST
    )
