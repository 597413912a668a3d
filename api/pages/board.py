"""Board: the shifts of a community, four weeks at a time, and announcing another one.

The figures are those of `/v1/shifts`. Whoever reaches one community alone is shown it at once.
"""

from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_service as words
from api.pages.acting import Sent, seen_after, send
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.lists import AfterIn
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.zones import zone_of
from api.parameters import CommunityPath, Page
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI, Community
from ledger.domain.values import YEAR_FIRST, YEAR_LAST, CommunityId, ShiftId, Title, local_day
from ledger.exchange.cells import CellUnfit, day
from ledger.projections import journal_records, listings, places, shift_records, shifts
from ledger.projections.reading import names, state_at

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
WEEKS: Final = timedelta(weeks=4)
SHOWN: Final = 60


def _first_day(request: Request) -> date | None:
    """The day from which she wants to see shifts; whatever is no day is not meant."""
    try:
        found = date.fromisoformat(str(day(request.query_params.get("from", ""), SHANGHAI)))
    except CellUnfit:
        return None
    return found if YEAR_FIRST < found.year < YEAR_LAST else None


FirstDay = Annotated[date | None, Depends(_first_day)]


@router.get("/board")
async def boards_page(asking: AskingInside, first: FirstDay, after: AfterIn = None) -> Response:
    """The communities whose board she may look at, or the board of the only one."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("shifts")
        found = listings.communities(room.connection, room.reach("shifts"))
        if len(found) == 1:
            return _board(room, found[0].community, first)
        called = names(room.connection, {communities.stream(each.community) for each in found})
        named = [
            (each.community, called.get(communities.stream(each.community), each.community))
            for each in found
        ]
        values = {"what": _("Shift board"), "base": "/board", "communities": named}
        return OnPage(room.request, "which", values)

    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


@router.get("/board/{community}")
async def board_page(
    asking: AskingInside, community: CommunityPath, first: FirstDay, after: AfterIn = None
) -> Response:
    """The board of a community."""

    def ask(room: Room) -> OnPage:
        room.must_find("shifts", communities.stream(community))
        return _board(room, community, first)

    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _board(room: Room, community: CommunityId, first: date | None) -> OnPage:
    here = community_at(room, community)
    today = local_day(now_of(room), here.time_zone)
    start = first or today - timedelta(days=today.weekday())
    end = start + WEEKS - timedelta(days=1)
    found = shifts.board(
        room.connection,
        community,
        start,
        end,
        known=room.view.known,
        limit=room.limit,
        after=room.after(tuple[datetime, ShiftId]),
    )
    return OnPage(
        room.request,
        "board",
        {
            "address": f"/board/{community}",
            "community": community,
            "community_name": here.name,
            "zone": here.time_zone,
            "shifts": found,
            "next": room.next(found, lambda each: (each.starts_at, each.shift)),
            "sites": site_names(room, community),
            "units": here.units,
            "start": start,
            "end": end,
            "earlier": start - WEEKS,
            "later": start + WEEKS,
            "may_schedule": holds(room, Role.leader, community),
            "may_see_people": room.may_read("statement", community),
            "words": words,
            "position": room.position,
            "today": today,
        },
    )


def community_at(room: Room, community: CommunityId) -> Community:
    """The community as it is at the position of the page."""
    found: Community = state_at(room.connection, communities.stream(community), room.position)
    return found


def site_names(room: Room, community: CommunityId) -> dict[str, Title]:
    """The sites of a community and how they are called."""
    called = names(room.connection, places.sites_of(room.connection, community))
    return {stream.removeprefix("site-"): name for stream, name in called.items()}


# -- announcing a shift --------------------------------------------------------------------------


@router.get("/board/{community}/new")
async def schedule_page(asking: AskingInside, community: CommunityPath) -> Response:
    """Where a shift is announced."""
    return await _schedule_page(asking, community, Sent(Form()))


@router.post("/board/{community}/new")
async def schedule_shift(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath
) -> Response:
    """Announce it."""
    zone = await zone_of(request, community)
    sent = await send(request, who, "shifts/schedule", where=zone, community=community)
    if sent.accepted:
        shift = sent.accepted.events[0].event.shift
        return seen_after(f"/board/{community}/shifts/{shift}", sent, "scheduled")
    return await _schedule_page(asking, community, sent)


def new_shift(community: CommunityId) -> ShiftId:
    """The id of the shift that a form announces, so that sending it twice announces one."""
    return ShiftId(f"{community[:24].rstrip('-')}-{token_hex(4)}")


async def _schedule_page(asking: PageQuestion, community: CommunityId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("shifts", communities.stream(community))
        here = community_at(room, community)
        return OnPage(
            room.request,
            "schedule",
            {
                "address": f"/board/{community}/new",
                "community": community,
                "community_name": here.name,
                "units": [(unit, each.name) for unit, each in here.units.items()],
                "sites": sorted(site_names(room, community).items()),
                "shift": new_shift(community),
                "may_schedule": holds(room, Role.leader, community),
                "form": sent.form,
            },
            sent.status,
        )

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)
