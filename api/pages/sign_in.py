"""Signing in by account number and password, and signing out.

Whatever is wrong is answered with the same sentence: a number that nobody has, a password that is
not hers, an account that is disabled.
"""

from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import security_log, sessions
from api.desk import desk_of
from api.pages import fields, keeping
from api.pages.drawing import page
from api.pages.languages import speech_of
from api.pages.letting_in import failed, let_in, must_wait
from api.pages.routing import OPEN, OPEN_FORM, pages, seen_other, sign_in_form
from api.pages.visitors import SignedInNow
from api.security_log import Kind
from ledger.access import doors
from ledger.access.doors import Admitted, Answer, Door, TryLater
from ledger.access.sessions import end_one

router: Final[APIRouter] = pages()

OWN_PAGE: Final = "/me"
NUMBER_LENGTH_MOST: Final = 40
"""As much of what was typed as a number is shown again."""
NOTHING_KEPT: Final = {"Clear-Site-Data": '"cache", "storage"'}


@router.get("/sign-in", dependencies=OPEN)
async def sign_in_page(request: Request) -> Response:
    """Where somebody signs in."""
    return await sign_in_form(
        request, next=fields.next_path(request.query_params.get("next", ""), "")
    )


@router.post("/sign-in", dependencies=OPEN_FORM)
async def sign_in(request: Request) -> Response:
    """Let her in, or say that something is wrong and not what."""
    given = await fields.read(request)
    number, wanted = given.get("number", ""), fields.next_path(given.get("next", ""), "")
    kept = keeping.handed_on(given)

    def ask(connection: Any, door: Door) -> Answer:  # noqa: ANN401 - see Entrance
        return doors.with_password(connection, door, number, given.get("password", ""))

    answer = await desk_of(request).entrance.compare(request, ask)
    if isinstance(answer, Admitted):
        await let_in(request, answer)
        if kept:
            return page(request, "kept", action=kept[keeping.PATH], fields=keeping.filled(kept))
        return seen_other(wanted or OWN_PAGE)
    shown = {"number": number[:NUMBER_LENGTH_MOST], "next": wanted, "kept": kept}
    if isinstance(answer, TryLater):
        message, status, headers = must_wait(request, answer, "password")
        response = await sign_in_form(request, status, message=message, **shown)
        response.headers.update(headers)
        return response
    failed(request, "password")
    message = speech_of(request).said("The account number or the password is not right.")
    return await sign_in_form(request, 401, message=message, **shown)


@router.post("/sign-out")
async def sign_out(request: Request, who: SignedInNow) -> Response:
    """End this session, and let the browser forget all of it."""
    session = who.session
    await desk_of(request).entrance.look(lambda each: end_one(each, session.person, session.id))
    sessions.forget(request)
    security_log.note(request, Kind.signed_out, person=session.person)
    response = seen_other("/")
    response.headers.update(NOTHING_KEPT)
    return response
