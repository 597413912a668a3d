"""Fields: what a form sent, read whole and never beyond its limit; what is missing is empty."""

import re
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from api import bodies
from api.obstacles import Obstacle
from api.problems import obstacle

FORM: Final = "application/x-www-form-urlencoded"
FORM_BYTES_MOST: Final = 16 * 1024
FIELDS_MOST: Final = 150
NEXT_LENGTH_MOST: Final = 200
OWN_PATH: Final = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?")
"""A path of ours: no host, no backslash, no dots, no query."""


async def read(request: Request) -> dict[str, str]:
    """The fields by name. Raises the problems 400, 413 and 415."""
    bodies.content_type(request, FORM)
    body = await bodies.read(request, FORM_BYTES_MOST)
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            max_num_fields=FIELDS_MOST,
            errors="strict",
        )
    except ValueError:
        raise obstacle(Obstacle.form_must_be_readable) from None
    return dict(pairs)


def next_path(given: str, otherwise: str) -> str:
    """Where somebody goes after signing in: a page of ours, whatever a link has asked for."""
    is_ours = len(given) <= NEXT_LENGTH_MOST and OWN_PATH.fullmatch(given)
    return given if is_ours and given != "/" else otherwise
