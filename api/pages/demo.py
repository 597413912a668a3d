"""Demo: whoever tries one chooses who she is, without a password; no other ledger has this door."""

from typing import Any, Final

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import desk_of
from api.pages import fields, keeping
from api.pages.drawing import page
from api.pages.letting_in import let_in
from api.pages.personas import is_open
from api.pages.routing import OPEN_FORM, pages, seen_other
from api.problems import Problem, ProblemFound
from api.reading import nothing_there
from ledger.access import sessions, standing
from ledger.access.doors import Admitted
from ledger.demo.personas import BY_WORD, EATER, EATER_NAME, Persona
from ledger.domain import people
from ledger.domain.refusals import Code
from ledger.domain.values import Title
from ledger.projections.reading import state_at

router: Final[APIRouter] = pages()
FIRST_PAGES: Final = {
    "clerk": "/desk",
    "leader": "/board/jinning",
    "fund-manager": "/funds",
    "approver": "/funds",
    "cashier": "/funds",
    "checker": "/months",
    "auditor": "/audit",
    "registrar": "/offices",
    "administrator": "/offices",
}
"""Where the work of each begins; a volunteer's, and whoever has no room yet, at her hours."""


@router.post("/demo/{word}", dependencies=OPEN_FORM)
async def be_somebody(request: Request, word: str) -> Response:
    """Go on as that person, where she had been or with the form that waits behind the sign-in."""
    given = await fields.read_many(request) if "Content-Type" in request.headers else {}
    kept, wanted = keeping.handed_on(given), fields.next_path(given.get("next", ""), "")
    desk, persona = desk_of(request), BY_WORD.get(word)
    if not is_open(desk) or persona is None:
        raise nothing_there()
    admitted = await desk.entrance.look(lambda each: _begun(each, persona))
    if admitted is None:
        raise nothing_there()
    await let_in(request, admitted)
    if kept:
        return page(request, "kept", action=kept[keeping.PATH], fields=keeping.filled(kept))
    return seen_other(wanted or FIRST_PAGES.get(word, "/me"))


async def who_eats(request: Request) -> Title | None:
    """Somebody to type in as the clerk; nobody where the worked example is not loaded."""
    desk = desk_of(request)
    if not is_open(desk):
        return None

    def ask() -> Title | None:
        tail = desk.tail()
        with desk.reading() as connection:
            eater = state_at(connection, people.stream(EATER), tail)
        return EATER_NAME if eater.registered_on else None

    return await to_thread.run_sync(ask, limiter=desk.readers)


def _begun(connection: Any, persona: Persona) -> Admitted | None:  # noqa: ANN401 - see Entrance
    stands = standing.of(connection, persona.person)
    if stands.account.disabled:
        raise ProblemFound(Problem(Code.account_must_not_be_disabled, {"person": persona.person}))
    secret = sessions.begin(connection, stands)
    return None if secret is None else Admitted(persona.person, secret)
