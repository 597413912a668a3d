"""Being there: a volunteer says that she came and that she left, with the code the site shows.

The code makes the time checked. It stands behind the `#` of the address that the display's picture
holds, which no browser sends, and is moved into the form by a script; or it is typed. Without it
the time is her own word. Who forgot to check out says when she left.
"""

import unicodedata
from datetime import timedelta
from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import desk_of
from api.own import ids_of
from api.pages import fields, words, words_of_service
from api.pages.acting import Sent, must_be_one, seen_after, send
from api.pages.board import community_at, site_names
from api.pages.forms import Form
from api.pages.languages import typed
from api.pages.reading import AskingInside, OnPage, PageQuestion, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.zones import zone_of_shift
from api.parameters import ShiftPath
from api.reading import Room, answer, nothing_there
from ledger.domain.attendance_rules import CHECK_HOURS_LATE_MOST, CHECK_MINUTES_MOST
from ledger.domain.refusals import Code
from ledger.domain.shifts import stream
from ledger.domain.values import PersonId, ShiftId
from ledger.projections import journal_records, shift_records, shifts
from ledger.projections.shifts import BoardLine, PersonInShift, Unconfirmed

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
STEPS: Final = {"check-in": "attendance/check-in", "check-out": "attendance/check-out"}
MARGIN: Final = timedelta(minutes=CHECK_MINUTES_MOST)
ASKED_AGAIN: Final = frozenset(
    {
        Code.check_in_must_come_only_once,
        Code.check_out_must_follow_a_check_in,
        Code.code_must_be_the_one_shown,
    }
)
FORGOTTEN: Final = MARGIN + timedelta(hours=CHECK_HOURS_LATE_MOST)
"""How long after its end it can still be said when she left."""


@router.get("/me/shifts/{shift}/here")
async def here_page(asking: AskingInside, shift: ShiftPath) -> Response:
    """Where she says that she is there, or that she leaves."""
    return await _here_page(asking, shift, Sent(Form()), "")


@router.post("/me/shifts/{shift}/here/{step}")
async def say_so(
    request: Request, asking: AskingInside, who: SignedInNow, shift: ShiftPath, step: str
) -> Response:
    """She came, or she left: now, or when she says."""
    command = must_be_one(STEPS, step)
    given = await fields.read(request)
    zone = await zone_of_shift(request, shift)
    sent = await send(
        request,
        who,
        command,
        where=zone,
        shift=shift,
        person=given.get("person") or who.authority.person,
        at=given.get("at") or typed(desk_of(request).running.ledger.clock(), zone),
        code=digits_of(given.get("code", "")),
    )
    if sent.accepted:
        return seen_after(f"/me/shifts/{shift}/here", sent, step)
    return await _here_page(asking, shift, sent, step)


def digits_of(text: str) -> str:
    """A code as it is meant: full-width digits are digits, and what stands between is no matter."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if each.isalnum())


async def _here_page(asking: PageQuestion, shift: ShiftId, sent: Sent, step: str) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("shifts", stream(shift))
        sheet = shifts.shift(room.connection, shift, known=room.view.known)
        if sheet is None:
            raise nothing_there()
        own = ids_of(room, room.authority.person)
        hers = [each for each in sheet.people if each.person in own]
        seen = next((each for each in hers if each.check_in), None)
        values = _shown(room, sheet.line, seen, sent)
        values["before"] = _before(seen, sent, step)
        return OnPage(room.request, "being_there", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _shown(
    room: Room, line: BoardLine, seen: PersonInShift | None, sent: Sent
) -> dict[str, object]:
    now = now_of(room)
    is_near = line.starts_at - MARGIN <= now <= line.ends_at + MARGIN
    is_there = seen is not None and seen.check_out is None
    return {
        "address": f"/me/shifts/{line.shift}/here",
        "line": line,
        "zone": community_at(room, line.community).time_zone,
        "site": site_names(room, line.community).get(line.site or "", line.site),
        "seen": seen,
        "person": seen.person if seen else room.authority.person,
        "may_come": line.cancelled is None and seen is None and is_near,
        "may_leave": is_there and is_near,
        "has_forgotten": is_there and line.ends_at <= now <= line.ends_at + FORGOTTEN,
        "opens_at": line.starts_at - MARGIN,
        "is_early": now < line.starts_at - MARGIN,
        "typed": typed,
        "form": sent.form,
        "words": words,
        "more": words_of_service,
        "position": room.position,
    }


def _before(seen: PersonInShift | None, sent: Sent, step: str) -> str:
    """What is refused because it is so already, as an older page may ask for it.

    The digits of that page are none any more; the ledger looks at them first.
    """
    if sent.code not in ASKED_AGAIN or seen is None:
        return ""
    is_so = step == "check-in" or seen.check_out is not None
    return f"{step}-before" if is_so else ""


def not_left(room: Room, own: tuple[PersonId, ...]) -> list[Unconfirmed]:
    """The shifts at which she is, or of which she can still say when she left."""
    now = now_of(room)
    person, *also = own
    found = shifts.unconfirmed_of(
        room.connection, person, also=tuple(also), known=room.view.known, limit=None
    )
    return [each for each in found if each.check_out is None and now <= each.ends_at + FORGOTTEN]
