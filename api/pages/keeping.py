"""Keeping: a form that was sent after its session had ended is kept until she has signed in again.

Nothing of it is stored: the fields go along with the sign-in page, hidden, and come back with it.
Then she is shown the form as she had filled it in, and sends it once more. A form with a secret in
it is not kept.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from api.desk import desk_of
from api.pages import fields
from api.pages.forms import OWN
from api.problems import ProblemFound
from api.sessions import must_be_from_our_pages

PATH: Final = "kept-path"
BODY: Final = "kept-form"
SECRETS: Final = frozenset({"password", "new-password", "pin", "code"})


async def sent(request: Request) -> dict[str, str]:
    """What this request brought; nothing if it cannot be read.

    Raises the problem 403 where another page may have made the browser send it.
    """
    must_be_from_our_pages(request, desk_of(request).gate.origin)
    try:
        return await fields.read_many(request)
    except ProblemFound:
        return {}


def kept(request: Request, given: Mapping[str, str]) -> dict[str, str]:
    """The form as hidden fields; none if it is not one of our pages, or has a secret in it."""
    path = fields.next_path(request.url.path, "")
    if not path or not SECRETS.isdisjoint(given):
        return {}
    return {PATH: path, BODY: urlencode({n: t for n, t in given.items() if n not in OWN})}


def handed_on(given: Mapping[str, str]) -> dict[str, str]:
    """The same, out of the form of the sign-in page."""
    path = fields.next_path(given.get(PATH, ""), "")
    return {PATH: path, BODY: given.get(BODY, "")} if path else {}


def filled(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """What had been filled in."""
    return parse_qsl(given.get(BODY, ""), keep_blank_values=True)
