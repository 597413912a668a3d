"""Grants: who may act, where and until when; and, for everybody, how often the glass was broken."""

from typing import Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.describing import answers
from api.gate import open_to_all
from api.parameters import Asking, AskingOpenly, KnownAt, Paged, PersonPath, Written
from api.reading import Listed, Room, answer
from ledger.domain.authority import Reach
from ledger.domain.grant_records import TOWN, BrokenGlass
from ledger.domain.values import PersonId
from ledger.projections import grants
from ledger.projections.reading import state_at

router: Final = APIRouter(tags=["grants"])


class GrantList(Listed[grants.Grant]):
    """What is granted and not revoked, the latest first."""


class BrokenGlassList(Listed[BrokenGlass]):
    """Each time that the machine appointed an administrator because no other could act."""


@router.get("/v1/grants", **answers(GrantList))
async def list_grants(asking: Asking, known: KnownAt, page: Paged) -> Response:
    """Who holds which role, in the communities that the caller reaches and in the whole town."""

    def ask(room: Room) -> GrantList:
        room.must_hold_a_role("grants")
        return _held(room, None, room.reach("grants"))

    return await answer(asking, ask, grants.MODEL, when=known, page=page)


@router.get("/v1/persons/{person}/grants", **answers(GrantList))
async def list_grants_of_person(
    asking: Asking, known: KnownAt, page: Paged, person: PersonPath
) -> Response:
    """What a person holds; her own she always sees whole."""

    def ask(room: Room) -> GrantList:
        own = room.authority.person == person
        if own:
            room.must_read("grants", None, own=(person,))
        else:
            room.must_hold_a_role("grants")
        return _held(room, person, None if own else room.reach("grants"))

    return await answer(asking, ask, grants.MODEL, when=known, page=page)


def _held(room: Room, person: PersonId | None, reach: Reach) -> GrantList:
    after = room.after(tuple[int])
    rows = grants.held(
        room.connection,
        room.view,
        person=person,
        reach=reach,
        limit=room.limit,
        after=after[0] if after else None,
    )
    return room.listed(GrantList, rows, lambda row: (row.position,))


@router.get("/v1/broken-glass", dependencies=[Depends(open_to_all)], **answers(BrokenGlassList))
async def list_broken_glass(asking: AskingOpenly, whole: Written) -> Response:
    """When and why the machine appointed an administrator for a week; no token is needed."""

    def ask(room: Room) -> BrokenGlassList:
        town = state_at(room.connection, TOWN, room.position)
        return BrokenGlassList(*room.heading, town.broken_glass[::-1], None)

    return await answer(asking, ask, grants.MODEL, page=whole)
