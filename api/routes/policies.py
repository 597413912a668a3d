"""Policies: what a canteen's meals cost, who bears how much, and from when to when."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, KnownAt, SitePath, Written
from api.reading import Room, Told, answer
from api.tables import Table, table_of
from ledger.domain import sites
from ledger.domain.policy_records import Timeline, stream
from ledger.domain.tiers import PolicyVersion
from ledger.domain.values import SiteId
from ledger.projections.reading import state_at
from ledger.projections.resolution_records import MODEL
from ledger.projections.resolutions import Citation, cited_by

router: Final = APIRouter(tags=["policies"])


class TimelineTold(Told):
    """Every version of a canteen's policy; one without an end is valid until further notice.

    `resolutions` says by which decision each payer of a version pays: which body took it, when and
    with how many votes, and whether it still holds.
    """

    site: SiteId
    versions: tuple[PolicyVersion, ...]
    resolutions: tuple[Citation, ...]

    def table(self) -> Table:
        """Each version's payers with their resolutions."""
        return table_of(Citation, self.resolutions)


@router.get("/v1/policies/{site}", **answers(TimelineTold))
async def get_policy(asking: Asking, known: KnownAt, whole: Written, site: SitePath) -> Response:
    """The versions of a canteen's policy, in the order of their publication, and who agreed."""

    def ask(room: Room) -> TimelineTold:
        room.must_find("policies", sites.stream(site))
        timeline: Timeline = state_at(room.connection, stream(site), room.position)
        cited = cited_by(room.connection, site, room.view)
        return TimelineTold(*room.heading, site, timeline.versions, cited)

    return await answer(asking, ask, MODEL, when=known, page=whole)
