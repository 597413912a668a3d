"""Demo: whoever tries one chooses who she is, without a password; no other ledger has this door."""

from typing import Any, Final

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import Desk, desk_of
from api.pages.letting_in import let_in
from api.pages.routing import OPEN_FORM, pages, seen_other
from api.reading import nothing_there
from ledger.access import sessions, standing
from ledger.access.accounts import number_of
from ledger.access.doors import Admitted
from ledger.demo.personas import BY_WORD, EATER, EATER_NAME, PERSONAS, Persona
from ledger.domain import people
from ledger.domain.book import LedgerKind
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


def is_open(desk: Desk) -> bool:
    """Whether this ledger is a demo."""
    return desk.kind is LedgerKind.demo


@router.post("/demo/{word}", dependencies=OPEN_FORM)
async def be_somebody(request: Request, word: str) -> Response:
    """Go on as that person."""
    desk, persona = desk_of(request), BY_WORD.get(word)
    if not is_open(desk) or persona is None:
        raise nothing_there()
    admitted = await desk.entrance.look(lambda each: _begun(each, persona))
    if admitted is None:
        raise nothing_there()
    await let_in(request, admitted)
    return seen_other(FIRST_PAGES.get(word, "/me"))


async def who_one_can_be(request: Request) -> tuple[Persona, ...]:
    """The personas that are there; nobody where this is no demo."""
    desk = desk_of(request)
    if not is_open(desk):
        return ()

    def ask(connection: Any) -> tuple[Persona, ...]:  # noqa: ANN401 - see Entrance
        return tuple(each for each in PERSONAS if number_of(connection, each.person))

    return await desk.entrance.look(ask)


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
    secret = sessions.begin(connection, stands)
    return None if secret is None else Admitted(persona.person, secret)
