"""Offices: who may act, where and until when; and the way to one person that one looks after.

Whoever grants is told no name: people are called by their account number, which is printed on a
slip and says nothing of anybody. What a form is searched by stands in no address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.desk import desk_of
from api.pages import fields
from api.pages import words_of_offices as words
from api.pages.languages import speech_of
from api.pages.lists import paged
from api.pages.met_people import shown
from api.pages.office_finding import Looked, found_people, must_look_after_offices
from api.pages.personas import is_open
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages, seen_other
from api.pages.visitors import SignedInNow
from api.parameters import CommunityIn, Page
from api.reading import Room, answer
from ledger.access.accounts import numbers_of
from ledger.demo.staff import EVERYBODY
from ledger.domain import communities, people
from ledger.domain.authority import Reach, Role
from ledger.domain.grant_records import TOWN, BrokenGlass
from ledger.domain.values import SYSTEM, CommunityId, PersonId, Title
from ledger.projections import grants, listings, shift_records
from ledger.projections.grants import Grant
from ledger.projections.reading import LOOK, connected, names, state_at, states_now

router: Final[APIRouter] = pages()
MODELS: Final = (grants.MODEL, shift_records.MODEL)
HERE: Final = "/offices"
SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Office:
    """Those who hold a role in one place; `community` None is the whole town."""

    community: CommunityId | None
    name: Title | None
    held: Sequence[Grant]


Paged = Annotated[Page, paged(SHOWN)]


@router.get("/offices")
async def offices_page(
    asking: AskingInside, page: Paged, community: CommunityIn | None = None
) -> Response:
    """Who holds which role, in all that she reaches or in one community."""
    return await _offices_page(asking, page, community, Looked())


@router.post("/offices/find")
async def find_person(request: Request, asking: AskingInside, _: SignedInNow) -> Response:
    """Whoever is meant, or her page where it can be nobody else."""
    given = await fields.read(request)
    looked = await found_people(asking, given.get("who", ""), looks_at_others=True)
    if looked.persons:
        return seen_other(f"{HERE}/people/{looked.persons[0]}")
    return await _offices_page(asking, Page(SHOWN), None, looked)


async def _offices_page(
    asking: PageQuestion, page: Page, community: CommunityId | None, looked: Looked
) -> Response:
    def ask(room: Room) -> OnPage:
        must_look_after_offices(room)
        if community is not None:
            room.must_read("grants", community)
        elif Role.registrar in room.authority.held:
            room.must_hold_a_role("units")
        else:
            room.must_hold_a_role("grants")
        return OnPage(room.request, "offices", _shown(room, community, looked))

    return await answer(asking, ask, *MODELS, page=page)


def _shown(room: Room, community: CommunityId | None, looked: Looked) -> dict[str, Any]:
    reach = room.reach("grants")
    rows = _held(room, reach if community is None else frozenset((community,)))
    after, town = room.after(tuple[int]), state_at(room.connection, TOWN, room.position)
    broken: Sequence[BrokenGlass] = town.broken_glass[::-1]
    homes = [each.community for each in listings.communities(room.connection, reach)]
    called = names_of_communities(room, {*homes, *(each.community for each in looked.met)})
    held = room.authority.held.keys()
    streams = [people.stream(each.person) for each in rows]
    states = states_now(room.connection, streams)
    return {
        "address": HERE,
        "offices": _offices(rows, called),
        "numbers": numbers(room, {person for each in rows for person in _persons(each)}),
        "one": community,
        "communities": [(each, called[each]) for each in homes],
        "called": called,
        "died": {each.person for each in rows if states[people.stream(each.person)].died_on},
        "next": room.next(rows, lambda each: (each.position,)),
        "is_first_page": after is None,
        "broken": broken,
        "looked": looked,
        "met": [shown(each, speech_of(room.request)) for each in looked.met],
        "may_read": reach is None or bool(reach),
        "may_find": bool(held & {Role.administrator, Role.registrar}),
        "may_register": Role.registrar in held,
        "reader": room.authority.person,
        "machine": SYSTEM,
        "everybody": everybody(room),
        "today": today_of(room),
        "words": words,
        "position": room.position,
    }


def _held(room: Room, reach: Reach) -> tuple[Grant, ...]:
    if reach is not None and not reach:
        return ()
    room.must_hold_a_role("grants")
    after = room.after(tuple[int])
    return grants.held(
        room.connection,
        room.view,
        reach=reach,
        limit=room.limit,
        after=after[0] if after else None,
    )


def _offices(rows: Iterable[Grant], called: dict[CommunityId, Title]) -> tuple[Office, ...]:
    """By place, the whole town first; in each the roles in their order."""
    order = list(Role)
    ordered = sorted(rows, key=lambda each: (each.community or "", order.index(each.role)))
    return tuple(
        Office(place, called.get(place) if place else None, tuple(those))
        for place, those in groupby(ordered, lambda each: each.community)
    )


def _persons(grant: Grant) -> tuple[PersonId, ...]:
    return grant.person, grant.granted_by


def names_of_communities(
    room: Room, communities_: Iterable[CommunityId]
) -> dict[CommunityId, Title]:
    """How these communities are called."""
    streams = {communities.stream(each): each for each in communities_}
    return {streams[each]: name for each, name in names(room.connection, set(streams)).items()}  # type: ignore[index]  # - the streams that were asked about


def everybody(room: Room) -> PersonId | None:
    """Nobody of flesh and blood: in a demo, she as whom whoever has its token acts."""
    return EVERYBODY if is_open(desk_of(room.request)) else None


def numbers(room: Room, persons: Iterable[PersonId]) -> dict[PersonId, str]:
    """Their account numbers, by which whoever grants tells people apart."""
    with connected(desk_of(room.request).running.datastore, LOOK) as connection:
        return numbers_of(connection, set(persons))
