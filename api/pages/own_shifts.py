"""Own shifts: what a volunteer can sign up for in her community, and where she is on the list."""

from datetime import timedelta
from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.own import ids_of
from api.pages import words_of_service
from api.pages.acting import Sent, seen_after, send
from api.pages.being_there import MARGIN, not_left
from api.pages.board import community_at, site_names
from api.pages.forms import Form
from api.pages.reading import AskingInside, OnPage, PageQuestion, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import ShiftPath
from api.reading import Room, answer, nothing_there
from ledger.domain import communities, people
from ledger.domain.values import CommunityId, PersonId, local_day
from ledger.projections import journal_records, listings, shift_records, shifts
from ledger.projections.reading import homes
from ledger.projections.shifts import BoardLine

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
AHEAD: Final = timedelta(weeks=4)
SHOWN: Final = 40
STEPS: Final = {"sign-up": "shifts/sign-up", "withdraw": "shifts/withdraw-sign-up"}


@router.get("/me/shifts")
async def own_shifts_page(asking: AskingInside) -> Response:
    """Her shifts, and those that she can come to."""
    return await _own_shifts_page(asking, Sent(Form()))


@router.post("/me/shifts/{shift}/{step}")
async def take_own_step(
    request: Request, asking: AskingInside, who: SignedInNow, shift: ShiftPath, step: str
) -> Response:
    """Take a place, or give it back."""
    command = STEPS.get(step)
    if command is None:
        raise nothing_there()
    sent = await send(request, who, command, shift=shift)
    if sent.accepted:
        return seen_after("/me/shifts", sent, f"own-{step}")
    return await _own_shifts_page(asking, sent)


async def _own_shifts_page(asking: PageQuestion, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        own = ids_of(room, room.authority.person)
        room.must_read("statement", None, own=own)
        return OnPage(room.request, "my_shifts", _shown(room, own, sent), sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _shown(room: Room, own: tuple[PersonId, ...], sent: Sent) -> dict[str, object]:
    now = now_of(room)
    places = listings.places(room.connection, own, now, known=room.view.known)
    home = homes(room.connection, {people.stream(own[0])}).get(people.stream(own[0]))
    board = _open(room, home) if home else ()
    there = not_left(room, own)
    listed = {each.shift for each in places}
    return {
        "address": "/me/shifts",
        "there": there,
        "places": [each for each in places if not each.check_in],
        "zones": {
            each: community_at(room, each).time_zone
            for each in {
                *(place.community for place in places),
                *(each.community for each in there),
                *({home} if home else ()),
            }
        },
        "sites": site_names(room, home) if home else {},
        "shifts": [each for each in board if each.shift not in listed],
        "person": room.authority.person,
        "sent": sent,
        "may_check_in": {each.shift for each in places if each.starts_at - MARGIN <= now},
        "more": words_of_service,
        "position": room.position,
    }


def _open(room: Room, home: CommunityId) -> tuple[BoardLine, ...]:
    """Shifts of her community that are neither over nor called off."""
    room.must_find("shifts", communities.stream(home))
    now = now_of(room)
    today = local_day(now, community_at(room, home).time_zone)
    found = shifts.board(
        room.connection,
        home,
        today - timedelta(days=1),
        today + AHEAD,
        known=room.view.known,
        limit=SHOWN,
    )
    return tuple(each for each in found if each.ends_at > now and each.cancelled is None)
