"""Settlements: a canteen's month on one page, payer by payer, and each step that it waits for.

The figures are those of `/v1/settlements/{canteen}/{month}`, and what was claimed or taken back
late for earlier months. Every step that moves money or fixes it is shown before it is recorded.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import later_facts
from api.pages import cash_counts, fields
from api.pages import words_of_months as words
from api.pages.acting import Sent, be_sure, give, must_be_one, seen_after, send
from api.pages.board import community_at
from api.pages.forms import Form
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.payers import payers_named
from api.pages.payment_steps import days_of_refunds
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.settlement_steps import STEPS, Case, DayLine, next_step
from api.pages.visitors import SignedInNow
from api.pages.words_of_payers import Payers
from api.parameters import MonthPath, SitePath
from api.reading import Room, answer, nothing_there
from ledger.domain import canteens, communities, sites
from ledger.domain.authority import Role
from ledger.domain.canteen_records import CanteenMonth
from ledger.domain.community_records import SHANGHAI
from ledger.domain.settlement_records import SettlementApproved, SettlementSubmitted
from ledger.domain.sites import Site, SiteKind
from ledger.domain.values import (
    Month,
    PayerPath,
    SiteId,
    first_day,
    local_day,
    next_month,
)
from ledger.projections import (
    canteen_months,
    meal_records,
    recoveries,
    settlements,
    unclaimable,
    vouchers,
)
from ledger.projections import canteens as canteen_days
from ledger.projections.reading import names, state_at
from ledger.projections.settlement_records import MODEL

router: Final[APIRouter] = pages()
MODELS: Final = (MODEL, meal_records.MODEL)


@router.get("/settlements/{canteen}/{month}")
async def settlement_page(
    asking: AskingInside, canteen: SitePath, month: MonthPath, payer: str | None = None
) -> Response:
    """What the month comes to, what became of it, and what the reader may do now."""
    given = Form({"payer": payer} if payer else {})
    return await _settlement_page(asking, canteen, month, "", Sent(given))


@router.post("/settlements/{canteen}/{month}/{step}")
async def take_settlement_step(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    canteen: SitePath,
    month: MonthPath,
    step: str,
) -> Response:
    """Close, present, check, approve, return, pay, count, or take back."""
    taken, given = must_be_one(STEPS, step), await fields.read(request)
    outside = cash_counts.outside(given, month) if step == cash_counts.COUNT else None
    if outside:
        sent = await give(request, who, given, outside)
    else:
        known = {"canteen": canteen, "month": month, **cash_counts.chosen(given)}
        name = taken.command
        sent = await send(request, who, name, surely=True, where=SHANGHAI, given=given, **known)
    if sent.accepted:
        return seen_after(f"/settlements/{canteen}/{month}", sent, step)
    return await _settlement_page(asking, canteen, month, step, sent)


async def _settlement_page(
    asking: PageQuestion, canteen: SiteId, month: Month, step: str, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        case = case_of(room, canteen, month)
        payers = payers_of(room, case, sent)
        if sent.to_be_sure:
            return _sure(room, case, step, sent, payers)
        steps = {
            "form": {name: sent.form if name == step else Form() for name in STEPS},
            "failed": sent.form,
            "steps": STEPS,
        }
        values = _told(room, case) | _payable(case, sent.form) | steps | {"payers": payers}
        return OnPage(room.request, "settlement", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _told(room: Room, case: Case) -> dict[str, Any]:
    """What the page says of the month, and what she may do about it."""
    canteen, month, view = case.canteen, case.month, room.view
    paid = case.found.payments if case.found else ()
    return _meals(room, case) | {
        "address": case.address,
        "case": case,
        "next": next_step(case),
        "kept": canteen_months.kept(room.connection, canteen, month, view),
        "open": _open_to_her(room, case),
        "carried": recoveries.carried(room.connection, canteen, month, view),
        "has_acted": case.has_taken(room.authority.person),
        "vouchers": vouchers.of_settlement(room.connection, paid),
        "count_day": _last_day(case),
        "sees_later_facts": room.may_read(later_facts.VIEW, case.community),
        "cash": cash_counts,
        "is_audited_by_her": holds(room, Role.auditor, case.community),
        "reader": room.authority.person,
        "zone": community_at(room, case.community).time_zone,
        "words": words,
        "position": room.position,
    }


def case_of(room: Room, canteen: SiteId, month: Month) -> Case:
    """The canteen's month. Raises the problem 404 for what is no canteen, or out of reach."""
    here = sites.stream(canteen)
    home = room.must_find("settlements", here)
    site: Site = state_at(room.connection, here, room.position)
    if home is None or site.kind is not SiteKind.canteen:
        raise nothing_there()
    state: CanteenMonth = state_at(room.connection, canteens.stream(canteen, month), room.position)
    home_stream = communities.stream(home)
    called = names(room.connection, {here, home_stream})
    today = local_day(now_of(room), community_at(room, home).time_zone)
    return Case(
        canteen=canteen,
        month=month,
        community=home,
        canteen_name=called[here],
        community_name=called[home_stream],
        claims_are_closed=state.closed,
        found=settlements.settlement(room.connection, canteen, month, day=today, view=room.view),
        recoveries=recoveries.recoveries(
            room.connection, canteen=canteen, month=month, day=today, view=room.view, limit=None
        ),
        counts=cash_counts.standing(room, canteen, month),
        today=today,
    )


def payers_of(room: Room, case: Case, sent: Sent) -> Payers:
    """Those who pay by it, or would."""
    paths = {each.payer for each in case.found.dues} if case.found else set()
    paths |= {each.payer for each in case.recoveries} | {payer for payer, _fen in _dues(sent)}
    return payers_named(room, paths)


def _meals(room: Room, case: Case) -> dict[str, Any]:
    """What rests on meals, for whoever may see how many there were."""
    if not room.may_read("claims", case.community):
        return {"sees_meals": False, "days": [], "moved": (), "later": (), "unclaimed": ()}
    moved = canteen_months.moved(room.connection, case.canteen, case.month, room.view)
    later = canteen_months.later(room.connection, case.canteen, case.month, room.view)
    unclaimed = unclaimable.standing(room.connection, case.canteen, case.month, room.view)
    found = {"moved": moved, "later": later, "unclaimed": unclaimed}
    return {"sees_meals": True, "days": days_of(room, case.canteen, case.month), **found}


def days_of(room: Room, canteen: SiteId, month: Month) -> list[DayLine]:
    """The days on which somebody ate, or something was counted."""
    ate = {
        each.day: each for each in canteen_months.eaten(room.connection, canteen, month, room.view)
    }
    counted = canteen_days.days(room.connection, canteen, month, known=room.view.known)
    said = {each.day: each for each in counted}
    return [
        DayLine(
            day,
            ate[day].meals if day in ate else 0,
            ate[day].cash_fen if day in ate else 0,
            said[day].plates if day in said else None,
            said[day].takings_fen if day in said and said[day].countings else None,
        )
        for day in sorted({*ate, *said})
    ]


def _last_day(case: Case) -> date:
    """The last day of the month that has come."""
    return min(case.today, first_day(next_month(case.month)) - timedelta(days=1))


def _payable(case: Case, form: Form) -> dict[str, Any]:
    """Who pays by the form: the one that was chosen, or the only one that owes anything."""
    owing = {due.payer: due for due in case.owing}
    chosen = owing.get(PayerPath(form.value("payer")))
    only = next(iter(owing.values())) if len(owing) == 1 else None
    return {"paying": chosen or only}


def _open_to_her(room: Room, case: Case) -> frozenset[str]:
    """The steps that are hers to take; the ledger looks again when she takes one."""
    reader = room.authority.person
    acted = case.has_taken(reader)
    found = {
        name
        for name, step in STEPS.items()
        if step.can_be_taken(case)
        and any(holds(room, role, case.community) for role in step.roles)
        and not (acted and step.by_new_hands)
    }
    own = set() if case.standing_of_others(reader) else {"reverse"}
    own |= set() if case.counted_by_others(reader) else {cash_counts.UNCOUNT}
    return frozenset(found - own)


# -- being sure ----------------------------------------------------------------------------------


def _sure(room: Room, case: Case, step: str, sent: Sent, payers: Payers) -> OnPage:
    """The step as she filled it in, and what it comes to."""
    say = speech_of(room.request)
    texts = words.REASONS | _chosen(room, case, step, payers)
    about = say.said(
        "%(canteen)s, %(month)s", canteen=case.canteen_name, month=say.month(case.month)
    )
    labels = words.FIELDS | {"payment": _("Which payment")}
    shown = be_sure(room.request, sent, STEPS[step].told, about, texts=texts, labels=labels)
    sums = [(label, say.yuan(fen)) for label, fen in _sums(case, step, sent)]
    would = [(payers.bearing(payer), say.yuan(fen)) for payer, fen in _dues(sent)]
    shown.values["told"] += [
        *sums,
        *would,
        *_as_it_stands(case, step, say),
        *days_of_refunds(sent, say),
    ]
    return shown


def _chosen(room: Room, case: Case, step: str, payers: Payers) -> dict[str, str]:
    """What can be chosen out of lists of the page, as it is called there."""
    say, found = speech_of(room.request), case.found
    if step == cash_counts.UNCOUNT:
        return {cash_counts.value_of(each): cash_counts.told(each, say) for each in case.counts}
    if step != "reverse" or found is None:
        return {str(due.payer): payers.bearing(due.payer) for due in found.dues} if found else {}
    numbers = vouchers.of_settlement(room.connection, found.payments)
    return {
        str(each.payment): say.listed(
            say.said("Voucher no. %(number)d", number=numbers[each.position])
            if each.position in numbers
            else say.said("Payment no. %(number)d", number=each.payment),
            payers.bearing(each.payer),
        )
        for each in case.standing
    }


def _sums(case: Case, step: str, sent: Sent) -> Iterator[tuple[str, int]]:
    """What the step is about, in fen."""
    if step in (cash_counts.COUNT, cash_counts.UNCOUNT):
        yield from cash_counts.sums(step, sent.form.given, case.counts)
    recovery = sent.form.value("recovery")
    payment = sent.form.value("payment")
    for each in case.coming_back:
        if step in ("repaid", "give-up") and str(each.recovery) == recovery:
            yield _("To come back"), each.left_fen
    for paid in case.standing:
        if step == "reverse" and str(paid.payment) == payment:
            yield _("Amount"), paid.amount_fen


def _as_it_stands(case: Case, step: str, say: Speech) -> Iterator[tuple[str, str]]:
    """Where what is checked or returned stands: somebody may have gone on since she saw it."""
    if step in ("check", "return") and case.found:
        yield _("State"), say.said(words.settled(case.found.line))
        yield _("To be paid"), say.yuan(case.found.line.payable_fen)


def _dues(sent: Sent) -> Iterator[tuple[PayerPath, int]]:
    """What each payer would have to pay."""
    for each in sent.to_be_sure.events if sent.to_be_sure else ():
        if isinstance(each.event, SettlementSubmitted | SettlementApproved):
            yield from ((due.payer, due.due_fen) for due in each.event.payers)
