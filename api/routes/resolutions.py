"""Resolutions: what was decided, by which body, and what cites it. Everybody may look it up."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import (
    Asking,
    BodyIn,
    CommunityIn,
    KnownAt,
    Paged,
    ResolutionPath,
    StandingIn,
)
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.domain.resolutions import stream
from ledger.domain.values import ResolutionId
from ledger.projections import resolutions
from ledger.projections.resolution_records import MODEL

router: Final = APIRouter(tags=["resolutions"])


class ResolutionList(Listed[resolutions.Resolution]):
    """Resolutions with what they allow, the latest decision first."""


class ResolutionTold(Told):
    """A resolution, and what cites it: versions of policies, and requests for money of a fund.

    `requests` is null for whoever does not read the money of the community.
    """

    resolution: resolutions.Resolution
    policies: tuple[resolutions.Citation, ...]
    requests: tuple[resolutions.Request, ...] | None


@router.get("/v1/resolutions", **answers(ResolutionList))
async def list_resolutions(
    asking: Asking,
    known: KnownAt,
    page: Paged,
    *,
    community: CommunityIn | None = None,
    body: BodyIn | None = None,
    standing: StandingIn | None = None,
) -> Response:
    """The resolutions of a community, of a body, or of all, the latest decision first."""

    def ask(room: Room) -> ResolutionList:
        room.must_hold_a_role("resolutions")
        rows = resolutions.register(
            room.connection,
            community,
            body,
            standing,
            room.view,
            limit=room.limit,
            after=room.after(tuple[date, ResolutionId]),
        )
        return room.listed(ResolutionList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)


@router.get("/v1/resolutions/{resolution}", **answers(ResolutionTold))
async def get_resolution(asking: Asking, known: KnownAt, resolution: ResolutionPath) -> Response:
    """A resolution with its votes, what it allows, and what cites it."""

    def ask(room: Room) -> ResolutionTold:
        place = room.must_find("resolutions", stream(resolution))
        found = resolutions.resolution(room.connection, resolution, room.view)
        if found is None:
            raise nothing_there()
        cited = resolutions.citing(room.connection, resolution, room.view)
        requests = None
        if room.may_read("balances", place):
            requests = resolutions.requested(room.connection, resolution, room.view)
        return ResolutionTold(*room.heading, found, cited, requests)

    return await answer(asking, ask, MODEL, when=known)
