"""Policies: what a canteen's meals cost, who bears how much, and from when to when.

A draft is held against a month that is over by a question with a body: nothing is written by it.
"""

from secrets import token_hex
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import bodies, simulating
from api.describing import answers
from api.desk import tell
from api.examples import first_of_each
from api.parameters import Asking, KnownAt, SitePath, Written
from api.problems import of_malformed
from api.reading import Room, Told, answer
from api.tables import Table, table_of
from ledger.domain import sites
from ledger.domain.drafts import SimulatePolicy
from ledger.domain.policy_records import Timeline, stream
from ledger.domain.simulations import Simulation
from ledger.domain.tiers import PolicyVersion
from ledger.domain.values import SiteId
from ledger.exchange.faults import Malformed
from ledger.exchange.wire import read_as, schema_of
from ledger.projections import meal_records
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


class SimulationTold(Told):
    """A month as it was claimed and as a draft of the policy would have priced it."""

    simulation: Simulation


def _example() -> dict[str, Any]:
    """The policy of the examples, with a yuan more for the oldest."""
    published = first_of_each()["policies/publish"]
    oldest, *others = published["tiers"]
    (line,) = oldest["shares"]
    raised = oldest | {"shares": [line | {"fixed_fen": line["fixed_fen"] + 100}]}
    tiers = [raised, *others]
    return {"month": "2026-01", "price_fen": published["price_fen"], "tiers": tiers}


DRAFT: Final = {"schema": schema_of(SimulatePolicy), "example": _example()}
"""How the document describes a draft."""


@router.post(
    "/v1/policies/{site}/simulation",
    openapi_extra={"requestBody": {"required": True, "content": {bodies.JSON: DRAFT}}},
    **answers(SimulationTold),
)
async def simulate_policy(request: Request, asking: Asking, site: SitePath) -> Response:
    """Price the meals of a month once more by a draft of a policy; nothing of it is stored."""
    bodies.content_type(request, bodies.JSON)
    asked = read_as(SimulatePolicy, await bodies.read(request, bodies.COMMAND_BYTES_MOST))
    if isinstance(asked, Malformed):
        return tell(request, of_malformed(asked))
    asking.nonce = token_hex(8)

    def ask(room: Room) -> SimulationTold:
        return SimulationTold(*room.heading, simulating.simulated(room, site, asked))

    return await answer(asking, ask, meal_records.MODEL)
