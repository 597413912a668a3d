"""Finding an eater, and what her meal would cost: the search of the API, and a claim that is tried.

A search logs whom it showed. Each who was found is asked about as the claim itself would be, so the
clerk tells the eater what she pays, or why not, before anybody pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from api import asked, searching
from api.answers import problem_of
from api.desk import desk_of
from api.pages.forms import Form, command_of, new_key
from api.pages.meal_sheets import CanteenDay, Sheet, day_of
from api.pages.reading import PageQuestion
from api.pages.refusals import named
from api.problems import of_malformed
from api.reading import Room, answer
from api.searching import Met
from ledger.deciding.answers import Accepted, Answer, Unit
from ledger.domain.authority import Authority
from ledger.domain.meal_records import MealClaimed
from ledger.domain.values import BOUNDS, Title
from ledger.exchange.faults import Malformed
from ledger.projections import meal_records
from ledger.vault.sealing import SearchKind

WHO: Final = "who"
CHARGED: Final = "charged_yuan"
HITS_MOST: Final = 20
PHONE_TOLD: Final = 4
"""So much of a phone number tells two people of one name apart."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who may be meant: the form that claims her meal, and what would be claimed."""

    met: Met
    form: Form
    meal: MealClaimed | None = None

    @property
    def phone_end(self) -> str:
        """The last digits of her phone number, if there is one."""
        phone = self.met.contact.phone if self.met.contact else None
        return (phone or "")[-PHONE_TOLD:]


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
        met = searching.met(room, tuple(SearchKind), text) if is_one else ()
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
    """What the claim of each would come to now."""
    given = [_given(here, each, charged_yuan) for each in met]
    commands = [command_of("meals/claim", each) for each in given]
    units = [
        Unit(authority, new_key(), (command,), asked.time(request))
        for command in commands
        if not isinstance(command, Malformed)
    ]
    answers = iter(await desk_of(request).decide(units, dry_run=True) if units else ())
    return tuple(
        [
            _malformed(each, filled, command)
            if isinstance(command, Malformed)
            else await _hit(request, each, filled, next(answers))
            for each, filled, command in zip(met, given, commands, strict=True)
        ]
    )


def _given(here: CanteenDay, met: Met, charged_yuan: str) -> dict[str, str]:
    """The claim as a form has it; the price is the clerk's word only where the policy asks her."""
    given = {
        "person": met.person,
        "canteen": here.sheet.canteen,
        "served_on": here.day.isoformat(),
        "sitting": here.sitting.value,
    }
    return given | ({CHARGED: charged_yuan} if here.asks_for_the_price else {})


def _malformed(met: Met, given: dict[str, str], malformed: Malformed) -> Hit:
    return Hit(met, Form(given, of_malformed(malformed)))


async def _hit(request: Request, met: Met, given: dict[str, str], answer: Answer) -> Hit:
    if not isinstance(answer, Accepted):
        return Hit(met, Form(given, await named(request, problem_of(answer))))
    (written,) = answer.events
    meal: MealClaimed = written.event
    return Hit(met, Form(given), meal)
