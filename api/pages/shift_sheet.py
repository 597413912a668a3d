"""Shift sheet: one shift, who is in it, and what its leader does about it.

Names are shown to whoever may read them, and looked up in a way that is logged. Somebody is
looked for by her whole name, number or phone, as the API does it, and never in an address.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import msgspec
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.own import ids_of
from api.pages import fields, words, words_of_service
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.board import community_at, site_names
from api.pages.forms import Form, labelled
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.met_people import Shown, shown
from api.pages.names import each_look_is_a_look, names_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath, ShiftPath
from api.problems import of_malformed
from api.reading import Room, answer, nothing_there
from api.searching import met
from ledger.domain.authority import Role
from ledger.domain.shifts import stream
from ledger.domain.values import CommunityId, ShiftId, Title
from ledger.exchange.faults import Malformed
from ledger.exchange.wire import read_as
from ledger.projections import journal_records, shift_records, shifts
from ledger.projections.shifts import PersonInShift, ShiftSheet
from ledger.vault.sealing import SearchKind

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for: by exactly this name, number or phone, whole."""

    by: SearchKind
    text: Title


@dataclass(frozen=True, slots=True)
class Turn:
    """What a request to this page did: the form of which step it sent, or whom it looks for."""

    step: str = ""
    sent: Sent = field(default_factory=lambda: Sent(Form()))
    wanted: Wanted | None = None
    looked_for: Form = field(default_factory=Form)

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        problem = self.looked_for.problem
        return problem.status if problem else self.sent.status


@router.get("/board/{community}/shifts/{shift}")
async def shift_page(asking: AskingInside, community: CommunityPath, shift: ShiftPath) -> Response:
    """A shift, and who is in it."""
    return await _shift_page(asking, community, shift, Turn())


@router.post("/board/{community}/shifts/{shift}/cancel")
async def cancel_shift(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    community: CommunityPath,
    shift: ShiftPath,
) -> Response:
    """Call it off, once she has seen what she calls off."""
    sent = await send(request, who, "shifts/cancel", surely=True, shift=shift)
    if sent.accepted:
        return seen_after(f"/board/{community}/shifts/{shift}", sent, "cancelled")
    return await _shift_page(asking, community, shift, Turn("cancel", sent))


@router.post("/board/{community}/shifts/{shift}/sign-up")
async def sign_somebody_up(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    community: CommunityPath,
    shift: ShiftPath,
) -> Response:
    """Put somebody who was found on its list."""
    sent = await send(request, who, "shifts/sign-up", shift=shift)
    if sent.accepted:
        return seen_after(f"/board/{community}/shifts/{shift}", sent, "sign-up")
    return await _shift_page(asking, community, shift, Turn("sign-up", sent))


@router.post("/board/{community}/shifts/{shift}/find")
async def find_somebody(
    request: Request,
    asking: AskingInside,
    *,
    community: CommunityPath,
    shift: ShiftPath,
) -> Response:
    """Who has exactly that name, number or phone; nothing is recorded but the look."""
    given = await fields.read(request)
    filled = ((name, given.get(name, "").strip()) for name in ("by", "text"))
    body = {name: text for name, text in filled if text}
    wanted = read_as(Wanted, msgspec.json.encode(body))
    if isinstance(wanted, Malformed):
        faults = tuple(labelled("shifts/find", each) for each in wanted.faults)
        problem = of_malformed(replace(wanted, faults=faults))
        turn = Turn("find", looked_for=Form(given, problem))
    else:
        turn = Turn("find", wanted=wanted, looked_for=Form(given))
    return await _shift_page(asking, community, shift, turn)


async def _shift_page(
    asking: PageQuestion, community: CommunityId, shift: ShiftId, turn: Turn
) -> Response:
    def ask(room: Room) -> OnPage:
        sheet = found_shift(room, community, shift)
        if turn.sent.to_be_sure:
            about = speech_of(room.request).listed(sheet.line.activity, shift)
            texts = words_of_service.CANCELS
            return be_sure(room.request, turn.sent, _("Call the shift off"), about, texts=texts)
        return OnPage(room.request, "shift", _shown(room, sheet, turn), turn.status)

    asking.at_least = max(asking.at_least, turn.sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def found_shift(room: Room, community: CommunityId, shift: ShiftId) -> ShiftSheet:
    """The shift with everybody in it. Raises the problem 404 if it is not that community's."""
    place = room.must_find("shifts", stream(shift))
    sheet = shifts.shift(room.connection, shift, known=room.view.known)
    if sheet is None or place != community:
        raise nothing_there()
    return sheet


def _shown(room: Room, sheet: ShiftSheet, turn: Turn) -> dict[str, object]:
    line, now = sheet.line, now_of(room)
    here = community_at(room, line.community)
    unit = here.units.get(line.unit) if line.unit else None
    listed = _listed(room, sheet)
    first = _first(room.request, len(listed))
    page = listed[first : first + SHOWN]
    leads = holds(room, Role.leader, line.community) and line.cancelled is None
    path = f"/board/{line.community}/shifts/{line.shift}"
    return {
        "address": path,
        "here": path,
        "line": line,
        "zone": here.time_zone,
        "unit": unit.name if unit else line.unit,
        "site": site_names(room, line.community).get(line.site or "", line.site),
        "people": page,
        "first": first,
        "following": first + SHOWN if listed[first + SHOWN :] else 0,
        "names": names_of(room, (each.person for each in page)),
        "sees_everybody": room.may_read("statement", line.community),
        "may_sign_up": leads and now < line.ends_at,
        "may_cancel": leads and not line.attended,
        "may_find": leads,
        "is_over": now >= line.ends_at,
        "has_begun": now >= line.starts_at,
        "there": {each.person: each for each in sheet.people},
        "hits": _hits(room, turn),
        "turn": turn,
        "form": turn.sent.form,
        "failed": turn.sent.form if turn.sent.form.problem else turn.looked_for,
        "words": words,
        "more": words_of_service,
        "reader": room.authority.person,
        "position": room.position,
    }


def _listed(room: Room, sheet: ShiftSheet) -> list[PersonInShift]:
    """Those whom she may see: everybody, or herself."""
    if room.may_read("statement", sheet.line.community):
        return list(sheet.people)
    own = ids_of(room, room.authority.person)
    return [each for each in sheet.people if each.person in own]


def _first(request: Request, people: int) -> int:
    """Where the page of people begins; what is no such place is the beginning."""
    asked = request.query_params.get("first", "")
    return next((each for each in range(0, people, SHOWN) if str(each) == asked), 0)


def _hits(room: Room, turn: Turn) -> list[Shown] | None:
    if turn.wanted is None:
        return None
    room.must_hold_a_role("search")
    found = met(room, [turn.wanted.by], turn.wanted.text, looks_at_others=True)
    return [shown(each, speech_of(room.request)) for each in found]
