"""Attendance sheet: who comes to a shift and who leaves, entered at the door as it happens.

The leader enters it with one press a person, on paper where there is no telephone, or lets the
people do it themselves with the code of the display, which is another one every half minute.
"""

from secrets import token_hex
from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import desk_of
from api.pages import words, words_of_service
from api.pages.acting import Sent, must_be_one, seen_after, send
from api.pages.being_there import MARGIN, STEPS
from api.pages.board import community_at, site_names
from api.pages.forms import Form
from api.pages.languages import typed
from api.pages.names import each_look_is_a_look, names_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.shift_sheet import found_shift
from api.pages.visitors import SignedInNow
from api.pages.zones import zone_of
from api.parameters import CommunityPath, ShiftPath
from api.reading import Room, answer
from ledger.access import drawing
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, ShiftId
from ledger.projections import journal_records, shift_records
from ledger.projections.shift_records import Listing
from ledger.projections.shifts import PersonInShift, ShiftSheet

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
PATH: Final = "/board/{community}/shifts/{shift}/sheet"
SHOWN: Final = 200
"""So many people at most on one sheet: a row is small, and a page stays under 50 KB packed."""


@router.get(PATH)
async def sheet_page(asking: AskingInside, community: CommunityPath, shift: ShiftPath) -> Response:
    """Everybody of whom a shift knows, and one press for each who comes or leaves."""
    return await _sheet_page(asking, community, shift, Sent(Form()))


@router.post(f"{PATH}/{{step}}")
async def enter_it(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    community: CommunityPath,
    shift: ShiftPath,
    step: str,
) -> Response:
    """Somebody came, or somebody left, just now."""
    command = must_be_one(STEPS, step)
    zone = await zone_of(request, community)
    now = typed(desk_of(request).running.ledger.clock(), zone)
    sent = await send(request, who, command, where=zone, shift=shift, at=now)
    if sent.accepted:
        path = PATH.format(community=community, shift=shift)
        return seen_after(path, sent, f"sheet-{step}")
    return await _sheet_page(asking, community, shift, sent)


async def _sheet_page(
    asking: PageQuestion, community: CommunityId, shift: ShiftId, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        sheet = found_shift(room, community, shift)
        room.must_read("statement", community)
        return OnPage(room.request, "attendance_sheet", _shown(room, sheet, sent), sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _shown(room: Room, sheet: ShiftSheet, sent: Sent) -> dict[str, object]:
    line, now = sheet.line, now_of(room)
    listed = [each for each in sheet.people if _may_come(each)][:SHOWN]
    leads = holds(room, Role.leader, line.community) and line.cancelled is None
    path = PATH.format(community=line.community, shift=line.shift)
    return {
        "address": path,
        "here": path,
        "line": line,
        "zone": community_at(room, line.community).time_zone,
        "site": site_names(room, line.community).get(line.site or "", line.site),
        "people": listed,
        "names": names_of(room, (each.person for each in listed)),
        "is_open": leads and line.starts_at - MARGIN <= now <= line.ends_at + MARGIN,
        "form": sent.form,
        "words": words,
        "more": words_of_service,
        "reader": room.authority.person,
        "position": room.position,
    }


def _may_come(each: PersonInShift) -> bool:
    return each.check_in is not None or each.listing in (Listing.signed_up, Listing.waiting)


# -- the display ---------------------------------------------------------------------------------


@router.get("/board/{community}/shifts/{shift}/code")
async def code_page(asking: AskingInside, community: CommunityPath, shift: ShiftPath) -> Response:
    """What hangs at the site: the code as digits and as a picture, followed by the next."""

    def ask(room: Room) -> OnPage:
        line = found_shift(room, community, shift).line
        room.must_read("site-codes", community)
        running = desk_of(room.request).running
        shown = running.ways.site_codes.now(shift, running.ledger.clock())
        address = f"{running.settings.own_origin}/me/shifts/{shift}/here"
        values = {
            "here": f"/board/{community}/shifts/{shift}/code",
            "line": line,
            "zone": community_at(room, community).time_zone,
            "groups": [shown.code[at : at + 3] for at in range(0, len(shown.code), 3)],
            "picture": drawing.svg(f"{address}#{shown.code}", as_wide_as_its_place=True),
        }
        return OnPage(room.request, "site_code", values)

    asking.nonce = token_hex(8)
    return await answer(asking, ask, *MODELS)
