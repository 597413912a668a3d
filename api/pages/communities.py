"""Communities as whoever keeps the register sees them: what stands now, and the forms to change it.

Rules and bands are set ahead: what is in force today and what is to come stand beside each other.
Money waits for approvals by the bands, so they are shown once more before they are set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_places as words
from api.pages.acting import Sent, seen_after, send
from api.pages.forms import Form
from api.pages.offices import names_of_communities
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import CommunityPath
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.community_records import (
    Community,
    CommunityRegistered,
    PopulationRecorded,
)
from ledger.domain.sites import Site
from ledger.domain.values import CommunityId, CooperativeId, Count, SiteId, Title
from ledger.projections import journal_records, listings, places, shift_records
from ledger.projections.payers import cooperatives_of
from ledger.projections.reading import events_of, names, state_at, states_now

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, journal_records.MODEL)
HERE: Final = "/offices/places"
BAND_ROWS: Final = 4
NEVER: Final = 36_500
"""More days are over a century, and mean that nothing is ever late."""
ONE_DAY: Final = timedelta(days=1)
T = TypeVar("T")


# -- all of them ---------------------------------------------------------------------------------


@router.get("/offices/places")
async def places_page(asking: AskingInside) -> Response:
    """The communities that there are."""
    return await _places_page(asking, Sent(Form()))


@router.post("/offices/places")
async def register_community(request: Request, asking: AskingInside, who: SignedInNow) -> Response:
    """Enter another one."""
    sent = await send(request, who, "communities/register")
    if sent.accepted:
        event: CommunityRegistered = sent.accepted.events[0].event
        return seen_after(f"{HERE}/{event.community}", sent, "community")
    return await _places_page(asking, sent)


async def _places_page(asking: PageQuestion, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("units")
        found = [each.community for each in listings.communities(room.connection)]
        values = {
            "address": HERE,
            "communities": sorted(names_of_communities(room, found).items()),
            "may_register": holds(room, Role.registrar, None),
            "form": sent.form,
            "position": room.position,
        }
        return OnPage(room.request, "communities", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


# -- one of them ---------------------------------------------------------------------------------


@router.get("/offices/places/{community}")
async def community_page(asking: AskingInside, community: CommunityPath) -> Response:
    """What stands of a community now."""

    def ask(room: Room) -> OnPage:
        room.must_find("units", communities.stream(community))
        return OnPage(room.request, "community", shown(room, community))

    return await answer(asking, ask, *MODELS)


@dataclass(frozen=True, slots=True)
class Told:
    """What the stream of a community says that no rule asks for."""

    town: Title | None
    residents: tuple[tuple[date, Count], ...]
    cooperatives: tuple[tuple[CooperativeId, Title], ...]


def _told(room: Room, community: CommunityId) -> Told:
    events = events_of(room.connection, communities.stream(community), room.position)
    towns = [each.town for each in events if isinstance(each, CommunityRegistered)]
    counted = {
        each.valid_from: each.residents for each in events if isinstance(each, PopulationRecorded)
    }
    members = cooperatives_of(room.connection, [community], room.position)
    return Told(next(iter(towns), None), tuple(sorted(counted.items())), tuple(members.items()))


@dataclass(frozen=True, slots=True)
class Place:
    """A site of the community."""

    site: SiteId
    name: Title
    state: Site


def _places(room: Room, community: CommunityId) -> tuple[Place, ...]:
    streams = places.sites_of(room.connection, community)
    called, states = names(room.connection, streams), states_now(room.connection, streams)
    return tuple(
        Place(SiteId(each.removeprefix("site-")), called[each], states[each]) for each in streams
    )


def shown(room: Room, community: CommunityId) -> dict[str, Any]:
    """What its page and the forms of its changes tell."""
    here: Community = state_at(room.connection, communities.stream(community), room.position)
    today = today_of(room)
    return {
        "address": f"{HERE}/{community}",
        "community": community,
        "here": here,
        "unit_names": [(unit, each.name) for unit, each in here.units.items()],
        "told": _told(room, community),
        "rules": here.rules_on(today),
        "rules_tomorrow": here.rules_on(today + ONE_DAY),
        "bands_tomorrow": here.bands_on(today + ONE_DAY),
        "rules_to_come": _to_come(here.rules, today),
        "bands": here.bands_on(today),
        "bands_to_come": _to_come(here.bands, today),
        "never": NEVER,
        "band_rows": BAND_ROWS,
        "sites": _places(room, community),
        "may_change": holds(room, Role.registrar, community),
        "may_set_bands": holds(room, Role.registrar, None),
        "today": today,
        "tomorrow": today + ONE_DAY,
        "words": words,
        "options": options,
        "position": room.position,
    }


def _to_come(entries: Iterable[tuple[date, T]], today: date) -> dict[date, T]:
    """What is set for later days; of two entries for one day the later one counts."""
    latest = dict(entries)
    return {day: latest[day] for day in sorted(latest) if day > today}
