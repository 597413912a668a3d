"""Payments: what became of a request, and the steps of whoever approves, refuses and pays.

Each step is a person's own (see `payment_steps`). Before something is approved, refused, paid or
taken back, the page shows what would happen, and what may be spent before and after it. A form
says how far the request had come when it was shown: where it has gone on since, nothing is done,
and what changed is told.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import fields, words
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.forms import SURE, Form
from api.pages.funds import found_fund, home_name
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.payee_names import payees_named
from api.pages.payment_steps import (
    REASONS,
    STEPS,
    Step,
    days_of_refunds,
    entry_of,
    has_paid,
    measured,
    open_to_her,
    spendable,
    warnings,
    why_so_many,
)
from api.pages.reading import (
    AskingInside,
    OnPage,
    PageQuestion,
    holds,
    looked_up,
    today_of,
)
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import FundPath, NumberPath
from api.reading import Room, answer, nothing_there
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.disbursement_records import DisbursementReversed, Stage
from ledger.domain.disbursement_rules import UNDO
from ledger.domain.funds import stream
from ledger.domain.values import Count, FundId
from ledger.projections import (
    disbursement_records,
    disbursements,
    fund_records,
)
from ledger.projections.disbursements import (
    Disbursement,
    DisbursementStep,
)
from ledger.projections.funds import Fund

router: Final[APIRouter] = pages()
MODELS: Final = (fund_records.MODEL, disbursement_records.MODEL)
SEEN: Final = "steps"
"""The field that says how many steps the request had when the form was shown."""
ENDS: Final = _(
    "Its money is in the fund again, and the request is at its end. What is to be paid after all "
    "must be asked for anew."
)
"""What comes of taking a payment back."""


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
    """Approve, refuse, pay, take the payment back, or withdraw it."""
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
            return _sure(room, STEPS[name], found, here, sent)
        values = {
            "address": f"/funds/{fund}/payments/{number}",
            "fund": here,
            "community": home_name(room, here.community),
            "payment": found,
            "payee": payees_named(room, here.community, [found.line.payee])[found.line.payee],
            "open": open_to_her(room, found),
            "has_paid": has_paid(room, found),
            "needs": _needs(room, found),
            "decided_fen": _decided_fen(found),
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


def _needs(room: Room, found: Disbursement) -> str | None:
    """How many must approve what waits for an approval, and why: as the first approval took it."""
    line, say = found.line, speech_of(room.request)
    if line.stage is not Stage.requested or line.waiting_since is None:
        return None
    last = found.steps[-1]
    if last.approvals_needed is not None and last.sum_fen is not None:
        return why_so_many(last.approvals_needed, last.sum_fen, say)
    measure = measured(room, line, line.waiting_since)
    return why_so_many(measure.band.approvers, measure.sum_fen, say)


def _decided_fen(found: Disbursement) -> int:
    """What the last step let be: the next one may only be about as much, or less."""
    return found.steps[-1].amount_fen


def _sure(room: Room, step: Step, found: Disbursement, fund: Fund, sent: Sent) -> OnPage:
    """The step as she filled it in, how the request stands before it, and what comes of it."""
    say, decided_fen = speech_of(room.request), _decided_fen(found)
    (payee,) = payees_named(room, fund.community, [found.line.payee]).values()
    entry = entry_of(sent.to_be_sure) if sent.to_be_sure else None
    shown = be_sure(
        room.request,
        sent,
        step.told,
        say.listed(fund.name, payee),
        texts=REASONS,
        follows=_standing(room, found, say),
    )
    shown.values["where"] = home_name(room, fund.community)
    shown.values["given"][SEEN] = str(len(found.steps))
    if entry is not None:
        if not sent.form.value("amount_yuan"):
            shown.values["told"].insert(0, (_("Amount"), say.yuan(entry.amount_fen)))
        shown.values["told"] += spendable(fund, entry, decided_fen, say)
        shown.values["warnings"] = tuple(warnings(fund, entry, decided_fen, say))
    if step is STEPS["reverse"]:
        shown.values["told"] += _taken_back(sent, say)
        shown.values["warnings"] = (say.said(ENDS),)
    return shown


def _taken_back(sent: Sent, say: Speech) -> Iterator[tuple[str, str]]:
    """What comes back into the fund, and on which day, where the form does not say it."""
    for each in sent.to_be_sure.events if sent.to_be_sure else ():
        if isinstance(each.event, DisbursementReversed):
            yield _("Goes back to the fund"), say.yuan(each.event.amount_fen)
    yield from days_of_refunds(sent, say)


def _standing(room: Room, found: Disbursement, say: Speech) -> Iterator[tuple[str, str]]:
    """How the request stands."""
    line = found.line
    if line.waiting_for:
        yield _("State"), say.said(words.WAITING[line.waiting_for])
    yield _("Asked for"), say.yuan(line.requested_fen)
    if line.approved_fen is not None:
        yield _("Approved"), say.yuan(line.approved_fen)
    elif line.approvals:
        yield _("Approved so far"), say.yuan(line.amount_fen)
    if line.paid_fen:
        yield _("Paid"), say.yuan(line.paid_fen)
    needs = _needs(room, found)
    if needs:
        yield _("Approvals needed"), needs
    if line.approvals_needed:
        yield (
            _("Approvals"),
            say.said("%(given)d of %(needed)d", given=line.approvals, needed=line.approvals_needed),
        )
