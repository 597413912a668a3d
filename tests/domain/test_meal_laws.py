"""Laws of meals: whatever happens in whatever order, these hold."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as some

from ledger.domain import canteens, meals, people
from ledger.domain.canteens import CloseClaims
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.decisions import Decision, Refused
from ledger.domain.meal_records import (
    Claim,
    MealClaimed,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.meals import ReverseMeal
from ledger.domain.person_records import DeathRecorded
from ledger.domain.tiers import Sitting
from ledger.domain.values import Count, Month, months_between
from tests.domain.canteen_town import (
    CHEN,
    JINNING_CANTEEN,
    JINNING_VERSION,
    XIANHU_CANTEEN,
    lunch,
    noon,
    published,
    served,
)
from tests.story import Given, Ledger, given

LATE = MealReversalReason.death_recorded_later
MONTHS = months_between(Month("2026-01"), Month("2026-12"))
BEGINNING = date(2026, 2, 1)
CLOSABLE = ("2026-02", "2026-03", "2026-04")
OPEN_LONG: dict[str, Any] = {
    "sittings": tuple(Sitting),
    "claim_days": Count(120),
    "valid_from": BEGINNING,
}
TOWN = served(
    published(subsidised_meals_per_day=Count(2), **OPEN_LONG),
    published(JINNING_VERSION, **OPEN_LONG),
    born_on=date(1946, 2, 14),
)

days = some.sampled_from([date(2026, 2, 13), date(2026, 2, 14), date(2026, 3, 1)])
canteen_ids = some.sampled_from([XIANHU_CANTEEN, JINNING_CANTEEN])
months = some.sampled_from(CLOSABLE).map(Month)
reasons = some.sampled_from([MealReversalReason.not_eaten, MealReversalReason.ineligible])
claims = some.builds(lunch, days, canteen_ids)
closings = some.builds(CloseClaims, canteen_ids, months)
reversals = some.builds(
    ReverseMeal,
    some.just(CHEN),
    months,
    some.integers(1, 4).map(Count),
    some.sampled_from(ReversalKind),
    reasons,
)
deaths = some.builds(RecordDeath, some.just(CHEN), days)
corrections = some.builds(CorrectDeath, some.just(CHEN), some.none() | days)
commands = some.one_of(claims, claims, claims, closings, reversals, deaths, corrections)
histories = some.lists(some.tuples(commands, some.integers(0, 5)), min_size=10, max_size=30)
"""Few days and few numbers, so that commands meet; the days between them let months end."""


@dataclass(frozen=True)
class Step:
    """What was decided, and the ledger before it."""

    before: Ledger
    decision: Decision


def lived(history: list[tuple[Any, int]]) -> tuple[Ledger, list[Step]]:
    """The commands in turn, some days apart; a refused one changes nothing."""
    ledger, steps, today = given(*TOWN).ledger, [], date(2026, 3, 25)
    for command, days_later in history:
        today += timedelta(days=days_later)
        outcome = Given(ledger).when(command, at=noon(today)).outcome
        ledger.allowed = None
        if not isinstance(outcome, Refused):
            steps.append(Step(Ledger(dict(ledger.states), ledger.sheets), outcome))
            for happening in outcome:
                ledger.fold(happening)
    return ledger, steps


def events(steps: list[Step]) -> Iterator[tuple[Ledger, Any]]:
    """Every event, with the ledger before its decision."""
    for step in steps:
        for _, event in step.decision:
            yield step.before, event


def all_claims(ledger: Ledger) -> list[Claim]:
    return [claim for month in MONTHS for claim in ledger[meals.stream(CHEN, month)].claims]


@for_all(histories)
def test_the_parts_of_every_meal_add_up_to_its_price(history: list[tuple[Any, int]]) -> None:
    for _, event in events(lived(history)[1]):
        if isinstance(event, MealClaimed | MealReversed | MealReinstated):
            parts = [*(share.amount_fen for share in event.shares), event.copayment_fen]
            assert sum(parts) == event.price_fen
            assert min(parts) >= 0


@for_all(histories)
def test_nothing_settles_in_a_month_whose_claims_are_closed(history: list[tuple[Any, int]]) -> None:
    for before, event in events(lived(history)[1]):
        if isinstance(event, MealClaimed | MealReversed | MealReinstated):
            assert not before[canteens.stream(event.canteen, event.settles_in)].closed
            assert event.settles_in >= f"{event.occurred_on:%Y-%m}"
            assert event.adjusts is None or event.adjusts < event.settles_in


@for_all(histories)
def test_no_claim_is_accepted_over_the_cap_it_names(history: list[tuple[Any, int]]) -> None:
    for before, event in events(lived(history)[1]):
        if isinstance(event, MealClaimed) and event.shares:
            standing = Counter(
                claim.served_on
                for claim in all_claims(before)
                if claim.shares and claim.reversal is None
            )
            assert standing[event.occurred_on] < event.subsidised_limit


@for_all(histories)
def test_what_the_payers_owe_is_the_sum_of_the_meals_that_stand(
    history: list[tuple[Any, int]],
) -> None:
    ledger, steps = lived(history)
    owed: Counter[tuple[str, str]] = Counter()
    for _, event in events(steps):
        if isinstance(event, MealClaimed | MealReversed | MealReinstated):
            sign = -1 if isinstance(event, MealReversed) else 1
            for share in event.shares:
                owed[event.canteen, share.payer] += sign * share.amount_fen
    for claim in all_claims(ledger):
        for share in claim.shares if claim.reversal is None else ():
            owed[claim.canteen, share.payer] -= share.amount_fen
    assert not any(owed.values())


@for_all(histories)
def test_no_meal_stands_after_the_death_and_none_falls_for_it_before(
    history: list[tuple[Any, int]],
) -> None:
    ledger, _ = lived(history)
    died_on = ledger[people.stream(CHEN)].died_on
    for claim in all_claims(ledger):
        lived_then = died_on is None or claim.served_on <= died_on
        assert lived_then or claim.reversal is not None
        fell = claim.reversal is not None and claim.reversal.reason is LATE
        assert not (lived_then and fell)


@for_all(histories)
def test_a_death_after_everything_changes_nothing_else(history: list[tuple[Any, int]]) -> None:
    ledger, _ = lived([step for step in history if not isinstance(step[0], RecordDeath)])
    day = date(2026, 12, 31)
    told = Given(ledger).when(RecordDeath(CHEN, day), at=noon(day))
    told.then(DeathRecorded(CHEN, day, day))


@for_all(histories, days)
def test_a_death_that_was_none_leaves_every_meal_as_it_was(
    history: list[tuple[Any, int]], died_on: date
) -> None:
    ledger, _ = lived([step for step in history if not isinstance(step[0], RecordDeath)])
    before = [claim._replace(changes=()) for claim in all_claims(ledger)]
    for command in (RecordDeath(CHEN, died_on), CorrectDeath(CHEN, None)):
        for happening in Given(ledger).when(command, at=noon(date(2026, 12, 31))).decision:
            ledger.fold(happening)
    ledger.allowed = None
    assert [claim._replace(changes=()) for claim in all_claims(ledger)] == before


@for_all(histories)
def test_replay_gives_the_same_ledger(history: list[tuple[Any, int]]) -> None:
    ledger, steps = lived(history)
    again = given(*TOWN, *(step.decision for step in steps)).ledger
    assert again.states == ledger.states
