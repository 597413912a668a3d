"""Payments: asking a fund for money, and the steps of whoever approves, refuses and pays.

Each step is a person's own; who has taken one of a request takes no other. Before money is asked
for, approved or paid, the page shows what would happen. Whoever asked can take it back for ten
minutes.
"""

from dataclasses import dataclass
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import words
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.forms import Form
from api.pages.funds import found_fund
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import FundPath, NumberPath
from api.reading import Room, answer, nothing_there
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.disbursement_rules import UNDO
from ledger.domain.funds import stream
from ledger.domain.values import Count, FundId
from ledger.projections import (
    disbursement_records,
    disbursements,
    fund_records,
    payees,
)
from ledger.projections.disbursements import Disbursement, WaitingFor

router: Final[APIRouter] = pages()
MODELS: Final = (fund_records.MODEL, disbursement_records.MODEL)


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does about a request: the command, whose it is, and what it waits for."""

    command: str
    told: str
    role: Role
    waits: frozenset[WaitingFor]
    surely: bool = False


TO_APPROVE: Final = frozenset({WaitingFor.approval})
TO_PAY: Final = frozenset({WaitingFor.payment})
STEPS: Final = {
    "approve": Step("disbursements/approve", _("Approve"), Role.approver, TO_APPROVE, surely=True),
    "refuse": Step("disbursements/refuse", _("Refuse"), Role.approver, TO_APPROVE | TO_PAY),
    "pay": Step("disbursements/pay", _("Enter the payment"), Role.cashier, TO_PAY, surely=True),
    "withdraw": Step("disbursements/withdraw", _("Take it back"), Role.fund_manager, TO_APPROVE),
}


# -- asking ------------------------------------------------------------------------------------


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
        return seen_after(f"/funds/{fund}", sent, "requested")
    return await _request_page(asking, fund, sent)


async def _request_page(asking: PageQuestion, fund: FundId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("funds", stream(fund))
        found = found_fund(room, fund)
        if sent.to_be_sure:
            return be_sure(room.request, sent, _("Ask for a payment"), found.name)
        taking = payees.payees(room.connection, community=found.community, known=room.view.known)
        named = [(each.payee, each.name or each.payee) for each in taking]
        values: dict[str, Any] = {
            "address": f"/funds/{fund}/request",
            "fund": found,
            "payees": named,
            "form": sent.form,
        }
        return OnPage(room.request, "request", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


# -- what became of it -------------------------------------------------------------------------


@router.get("/funds/{fund}/payments/{number}")
async def payment_page(asking: AskingInside, fund: FundPath, number: NumberPath) -> Response:
    """A request, who did what about it, and what the reader may do now."""
    return await _payment_page(asking, fund, Count(number), "", Sent(Form()))


@router.post("/funds/{fund}/payments/{number}/{step}")
async def take_step(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    fund: FundPath,
    number: NumberPath,
    step: str,
) -> Response:
    """Approve, refuse, pay or withdraw it."""
    taken = must_be_one(STEPS, step)
    sent = await send(
        request, who, taken.command, surely=taken.surely, fund=fund, disbursement=str(number)
    )
    if sent.accepted:
        return seen_after(f"/funds/{fund}/payments/{number}", sent, step)
    return await _payment_page(asking, fund, Count(number), step, sent)


async def _payment_page(
    asking: PageQuestion, fund: FundId, number: Count, name: str, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("disbursements", stream(fund))
        here = found_fund(room, fund)
        today = today_of(room)
        found = disbursements.disbursement(
            room.connection, fund, number, day=today, known=room.view.known
        )
        if found is None:
            raise nothing_there()
        if sent.to_be_sure:
            subject = speech_of(room.request).listed(here.name, found.line.payee)
            return be_sure(room.request, sent, STEPS[name].told, subject)
        values = {
            "address": f"/funds/{fund}/payments/{number}",
            "fund": here,
            "payment": found,
            "open": _open_to_her(room, found),
            "reads_payees": room.may_read("payees", found.line.community),
            "undo_until": found.steps[0].recorded_at + UNDO,
            "has_acted": room.authority.person in {each.taken_by for each in found.steps},
            "form": {step: sent.form if step == name else Form() for step in STEPS},
            "failed": sent.form if name else Form(),
            "audits": holds(room, Role.auditor, found.line.community),
            "reader": room.authority.person,
            "today": today,
            "zone": SHANGHAI,
            "words": words,
            "position": room.position,
        }
        return OnPage(room.request, "payment", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _open_to_her(room: Room, found: Disbursement) -> frozenset[str]:
    """The steps that are hers to take; the ledger looks again when she takes one."""
    line = found.line
    open_now = {
        name
        for name, step in STEPS.items()
        if line.waiting_for in step.waits and holds(room, step.role, line.community)
    }
    asked_for = found.steps[0]
    can_undo = asked_for.taken_by == room.authority.person and not found.steps[1:]
    if not can_undo or now_of(room) > asked_for.recorded_at + UNDO:
        open_now.discard("withdraw")
    return frozenset(open_now)
