"""Routing: a page's routes, none of them in the API's document; a problem there is a page too.

Whoever is not signed in is sent to the sign-in page, and from there back to where she wanted to go.
"""

from collections.abc import Awaitable, Callable
from http import HTTPMethod
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import raised, security_log
from api.desk import desk_of
from api.gate import from_our_pages, open_to_all
from api.obstacles import Obstacle
from api.pages import fields, keeping, words
from api.pages.drawing import asked_for_at, page
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.personas import who_one_can_be
from api.problems import Problem
from api.visits import visit_of

SEE_OTHER: Final = 303
SIGN_IN: Final = "/sign-in"
NOT_KEPT: Final = _(
    "You have been signed out meanwhile. Nothing of what you sent was recorded, and it is not "
    "kept: sign in, and fill it in again."
)


class PageRoute(APIRoute):
    """A route whose problems are told to a person."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # it may await more kinds
        """The route's handler, and what it makes of what goes wrong."""
        handle = super().get_route_handler()

        async def handle_for_people(request: Request) -> Response:
            try:
                return await handle(request)
            except raised.KINDS as fault:
                problem = raised.problem_of(request, fault)
                if problem.code is Obstacle.caller_must_be_known:
                    return await _to_sign_in(request)
                return told(request, problem)

        return handle_for_people


def pages() -> APIRouter:
    """A router for pages; each of its routes says whom it lets in."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


OPEN: Final[list[Any]] = [Depends(open_to_all)]
OPEN_FORM: Final[list[Any]] = [Depends(open_to_all), Depends(from_our_pages)]


def told(request: Request, problem: Problem) -> Response:
    """The page of a problem."""
    visit = visit_of(request)
    visit.code = problem.code.name
    security_log.note_denial(request, problem.code)
    answer = page(request, "trouble", status=problem.status, problem=problem)
    answer.headers.update(problem.headers)
    return answer


async def _to_sign_in(request: Request) -> Response:
    """Where somebody signs in, to come back to the page that she asked for, or to her form.

    She who sent what is not kept is told so, and comes back to the page that has the form.
    """
    given = {} if request.method == HTTPMethod.GET else await keeping.sent(request)
    if not given:
        return to_sign_in(request)
    kept = keeping.kept(request, given)
    visit_of(request).code = Obstacle.caller_must_be_known.name
    back = {"kept": kept} if kept else _to_fill_in_again(request)
    return await sign_in_form(request, Obstacle.caller_must_be_known.status, **back)


def _to_fill_in_again(request: Request) -> dict[str, str]:
    page_of_form = fields.next_path(asked_for_at(request), "")
    return {"next": page_of_form, "message": speech_of(request).said(NOT_KEPT)}


def to_sign_in(request: Request) -> Response:
    """The sign-in page, from which she comes back to the page that she asked for."""
    wanted = {"next": request.url.path} if request.method == HTTPMethod.GET else {}
    return seen_other(f"{SIGN_IN}?{urlencode(wanted)}" if wanted else SIGN_IN)


async def sign_in_form(request: Request, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template shows
    """The sign-in page; `kept` is a form that waits behind it. In a demo nobody has a password."""
    shown = {"number": "", "message": "", "next": "", "kept": {}} | values
    shown["oidc"] = desk_of(request).running.ways.oidc is not None
    shown |= {"personas": await who_one_can_be(request), "words": words}
    return page(request, "sign_in", status=status, **shown)


def seen_other(path: str) -> Response:
    """The browser asks for that page instead, and forgets what it sent here."""
    return RedirectResponse(path, SEE_OTHER)
