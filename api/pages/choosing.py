"""Choosing a file: the one that a form brings, or in words why it is of no use."""

from typing import Final, NamedTuple

from starlette.requests import Request

from api import uploads
from api.obstacles import Obstacle
from api.pages.languages import marked as _
from api.problems import ProblemFound
from api.uploads import Upload

TOO_LARGE: Final = Obstacle.body_must_not_be_too_large


class NoFile(NamedTuple):
    """Nothing to go on with: the HTTP status, and what she is told beside the form."""

    status: int
    message: str


MISSING: Final = NoFile(422, _("Please choose a file first."))
EMPTY: Final = NoFile(422, _("This file is empty. Please choose another one."))
LARGE: Final = NoFile(
    TOO_LARGE.status,
    _(
        "The file was not taken: it is larger than 2 MB. Choose a smaller one: a photo or a scan "
        "at a lower resolution, or a table in parts."
    ),
)


async def chosen(request: Request, name: str) -> Upload | NoFile:
    """The file of that field. Raises the problems 400 and 415."""
    try:
        upload = await uploads.read(request, name)
    except ProblemFound as fault:
        if fault.problem.code is not TOO_LARGE:
            raise
        return LARGE
    return upload or MISSING
