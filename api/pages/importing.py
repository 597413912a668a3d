"""Importing: a sheet of attendance or of a canteen's day is judged row by row, then taken in.

First nothing is written: she sees how many rows would be taken, and each that would be refused with
its row, its column and what to do. Then the same file is taken in, what is right of it; a mended
file later takes in what was mended. Larger files, and files of commands, are for `jiefang import`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import uploads
from api.desk import desk_of
from api.pages import fields
from api.pages.choosing import NoFile, chosen
from api.pages.drawing import page
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.refusals import sentences
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.problems import of_refusal
from api.uploads import Upload
from ledger.access.signed_in import SignedIn
from ledger.exchange.importing import Outcome, RowRefused, import_file
from ledger.exchange.records import SHEETS
from ledger.exchange.sheets import FileRefused
from ledger.exchange.templates import ATTENDANCE, DAY_SHEET, Template

router: Final[APIRouter] = pages()
FILE: Final = "file"
HELD: Final = "held"
SHEET_NAMES: Final = {ATTENDANCE: _("Attendance"), DAY_SHEET: _("A canteen's day")}
EXAMPLES: Final = {
    "shift": "patrol-0307",
    "person": "6f1c2b7e-2d0c-4c58-9a55-0d0a3d4b1c11",
    "check_in": "2026-03-07 19:00",
    "check_out": "2026-03-07 21:30",
    "canteen": "xilian-canteen",
    "served_on": "2026-03-07",
    "sitting": "lunch",
}
SHOWN: Final = 100
"""So many refused rows are shown; whoever has more mends these first."""


@dataclass
class Judged:
    """What becomes of a file, or became of it; `refusal` is why nothing of it could be read."""

    name: str
    outcome: Outcome = field(default_factory=Outcome)
    refused: list[RowRefused] = field(default_factory=list)
    refusal: FileRefused | None = None
    written: bool = False


@router.get("/import")
async def import_page(request: Request, who: SignedInNow) -> Response:  # noqa: ARG001 - she is signed in
    """Where a file is chosen."""
    return _page(request)


@router.post("/import")
async def judge_file(request: Request, who: SignedInNow) -> Response:
    """Judge the file, and write nothing."""
    upload = await chosen(request, FILE)
    if isinstance(upload, NoFile):
        return _page(request, upload.status, message=upload.message)
    if Path(upload.name).suffix.lower() not in SHEETS:
        return _page(
            request, 422, message=_("The file must be a table: its name ends in .xlsx or .csv.")
        )
    judged = await _imported(request, who, upload, dry_run=True)
    if judged.refusal is not None:
        return _page(request, 422, judged=judged)
    held = desk_of(request).uploads.hold(who.session.id, upload)
    return _page(request, judged=judged, held=held)


@router.post("/import/take")
async def take_file(request: Request, who: SignedInNow) -> Response:
    """Take in what is right of the file that she has looked at."""
    name = (await fields.read(request)).get(HELD, "")
    kept = desk_of(request).uploads
    upload = kept.found(who.session.id, name)
    if upload is None:
        return _page(
            request, 409, message=_("The file is not held any more. Please choose it once more.")
        )
    judged = await _imported(request, who, upload, dry_run=False)
    if not judged.refused:
        kept.drop(name)
    return _page(request, judged=judged)


async def _imported(request: Request, who: SignedIn, upload: Upload, *, dry_run: bool) -> Judged:
    judged = Judged(upload.name, written=not dry_run)
    work = partial(_import, request, who, upload, judged)
    await to_thread.run_sync(work, limiter=desk_of(request).readers)
    return judged


def _import(request: Request, who: SignedIn, upload: Upload, judged: Judged) -> None:
    ledger = desk_of(request).running.ledger
    with TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder, "sheet").with_suffix(Path(upload.name).suffix.lower())
        path.write_bytes(upload.content)
        try:
            judged.outcome = import_file(
                ledger,
                path,
                who.authority,
                dry_run=not judged.written,
                refused=partial(_note, judged.refused),
            )
        except FileRefused as refusal:
            judged.refusal = refusal


def _note(rows: list[RowRefused], refused: RowRefused) -> None:
    if len(rows) < SHOWN:
        rows.append(_told(refused))


def _told(row: RowRefused) -> RowRefused:
    """The same row, with the words that a page has for what a rule said of it."""
    if row.refused is None:
        return row
    problem = of_refusal(row.refused)
    en, zh = (sentences(problem, Speech(each, elder=False)) for each in ("en", "zh"))
    return replace(row, en=en[0], en_remedy=en[1], zh=zh[0], zh_remedy=zh[1])


def _columns(template: Template, say: Speech) -> Iterator[tuple[str, str]]:
    """How the columns that must be there are called, and what may stand in them.

    One title each, as it may be copied into a file.
    """
    for each in template.columns:
        if each.required:
            yield say.of_both(each.zh, each.en), EXAMPLES[each.field]


def _page(
    request: Request,
    status: int = 200,
    *,
    message: str = "",
    judged: Judged | None = None,
    held: str = "",
) -> Response:
    say = speech_of(request)
    return page(
        request,
        "import",
        status=status,
        address="/import",
        message=say.said(message) if message else "",
        judged=judged,
        held=held,
        sheets=[(name, list(_columns(template, say))) for template, name in SHEET_NAMES.items()],
        largest=uploads.FILE_BYTES_MOST // 1024 // 1024,
    )
