"""Audit samples: what an auditor looks at, drawn so that anybody with the address draws the same.

It is `/v1/communities/{community}/sample`, with a form before it. The line that the auditor makes
up and the signed root decide; both are told with the sample, and so is the address that draws it
again.
"""

import re
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlencode

from fastapi.routing import APIRouter
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.forms import FORMS
from api.obstacles import Obstacle
from api.pages import words_of_audit
from api.pages.audit import communities_of
from api.pages.forms import Form
from api.pages.languages import Speech
from api.pages.proofs import proofs_of
from api.pages.reading import AskingInside, OnPage, today_of
from api.pages.routing import pages
from api.parameters import CommunityIn, DayIn
from api.problems import ProblemFound, of_malformed
from api.reading import Room, answer
from api.routes.samples import (
    ITEMS_MOST,
    MODELS,
    CheckpointIn,
    ItemsIn,
    MethodIn,
    NonceIn,
    PopulationIn,
    StrataIn,
    Wish,
    sample_of,
)
from ledger.audit.drawing import Drawing
from ledger.audit.population import Kind, Strata
from ledger.audit.sampling import NONCE_MOST, Method
from ledger.domain import canteens, communities, funds, sites
from ledger.domain.decisions import Stream
from ledger.domain.disbursement_records import DisbursementPaid
from ledger.domain.fund_records import PaymentImported
from ledger.domain.meal_records import MealClaimed
from ledger.domain.settlement_records import SettlementDisbursed
from ledger.domain.values import (
    CommunityId,
    FundId,
    Month,
    SiteId,
    first_day,
    month_of,
    previous_month,
)
from ledger.exchange.faults import Fault, FaultKind, Malformed
from ledger.projections import shift_records
from ledger.projections.reading import event_at, names, states_at
from ledger.store.codec import Recorded

router: Final[APIRouter] = pages()
DAY: Final = re.compile(r"2\d{3}-(?:0[1-9]|1[0-2])-\d\d")
SHOWN: Final = 60
"""So many items stand on the page; the working paper has all."""
TOLD: Final = frozenset(
    {
        Obstacle.sample_must_begin_before_it_ends,
        Obstacle.population_must_not_be_empty,
        Obstacle.sample_must_fit_its_population,
        Obstacle.checkpoint_must_be_signed,
    }
)
"""What is told beside the form."""


class Wished(BaseModel):
    """What the form says."""

    community: CommunityIn
    population: PopulationIn
    from_day: DayIn
    to_day: DayIn
    items: ItemsIn
    nonce: NonceIn
    method: MethodIn = Method.simple
    by: StrataIn = Strata.place
    checkpoint: CheckpointIn = None

    @property
    def wish(self) -> Wish:
        """The same as the API takes it."""
        return Wish(
            population=self.population,
            from_day=self.from_day,
            to_day=self.to_day,
            items=self.items,
            nonce=self.nonce,
            method=self.method,
            by=self.by,
        )

    def query(self, size: int) -> str:
        """What asks for the same sample at that checkpoint, whatever happens later."""
        asked = self.model_dump(mode="json") | {"checkpoint": size}
        return urlencode({name: value for name, value in asked.items() if name != "community"})


@router.get("/audit/samples")
async def samples_page(request: Request, asking: AskingInside) -> Response:
    """The form, and the sample that it asks for."""
    given = {name: text.strip() for name, text in request.query_params.items() if text.strip()}
    wished = _read(given) if "nonce" in request.query_params else None
    form = Form(given, of_malformed(wished)) if isinstance(wished, Malformed) else Form(given)

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("audit-trail")
        if not isinstance(wished, Wished):
            return _page(room, form)
        room.must_find("audit-trail", communities.stream(wished.community))
        try:
            drawing = sample_of(room, wished.community, wished.wish, wished.checkpoint)
        except ProblemFound as found:
            if found.problem.code not in TOLD:
                raise
            return _page(room, Form(given, found.problem))
        return _page(room, form, wished, drawing)

    return await answer(asking, ask, *MODELS, shift_records.MODEL)


def _read(given: dict[str, str]) -> Wished | Malformed:
    try:
        return Wished.model_validate(given)
    except ValidationError as wrong:
        return Malformed(FaultKind.unfit, tuple(_fault(each, given) for each in wrong.errors()))


def _fault(error: Any, given: dict[str, str]) -> Fault:  # noqa: ANN401 - as pydantic tells it
    name = str(error["loc"][0])
    if name not in given:
        en, zh = (
            Speech(each, elder=False).said(words_of_audit.FIELDS[name]) for each in ("en", "zh")
        )
        return Fault(f"/{name}", f"{en}: it is missing.", f"{zh}：缺少此项。", "")
    en, zh = FORMS[name]
    return Fault(f"/{name}", f"This must be {en}.", f"此处应为{zh}。", given[name][:40])


def _page(
    room: Room, form: Form, wished: Wished | None = None, drawing: Drawing | None = None
) -> OnPage:
    here, today = communities_of(room), today_of(room)
    before = previous_month(month_of(today))
    called = names(room.connection, {communities.stream(each) for each in here})
    values: dict[str, Any] = {
        "communities": [(each, called.get(communities.stream(each), each)) for each in here],
        "form": form,
        "first": first_day(before),
        "month": _month(form.value("from_day")),
        "today": today,
        "items_most": ITEMS_MOST,
        "nonce_most": NONCE_MOST,
        "drawing": drawing,
        "query": wished.query(drawing.checkpoint_size) if wished and drawing else "",
        "shown": SHOWN,
        "proofs": proofs_of(room),
        "more": words_of_audit,
        "names": {} if drawing is None else names(room.connection, _places(drawing)),
        "trails": {} if drawing is None else _trails(room, drawing),
        "position": room.position,
    }
    return OnPage(
        room.request, "audit_samples", values, form.problem.status if form.problem else 200
    )


def _month(day: str) -> str:
    """The month of the day that was chosen, to lead back to; none if it is no day."""
    return day[:7] if DAY.fullmatch(day) else ""


def _places(drawing: Drawing) -> set[Stream[Any]]:
    """The canteens, funds or communities where the items are."""
    home = {Kind.claims: _canteen, Kind.payments: _fund, Kind.service: _community}
    place_of = home[drawing.wanted.kind]
    return {place_of(each.place) for each in drawing.sample.drawn}


def _trails(room: Room, drawing: Drawing) -> dict[int, str]:
    """Of the items that are shown, by their positions: the page of what each rests on."""
    positions = [each.position for each in drawing.sample.drawn[:SHOWN]]
    found = [at for each in positions if (at := event_at(room.connection, each)) is not None]
    months = {canteens.stream(*where) for at in found if (where := _month_of(at))}
    known = states_at(room.connection, sorted(months), room.position)
    presented = {each for each, month in known.items() if month.settlement.submissions}
    return {at.position: path for at in found if (path := _trail(at, presented))}


def _month_of(at: Recorded) -> tuple[SiteId, Month] | None:
    """The canteen's month in which it settles, if it is a meal or pays for meals."""
    match at.event:
        case MealClaimed(canteen=canteen, settles_in=month):
            return canteen, month
        case SettlementDisbursed(canteen=canteen, month=month):
            return canteen, month
        case _:
            return None


def _trail(at: Recorded, presented: Collection[Stream[Any]]) -> str:
    """Where is told what the entry rests on: a settlement once it was presented, or a payment."""
    where = _month_of(at)
    if where and canteens.stream(*where) in presented:
        return "/audit/settlements/{}/{}".format(*where)
    match at.event:
        case DisbursementPaid(fund=fund, disbursement=number):
            return f"/audit/payments/{fund}/{number}"
        case PaymentImported(fund=fund):
            return f"/funds/{fund}"
        case _:
            return ""


def _canteen(name: str) -> Stream[Any]:
    return sites.stream(SiteId(name))


def _fund(name: str) -> Stream[Any]:
    return funds.stream(FundId(name))


def _community(name: str) -> Stream[Any]:
    return communities.stream(CommunityId(name))
