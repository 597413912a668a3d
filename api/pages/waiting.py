"""Waiting: what a community's confirmers have to decide or to answer, the longest waiting first.

Several can be confirmed at once; each is decided by itself, and what is refused says why.
"""

from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words, words_of_service
from api.pages.acting import Sent, seen_after
from api.pages.board import community_at
from api.pages.confirming import PICK, Tried, confirm_picked
from api.pages.crossed import crossed
from api.pages.forms import Form
from api.pages.lists import Lists, lists_of, paged
from api.pages.names import each_look_is_a_look, names_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath, Page
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId, ShiftId, local_day
from ledger.projections import service_records, shift_records, shifts, waiting
from ledger.projections.shifts import Unconfirmed
from ledger.projections.waiting import Held, OpenObjection

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, service_records.MODEL)
SHOWN: Final = 15
"""As many as a form has room for."""
CAME: Final = "came"
HELD: Final = "held"
DISPUTED: Final = "disputed"


PagedByForms = Annotated[Page, paged(SHOWN)]


@router.get("/board/{community}/waiting")
async def waiting_page(
    asking: AskingInside, page: PagedByForms, community: CommunityPath
) -> Response:
    """What waits there."""
    return await _waiting_page(asking, page, community, Tried())


@router.post("/board/{community}/waiting")
async def confirm_those(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath
) -> Response:
    """Confirm all who were picked."""
    tried = await confirm_picked(request, who)
    if tried.confirmed and not tried.refused:
        sent = Sent(Form(), accepted=tried.confirmed[-1])
        return seen_after(f"/board/{community}/waiting", sent, "confirm")
    return await _waiting_page(asking, Page(SHOWN), community, tried)


async def _waiting_page(
    asking: PageQuestion, page: Page, community: CommunityId, tried: Tried
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("statement", communities.stream(community))
        return OnPage(room.request, "waiting", _shown(room, community, tried), tried.status)

    asking.at_least = max(asking.at_least, tried.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS, page=page)


def _shown(room: Room, community: CommunityId, tried: Tried) -> dict[str, object]:
    here, lists = community_at(room, community), lists_of(room, CAME, HELD, DISPUTED)
    today = local_day(now_of(room), here.time_zone)
    came = _came(lists, community)
    held, disputed = _held(lists, community, today), _disputed(lists, community, today)
    tried_in_vain = [each for each, _problem in tried.refused]
    several = {each.shift for named in (held, disputed, tried_in_vain) for each in named}
    whose = {each.person for named in (came, held, disputed, tried_in_vain) for each in named}
    path = f"/board/{community}/waiting"
    return {
        "address": path,
        "here": path,
        "community": community,
        "community_name": here.name,
        "zone": here.time_zone,
        "lists": lists,
        "came": [(f"{PICK}{number}", each) for number, each in enumerate(came)],
        "can_be_picked": any(_can_be_picked(room, each) for each in came),
        "more_came": lists.more(CAME, came, lambda each: each.key),
        "is_first_page": not lists.one,
        "all": "all" in room.request.query_params,
        "held": held,
        "more_held": lists.more(HELD, held, lambda each: (each.position,)),
        "disputed": disputed,
        "more_disputed": lists.more(DISPUTED, disputed, lambda each: each.key),
        "activities": shifts.activities(room.connection, several),
        "names": names_of(room, whose),
        "may_confirm": holds(room, Role.confirmer, community),
        "reader": room.authority.person,
        "tried": tried,
        "crossed": crossed(
            room, (((each.shift, each.person), problem.code) for each, problem in tried.refused)
        ),
        "form": Form(),
        "words": words,
        "more": words_of_service,
        "position": room.position,
    }


def _came(lists: Lists, community: CommunityId) -> tuple[Unconfirmed, ...]:
    room, after = lists.room, lists.after(CAME, tuple[datetime, ShiftId, PersonId])
    if not lists.shows(CAME):
        return ()
    return shifts.waiting_for_confirmation(
        room.connection, community, known=room.view.known, limit=room.limit, after=after
    )


def _held(lists: Lists, community: CommunityId, today: date) -> tuple[Held, ...]:
    room, (after,) = lists.room, lists.after(HELD, tuple[int]) or (0,)
    if not lists.shows(HELD):
        return ()
    return waiting.held(
        room.connection, community, today, known=room.view.known, limit=room.limit, after=after
    )


def _disputed(lists: Lists, community: CommunityId, today: date) -> tuple[OpenObjection, ...]:
    room, after = lists.room, lists.after(DISPUTED, tuple[date, int])
    if not lists.shows(DISPUTED):
        return ()
    return waiting.objections(
        room.connection, community, today, known=room.view.known, limit=room.limit, after=after
    )


def _can_be_picked(room: Room, each: Unconfirmed) -> bool:
    """Both times are known, and it is not her own."""
    return each.check_out is not None and each.person != room.authority.person
