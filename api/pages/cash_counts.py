"""Cash counts: what a canteen's cash was counted at, day by day, and what one more comes to.

Several counts of a day add up, so whoever enters one is shown those before it. A wrong one is taken
back by another person than whoever entered it. A count belongs to the month of its day: the page of
another month does not take it, because it would not show it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from api.pages.forms import fen_of, labelled
from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.reading import Room
from ledger.domain.values import Month, SiteId, month_of
from ledger.exchange.faults import Fault, FaultKind, Malformed
from ledger.projections import canteens
from ledger.projections.canteens import Counting

COUNT: Final = "count"
UNCOUNT: Final = "uncount"
DAY: Final = "counted_on"
WHICH: Final = "counting"
OF_ANOTHER_MONTH: Final = ("This must be a day of this month.", "此处应为当月的某一天。")


def standing(room: Room, canteen: SiteId, month: Month) -> tuple[Counting, ...]:
    """The counts of the month that were not taken back."""
    found = canteens.countings(room.connection, canteen, month, known=room.view.known)
    back = {each.counting for each in found if each.reason}
    return tuple(each for each in found if each.counting not in back)


def value_of(count: Counting) -> str:
    """One of the month's counts as the form has it: by its day and its number."""
    return f"{count.day.isoformat()}/{count.counting}"


def told(count: Counting, say: Speech) -> str:
    """One of them as a person reads it."""
    return say.listed(say.day(count.day), say.yuan(count.amount_fen))


def chosen(given: Mapping[str, str]) -> dict[str, str]:
    """The day and the number of the one that the form says; nothing where it says none."""
    day, _slash, number = given.get(WHICH, "").partition("/")
    return {DAY: day, WHICH: number} if WHICH in given else {}


def outside(given: Mapping[str, str], month: Month) -> Malformed | None:
    """What is wrong with a day of another month."""
    text = given.get(DAY, "").strip()
    try:
        if month_of(date.fromisoformat(text)) == month:
            return None
    except ValueError:
        return None  # the command says what is wrong with it
    fault = Fault(f"/{DAY}", *OF_ANOTHER_MONTH, text)
    return Malformed(FaultKind.unfit, (labelled("canteens/count-takings", fault),))


def sums(
    step: str, given: Mapping[str, str], counts: tuple[Counting, ...]
) -> Iterator[tuple[str, int]]:
    """What is counted of the day before the step and after it, in fen."""
    day = (chosen(given) if step == UNCOUNT else given).get(DAY, "").strip()
    before_fen = sum(each.amount_fen for each in counts if each.day.isoformat() == day)
    if step == COUNT:
        more_fen = fen_of(given.get("amount_yuan", "").strip()) or 0
    else:
        more_fen = -sum(each.amount_fen for each in counts if value_of(each) == given.get(WHICH))
    yield _("Counted so far on that day"), before_fen
    yield _("Counted on that day afterwards"), before_fen + more_fen
