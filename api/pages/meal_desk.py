"""Meal desk: a canteen's window at the speed of a queue: whom, what it costs, done.

    whom    found by the whole name, number, phone or document; what is typed is in no address
    what    tier, payers and the eater's own share as the rules would decide now, or why not
    done    one key; the field for the next eater has the focus again

Day and sitting are part of the address, `today` and `now` are by the clock. Whoever recorded a meal
takes it back for ten minutes. That list has no names until she asks for them: each name is a look
at somebody's papers, so the page tells that of the last meal, and of one that is about to be taken
back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import fields, words_of_meals, words_of_payers
from api.pages.acting import Sent, seen_after, send
from api.pages.forms import Form
from api.pages.languages import speech_of
from api.pages.meal_finding import (
    AT_THE_LIMIT,
    CHARGED,
    WHO,
    Hit,
    Tried,
    at_full_price,
    searched,
    tried,
)
from api.pages.meal_reversals import beside, follows_of
from api.pages.meal_sheets import (
    CanteenDay,
    Sheet,
    SheetAsked,
    Window,
    day_of,
    sheet_at,
    windows_of,
)
from api.pages.names import name_of, names_if_asked
from api.pages.reading import AskingInside, OnPage, PageQuestion, now_of
from api.pages.routing import pages, seen_other
from api.pages.visitors import SignedInNow
from api.pages.words_of_tiers import tier
from api.parameters import SitePath
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.community_records import SHANGHAI
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meal_reversals import UNDO
from ledger.domain.values import PersonId, SiteId
from ledger.projections import clerks, meal_records, standing_meals
from ledger.projections.meals import Claim
from ledger.projections.reading import names
from ledger.projections.view import position_known

router: Final[APIRouter] = pages()
UNDO_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Search:
    """Who was looked for and who was found; `text` is empty before anybody is."""

    text: str = ""
    charged_yuan: str = ""
    hits: Sequence[Hit] = field(default=())

    @property
    def open(self) -> int:
        """For how many of them a meal can be recorded as they would have it."""
        return sum(hit.meal is not None and hit.had is None for hit in self.hits)


# -- where -------------------------------------------------------------------------------------


@router.get("/desk")
async def desks_page(asking: AskingInside) -> Response:
    """The canteens within reach; where there is one, its window."""
    found: list[Window] = []

    def ask(room: Room) -> OnPage:
        found.extend(windows_of(room))
        return OnPage(room.request, "meal_desks", {"windows": found})

    shown = await answer(asking, ask, meal_records.MODEL)
    return seen_other(Sheet(found[0].canteen).address) if len(found) == 1 else shown


@router.get("/desk/{canteen}")
async def choose_sheet(
    _: SignedInNow, canteen: SitePath, day: str = "", sitting: str = ""
) -> Response:
    """The window as of that day and sitting, which are part of its address."""
    return seen_other(sheet_at(canteen, day, sitting).address)


# -- the window --------------------------------------------------------------------------------


@router.get("/desk/{canteen}/{day}/{sitting}")
async def desk_page(asking: AskingInside, sheet: SheetAsked) -> Response:
    """The window, for the next eater."""
    return await _window(asking, sheet, Search(), Form())


@router.post("/desk/{canteen}/{day}/{sitting}/find")
async def find_eater(
    request: Request, asking: AskingInside, who: SignedInNow, sheet: SheetAsked
) -> Response:
    """Who is meant, and what a meal would cost her and the others."""
    given = await fields.read(request)
    text, charged_yuan = given.get(WHO, "").strip(), given.get(CHARGED, "").strip()
    here, met = await searched(asking, sheet, text)
    hits = await tried(request, who.authority, here, met, charged_yuan)
    return await _window(asking, sheet, Search(text, charged_yuan, hits), Form())


@router.post("/desk/{canteen}/{day}/{sitting}/claim")
async def claim_meal(
    request: Request, asking: AskingInside, who: SignedInNow, sheet: SheetAsked
) -> Response:
    """Record the meal that was shown."""
    sent = await send(request, who, "meals/claim", canteen=sheet.canteen)
    if sent.accepted:
        return seen_after(sheet.address, sent, "claimed")
    asking.at_least = max(asking.at_least, sent.position)
    instead = None
    if sent.code is AT_THE_LIMIT:
        given = dict(sent.form.given) | {"canteen": sheet.canteen}
        instead = await at_full_price(request, who.authority, given)
    return await _window(asking, sheet, Search(), sent.form, instead)


@router.post("/desk/{canteen}/{day}/{sitting}/undo")
async def undo_meal(
    request: Request, asking: AskingInside, who: SignedInNow, sheet: SheetAsked
) -> Response:
    """Take a meal back, once the clerk has seen whose it is."""
    sent = await send(
        request,
        who,
        "meals/reverse",
        surely=True,
        kind=ReversalKind.void.value,
        reason=MealReversalReason.entered_by_mistake.value,
    )
    if sent.accepted:
        return seen_after(sheet.address, sent, "undone")
    if sent.to_be_sure:
        return await _be_sure(asking, sheet, sent)
    asking.at_least = max(asking.at_least, sent.position)
    return await _window(asking, sheet, Search(), sent.form)


async def _window(
    asking: PageQuestion,
    sheet: Sheet,
    search: Search,
    failed: Form,
    instead: Tried | None = None,
) -> Response:
    def ask(room: Room) -> OnPage:
        here, now = day_of(room, sheet), now_of(room)
        mine = _undoable(room, sheet.canteen, now)
        values: dict[str, Any] = {
            "address": sheet.address,
            "here": here,
            "clerk": room.authority.person,
            "search": search,
            "homes": _homes(room, search),
            "failed": failed,
            "instead": instead,
            "whose": name_of(room, instead.meal.person) if instead and instead.meal else "",
            "in_full": _in_full(room, here, search, instead),
            "mine": mine,
            "names": names_if_asked(asking, room, (each.person for each in mine)),
            "tier": tier,
            "undo": UNDO,
            "last": _last(room, mine),
            "zone": SHANGHAI,
            "words": words_of_meals,
            "kinds": words_of_payers.KINDS,
            "new_form": Form,
        }
        status = failed.problem.status if failed.problem else 200
        return OnPage(room.request, "meal_desk", values, status)

    return await answer(asking, ask, meal_records.MODEL)


def _homes(room: Room, search: Search) -> dict[PersonId, str]:
    """Where each who was found is at home."""
    at = {hit.met.person: communities.stream(hit.met.community) for hit in search.hits}
    called = names(room.connection, set(at.values()))
    return {person: called[home] for person, home in at.items()}


def _in_full(
    room: Room, here: CanteenDay, search: Search, instead: Tried | None
) -> dict[PersonId, int]:
    """How many meals at the full price those have already to whom another one is offered."""
    offered = {hit.met.person for hit in search.hits if hit.had}
    offered |= {instead.meal.person} if instead and instead.meal else set()
    return standing_meals.at_full_price(room.connection, offered, here.day) if offered else {}


def _undoable(room: Room, canteen: SiteId, now: datetime) -> tuple[Claim, ...]:
    """What she recorded here in the last ten minutes."""
    found = clerks.newest_of(
        room.connection,
        canteen,
        room.authority.person,
        since=position_known(room.connection, now - UNDO),
        limit=UNDO_SHOWN,
        view=room.view,
    )
    return tuple(claim for claim in found if claim.claimed_at + UNDO >= now)


def _last(room: Room, mine: Sequence[Claim]) -> tuple[str, Claim] | None:
    """The meal that she has just recorded, and whose it is."""
    if room.request.query_params.get("done") != "claimed" or not mine:
        return None
    return name_of(room, mine[0].person), mine[0]


async def _be_sure(asking: PageQuestion, sheet: Sheet, sent: Sent) -> Response:
    (written, *_) = sent.to_be_sure.events if sent.to_be_sure else ()
    meal = written.event

    def ask(room: Room) -> OnPage:
        here = day_of(room, sheet)
        values = {
            "address": sheet.address,
            "here": here,
            "meal": meal,
            "eater": name_of(room, meal.person),
            "form": sent.form,
            "follows": [
                *follows_of(sent, speech_of(room.request)),
                *beside(room, meal.person, meal.occurred_on, is_subsidised=bool(meal.shares)),
            ],
        }
        return OnPage(room.request, "meal_undo", values)

    return await answer(asking, ask, meal_records.MODEL)
