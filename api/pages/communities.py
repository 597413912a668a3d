"""Communities as whoever keeps the register sees them: what stands now, and the forms to change it.

Rules and bands are set ahead: what is in force today and what is to come stand beside each other.
Money waits for approvals by the bands, so they are shown once more before they are set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import fields
from api.pages import words_of_places as words
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.forms import LEFT_EMPTY, Form
from api.pages.languages import marked as _
from api.pages.offices import names_of_communities
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import CommunityPath
from api.problems import must_be_none
from api.reading import Room, answer, nothing_there
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.community_records import (
    Community,
    CommunityRegistered,
    PopulationRecorded,
)
from ledger.domain.permissions import refusal
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
"""So many days are a century, and mean that nothing is ever late."""
ONE_DAY: Final = timedelta(days=1)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """What is done about a community: its name in the address, the command, what it is called.

    `within` is the field whose name begins with the community's; `of_the_town`: it is for whoever
    keeps the register of the whole town; `whole`: what is left empty does not mean what is usual.
    """

    name: str
    command: str
    told: str
    within: str = ""
    surely: bool = False
    of_the_town: bool = False
    whole: bool = False


RESIDENTS: Final = Step("population", "communities/record-population", _("Record the residents"))
SITE: Final = Step("site", "sites/register", _("Register a place"))
UNIT: Final = Step(
    "unit", "communities/register-unit", _("Register an organising unit"), within="unit"
)
COOPERATIVE: Final = Step(
    "cooperative",
    "communities/register-cooperative",
    _("Register a cooperative"),
    within="cooperative",
)
RULES: Final = Step(
    "rules", "communities/set-service-rules", _("Set the rules of service"), whole=True
)
BANDS: Final = Step(
    "bands",
    "communities/set-approval-bands",
    _("Set the rules of approval"),
    surely=True,
    of_the_town=True,
)
STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {each.name: each for each in (RESIDENTS, SITE, UNIT, COOPERATIVE, RULES, BANDS)}
)


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
        return OnPage(room.request, "community", _shown(room, community))

    return await answer(asking, ask, *MODELS)


@router.get("/offices/places/{community}/{step}")
async def step_page(asking: AskingInside, community: CommunityPath, step: str) -> Response:
    """The form of one change."""
    return await _step_page(asking, community, _step(step), Sent(Form()))


@router.post("/offices/places/{community}/{step}")
async def change_community(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath, step: str
) -> Response:
    """Record the residents, set rules or bands, register a cooperative, a unit or a place."""
    taken = _step(step)
    given = await fields.read(request)
    known: dict[str, Any] = {"community": community}
    if taken.within:
        known = {taken.within: f"{community}/{given.get(taken.within, '').strip()}"}
    if taken.whole:
        given = {name: text.strip() or LEFT_EMPTY for name, text in given.items()}
    sent = await send(request, who, taken.command, surely=taken.surely, given=given, **known)
    if sent.accepted:
        return seen_after(f"{HERE}/{community}", sent, step)
    return await _step_page(asking, community, taken, sent)


def _step(name: str) -> Step:
    if name not in STEPS:
        raise nothing_there()
    return STEPS[name]


async def _step_page(
    asking: PageQuestion, community: CommunityId, step: Step, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("units", communities.stream(community))
        place = None if step.of_the_town else community
        must_be_none(refusal(room.authority, step.command, place, own=False))
        values = _shown(room, community) | {"step": step, "form": sent.form}
        if sent.to_be_sure:
            texts = {**words.YES_OR_NO, **words.APPROVERS}
            about = str(values["here"].name)
            return be_sure(room.request, sent, step.told, about, texts=texts, labels=words.FIELDS)
        values["address"] = f"{HERE}/{community}/{step.name}"
        return OnPage(room.request, "community_step", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
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


def _shown(room: Room, community: CommunityId) -> dict[str, Any]:
    here: Community = state_at(room.connection, communities.stream(community), room.position)
    today = today_of(room)
    return {
        "address": f"{HERE}/{community}",
        "community": community,
        "here": here,
        "unit_names": [(unit, each.name) for unit, each in here.units.items()],
        "told": _told(room, community),
        "rules": here.rules_on(today),
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
