"""Meal days: what a canteen's day came to, by tier and in the till, and how many plates went out.

The figures are those of `/v1/canteens/{canteen}/days/{day}` and `…/plates`, of one snapshot. What
the eaters paid is what must be in the till: also for meals whose subsidy alone was taken back.
Whose meals they are is told to whoever asks for it.
"""

from datetime import date
from http import HTTPMethod
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import fields, words_of_meals
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.meal_sheets import CanteenDay, DayAsked, Sheet, day_of
from api.pages.names import names_if_asked
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, looked_up
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words_of_tiers import tier
from api.parameters import Page
from api.reading import Room, answer
from ledger.domain import sites
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import month_of
from ledger.projections import (
    canteen_months,
    canteens,
    meal_records,
    meal_tiers,
    meals,
    settlement_records,
    unclaimable,
)
from ledger.projections.meals import Claim

router: Final[APIRouter] = pages()
MODELS: Final = (meal_records.MODEL, settlement_records.MODEL)
SHOWN: Final = 50
LABELS: Final = {"served_on": _("Day"), "plates": _("Plates")}
PLATES_MOST_UNASKED: Final = 1_000
"""More is rather a slip of the finger than a canteen's day."""
PAPER_LINES: Final = 20
"""As many empty lines as a printed day ends with, for meals while the network is gone."""


@router.get("/desk/{canteen}/{day}")
async def meal_day_page(
    asking: AskingInside, sheet: DayAsked, after: str | None = None
) -> Response:
    """The day: sums, plates, and its meals in the order in which they were recorded."""
    return await _day_page(asking, sheet, Sent(Form()), after)


@router.post("/desk/{canteen}/{day}/plates")
async def attest_plates(
    request: Request, asking: AskingInside, who: SignedInNow, sheet: DayAsked
) -> Response:
    """Say how many plates went out; of several words about a day the last one counts.

    She is asked to look again where there are fewer than meals, or more than anybody cooks.
    """
    given = await fields.read(request)
    meals_of_day = await _meals(asking, sheet)
    plates = given.get("plates", "")
    usual = plates.isdecimal() and meals_of_day <= int(plates[:20]) <= PLATES_MOST_UNASKED
    sent = await send(
        request,
        who,
        "canteens/attest-plates",
        surely=not usual,
        given=given,
        canteen=sheet.canteen,
    )
    if sent.accepted:
        return _seen_after(sheet, sent, "plates")
    if sent.to_be_sure:
        return await _be_sure(asking, sheet, sent, meals_of_day)
    return await _day_page(asking, sheet, sent, None)


@router.post("/desk/{canteen}/{day}/end")
async def end_unclaimable_meal(
    request: Request, asking: AskingInside, who: SignedInNow, sheet: DayAsked
) -> Response:
    """Say how the exception of a meal that could not be claimed ended."""
    sent = await send(request, who, "unclaimable/end")
    if sent.accepted:
        return _seen_after(sheet, sent, "ended")
    return await _day_page(asking, sheet, sent, None)


def _seen_after(sheet: Sheet, sent: Sent, done: str) -> Response:
    return seen_after(sheet.day_address, sent, done, **sheet.asked)


async def _meals(asking: PageQuestion, sheet: Sheet) -> int:
    """How many meals of the day stand."""

    def ask(room: Room) -> int:
        day = day_of(room, sheet).day
        return meals.day_sheet(room.connection, sheet.canteen, day, room.view, limit=1).totals.meals

    return await looked_up(asking, ask, meal_records.MODEL)


async def _be_sure(asking: PageQuestion, sheet: Sheet, sent: Sent, meals_of_day: int) -> Response:
    def ask(room: Room) -> OnPage:
        here, say = day_of(room, sheet), speech_of(room.request)
        follows = [(_("Meals that stand"), str(meals_of_day))]
        about = say.listed(here.name, say.day(here.day))
        what = _("The plates do not fit the meals; look at both once more")
        return be_sure(room.request, sent, what, about, labels=LABELS, follows=follows)

    return await answer(asking, ask, *MODELS)


async def _day_page(asking: PageQuestion, sheet: Sheet, sent: Sent, after: str | None) -> Response:
    def ask(room: Room) -> OnPage:
        here = day_of(room, sheet)
        behind = room.after(tuple[date, int])
        found = meals.day_sheet(
            room.connection, sheet.canteen, here.day, room.view, limit=room.limit, after=behind
        )
        unclaimed = unclaimable.of_day(room.connection, sheet.canteen, here.day, room.view)
        eaters = {each.person for each in found.claims} | {each.person for each in unclaimed}
        values: dict[str, Any] = {
            "address": sheet.day_address,
            "here": here,
            "totals": found.totals,
            "kept": canteen_months.kept_on(room.connection, sheet.canteen, here.day, room.view),
            "claims": found.claims,
            "names": names_if_asked(asking, room, eaters),
            "next": _next(room, found.claims),
            "tiers": meal_tiers.by_tier(room.connection, sheet.canteen, here.day, room.view),
            "counted": _counted(room, here),
            "unclaimable": unclaimed,
            "month": month_of(here.day),
            "may_end": holds(room, Role.settlement_checker, here.community),
            "tier": tier,
            "form": sent.form,
            "new_form": Form,
            "lines": PAPER_LINES,
            "reader": room.authority.person,
            "position": room.position,
            "zone": SHANGHAI,
            "words": words_of_meals,
        }
        return OnPage(room.request, "meal_day", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _next(room: Room, claims: tuple[Claim, ...]) -> str | None:
    """Where the list goes on; not from the answer to a form, which is at another address."""
    is_asked_for = room.request.method == HTTPMethod.GET
    return room.next(claims, lambda claim: claim.key) if is_asked_for else None


def _counted(room: Room, here: CanteenDay) -> canteens.CanteenDay | None:
    """The plates and the cash of the day; None before anybody counted either."""
    canteen = here.sheet.canteen
    room.must_find("settlements", sites.stream(canteen))
    days = canteens.days(room.connection, canteen, month_of(here.day), known=room.view.known)
    return next((each for each in days if each.day == here.day), None)
