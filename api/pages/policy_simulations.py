"""Policy simulations: a change is tried on a month that is over, and nothing is written.

The figures are those of `POST /v1/policies/{site}/simulation`. What was tried is carried over to be
published by a button of the same form.
"""

from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final

import msgspec
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import fields, words_of_policies
from api.pages.forms import AGAIN, Form
from api.pages.languages import speech_of
from api.pages.payers import payers_named
from api.pages.policies import MODELS, Canteen, canteen_at
from api.pages.policy_editing import beside, misread, started, values_of
from api.pages.policy_forms import EDIT, Body, Draft, body_of, draft_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import SitePath
from api.problems import Problem, ProblemFound, of_malformed
from api.reading import Room, answer
from api.simulating import VIEW, simulated
from ledger.domain import sites
from ledger.domain.drafts import SimulatePolicy
from ledger.domain.simulations import Simulation
from ledger.domain.tiers import PolicyVersion
from ledger.domain.values import Month, PayerPath, SiteId, first_day, month_of, previous_month
from ledger.exchange.faults import Malformed
from ledger.exchange.wire import read_as
from ledger.projections import fund_records, standing_meals

router: Final[APIRouter] = pages()
MONTHS_SHOWN: Final = 24
OF_DRAFTS: Final = (422, 409, 429)
"""What is wrong with a draft, or with asking now; whoever may not ask is told so alone."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a draft came to, or why it came to nothing."""

    simulation: Simulation | None = None
    problem: Problem | None = None

    @property
    def payers(self) -> list[PayerPath]:
        """Whoever would bear something, or did."""
        return [each.payer for each in self.simulation.payers] if self.simulation else []


@router.get("/policies/{site}/simulate")
async def simulation_page(asking: AskingInside, site: SitePath) -> Response:
    """Where a change is tried: the rules of today, to be changed."""
    return await _simulation_page(asking, site, None, None)


@router.post("/policies/{site}/simulate")
async def try_policy(
    request: Request, asking: AskingInside, _: SignedInNow, site: SitePath
) -> Response:
    """Hold the draft against the month, unless a button only changes the form."""
    given = await fields.read_many(request)
    draft, wish = draft_of(given), given.get(EDIT, "")
    if wish or AGAIN in given:
        draft.edited(wish)
        return await _simulation_page(asking, site, draft, None)
    return await _simulation_page(asking, site, draft, body_of(draft))


async def _simulation_page(
    asking: PageQuestion, site: SiteId, given: Draft | None, body: Body | None
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find(VIEW, sites.stream(site))
        here = canteen_at(room, site)
        draft = given or started(room, here)
        months = _months(room)
        draft.terms.setdefault("month", _usual(room, here, months))
        tried = Tried() if body is None else _tried(room, here, draft, body)
        form = Form(draft.flat(), tried.problem)
        say = speech_of(room.request)
        values: dict[str, Any] = {
            "address": f"{here.address}/simulate",
            "months": [(each, say.month(each)) for each in months],
            "found": tried.simulation,
            "valid_then": _valid_in(here, draft) if tried.simulation else None,
            "payers": payers_named(room, tried.payers),
            "people": lambda cell: words_of_policies.people(cell, say),
            "position": room.position,
            "today": today_of(room),
        }
        status = tried.problem.status if tried.problem else 200
        shown = values | values_of(room, here, draft, form)
        return OnPage(room.request, "simulate", shown, status)

    asking.nonce = token_hex(8)
    return await answer(asking, ask, *MODELS, fund_records.MODEL)


def _months(room: Room) -> list[Month]:
    """Those that are over, the latest first."""
    months = [previous_month(month_of(today_of(room)))]
    while len(months) < MONTHS_SHOWN:
        months.append(previous_month(months[-1]))
    return months


def _usual(room: Room, here: Canteen, months: list[Month]) -> Month:
    """The last month whose claims are closed; where none is, the one before this."""
    closed = standing_meals.last_closed(room.connection, here.site)
    return closed if closed in months else months[0]


def _valid_in(here: Canteen, draft: Draft) -> PolicyVersion | None:
    """The version that was valid when the month began: the draft may come from a later one."""
    return here.timeline.version_on(first_day(Month(draft.terms["month"])))


def _tried(room: Room, here: Canteen, draft: Draft, body: Body) -> Tried:
    body.json["month"] = draft.terms.get("month", "")
    read = misread(body, read_as(SimulatePolicy, msgspec.json.encode(body.json)))
    if isinstance(read, Malformed):
        return Tried(problem=of_malformed(read))
    try:
        return Tried(simulated(room, here.site, read))
    except ProblemFound as found:
        if found.problem.status not in OF_DRAFTS:
            raise
        return Tried(problem=beside(found.problem, draft))
