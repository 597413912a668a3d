"""Payments: asking a fund for money, and the steps of whoever approves, refuses and pays.

Each step is a person's own; who has taken one of a request takes no other, but an approver can
still refuse what she approved. Before money is asked for, approved, refused or paid, the page shows
what would happen. Whoever asked can take it back for ten minutes. A form says how far the request
had come when it was shown: where it has gone on since, nothing is done, and what changed is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import fields, words
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.forms import SURE, Form
from api.pages.funds import found_fund
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.reading import (
    AskingInside,
    OnPage,
    PageQuestion,
    holds,
    looked_up,
    now_of,
    today_of,
)
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import FundPath, NumberPath
from api.reading import Room, answer, nothing_there
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.disbursement_records import DisbursementRequested
from ledger.domain.disbursement_rules import UNDO
from ledger.domain.funds import stream
from ledger.domain.values import CommunityId, Count, FundId
from ledger.projections import (
    disbursement_records,
    disbursements,
    fund_records,
    payees,
)
from ledger.projections.disbursements import (
    Disbursement,
    DisbursementLine,
    DisbursementStep,
    WaitingFor,
)

router: Final[APIRouter] = pages()
MODELS: Final = (fund_records.MODEL, disbursement_records.MODEL)
SEEN: Final = "steps"
"""The field that says how many steps the request had when the form was shown."""


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
    "refuse": Step(
        "disbursements/refuse", _("Refuse"), Role.approver, TO_APPROVE | TO_PAY, surely=True
    ),
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
            what = _("Ask for a payment")
            return be_sure(room.request, sent, what, found.name, texts=named)
        values: dict[str, Any] = {
            "address": f"/funds/{fund}/request",
            "fund": found,
            "payees": list(named.items()),
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
    taken, given = must_be_one(STEPS, step), await fields.read(request)

    async def give(given: Mapping[str, str], *, surely: bool) -> Sent:
        name = taken.command
        named = {"fund": fund, "disbursement": str(number)}
        return await send(request, who, name, surely=surely, where=SHANGHAI, given=given, **named)

    sent = await give({name: each for name, each in given.items() if name != SURE}, surely=True)
    if sent.to_be_sure:
        asking.at_least = max(asking.at_least, sent.to_be_sure.position)
    is_sure = SURE in given or not taken.surely
    if sent.to_be_sure and is_sure and not await _gone_on(asking, fund, Count(number), sent):
        sent = await give(given, surely=False)
    if sent.accepted:
        return seen_after(f"/funds/{fund}/payments/{number}", sent, step)
    return await _payment_page(asking, fund, Count(number), step, sent)


async def _gone_on(
    asking: PageQuestion, fund: FundId, number: Count, sent: Sent
) -> tuple[DisbursementStep, ...]:
    """What was done about the request since the form was shown."""
    found = await looked_up(asking, lambda room: found_request(room, fund, number), *MODELS)
    return _since(found, sent)


def _since(found: Disbursement, sent: Sent) -> tuple[DisbursementStep, ...]:
    """The steps that the form did not show; what was sent before, and is so, is no surprise."""
    seen = sent.form.value(SEEN)
    if not seen.isdecimal() or sent.to_be_sure is None or sent.to_be_sure.replayed:
        return ()
    return found.steps[int(seen[:4]) :]


def found_request(room: Room, fund: FundId, number: Count) -> Disbursement:
    """The request as it is now. Raises the problem 404 if there is none, or it is out of reach."""
    room.must_find("disbursements", stream(fund))
    found = disbursements.disbursement(
        room.connection, fund, number, day=today_of(room), known=room.view.known
    )
    if found is None:
        raise nothing_there()
    return found


async def _payment_page(
    asking: PageQuestion, fund: FundId, number: Count, name: str, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        found, here = found_request(room, fund, number), found_fund(room, fund)
        changed = _since(found, sent)
        if sent.to_be_sure and not changed:
            return _sure(room, STEPS[name], found, here.name, sent)
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
            "changed": changed,
            "audits": holds(room, Role.auditor, found.line.community),
            "reader": room.authority.person,
            "today": today_of(room),
            "zone": SHANGHAI,
            "words": words,
            "position": room.position,
        }
        status = HTTPStatus.CONFLICT if changed else sent.status
        return OnPage(room.request, "payment", values, status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _sure(room: Room, step: Step, found: Disbursement, fund: str, sent: Sent) -> OnPage:
    """The step as she filled it in, and how the request stands before it."""
    say = speech_of(room.request)
    payee, community = found.line.payee, found.line.community
    named = _payees(room, community) if room.may_read("payees", community) else {}
    subject = say.listed(fund, named.get(payee, payee))
    shown = be_sure(
        room.request,
        sent,
        step.told,
        subject,
        texts={str(each): text for each, text in words.REFUSALS_TO_PAY.items()},
        follows=_standing(found.line, say),
    )
    shown.values["given"][SEEN] = str(len(found.steps))
    return shown


def _standing(line: DisbursementLine, say: Speech) -> Iterator[tuple[str, str]]:
    """How the request stands."""
    if line.waiting_for:
        yield _("State"), say.said(words.WAITING[line.waiting_for])
    yield _("Asked for"), say.yuan(line.requested_fen)
    if line.approved_fen is not None:
        yield _("Approved"), say.yuan(line.approved_fen)
    if line.approvals_needed:
        yield (
            _("Approvals"),
            say.said("%(given)d of %(needed)d", given=line.approvals, needed=line.approvals_needed),
        )


def _open_to_her(room: Room, found: Disbursement) -> frozenset[str]:
    """The steps that are hers to take; the ledger looks again when she takes one."""
    line, reader = found.line, room.authority.person
    acted = reader in {each.taken_by for each in found.steps}
    kept = {"approve": acted, "pay": acted, "refuse": line.requested_by == reader}
    kept["withdraw"] = not acted or bool(found.steps[1:])
    kept["withdraw"] |= now_of(room) > found.steps[0].recorded_at + UNDO
    return frozenset(
        name
        for name, step in STEPS.items()
        if line.waiting_for in step.waits
        and holds(room, step.role, line.community)
        and not kept[name]
    )
