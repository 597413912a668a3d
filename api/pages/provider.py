"""Provider: signing in at the identity provider, and coming back from there.

What is secret about the journey stays here; the browser keeps its state in a cookie and nothing
else. Whoever comes back and is linked with nobody is asked for a slip that says who she is.
"""

from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import security_log, sessions
from api.desk import Desk, desk_of
from api.obstacles import Obstacle
from api.pages.languages import speech_of
from api.pages.letting_in import LINK_COOKIE, failed, let_in
from api.pages.routing import OPEN, SEE_OTHER, pages, seen_other, sign_in_form
from api.pages.sign_in import OWN_PAGE
from api.problems import obstacle
from api.security_log import Kind
from ledger.access import choosing, oidc_pending
from ledger.access.doors import Admitted, NotAdmitted
from ledger.access.oidc import Oidc
from ledger.access.oidc_faults import Fault
from ledger.access.oidc_sign_in import Pending
from ledger.access.oidc_tokens import Subject

router: Final[APIRouter] = pages()
BACK: Final = "/sign-in/oidc/back"
STATE_COOKIE: Final = "__Host-oidc"


@router.get("/sign-in/oidc", dependencies=OPEN)
async def go_to_provider(request: Request) -> Response:
    """Send the browser to the provider."""
    desk = desk_of(request)
    oidc, back = _of(desk), desk.gate.origin + BACK

    begun = await desk.entrance.ask_outside(lambda: oidc.sign_in.begin(back))
    if isinstance(begun, Fault):
        return await _refused(request, begun)
    pending = begun.pending
    await desk.entrance.look(lambda each: oidc_pending.keep(each, pending))
    sessions.keep(request, begun.pending.state, STATE_COOKIE)
    return RedirectResponse(begun.url, SEE_OTHER)


@router.get(BACK, dependencies=OPEN)
async def come_back(request: Request) -> Response:
    """Whoever comes back is signed in, if the provider says who she is and somebody vouched."""
    desk, state = desk_of(request), sessions.cookie(request, STATE_COOKIE)
    oidc, query = _of(desk), dict(request.query_params)
    sessions.forget(request, STATE_COOKIE)

    def take(connection: Any) -> Pending | None:  # noqa: ANN401 - see Entrance
        return None if state is None else oidc_pending.take(connection, state)

    pending = await desk.entrance.look(take)
    if pending is None:
        return await _refused(request, Fault.state_wrong)
    subject = await desk.entrance.ask_outside(lambda: oidc.sign_in.finish(pending, query))
    if isinstance(subject, Fault):
        return await _refused(request, subject)
    answer = await desk.entrance.look(lambda each: _known(each, desk, subject))
    if isinstance(answer, Admitted):
        await let_in(request, answer)
        return seen_other(OWN_PAGE)
    if isinstance(answer, NotAdmitted):
        failed(request, "oidc")
        return await _sign_in_form(request, 401)
    sessions.keep(request, answer, LINK_COOKIE)
    return seen_other("/slip")


def _of(desk: Desk) -> Oidc:
    """The provider. Raises the problem 404 where there is none."""
    found = desk.running.ways.oidc
    if found is None:
        raise obstacle(Obstacle.path_must_exist)
    return found


def _known(connection: Any, desk: Desk, subject: Subject) -> Admitted | NotAdmitted | str:  # noqa: ANN401 - see Entrance
    """Her session; for a subject that is linked with nobody, the ticket to show a slip with."""
    external = desk.running.ways.external
    person = external.person_of(connection, subject.issuer, subject.name)
    if person is None:
        return external.ticket(subject.issuer, subject.name)
    return choosing.admitted(connection, person)


async def _refused(request: Request, fault: Fault) -> Response:
    """Not signed in; why is for the security log."""
    security_log.note(request, Kind.sign_in_failed, reason=fault.value)
    if fault.passes:
        raise obstacle(Obstacle.identity_provider_must_be_reachable)
    return await _sign_in_form(request, 401)


async def _sign_in_form(request: Request, status: int) -> Response:
    message = speech_of(request).said("The identity platform did not sign you in. Try again.")
    return await sign_in_form(request, status, message=message)
