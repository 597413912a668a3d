"""A plain reading of the public league: which months are closed, and what of them is told.

How many people are few is asked of the rules; a history of few people is read as if two were many.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ledger.domain import small_cells
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.periods import PeriodClosed, PeriodReopened
from ledger.projections.seasons import Season
from ledger.projections.view import View
from ledger.store.codec import Recorded
from tests.projections import plain, plain_months

FEW, OPEN, NO_RESIDENTS, NO_MEALS = "few_people", "not_closed", "no_population", "no_meals"
KINDS = ("cash", "goods", "labour", "idea", "premises")


def closed(log: Sequence[Recorded], community: str, month: str, position: int) -> bool:
    """Whether the last word about the month is that it is closed."""
    words = [
        at.event
        for at in log
        if at.position <= position
        and isinstance(at.event, (PeriodClosed, PeriodReopened))
        and (at.event.community, at.event.month) == (community, month)
    ]
    return bool(words) and isinstance(words[-1], PeriodClosed)


def many(people: int) -> bool:
    return people >= small_cells.PEOPLE_LEAST


def told(people: int, *amounts: int) -> bool:
    """Many people, or nothing at all."""
    return many(people) or (people == 0 and not any(amounts))


def month(log: Sequence[Recorded], community: str, name: str, position: int) -> dict[str, Any]:
    """What is told of a month, by measure; None is what is left out."""
    books = plain_months.Month(log, community, name, position)
    volunteers, minutes = books.service()
    diners, meals, price, payers, own = books.meals()
    gifts = books.gifts()
    shares = [(payers, own), *(share for _, share in sorted(books.shares().items()))]
    eaten = told(diners, meals, price)
    few = any(people and not many(people) for people, _ in shares)
    left_out = few and (payers > 0 or not any(many(people) for people, _ in shares))
    return {
        "service-minutes": minutes if told(volunteers, minutes) else None,
        "volunteers": volunteers if told(volunteers, minutes) else None,
        "meals-served": meals if eaten else None,
        "price": price if eaten else None,
        "own": own if eaten and not left_out else None,
        **{f"{kind}-contributions": given(*gifts.get(kind, (0, 0))) for kind in KINDS},
    }


def given(people: int, gifts: int) -> int | None:
    """Nobody may be behind a gift: an organisation is."""
    return gifts if many(people) or people == 0 else None


def league(log: Sequence[Recorded], season: Season, position: int) -> dict[str, dict[str, Any]]:
    """Each community's exact figures, or why it has none."""
    known = View(known=position)
    return {
        at.event.community: line(list(log), at.event.community, season, known)
        for at in plain.known(log, known)
        if isinstance(at.event, CommunityRegistered)
    }


def line(log: list[Recorded], community: str, season: Season, view: View) -> dict[str, Any]:
    position = view.known or 0
    measures = (
        "service-minutes",
        "volunteers",
        "meals-served",
        *(f"{k}-contributions" for k in KINDS),
    )
    if not all(closed(log, community, each, position) for each in season.months):
        shares = ("copayment-share", "minutes-per-thousand", "volunteers-per-thousand")
        return dict.fromkeys((*measures, *shares), OPEN)
    months = [month(log, community, each, position) for each in season.months]
    found: dict[str, Any] = {each: summed(months, each) for each in measures}
    if found["volunteers"] != FEW:
        found["volunteers"] /= len(months)
    own, price = summed(months, "own"), summed(months, "price")
    found["copayment-share"] = FEW if FEW in (own, price) else share(own, price)
    residents = plain.population(community, log, season, view)
    for name, of in (("minutes", "service-minutes"), ("volunteers", "volunteers")):
        whole = found[of]
        per = 1000 * whole / residents if residents and whole != FEW else NO_RESIDENTS
        found[f"{name}-per-thousand"] = FEW if whole == FEW else per
    return found


def summed(months: Sequence[dict[str, Any]], measure: str) -> Any:
    amounts = [each[measure] for each in months]
    return FEW if None in amounts else Fraction(sum(amounts))


def share(own: Fraction, price: Fraction) -> Any:
    return 10_000 * own / price if price > 0 else NO_MEALS
