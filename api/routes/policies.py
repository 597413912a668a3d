"""Policies: what a canteen's meals cost, who bears how much, and from when to when."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, KnownAt, SitePath
from api.reading import Room, Told, answer
from ledger.domain import sites
from ledger.domain.policies import stream
from ledger.domain.policy_records import Timeline
from ledger.domain.tiers import PolicyVersion
from ledger.domain.values import SiteId
from ledger.projections.reading import state_at
from ledger.projections.trail import MODEL

router: Final = APIRouter(tags=["policies"])


class TimelineTold(Told):
    """Every version of a canteen's policy; one without an end is valid until further notice."""

    site: SiteId
    versions: tuple[PolicyVersion, ...]


@router.get("/v1/policies/{site}", **answers(TimelineTold))
async def get_policy(asking: Asking, known: KnownAt, site: SitePath) -> Response:
    """The versions of a canteen's policy, in the order in which they were published."""

    def ask(room: Room) -> TimelineTold:
        room.must_find("policies", sites.stream(site))
        timeline: Timeline = state_at(room.connection, stream(site), room.position)
        return TimelineTold(*room.heading, site, timeline.versions)

    return await answer(asking, ask, MODEL, when=known)
