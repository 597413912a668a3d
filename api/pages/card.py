"""Card: whoever has a printed card and its PIN looks at her own hours for ten minutes.

What the card holds stands behind the `#` of an address, which no browser sends. A script moves it
into the form and out of the address line; without scripts it is typed as it is printed. It comes in
the body of the form, so that no log, no address and no history has it.
"""

from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import desk_of
from api.pages import fields
from api.pages.drawing import page
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.letting_in import failed, let_in, must_wait
from api.pages.routing import OPEN, OPEN_FORM, pages, seen_other
from api.pages.sign_in import OWN_PAGE
from api.security_log import Kind
from ledger.access import doors
from ledger.access.doors import Admitted, Answer, CardLocked, Door, TryLater
from ledger.domain.values import CardId

router: Final[APIRouter] = pages()
CODE_LENGTH_MOST: Final = 200
"""As much of what was typed as a card's number is shown again; of a PIN nothing is."""
NOT_RIGHT: Final = _(
    "The card or the PIN is not right. After five wrong PINs a card is locked; "
    "a registrar gives you a new one."
)
LOCKED: Final = _(
    "This card is locked, for too many wrong PINs were typed. A registrar gives you a new one."
)


def form(request: Request, status: int = 200, message: str = "", code: str = "") -> Response:
    """The page that asks for the card and its PIN."""
    shown = code[:CODE_LENGTH_MOST]
    return page(request, "card", status=status, message=message, code=shown)


@router.get("/card", dependencies=OPEN)
async def card_page(request: Request) -> Response:
    """Where a card leads."""
    return form(request)


@router.post("/card", dependencies=OPEN_FORM)
async def use_card(request: Request) -> Response:
    """Let her look, or say that something is wrong and not what."""
    given = await fields.read(request)
    code = given.get("code", "")
    card, _dot, secret = "".join(code.split()).rpartition("#")[2].partition(".")

    def ask(connection: Any, door: Door) -> Answer | CardLocked:  # noqa: ANN401 - see Entrance
        return doors.with_card(connection, door, CardId(card), secret, given.get("pin", ""))

    answer = await desk_of(request).entrance.compare(request, ask)
    if isinstance(answer, Admitted):
        await let_in(request, answer, Kind.card_used)
        return seen_other(OWN_PAGE)
    if isinstance(answer, TryLater):
        message, status, headers = must_wait(request, answer, "card")
        response = form(request, status, message, code)
        response.headers.update(headers)
        return response
    failed(request, "card")
    message = LOCKED if isinstance(answer, CardLocked) else NOT_RIGHT
    return form(request, 401, speech_of(request).said(message), code)
