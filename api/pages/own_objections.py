"""Own objections (异议): what a person says is wrong with her hours, and what became of it."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.own import ids_of
from api.pages import words, words_of_service
from api.pages.acting import Sent, seen_after, send
from api.pages.board import community_at
from api.pages.forms import Form
from api.pages.lists import AfterIn, Lists, Moment, lists_of
from api.pages.names import each_look_is_a_look
from api.pages.notes import notes_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import Page, ShiftPath
from api.reading import Ids, Room, answer, nothing_there
from ledger.domain import people
from ledger.domain.shifts import stream
from ledger.domain.values import PersonId, ShiftId, local_day
from ledger.projections import listings, service, service_records, shift_records, shifts
from ledger.projections.asking import POSITION_MOST
from ledger.projections.reading import homes
from ledger.projections.remarks import Remark, RemarkKind
from ledger.projections.shifts import BoardLine

router: Final[APIRouter] = pages()
MODELS: Final = (service_records.MODEL, shift_records.MODEL)
SHOWN: Final = 40
OBJECTIONS: Final = "objections"
PAST: Final = "past"
BACK: Final = timedelta(weeks=4)


@router.get("/me/objections")
async def own_objections_page(asking: AskingInside, after: AfterIn = None) -> Response:
    """All that she has objected to, the newest first, in her own words."""

    def ask(room: Room) -> OnPage:
        own, lists = _own(room), lists_of(room, OBJECTIONS, PAST)
        found, past = _page_of_objections(lists, own), _past(lists, own)
        values = {
            "lists": lists,
            "objections": found,
            "more_objections": lists.more(OBJECTIONS, found, lambda each: (each.position,)),
            "more_past": lists.more(PAST, past, _key),
            "outlines": listings.outlines(room.connection, {each.shift for each in found}),
            "zones": {
                each: community_at(room, each).time_zone
                for each in {each.community for each in found}
            },
            "notes": notes_of(room, found),
            "past": past,
            "zone": community_at(room, past[0].community).time_zone if past else "",
            "more": words_of_service,
            "position": room.position,
        }
        return OnPage(room.request, "objections", values)

    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


@router.get("/me/objections/{shift}")
async def object_page(asking: AskingInside, shift: ShiftPath) -> Response:
    """Where she says what is wrong with her record of a shift."""
    return await _object_page(asking, shift, Sent(Form()))


@router.post("/me/objections/{shift}")
async def raise_own_objection(
    request: Request, asking: AskingInside, who: SignedInNow, shift: ShiftPath
) -> Response:
    """Say it."""
    sent = await send(request, who, "objections/raise", shift=shift)
    if sent.accepted:
        return seen_after("/me/objections", sent, "own-object")
    return await _object_page(asking, shift, sent)


async def _object_page(asking: PageQuestion, shift: ShiftId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        own = _own(room)
        place = homes(room.connection, {stream(shift)}).get(stream(shift))
        if room.may_read("shifts", place):
            room.must_read("shifts", place)
        line = shifts.shift(room.connection, shift, known=room.view.known)
        if line is None:
            raise nothing_there()
        objections = [each for each in _objections(room, own) if each.shift == shift]
        values = {
            "address": f"/me/objections/{shift}",
            "line": line.line,
            "zone": community_at(room, line.line.community).time_zone,
            "person": _hers(line, own),
            "waits": next((each for each in objections if each.ended_position is None), None),
            "form": sent.form,
            "words": words,
            "more": words_of_service,
        }
        return OnPage(room.request, "objection", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _own(room: Room) -> Ids:
    own = ids_of(room, room.authority.person)
    room.must_read("statement", None, own=own)
    return own


def _page_of_objections(lists: Lists, own: Ids) -> tuple[Remark, ...]:
    if not lists.shows(OBJECTIONS):
        return ()
    (before,) = lists.after(OBJECTIONS, tuple[int]) or (POSITION_MOST,)
    found = (each for each in _objections(lists.room, own) if each.position < before)
    return tuple(islice(found, lists.room.limit))


def _past(lists: Lists, own: Ids) -> tuple[BoardLine, ...]:
    """Shifts of her community that are over, the newest first: she may miss one in her hours."""
    room = lists.room
    home = homes(room.connection, {people.stream(own[0])}).get(people.stream(own[0]))
    if home is None or not (lists.shows(PAST) and room.may_read("shifts", home)):
        return ()
    room.must_read("shifts", home)
    now, before = now_of(room), lists.after(PAST, tuple[Moment, ShiftId])
    today = local_day(now, community_at(room, home).time_zone)
    first = today - BACK
    found = shifts.board(room.connection, home, first, today, known=room.view.known, limit=None)
    over = (each for each in reversed(found) if each.ends_at <= now and each.cancelled is None)
    behind = (each for each in over if before is None or _key(each) < before)
    return tuple(islice(behind, room.limit))


def _key(each: BoardLine) -> tuple[datetime, ShiftId]:
    return each.starts_at, each.shift


def _hers(sheet: shifts.ShiftSheet, own: Ids) -> PersonId:
    """The id under which she is in the shift."""
    there = (each.person for each in sheet.people if each.person in own)
    return next(there, own[0])


def _objections(room: Room, own: Ids) -> list[Remark]:
    found = service.remarks(room.connection, own, room.view)
    return [each for each in reversed(found) if each.kind is RemarkKind.objection]
