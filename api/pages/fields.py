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
MANY_FIELDS: Final = 800
"""Of a policy: a hundred parts of some fields each, as much as one entry of the log holds."""
MANY_BYTES: Final = 64 * 1024
NEXT_LENGTH_MOST: Final = 200
OWN_PATH: Final = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?")
"""A path of ours: no host, no backslash, no dots, no query."""


async def read(
    request: Request, *, bytes_most: int = FORM_BYTES_MOST, fields_most: int = FIELDS_MOST
) -> dict[str, str]:
    """The fields by name. Raises the problems 400, 413 and 415."""
    bodies.content_type(request, FORM)
    body = await bodies.read(request, bytes_most)
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            max_num_fields=fields_most,
            errors="strict",
        )
    except ValueError:
        raise obstacle(Obstacle.form_must_be_readable) from None
    return dict(pairs)


async def read_many(request: Request) -> dict[str, str]:
    """The same of a form with a whole policy in it."""
    return await read(request, bytes_most=MANY_BYTES, fields_most=MANY_FIELDS)


def next_path(given: str, otherwise: str) -> str:
    """Where somebody goes after signing in: a page of ours, whatever a link has asked for."""
    is_ours = len(given) <= NEXT_LENGTH_MOST and OWN_PATH.fullmatch(given)
    return given if is_ours and given != "/" else otherwise
