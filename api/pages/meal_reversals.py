"""Meal reversals: a meal that does not stand is taken back from the page of its day.

Whoever recorded it has ten minutes for that at the window; afterwards another clerk takes it back.
She sees whose meal it is, says why it does not stand and whether the eater gets her money back, and
reads what follows before anything is recorded.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_meals as words
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.forms import Form
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.meal_sheets import CanteenDay, DayAsked, Sheet, day_of
from api.pages.names import each_look_is_a_look, name_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, looked_up, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.pages.words_of_tiers import tier
from api.problems import must_be_none
from api.reading import Room, answer, nothing_there
from api.routes.log import EntryPath
from ledger.domain.community_records import SHANGHAI
from ledger.domain.meal_records import MealReversed, ReversalKind
from ledger.domain.meal_reversals import UNDO
from ledger.domain.permissions import refusal
from ledger.domain.recovery_records import RecoveryRaised
from ledger.domain.values import PersonId, month_of
from ledger.projections import meal_records, meals, standing_meals
from ledger.projections.meal_records import ClaimStatus
from ledger.projections.meals import Claim

router: Final[APIRouter] = pages()
REVERSE: Final = "meals/reverse"


async def _asked(asking: AskingInside, sheet: DayAsked, entry: EntryPath) -> Claim:
    """The meal of that day that was recorded as that entry, for whoever may take meals back."""

    def ask(room: Room) -> Claim:
        here = day_of(room, sheet)
        must_be_none(refusal(room.authority, REVERSE, here.community, own=False))
        return _meal(room, here, entry)

    return await looked_up(asking, ask, meal_records.MODEL)


MealAsked: TypeAlias = Annotated[Claim, Depends(_asked)]


@router.get("/desk/{canteen}/{day}/meals/{entry}")
async def meal_page(asking: AskingInside, sheet: DayAsked, meal: MealAsked) -> Response:
    """The meal, and the form that takes it back."""
    return await _page(asking, sheet, meal, Sent(Form()))


@router.post("/desk/{canteen}/{day}/meals/{entry}")
async def reverse_meal(
    request: Request, asking: AskingInside, who: SignedInNow, sheet: DayAsked, meal: MealAsked
) -> Response:
    """Take it back, all of it or its subsidy, once she has seen what follows."""
    sent = await send(
        request,
        who,
        REVERSE,
        surely=True,
        person=meal.person,
        month=month_of(meal.served_on),
        claim=str(meal.claim),
    )
    if sent.accepted:
        return seen_after(sheet.day_address, sent, sent.form.value("kind"), **sheet.asked)
    return await _page(asking, sheet, meal, sent)


def _meal(room: Room, here: CanteenDay, entry: int) -> Claim:
    """The meal that comes next behind the entry before. Raises the problem 404 for any other."""
    found = meals.day_sheet(
        room.connection,
        here.sheet.canteen,
        here.day,
        room.view,
        limit=1,
        after=(here.day, entry - 1),
    )
    meal = next((each for each in found.claims if each.position == entry), None)
    if meal is None:
        raise nothing_there()
    return meal


async def _page(asking: PageQuestion, sheet: Sheet, asked: Claim, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        here = day_of(room, sheet)
        meal = _meal(room, here, asked.position)
        if sent.to_be_sure:
            return _be_sure(room, here, meal, sent)
        say = speech_of(room.request)
        values: dict[str, Any] = {
            "here": here,
            "meal": meal,
            "eater": name_of(room, meal.person),
            "is_taken_back": meal.status is ClaimStatus.reversed,
            "is_hers_and_too_late": _is_too_late(room, meal),
            "reader": room.authority.person,
            "form": sent.form,
            "kinds": [
                each
                for each in options(words.REVERSALS, say)
                if meal.shares or each[0] != ReversalKind.subsidy_withdrawn
            ],
            "reasons": options(words.REVERSAL_REASONS, say),
            "tier": tier,
            "zone": SHANGHAI,
            "words": words,
        }
        return OnPage(room.request, "meal_reversal", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, meal_records.MODEL)


def _is_too_late(room: Room, meal: Claim) -> bool:
    """Whether she recorded it herself, and her ten minutes are over."""
    return meal.claimed_by == room.authority.person and meal.claimed_at + UNDO < now_of(room)


def _be_sure(room: Room, here: CanteenDay, meal: Claim, sent: Sent) -> OnPage:
    say = speech_of(room.request)
    follows = [
        (_("Who"), name_of(room, meal.person) or meal.person[:8]),
        *follows_of(sent, say),
        *beside(room, meal.person, meal.served_on, is_subsidised=bool(meal.shares)),
    ]
    what = _("Take a meal back")
    about = say.listed(here.name, say.day(meal.served_on))
    texts = {**words.REVERSALS, **words.REVERSAL_REASONS}
    return be_sure(
        room.request, sent, what, about, texts=texts, labels=words.FIELDS, follows=follows
    )


def beside(
    room: Room, person: PersonId, day: date, *, is_subsidised: bool
) -> Iterator[tuple[str, str]]:
    """What stays of the day: whoever is left with a meal at the full price had a better claim."""
    found = (
        standing_meals.at_full_price(room.connection, [person], day, room.view)
        if is_subsidised
        else {}
    )
    if person in found:
        yield _("Of that day there stay, at the full price"), str(found[person])


def follows_of(sent: Sent, say: Speech) -> Iterator[tuple[str, str]]:
    """Who gets what back, and in which settlement."""
    written = [each.event for each in (sent.to_be_sure.events if sent.to_be_sure else ())]
    for event in written:
        if isinstance(event, MealReversed):
            back = event.copayment_fen if event.kind is ReversalKind.void else 0
            yield _("To be given back to the eater"), say.yuan(back)
            yield (
                _("Subsidy that is taken back"),
                say.yuan(event.price_fen - event.copayment_fen),
            )
            if event.adjusts:
                yield _("Settles in"), say.month(event.settles_in)
    raised = [each.amount_fen for each in written if isinstance(each, RecoveryRaised)]
    if raised:
        yield _("To come back"), say.yuan(sum(raised))
