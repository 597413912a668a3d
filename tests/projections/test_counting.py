"""What a closed month comes to: what the log says of it, once it is closed and folded, for ever."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import given, settings
from psycopg import Connection

from ledger.domain import canteens
from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.meal_records import (
    MealClaimed,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.settlement_records import MonthClaims
from ledger.domain.values import Digest, Month, SiteId, month_of
from ledger.projections import counting
from ledger.projections.meal_records import MODEL
from ledger.store.codec import Recorded
from tests.builders import CANTEEN
from tests.projections.meal_events import claimed
from tests.projections.random_town import STEPS, Step, town
from tests.projections.real_log import written
from tests.servers import Server

MARCH, APRIL = Month("2026-03"), Month("2026-04")
SIGN = {MealClaimed: 1, MealReversed: -1, MealReinstated: 1}
STATES = "SELECT notification_id, state FROM ledger.stored_events"


def plainly(
    log: Sequence[Recorded], states: dict[int, bytes], canteen: str, month: Month
) -> MonthClaims:
    """The definition, entry by entry."""
    settling = [
        at
        for at in log
        if type(at.event) in SIGN and (at.event.canteen, at.event.settles_in) == (canteen, month)
    ]
    meals = copayment = 0
    borne: Counter[str] = Counter()
    for at in settling:
        event, sign = at.event, SIGN[type(at.event)]
        meals += sign
        if getattr(event, "kind", ReversalKind.void) is ReversalKind.void:
            copayment += sign * event.copayment_fen
        for share in event.shares:
            borne[share.payer] += sign * share.amount_fen
    days = {
        at.event.occurred_on
        for at in settling
        if month_of(at.event.occurred_on) == month or SIGN[type(at.event)] > 0
    }
    by_day: Counter[date] = Counter()
    for at in log:
        event = at.event
        if type(event) in SIGN and event.canteen == canteen and event.settles_in <= month:
            by_day[event.occurred_on] += SIGN[type(event)]
    digests = b"".join(hashlib.sha256(states[at.position]).digest() for at in settling)
    return MonthClaims(
        meals,
        len(settling),
        copayment + borne.total(),
        copayment,
        tuple(sorted(borne.items())),  # type: ignore[arg-type]  # - paths are text
        tuple((day, by_day[day]) for day in sorted(days)),
        Digest(hashlib.sha256(digests).hexdigest()),
    )


@settings(max_examples=15)
@given(steps=STEPS)
def test_a_closed_month_is_counted_as_the_log_has_it(embedded: Server, steps: list[Step]) -> None:
    with town(embedded, steps, MODEL) as (connection, log):
        states = dict(connection.execute(STATES).fetchall())
        closed = {at.event.month for at in log if isinstance(at.event, ClaimsClosed)}
        for month in {*closed, *(at.event.settles_in for at in log if type(at.event) in SIGN)}:
            found = counting.of_month(connection, CANTEEN, month)
            expected = plainly(log, states, CANTEEN, month) if month in closed else None
            assert found == expected


def closing(month: Month, canteen: SiteId = CANTEEN) -> ClaimsClosed:
    event: Any = claimed()
    return ClaimsClosed(canteen, event.community, month, date(2026, 4, 1))


def count(connection: Connection[Any], month: Month = MARCH) -> MonthClaims | None:
    event: Any = claimed()
    return counting.of_month(connection, event.canteen, month)


def test_an_open_month_is_not_counted(database: str) -> None:
    with written(database, [MODEL], claimed()) as connection:
        assert count(connection) is None


def test_a_ledger_without_read_models_has_counted_nothing(database: str) -> None:
    meal: Any = claimed()
    stream = canteens.counted(meal.canteen, meal.settles_in)
    with written(database, [], meal) as connection:
        assert counting.of_streams(connection, [stream]) == {}


def test_a_month_in_which_nobody_ate_comes_to_nothing(database: str) -> None:
    event: Any = claimed()
    with written(database, [MODEL], closing(APRIL, event.canteen)) as connection:
        nothing = Digest(hashlib.sha256(b"").hexdigest())
        assert count(connection, APRIL) == MonthClaims(0, 0, 0, 0, (), (), nothing)


def test_a_withdrawn_subsidy_leaves_the_copayment_with_the_canteen(database: str) -> None:
    meal: Any = claimed()
    withdrawn = MealReversed(
        meal.person, meal.canteen, meal.community, meal.claim, ReversalKind.subsidy_withdrawn,
        MealReversalReason.ineligible, meal.price_fen, meal.shares, meal.copayment_fen,
        meal.occurred_on, meal.booked_in, meal.settles_in, None,
    )  # fmt: skip
    closed = closing(meal.settles_in, meal.canteen)
    with written(database, [MODEL], meal, withdrawn, closed) as connection:
        found = count(connection, meal.settles_in)
    assert found is not None
    assert (found.meals, found.entries) == (0, 2)
    assert found.copayment_fen == found.price_fen == meal.copayment_fen
    assert {fen for _, fen in found.shares} <= {0}


def test_the_stream_of_a_month_names_canteen_and_month(database: str) -> None:
    meal: Any = claimed()
    stream = canteens.counted(meal.canteen, meal.settles_in)
    closed = closing(meal.settles_in, meal.canteen)
    with written(database, [MODEL], meal, closed) as connection:
        found = counting.of_streams(
            connection, [stream, canteens.counted(CANTEEN, Month("2030-01"))]
        )
    assert list(found) == [stream]
