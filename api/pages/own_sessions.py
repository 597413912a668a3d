"""Own sessions: where somebody is signed in, to be ended one by one or all; and her password."""

from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import security_log
from api.desk import desk_of
from api.pages import fields
from api.pages.drawing import page
from api.pages.languages import speech_of
from api.pages.letting_in import failed, let_in, must_wait
from api.pages.routing import pages, seen_other
from api.pages.visitors import SignedInNow
from api.security_log import Kind
from ledger.access import accounts, choosing, passwords, sessions
from ledger.access.doors import Admitted, Answer, Door, TryLater
from ledger.access.sessions import Session
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import PersonId

router: Final[APIRouter] = pages()
LIST: Final = "/me/sessions"
SHOWN: Final = 40


@router.get(LIST)
async def list_sessions(request: Request, who: SignedInNow) -> Response:
    """Where she is signed in."""

    def ask(connection: Any) -> tuple[Session, ...]:  # noqa: ANN401 - see Entrance
        return sessions.listed(connection, who.session.person)

    found = await desk_of(request).entrance.look(ask)
    shown = [each for each in found if each.id == who.session.id or each in found[-SHOWN:]]
    return page(
        request,
        "sessions",
        sessions=shown,
        others=len(found) - len(shown),
        own=who.session.id,
        zone=SHANGHAI,
    )


@router.post("/me/sessions/end")
async def end_session(request: Request, who: SignedInNow) -> Response:
    """End one of her sessions, or all of them, this one too."""
    given, person = await fields.read(request), who.session.person

    def ask(connection: Any) -> bool:  # noqa: ANN401 - see Entrance
        if "all" in given:
            return sessions.end_all(connection, person) > 0
        return sessions.end_one(connection, person, given.get("session", ""))

    if await desk_of(request).entrance.look(ask):
        security_log.note(request, Kind.session_ended, person=person)
    return seen_other(LIST)


# -- her password ------------------------------------------------------------------------------


def form(request: Request, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template shows
    """The page that asks for the password and for another one."""
    return page(request, "password", status=status, **({"message": "", "weakness": None} | values))


@router.get("/me/password")
async def password_page(request: Request, who: SignedInNow) -> Response:  # noqa: ARG001 - who asks is asked for
    """Where she changes her password."""
    return form(request)


@router.post("/me/password")
async def change_password(request: Request, who: SignedInNow) -> Response:
    """Change it; she is signed in anew here, and nowhere else."""
    given, person = await fields.read(request), who.session.person
    old, new = given.get("password", ""), given.get("new-password", "")
    number = await desk_of(request).entrance.look(lambda each: _number(each, person))
    weakness = passwords.weakness(new, number)
    if weakness is not None:
        return form(request, 422, weakness=weakness)

    def ask(connection: Any, door: Door) -> Answer:  # noqa: ANN401 - see Entrance
        return choosing.by_password(connection, door, person, old, new)

    answer = await desk_of(request).entrance.compare(request, ask)
    if isinstance(answer, Admitted):
        await let_in(request, answer, Kind.password_changed)
        return seen_other(f"{LIST}?done=password")
    if isinstance(answer, TryLater):
        message, status, headers = must_wait(request, answer, "password")
        response = form(request, status, message=message)
        response.headers.update(headers)
        return response
    failed(request, "change")
    return form(request, 401, message=speech_of(request).said("The present password is not right."))


def _number(connection: Any, person: PersonId) -> str:  # noqa: ANN401 - see Entrance
    """Her number; whoever has none has no password to change either, and learns that next."""
    return accounts.number_of(connection, person) or "-"
