"""Finding an eater, and what her meal would cost: the search of the API, and a claim that is tried.

A search logs whom it showed. Each who was found is asked about as the claim itself would be, so the
clerk tells the eater what she pays, or why not, before anybody pays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from api import asked, searching
from api.answers import problem_of
from api.desk import desk_of
from api.pages.forms import Form, command_of, new_key
from api.pages.languages import speech_of
from api.pages.meal_sheets import CanteenDay, Sheet, day_of
from api.pages.met_people import Shown, shown
from api.pages.reading import PageQuestion
from api.pages.refusals import named
from api.problems import Problem, of_malformed
from api.reading import Room, answer
from api.searching import Met
from ledger.deciding.answers import Accepted, Answer, Unit
from ledger.domain.authority import Authority
from ledger.domain.meal_records import MealClaimed
from ledger.domain.refusals import Code
from ledger.domain.values import BOUNDS, Title
from ledger.exchange.faults import Malformed
from ledger.projections import meal_records
from ledger.vault.sealing import SearchKind

WHO: Final = "who"
CHARGED: Final = "charged_yuan"
AT_FULL_PRICE: Final = {"at_full_price": "true"}
AT_THE_LIMIT: Final = Code.day_must_not_have_two_subsidised_meals
HITS_MOST: Final = 20
KINDS: Final = tuple(SearchKind)


@dataclass(frozen=True, slots=True)
class Tried:
    """The form that claims a meal, and what would be claimed; None where it would be refused."""

    form: Form
    meal: MealClaimed | None = None

    @property
    def is_at_the_limit(self) -> bool:
        """Whether she had her subsidised meals of the day, and may eat at the full price."""
        problem = self.form.problem
        return problem is not None and problem.code is AT_THE_LIMIT


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who may be meant, and her meal as it was tried.

    `had` is why it is tried at the full price: she had her subsidised ones.
    """

    met: Shown
    form: Form
    meal: MealClaimed | None = None
    had: Problem | None = None

    @property
    def phone_end(self) -> str:
        """The last digits of her phone number, if there is one."""
        return self.met.phone_end


class Unshown(NamedTuple):
    """What was asked for the sake of the next question, and is shown to nobody itself."""

    here: CanteenDay
    met: Sequence[Met]

    def response(self, headers: dict[str, str]) -> Response:
        """An empty answer."""
        return Response(None, 200, headers)


async def searched(
    asking: PageQuestion, sheet: Sheet, text: str
) -> tuple[CanteenDay, Sequence[Met]]:
    """The canteen's day, and whoever has exactly this name, number, phone or document."""
    found: list[Unshown] = []
    asking.nonce = token_hex(8)  # no search is the same as an earlier one: each look is a look

    def ask(room: Room) -> Unshown:
        room.must_hold_a_role("search")
        here = day_of(room, sheet)
        is_one = 0 < len(text) <= (BOUNDS[Title].length or 0)
        met = searching.met(room, KINDS, text, looks_at_others=True) if is_one else ()
        found.append(Unshown(here, met))
        return found[-1]

    await answer(asking, ask, meal_records.MODEL)
    return found[-1].here, found[-1].met[:HITS_MOST]


async def tried(
    request: Request,
    authority: Authority,
    here: CanteenDay,
    met: Sequence[Met],
    charged_yuan: str,
) -> tuple[Hit, ...]:
    """What the claim of each would come to now; at the full price where no other is left to her."""
    found = await _tried(request, authority, [_given(here, each, charged_yuan) for each in met])
    limited = [each for each in found if each.is_at_the_limit]
    asked_for = [dict(each.form.given) | AT_FULL_PRICE for each in limited]
    full = iter(await _tried(request, authority, asked_for))
    hits, say = [], speech_of(request)
    for each, one in zip(met, found, strict=True):
        other = next(full) if one.is_at_the_limit else one
        had = one.form.problem if other.meal and other is not one else None
        told = other if had else one
        hits.append(Hit(shown(each, say), told.form, told.meal, had))
    return tuple(hits)


async def at_full_price(
    request: Request, authority: Authority, given: Mapping[str, str]
) -> Tried | None:
    """The same claim at the full price; None where that would be refused too."""
    (found,) = await _tried(request, authority, [dict(given) | AT_FULL_PRICE])
    return found if found.meal else None


async def _tried(
    request: Request, authority: Authority, given: Sequence[dict[str, str]]
) -> list[Tried]:
    commands = [command_of("meals/claim", each) for each in given]
    units = [
        Unit(authority, new_key(), (command,), asked.time(request))
        for command in commands
        if not isinstance(command, Malformed)
    ]
    answers = iter(await desk_of(request).decide(units, dry_run=True) if units else ())
    return [
        Tried(Form(filled, of_malformed(command)))
        if isinstance(command, Malformed)
        else await _answered(request, filled, next(answers))
        for filled, command in zip(given, commands, strict=True)
    ]


def _given(here: CanteenDay, met: Met, charged_yuan: str) -> dict[str, str]:
    """The claim as a form has it; the price is the clerk's word only where the policy asks her."""
    given = {
        "person": met.person,
        "canteen": here.sheet.canteen,
        "served_on": here.day.isoformat(),
        "sitting": here.sitting.value,
    }
    return given | ({CHARGED: charged_yuan} if here.asks_for_the_price else {})


async def _answered(request: Request, given: dict[str, str], answer: Answer) -> Tried:
    if not isinstance(answer, Accepted):
        return Tried(Form(given, await named(request, problem_of(answer))))
    (written,) = answer.events
    meal: MealClaimed = written.event
    return Tried(Form(given), meal)
