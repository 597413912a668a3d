"""Receipt: whoever holds a receipt of the log has her own browser check it; it is sent nowhere.

The ledger gives the page and the script. Whoever would not trust it even with these checks the same
file with `jiefang verify`, or the one file `verifier.py`.
"""

from functools import partial
from typing import Final

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import Desk, desk_of
from api.files import OnPaper
from api.pages.drawing import page
from api.pages.reading import AskingInside
from api.pages.routing import OPEN, pages
from api.pages.visitors import VisitorNow
from api.reading import Room, answer
from api.routes.log import TEXT, EntryPath, receipt_of
from ledger.audit.log_folder import LogFolderFault
from ledger.audit.receipts import BYTES_MOST, SUFFIX
from ledger.audit.references import number_of
from ledger.projections.trail import MODEL

router: Final[APIRouter] = pages()
ALONE: Final = f"jiefang verify 16{SUFFIX} --key '…'"
WITH_A_BUNDLE: Final = f"python verifier.py BUNDLE --key '…' --receipt 16{SUFFIX}"


@router.get("/receipt", dependencies=OPEN)
async def receipt_page(request: Request, _: VisitorNow) -> Response:
    """Where a receipt is picked; `entry` is that of a receipt to be fetched by who may have it."""
    desk = desk_of(request)
    await desk.know_kind()
    keys = await to_thread.run_sync(_keys, desk, limiter=desk.readers)
    return page(
        request,
        "receipt",
        entry=number_of(request.query_params.get("entry", "")),
        keys=keys,
        suffix=SUFFIX,
        alone=ALONE,
        with_a_bundle=WITH_A_BUNDLE,
        bytes_most=BYTES_MOST,
    )


@router.get("/receipt/{entry}")
async def save_receipt_page(asking: AskingInside, entry: EntryPath) -> Response:
    """The receipt of the entry as a file; whoever may not have it is told so on a page."""

    def ask(room: Room) -> OnPaper:
        return OnPaper(partial(bytes, receipt_of(room, entry)), f"{entry}{SUFFIX}", TEXT)

    return await answer(asking, ask, MODEL)


def _keys(desk: Desk) -> list[str]:
    """The keys of this log, as this process has them; none where it signs nothing."""
    sealing = desk.running.sealing
    try:
        return [] if sealing is None else [str(each) for each in sealing.verifiers]
    except LogFolderFault:
        return []
