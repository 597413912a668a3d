"""Councils: what was decided in the communities, by which body, and which meetings were held.

Everybody who holds a role reads what was decided; whoever keeps the register enters it. How many
came to a meeting is told, and not who.
"""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_councils as words
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.lists import paged
from api.pages.offices import names_of_communities
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import CommunityPath, Page
from api.problems import must_be_none
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.councils import Body, MeetingRecorded
from ledger.domain.permissions import refusal
from ledger.domain.values import CommunityId, MeetingId, ResolutionId
from ledger.projections import (
    council_records,
    councils,
    journal_records,
    listings,
    places,
    resolution_records,
    resolutions,
    shift_records,
)
from ledger.projections.reading import names
from ledger.projections.resolutions import Standing

router: Final[APIRouter] = pages()
HERE: Final = "/councils"
MODELS: Final = (resolution_records.MODEL, shift_records.MODEL)
OF_ONE: Final = (council_records.MODEL, journal_records.MODEL, shift_records.MODEL)
SHOWN: Final = 30
RECORD: Final = "councils/record-meeting"


Paged = Annotated[Page, paged(SHOWN)]


# -- what was decided ----------------------------------------------------------------------------


@router.get("/councils")
async def councils_page(asking: AskingInside, page: Paged) -> Response:
    """The resolutions, of all communities or of one, the latest decision first."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("resolutions")
        return OnPage(room.request, "councils", _register(room))

    return await answer(asking, ask, *MODELS, page=page)


def _register(room: Room) -> dict[str, Any]:
    asked = room.request.query_params
    homes = [each.community for each in listings.communities(room.connection)]
    community = next((each for each in homes if each == asked.get("community")), None)
    body = next((each for each in Body if each == asked.get("body")), None)
    standing = next((each for each in Standing if each == asked.get("standing")), None)
    rows = resolutions.register(
        room.connection,
        community,
        body,
        standing,
        room.view,
        limit=room.limit,
        after=room.after(tuple[date, ResolutionId]),
    )
    called = names_of_communities(room, homes)
    return {
        "rows": rows,
        "next": room.next(rows, lambda each: each.key),
        "communities": [(each, called[each]) for each in homes],
        "called": called,
        "form": Form({name: asked.get(name, "") for name in ("community", "body", "standing")}),
        "is_narrowed": bool(community or body or standing),
        "may_record": Role.registrar in room.authority.held,
        "words": words,
        "options": options,
        "position": room.position,
    }


# -- the council of a community ------------------------------------------------------------------


@router.get("/councils/places/{community}")
async def council_page(asking: AskingInside, page: Paged, community: CommunityPath) -> Response:
    """The meetings of a community, the latest first."""
    return await _council_page(asking, page, community, Sent(Form()))


@router.post("/councils/places/{community}/meeting")
async def record_meeting(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath
) -> Response:
    """Enter a meeting that was held, once she is sure."""
    sent = await send(request, who, RECORD, surely=True, community=community)
    if sent.accepted:
        event: MeetingRecorded = sent.accepted.events[0].event
        return seen_after(f"{HERE}/meetings/{event.meeting}", sent, "meeting")
    return await _council_page(asking, Page(SHOWN), community, sent)


async def _council_page(
    asking: PageQuestion, page: Page, community: CommunityId, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("councils", communities.stream(community))
        if sent.form.given:
            must_be_none(refusal(room.authority, RECORD, community, own=False))
        values = _council(room, community) | {"form": sent.form}
        if sent.to_be_sure:
            texts = {**words.CHOSEN, **dict(values["sites"])}
            what = _("Record a meeting")
            about = str(values["home"])
            return be_sure(
                room.request, sent, what, about, texts=texts, labels=words.MEETING_FIELDS
            )
        return OnPage(room.request, "council", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *OF_ONE, page=page)


def _council(room: Room, community: CommunityId) -> dict[str, Any]:
    rows = councils.meetings(
        room.connection,
        community,
        room.view,
        limit=room.limit,
        after=room.after(tuple[date, MeetingId]),
    )
    return {
        "address": f"{HERE}/places/{community}",
        "community": community,
        "home": names_of_communities(room, [community]).get(community, community),
        "rows": rows,
        "next": room.next(rows, lambda each: each.key),
        "sites": sites_called(room, community),
        "may_record": holds(room, Role.registrar, community),
        "today": today_of(room),
        "words": words,
        "options": options,
        "position": room.position,
    }


def sites_called(room: Room, community: CommunityId) -> list[tuple[str, str]]:
    """The sites of the community, as a choice has them."""
    streams = places.sites_of(room.connection, community)
    called = names(room.connection, streams)
    return [(each.removeprefix("site-"), str(called[each])) for each in streams if each in called]
