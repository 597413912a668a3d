"""Own shifts: what a volunteer can sign up for in her community, and where she is on the list."""

from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.own import ids_of
from api.pages import words_of_service
from api.pages.acting import Sent, must_be_one, seen_after, send
from api.pages.being_there import MARGIN, not_left
from api.pages.board import community_at, site_names
from api.pages.forms import Form
from api.pages.lists import AfterIn, Lists, Moment, lists_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import Page, ShiftPath
from api.reading import Room, answer
from ledger.domain import communities, people
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, PersonId, ShiftId, local_day
from ledger.projections import journal_records, listings, shift_records, shifts
from ledger.projections.asking import PAGE_MOST
from ledger.projections.listings import Place
from ledger.projections.reading import homes
from ledger.projections.shifts import BoardLine

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
AHEAD: Final = timedelta(weeks=4)
SHOWN: Final = 30
MINE: Final = "mine"
OPEN: Final = "open"
STEPS: Final = {"sign-up": "shifts/sign-up", "withdraw": "shifts/withdraw-sign-up"}
BEFORE: Final[Mapping[object, str]] = {
    Code.person_must_not_be_signed_up_twice: "own-sign-up-before",
    Code.person_must_be_signed_up: "own-withdraw-before",
}
"""What is refused because it is so already, as an older page may ask for it."""


@router.get("/me/shifts")
async def own_shifts_page(asking: AskingInside, after: AfterIn = None) -> Response:
    """Her shifts, and those that she can come to."""
    return await _own_shifts_page(asking, Sent(Form()), after)


@router.post("/me/shifts/{shift}/{step}")
async def take_own_step(
    request: Request, asking: AskingInside, who: SignedInNow, shift: ShiftPath, step: str
) -> Response:
    """Take a place, or give it back."""
    command = must_be_one(STEPS, step)
    sent = await send(request, who, command, shift=shift)
    if sent.accepted:
        return seen_after("/me/shifts", sent, f"own-{step}", shift=shift)
    return await _own_shifts_page(asking, sent)


async def _own_shifts_page(asking: PageQuestion, sent: Sent, after: str | None = None) -> Response:
    def ask(room: Room) -> OnPage:
        own = ids_of(room, room.authority.person)
        room.must_read("statement", None, own=own)
        values = _shown(room, own, sent)
        asked = room.request.query_params.get("shift", "")
        return OnPage(room.request, "my_shifts", values | {"done_at": asked}, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _shown(room: Room, own: tuple[PersonId, ...], sent: Sent) -> dict[str, object]:
    now, lists = now_of(room), lists_of(room, MINE, OPEN)
    places = listings.places(room.connection, own, now, known=room.view.known)
    coming = _behind(lists, tuple(each for each in places if not each.check_in))
    home = homes(room.connection, {people.stream(own[0])}).get(people.stream(own[0]))
    board = _open(lists, home, {each.shift for each in places}) if home else ()
    there = not_left(room, own)
    return {
        "address": "/me/shifts",
        "lists": lists,
        "there": there[:SHOWN],
        "places": coming,
        "more_places": lists.more(MINE, coming, _key),
        "zones": {
            each: community_at(room, each).time_zone
            for each in {
                *(place.community for place in places),
                *(each.community for each in there),
                *({home} if home else ()),
            }
        },
        "sites": site_names(room, home) if home else {},
        "shifts": board,
        "more_shifts": lists.more(OPEN, board, lambda each: (each.starts_at, each.shift)),
        "person": room.authority.person,
        "sent": sent,
        "before": BEFORE.get(sent.code, ""),
        "may_check_in": {each.shift for each in places if each.starts_at - MARGIN <= now},
        "begun": {each.shift for each in places if each.starts_at <= now},
        "more": words_of_service,
        "position": room.position,
    }


def _key(place: Place) -> tuple[datetime, ShiftId, PersonId]:
    return place.starts_at, place.shift, place.person


def _behind(lists: Lists, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """A page of where she has said she comes."""
    if not lists.shows(MINE):
        return ()
    after = lists.after(MINE, tuple[Moment, ShiftId, PersonId])
    ordered = sorted(each for each in map(_key, places) if after is None or each > after)
    shown = set(ordered[: lists.room.limit])
    return tuple(each for each in places if _key(each) in shown)


def _open(lists: Lists, home: CommunityId, listed: Container[ShiftId]) -> tuple[BoardLine, ...]:
    """A page of her community's shifts that are neither over nor called off, nor hers already."""
    room, now = lists.room, now_of(lists.room)
    room.must_find("shifts", communities.stream(home))
    if not lists.shows(OPEN):
        return ()
    today = local_day(now, community_at(room, home).time_zone)
    days = today - timedelta(days=1), today + AHEAD
    after, found = lists.after(OPEN, tuple[Moment, ShiftId]), list[BoardLine]()
    while len(found) < room.limit:
        board = shifts.board(room.connection, home, *days, known=room.view.known, after=after)
        found += (each for each in board if _is_open(each, now) and each.shift not in listed)
        if len(board) < PAGE_MOST:
            break
        after = board[-1].starts_at, board[-1].shift
    return tuple(found[: room.limit])


def _is_open(each: BoardLine, now: datetime) -> bool:
    """Whether it is neither over nor called off."""
    return each.ends_at > now and each.cancelled is None
