"""Check: whoever holds a certificate sees whether it is genuine and still right, never whose it is.

The paper leads here with its number and its code in the address; without them they are typed. Both
reveal nothing personal and let nobody in, so the address may have them, and no script is needed.
"""

from datetime import UTC, datetime
from typing import Any, Final

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import checking
from api.desk import Desk, desk_of
from api.obstacles import Obstacle
from api.pages import words
from api.pages.drawing import page
from api.pages.languages import speech_of
from api.pages.routing import OPEN, pages
from api.problems import ProblemFound
from api.visits import visit_of
from ledger.access.check_codes import read_number
from ledger.access.codes import TYPED_LENGTH_MOST
from ledger.domain import communities
from ledger.domain.community_records import Community
from ledger.domain.values import CertificateNumber
from ledger.projections.horizon import Horizon
from ledger.projections.reading import positions_of, recorded_at, state_at
from ledger.projections.view import View

router: Final[APIRouter] = pages()


@router.get("/check", dependencies=OPEN)
async def check_page(request: Request) -> Response:
    """Where number and code are typed, and sent to this same address."""
    return await _told(request, request.query_params.get("number", ""))


@router.get("/check/{number}", dependencies=OPEN)
async def check_page_of_number(request: Request, number: str) -> Response:
    """Where a certificate leads."""
    return await _told(request, number)


async def _told(request: Request, typed: str) -> Response:
    code = request.query_params.get("code", "")
    shown: dict[str, Any] = {"number": typed[:TYPED_LENGTH_MOST], "code": code[:TYPED_LENGTH_MOST]}
    if not code:
        return _page(request, **shown)
    number = read_number(typed)
    try:
        await checking.must_be_right(request, number, code)
        return await _found(request, number or CertificateNumber(""), shown)
    except ProblemFound as fault:
        return _not_found(request, fault, shown)


async def _found(request: Request, number: CertificateNumber, shown: dict[str, Any]) -> Response:
    desk = desk_of(request)
    await desk.know_kind()
    found = await to_thread.run_sync(_look, desk, number, limiter=desk.readers)
    visit_of(request).position = found["position"]
    return _page(request, **found, **shown)


def _look(desk: Desk, number: CertificateNumber) -> dict[str, Any]:
    """What the page tells, in one snapshot, at the position that all read models have come to."""
    with desk.reading() as connection:
        names = (model.name for model in checking.MODELS)
        position, furthest = positions_of(connection, *names)
        Horizon(connection).widen(None)  # open to all who have the code
        view = View(known=position if position < furthest else None)
        checked = checking.of_number(connection, number, view, position)
        at = recorded_at(connection, position) if desk.simulated else None
        home: Community = state_at(
            connection, communities.stream(checked.certificate.community), position
        )
        told = {"checked": checked, "position": position, "zone": home.time_zone}
        return told | {"at": at or datetime.now(UTC)}


def _not_found(request: Request, fault: ProblemFound, shown: dict[str, Any]) -> Response:
    """One sentence for whatever is wrong, or how long to wait."""
    problem, say = fault.problem, speech_of(request)
    visit_of(request).code = problem.code.name
    if problem.code is Obstacle.certificate_must_match_its_code:
        return _page(request, status=problem.status, unknown=True, **shown)
    message = say.said(
        "Too many tries. Please wait %(time)s, then try again.",
        time=say.waiting(int(str(problem.values["seconds"]))),
    )
    answer = _page(request, status=problem.status, message=message, **shown)
    answer.headers.update(problem.headers)
    return answer


def _page(request: Request, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template shows
    shown = {"checked": None, "unknown": False, "message": "", "words": words} | values
    return page(request, "check", status=status, **shown)
