"""Trouble: what a person is shown where no page answers, or where the ledger failed on one.

A browser says that it would rather have a page; whatever says nothing of the kind, and whatever
asks the API, is a program, and is told a problem as JSON.
"""

from contextlib import suppress
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api import raised
from api.pages.routing import told
from api.pages.visitors import whoever_comes
from api.problems import Problem, quality
from api.visits import header

API: Final = "/v1"
PAGE: Final = "text/html"
DATA: Final = ("application/json", "application/problem+json")


def add(app: FastAPI) -> None:
    """Let the application answer what is raised, and whoever went astray with a page."""
    raised.add(app)
    app.add_exception_handler(HTTPException, _astray)


def failed(scope: Scope, problem: Problem) -> Response | None:
    """The page of what went wrong inside; None if a program asked."""
    request = Request(scope)
    return told(request, problem) if is_looked_at(request) else None


def is_looked_at(request: Request) -> bool:
    """Whether a person looks at what is answered."""
    path = request.url.path
    if path == API or path.startswith(f"{API}/"):
        return False
    parts = [each.partition(";") for each in (header(request, b"accept") or "").split(",")]
    wanted = {name.strip().lower(): quality(weight) for name, _semicolon, weight in parts}
    page = wanted.get(PAGE, 0.0)
    return page > 0 and all(page >= wanted.get(each, 0.0) for each in DATA)


async def _astray(request: Request, fault: Exception) -> Response:
    if not is_looked_at(request):
        return await raised.answer(request, fault)
    with suppress(*raised.KINDS):
        await whoever_comes(request)
    return told(request, raised.problem_of(request, fault))
