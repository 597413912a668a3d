"""Slip: whoever holds a one-time slip chooses a password, or lets an identity stand for her.

The log decides whether the slip may be used. A password that is too weak is refused before the slip
is looked at, so that it costs no try. What a slip is for is told by the slip.
"""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import security_log, sessions
from api.answers import problem_of
from api.desk import desk_of
from api.pages import fields
from api.pages.drawing import page
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.letting_in import LINK_COOKIE, failed, let_in, must_wait
from api.pages.routing import OPEN, OPEN_FORM, pages, seen_other, to_sign_in, told
from api.pages.sign_in import NUMBER_LENGTH_MOST, OWN_PAGE
from api.security_log import Kind
from ledger.access import accounts, choosing, doors, passwords, slips
from ledger.access.codes import read_number
from ledger.access.doors import Admitted, Answer, Door, NotAdmitted, TryLater
from ledger.access.slips import Slip
from ledger.deciding.answers import Accepted, Unit
from ledger.domain.account_records import SlipPurpose, SlipUsed
from ledger.domain.authority import Authority
from ledger.domain.slips import UseSlip

router: Final[APIRouter] = pages()


def form(request: Request, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template shows
    """The page that asks for the slip; with a ticket it asks for no password."""
    shown: dict[str, Any] = {"number": "", "secret": "", "message": "", "weakness": None}
    shown |= {"linking": sessions.cookie(request, LINK_COOKIE) is not None}
    return page(request, "slip", status=status, **(shown | values))


@router.get("/slip", dependencies=OPEN)
async def slip_page(request: Request) -> Response:
    """Where somebody shows her slip."""
    return form(request)


@router.post("/slip", dependencies=OPEN_FORM)
async def use_slip(request: Request) -> Response:
    """Take the slip, if it is one, and do what it is for."""
    given = await fields.read(request)
    number, password = given.get("number", ""), given.get("password", "")
    shown = _copied(given)
    ticket = sessions.cookie(request, LINK_COOKIE)
    weakness = None if ticket else passwords.weakness(password, read_number(number) or "-")
    if weakness is not None:
        return form(request, 422, **shown, weakness=weakness)

    def ask(connection: Any, door: Door) -> Slip | TryLater | NotAdmitted:  # noqa: ANN401 - see Entrance
        return doors.with_slip(connection, door, number, given.get("secret", ""))

    found = await desk_of(request).entrance.compare(request, ask)
    if isinstance(found, TryLater):
        message, status, headers = must_wait(request, found, "slip")
        response = form(request, status, **shown, message=message)
        response.headers.update(headers)
        return response
    if isinstance(found, NotAdmitted):
        failed(request, "slip")
        return form(request, 401, **shown, message=speech_of(request).said(NOT_GOOD))
    refused = await _refused(request, found, shown, linking=ticket is not None)
    if refused is not None:
        return refused
    security_log.note(request, Kind.slip_used, person=found.person)
    if ticket is not None:
        return await _link(request, found, ticket)
    return await _choose(request, found, password)


def _copied(given: Mapping[str, str]) -> dict[str, str]:
    """As much of what stands on the slip as is shown again: it is long, and copied by hand."""
    return {each: given.get(each, "")[:NUMBER_LENGTH_MOST] for each in ("number", "secret")}


NOT_GOOD: Final = _(
    "This slip is not known, or it was used already. Look at both lines again; "
    "if they are right, ask for a new slip."
)
FOR_LINKING: Final = _(
    "This slip is for signing in with the identity platform. Begin there, then show it."
)
FOR_A_PASSWORD: Final = _("This slip is for choosing a password. Please choose one here.")
LINKED_ALREADY: Final = _(
    "This identity stands for somebody already, or it took too long. Please begin anew."
)


async def _refused(
    request: Request, slip: Slip, shown: Mapping[str, str], *, linking: bool
) -> Response | None:
    """Use the slip as the log sees it; None if that is done.

    It is tried first, so that a slip that is for something else stays good for that.
    """
    desk = desk_of(request)
    machine, command = Authority.of_the_machine(slip.person), UseSlip(slip.person, slip.slip)
    unit = Unit(machine, f"slip-{token_hex(16)}", (command,))
    [answer] = await desk.decide([unit], dry_run=True)
    if isinstance(answer, Accepted):
        if _is_for_linking(answer) != linking:
            sessions.forget(request, LINK_COOKIE)
            message = FOR_A_PASSWORD if linking else FOR_LINKING
            said = speech_of(request).said(message)
            return form(request, 409, message=said, linking=False, **shown)
        [answer] = await desk.decide([unit], dry_run=False)
    if isinstance(answer, Accepted):
        return None
    problem = problem_of(answer)
    failed(request, problem.code.name)
    return told(request, problem)


def _is_for_linking(answer: Accepted) -> bool:
    event = answer.events[0].event
    return isinstance(event, SlipUsed) and event.purpose is SlipPurpose.link


async def _choose(request: Request, slip: Slip, password: str) -> Response:
    """Her password from now on; the number to sign in with is shown once more, large."""

    def ask(connection: Any, door: Door) -> tuple[Answer, str | None]:  # noqa: ANN401 - see Entrance
        answer = choosing.by_slip(connection, door, slip, password)
        return answer, accounts.number_of(connection, slip.person)

    answer, number = await desk_of(request).entrance.compare(request, ask)
    if not isinstance(answer, Admitted) or number is None:
        return to_sign_in(request)
    await let_in(request, answer)
    return page(request, "account", number=f"{number[:4]} {number[4:]}")


async def _link(request: Request, slip: Slip, ticket: str) -> Response:
    """From now on the identity of that ticket stands for her."""
    ways, issuer = desk_of(request).running.ways, desk_of(request).running.settings.oidc_issuer

    def ask(connection: Any) -> Answer:  # noqa: ANN401 - see Entrance
        slips.spend(connection, slip.slip)
        if not ways.external.link_by(connection, issuer or "", ticket, slip.person):
            return NotAdmitted()
        return choosing.admitted(connection, slip.person)

    answer = await desk_of(request).entrance.look(ask)
    sessions.forget(request, LINK_COOKIE)
    if not isinstance(answer, Admitted):
        failed(request, "link")
        said = speech_of(request).said(LINKED_ALREADY)
        return form(request, 409, message=said, linking=False)
    security_log.note(request, Kind.identity_linked, person=slip.person)
    await let_in(request, answer)
    return seen_other(OWN_PAGE)
