"""Meetings: one that was held, and where whoever keeps the register enters who came to it.

Who came is shown to nobody as a list. Somebody is found by her name or number, and the page then
says whether she is entered; the look at her name is logged.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Path, Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.own import ids_of
from api.pages import fields
from api.pages import words_of_councils as words
from api.pages.acting import Sent, seen_after, send
from api.pages.councils import HERE
from api.pages.forms import Form
from api.pages.languages import speech_of
from api.pages.met_people import shown
from api.pages.names import each_look_is_a_look
from api.pages.office_finding import Looked, found_people
from api.pages.offices import names_of_communities, numbers
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import shape
from api.problems import must_be_none
from api.reading import Room, answer, nothing_there
from ledger.domain import councils as rules
from ledger.domain import sites
from ledger.domain.authority import Role
from ledger.domain.permissions import refusal
from ledger.domain.values import CommunityId, MeetingId, PersonId
from ledger.projections import council_records, councils, grants, shift_records
from ledger.projections.reading import names, state_at

router: Final[APIRouter] = pages()
MODELS: Final = (council_records.MODEL, grants.MODEL, shift_records.MODEL)
MeetingPath: TypeAlias = Annotated[MeetingId, Path(**shape(MeetingId, "jn-hall-0305"))]
STEPS: Final = {
    "came": "councils/record-attendance",
    "withdraw": "councils/withdraw-attendance",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who was looked for: how she is called, her home, and the id she came under."""

    person: PersonId
    called: str
    home: CommunityId | None
    came_as: PersonId | None


@router.get("/councils/meetings/{meeting}")
async def meeting_page(asking: AskingInside, meeting: MeetingPath) -> Response:
    """A meeting, and how many came to it."""
    return await _meeting_page(asking, meeting, Looked(), Sent(Form()))


@router.post("/councils/meetings/{meeting}/find")
async def find_attendant(
    request: Request, asking: AskingInside, _: SignedInNow, meeting: MeetingPath
) -> Response:
    """Whoever is meant, and whether she is entered."""
    given = await fields.read(request)
    looked = await found_people(asking, given.get("who", ""), looks_at_others=True)
    return await _meeting_page(asking, meeting, looked, Sent(Form()))


@router.post("/councils/meetings/{meeting}/{step}")
async def enter_attendance(
    request: Request, asking: AskingInside, who: SignedInNow, meeting: MeetingPath, step: str
) -> Response:
    """Enter that she came, or take that back."""
    if step not in STEPS:
        raise nothing_there()
    sent = await send(request, who, STEPS[step], meeting=meeting)
    if sent.accepted:
        return seen_after(f"{HERE}/meetings/{meeting}", sent, step)
    return await _meeting_page(asking, meeting, Looked(), sent)


async def _meeting_page(
    asking: PageQuestion, meeting: MeetingId, looked: Looked, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        home = room.must_find("councils", rules.stream(meeting))
        found = councils.meeting(room.connection, meeting, room.view)
        if found is None:
            raise nothing_there()
        if looked.text or sent.form.given:
            must_be_none(refusal(room.authority, STEPS["came"], home, own=False))
        values = _shown(room, found) | {
            "form": sent.form,
            "looked": looked,
            "found": _found(room, meeting, looked),
        }
        return OnPage(room.request, "meeting", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _shown(room: Room, found: councils.Meeting) -> dict[str, Any]:
    called = names(room.connection, {sites.stream(found.site)} if found.site else set())
    return {
        "address": f"{HERE}/meetings/{found.meeting}",
        "meeting": found,
        "site": next(iter(called.values()), found.site),
        "home": names_of_communities(room, [found.community]).get(found.community),
        "may_record": holds(room, Role.registrar, found.community),
        "new_form": Form,
        "words": words,
        "position": room.position,
    }


def _found(room: Room, meeting: MeetingId, looked: Looked) -> list[Found]:
    present = state_at(room.connection, rules.stream(meeting), room.position).present
    met = [shown(each, speech_of(room.request)) for each in looked.met]
    called = {each.person: each.name for each in met} | numbers(room, looked.persons)
    homes = {each.person: each.community for each in looked.met}
    return [
        Found(
            each,
            called.get(each) or each[:8],
            homes.get(each),
            next((name for name in ids_of(room, each) if name in present), None),
        )
        for each in (*looked.persons, *homes)
    ]
