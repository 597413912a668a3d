"""Payment requests: a fund is asked for money, once whoever asks has seen what comes of it.

Shown are how many must approve it, and what may be spent before and after it.
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.board import community_at
from api.pages.forms import Form
from api.pages.funds import found_fund, home_name
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.payment_steps import entry_of, measured, spendable, warnings, why_so_many
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import FundPath
from api.reading import Room, answer
from ledger.deciding.answers import Accepted
from ledger.domain import bands
from ledger.domain.disbursement_records import DisbursementRequested
from ledger.domain.funds import stream
from ledger.domain.values import CommunityId, Count, FundId
from ledger.projections import disbursement_records, fund_records, payees
from ledger.projections.funds import Fund

router: Final[APIRouter] = pages()
MODELS: Final = (fund_records.MODEL, disbursement_records.MODEL)


@router.get("/funds/{fund}/request")
async def request_page(asking: AskingInside, fund: FundPath) -> Response:
    """Where a fund is asked for money."""
    return await _request_page(asking, fund, Sent(Form()))


@router.post("/funds/{fund}/request")
async def request_payment(
    request: Request, asking: AskingInside, who: SignedInNow, fund: FundPath
) -> Response:
    """Ask for it, once whoever asks has seen what she asks for."""
    sent = await send(request, who, "disbursements/request", surely=True, fund=fund)
    if sent.accepted:
        return seen_after(f"/funds/{fund}/payments/{_number(sent)}", sent, "requested")
    return await _request_page(asking, fund, sent)


def _payees(room: Room, community: CommunityId) -> dict[str, str]:
    """How the payees of the community are called; a private person has no name here."""
    found = payees.payees(room.connection, community=community, known=room.view.known)
    return {each.payee: each.name or each.payee for each in found}


def _number(sent: Sent) -> Count:
    """The number of the request that was made."""
    made = (each.event for each in sent.accepted.events) if sent.accepted else ()
    return next(each.disbursement for each in made if isinstance(each, DisbursementRequested))


async def _request_page(asking: PageQuestion, fund: FundId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("funds", stream(fund))
        found = found_fund(room, fund)
        named = _payees(room, found.community)
        if sent.to_be_sure:
            return _sure_to_ask(room, found, named, sent, sent.to_be_sure)
        values: dict[str, Any] = {
            "address": f"/funds/{fund}/request",
            "fund": found,
            "community": home_name(room, found.community),
            "resolution_above": bands.resolution_above(
                community_at(room, found.community).bands_on(today_of(room))
            ),
            "payees": list(named.items()),
            "form": sent.form,
        }
        return OnPage(room.request, "request", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _sure_to_ask(
    room: Room, fund: Fund, named: Mapping[str, str], sent: Sent, answer: Accepted
) -> OnPage:
    """The request as she filled it in, how many must approve it, and what it leaves the fund."""
    say, entry = speech_of(room.request), entry_of(answer)
    shown = be_sure(room.request, sent, _("Ask for a payment"), fund.name, texts=named)
    shown.values["where"] = home_name(room, fund.community)
    if isinstance(entry, DisbursementRequested) and not answer.replayed:
        measure = measured(room, entry, entry.occurred_on, entry.amount_fen)
        needs = why_so_many(measure.band.approvers, measure.sum_fen, say)
        shown.values["told"].append((_("Approvals needed"), needs))
        shown.values["told"] += spendable(fund, entry, 0, say)
        shown.values["warnings"] = tuple(warnings(fund, entry, 0, say))
    return shown
