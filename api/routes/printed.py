"""Printed: what stands on a slip or a card, told once, to whoever had it issued.

The secret is made at this moment. Asked a second time, nobody is told: the slip is withdrawn or the
card revoked, and another one issued. A slip that may not be used yet, for it wants a second
signature, is not opened either.
"""

from functools import partial
from secrets import token_hex
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api import asked, security_log
from api.answers import problem_of
from api.bodies import JSON
from api.describing import answers
from api.desk import Desk, desk_of
from api.gate import Caller
from api.obstacles import Obstacle
from api.parameters import PersonPath, shape
from api.problems import ProblemFound, must_be_none, obstacle
from api.reading import nothing_there
from api.security_log import Kind
from ledger.access import cards, drawing, pins, slips, standing
from ledger.access.standing import Standing
from ledger.deciding.answers import Accepted, Unit
from ledger.domain.authority import Authority
from ledger.domain.decisions import Refused
from ledger.domain.permissions import refusal
from ledger.domain.refusals import Code
from ledger.domain.slips import UseSlip
from ledger.domain.values import CardId, PersonId, SlipId

router: Final = APIRouter()
CARD_PAGE: Final = "/card"

SlipPath: TypeAlias = Annotated[
    SlipId, Path(**shape(SlipId, "5a0f3c1e-8d2b-4f6a-9c7e-1b4d6f8a0c2e"))
]
CardPath: TypeAlias = Annotated[
    CardId, Path(**shape(CardId, "c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e"))
]


class PrintedSlip(msgspec.Struct):
    """What stands on a slip: the account number, and the code that is good for one use."""

    number: str
    code: str


class PrintedCard(msgspec.Struct):
    """What stands on a card, and the PIN to be told beside it: the address is in the QR code.

    `qr_svg` is that code as an SVG element; without a camera `code` is typed.
    """

    code: str
    address: str
    qr_svg: str
    pin: str


@router.post("/v1/accounts/{person}/slips/{slip}/open", tags=["slips"], **answers(PrintedSlip))
async def open_slip(
    request: Request, authority: Caller, person: PersonPath, slip: SlipPath
) -> Response:
    """What to print on a slip; once, and to the person who issued it."""
    return _told(await opened_slip(request, authority, person, slip))


async def opened_slip(
    request: Request, authority: Authority, person: PersonId, slip: SlipId
) -> PrintedSlip:
    """What stands on the slip from now on. Raises the problems 403, 404, 409 and 503."""
    desk = desk_of(request)
    stands = await _looked_at(request, authority, "slips/issue", person)
    issued = stands.account.slips.get(slip)
    if issued is None or issued.issued_by != authority.person:
        raise nothing_there()
    await _must_be_usable(desk, person, slip)
    printed = await desk.entrance.compare(
        request,
        lambda connection, _: slips.open_slip(connection, slip, person, authority.person),
    )
    if printed is None:
        raise obstacle(Obstacle.secret_must_be_shown_only_once)
    security_log.note(request, Kind.slip_opened, person=authority.person)
    return PrintedSlip(printed.number, printed.secret)


@router.post("/v1/accounts/{person}/cards/{card}/print", tags=["cards"], **answers(PrintedCard))
async def print_card(
    request: Request, authority: Caller, person: PersonPath, card: CardPath
) -> Response:
    """What to print on a card; once, and to a registrar who is another person."""
    return _told(await printed_card(request, authority, person, card))


async def printed_card(
    request: Request, authority: Authority, person: PersonId, card: CardId
) -> PrintedCard:
    """What stands on the card from now on. Raises the problems 403, 404, 409 and 503."""
    desk = desk_of(request)
    stands = await _looked_at(request, authority, "cards/issue", person)
    if not stands.opens_to(card):
        raise nothing_there()
    if person == authority.person:
        must_be_none(Refused(Code.card_must_be_issued_by_another_person))

    def ask(connection: Any, _: object) -> cards.Printed | None:  # noqa: ANN401 - see Entrance
        return cards.open_card(connection, card, person, pins.new_pin(), authority.person)

    printed = await desk.entrance.compare(request, ask)
    if printed is None:
        raise obstacle(Obstacle.secret_must_be_shown_only_once)
    security_log.note(request, Kind.card_printed, person=authority.person)
    address = printed.address(desk.gate.origin + CARD_PAGE)
    code = address.rpartition("#")[2]
    return PrintedCard(code, address, drawing.svg(address), printed.pin)


async def _looked_at(
    request: Request, authority: Authority, command: str, person: PersonId
) -> Standing:
    """How the person stands, for whoever may give the command. Raises the problems 403 and 404."""
    asked.only(request, ())
    stands = await desk_of(request).entrance.look(partial(standing.of, person=person))
    place = stands.registered.community or None
    must_be_none(refusal(authority, command, place, own=person == authority.person))
    return stands


async def _must_be_usable(desk: Desk, person: PersonId, slip: SlipId) -> None:
    """Raise the problem if she could not use the slip now; nothing is written."""
    machine = Authority.of_the_machine(person)
    unit = Unit(machine, f"slip-{token_hex(16)}", (UseSlip(person, slip),))
    [answer] = await desk.decide([unit], dry_run=True)
    if not isinstance(answer, Accepted):
        raise ProblemFound(problem_of(answer))


def _told(printed: PrintedSlip | PrintedCard) -> Response:
    return Response(msgspec.json.encode(printed), media_type=JSON)
