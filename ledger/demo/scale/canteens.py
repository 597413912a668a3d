"""A day of a canteen: who comes, what is undone, the plates, and sheets kept on paper.

Whoever eats pays at the till one after the other; on a day without a network the clerk writes a
sheet and enters it two days later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from ledger.demo.scale.acts import Act
from ledger.demo.scale.cast import Elder
from ledger.demo.scale.days import moment
from ledger.demo.scale.places import Place
from ledger.domain.canteens import AttestPlates
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.takings import CountTakings
from ledger.domain.values import Count, Fen, Month, PersonId, month_of

LUNCH_MINUTES: Final = 100
UNDONE_PERMILLE: Final = 4
WITHOUT_NETWORK_PERMILLE: Final = 8
WITHOUT_PLATES_PERMILLE: Final = 10
PERCENT_OF_DAY: Final = {0: 108, 1: 102, 2: 100, 3: 100, 4: 92, 5: 90, 6: 90}
"""How many come on which weekday, in a hundredth of what is usual."""


@dataclass(frozen=True, slots=True)
class UndoMeal:
    """Take back the last claim of the person in the month: its number is known when it is made."""

    person: PersonId
    month: Month

    def command(self, claim: Count) -> ReverseMeal:
        """The command, once the claim has a number."""
        reason = MealReversalReason.entered_by_mistake
        return ReverseMeal(self.person, self.month, claim, ReversalKind.void, reason)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who stands at the till on a day, and how many meals of a thousand she undoes."""

    person: PersonId
    undone_permille: int = UNDONE_PERMILLE


def alive(elder: Elder, day: date) -> bool:
    """Whether she can come: whoever dies eats no more, whatever was found out by then."""
    return elder.died_on is None or day < elder.died_on


def coming(eaters: Sequence[Elder], day: date, random: Random) -> list[Elder]:
    """Who comes that day."""
    percent = PERCENT_OF_DAY[day.weekday()]
    return [
        elder
        for elder in eaters
        if random.randrange(100_000) < elder.eats_permille * percent and alive(elder, day)
    ]


def lunch(
    place: Place,
    day: date,
    who: Sequence[Elder],
    clerk: Clerk,
    random: Random,
    *,
    plates: bool,
) -> Iterator[Act]:
    """The meals of a day, in the order of the queue, then the plates that were served."""
    if random.randrange(1000) < WITHOUT_NETWORK_PERMILLE:
        begin, seconds = moment(day + timedelta(days=2), 8), 8
    else:
        begin, seconds = moment(day, 11), max(1, LUNCH_MINUTES * 60 // max(1, len(who)))
    for number, elder in enumerate(who):
        at = begin + timedelta(seconds=number * seconds + random.randrange(max(1, seconds)))
        yield Act(at, clerk.person, ClaimMeal(elder.person, place.canteen, day))
        if random.randrange(1000) < clerk.undone_permille:
            undo = UndoMeal(elder.person, month_of(day))
            yield Act(at + timedelta(minutes=4), clerk.person, undo)
    if plates and random.randrange(1000) >= WITHOUT_PLATES_PERMILLE:
        served = Count(len(who) + random.randrange(3, 10))
        yield Act(moment(day, 14), clerk.person, AttestPlates(place.canteen, day, served))


def takings(place: Place, day: date, fen: int) -> Act:
    """What was in the till."""
    clerk = place.offices.clerks[day.toordinal() % 2]
    return Act(moment(day, 15), clerk, CountTakings(place.canteen, day, Fen(fen)))
