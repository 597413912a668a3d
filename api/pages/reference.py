"""Reference: whoever holds a paper sees whether the log still goes on from what it says.

The picture on the paper leads here with a position and a checkpoint; without a camera both are
typed, with the fingerprint. Neither says anything of the entry, and nobody is let in by them. What
the page says is the ledger's own word, so it also says how to do without that.
"""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any, Final

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import Desk, desk_of
from api.pages import words
from api.pages.drawing import page
from api.pages.routing import OPEN, pages
from api.pages.visitors import VisitorNow
from ledger.audit import references, sealed
from ledger.audit.agreement import agreement
from ledger.audit.references import TYPED_LENGTH_MOST, Reference
from ledger.domain.community_records import SHANGHAI
from ledger.domain.origins import STREAM, Origins
from ledger.projections.asking import POSITION_MOST
from ledger.projections.reading import state_at

router: Final[APIRouter] = pages()
UNREADABLE: Final = 422


@router.get("/log", dependencies=OPEN)
async def log_page(request: Request, _: VisitorNow) -> Response:
    """Where a paper's position, size and fingerprint are typed, and sent to this same address."""
    return await _told(request, request.query_params.get("position", ""))


@router.get("/log/{position}", dependencies=OPEN)
async def log_page_of_position(request: Request, _: VisitorNow, position: str) -> Response:
    """Where the picture on a paper leads."""
    return await _told(request, position)


async def _told(request: Request, position: str) -> Response:
    asked = request.query_params
    size, root = asked.get("size", ""), asked.get("root", "")
    paper = references.read(position, size, root)
    desk = desk_of(request)
    await desk.know_kind()
    found = await to_thread.run_sync(_look, desk, paper, limiter=desk.readers)
    unreadable = paper is None and bool(size or root)
    return page(
        request,
        "reference",
        status=UNREADABLE if unreadable else 200,
        paper=paper,
        unreadable=unreadable,
        typed={name: text[:TYPED_LENGTH_MOST]
               for name, text in (("position", position), ("size", size), ("root", root))},
        base64=_base64,
        zone=SHANGHAI,
        words=words,
        **found,
    )  # fmt: skip


def _look(desk: Desk, paper: Reference | None) -> dict[str, Any]:
    """What the page tells, in one snapshot."""
    with desk.reading() as connection:
        found = None if paper is None else agreement(connection, paper)
        newest = sealed.newest_of(connection)
        origins: Origins = state_at(connection, STREAM, POSITION_MOST)
    told = {"found": found, "newest": newest, "begun": origins.begun[::-1]}
    return told | {"at": datetime.now(UTC)}


def _base64(digest: bytes) -> str:
    """As papers, checkpoints and receipts have it."""
    return b64encode(digest).decode()
