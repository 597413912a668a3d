"""Forecasts: an estimate that can be done again on paper, and none where too little is known."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, strategies

from ledger.domain.ages import AgeRule
from ledger.domain.forecasts import (
    Coming,
    Forecast,
    MonthSeen,
    days_between,
    forecast,
    service_days,
)
from ledger.domain.policy_records import Timeline
from ledger.domain.sites import Site, Weekday
from ledger.domain.tiers import EATER, Charge, PolicyVersion, Sitting
from ledger.domain.values import Count, Fen, Month

JANUARY = (MonthSeen(Month("2026-01"), 22, 22_000),)
WINTER = (
    *JANUARY,
    MonthSeen(Month("2026-02"), 20, 30_000),
    MonthSeen(Month("2026-03"), 22, 12_000),
)
SPRING = (Coming(Month("2026-04"), 20), Coming(Month("2026-05"), 21))


def told(seen: Sequence[MonthSeen], available_fen: int = 100_000) -> Forecast:
    return forecast(seen, SPRING, available_fen)


def test_the_need_is_the_rate_of_three_months_times_the_days_to_come() -> None:
    april, may = told(WINTER).needs
    assert april.likely_fen == 20_000  # 64,000 fen on 64 days: 10 yuan a day
    assert may.likely_fen == 21_000
    assert (april.lowest_fen, april.highest_fen) == (10_909, 30_000)
    assert [april.left_fen, may.left_fen] == [80_000, 59_000]


def test_only_the_last_three_months_count() -> None:
    long_ago = MonthSeen(Month("2025-12"), 23, 99_999_999)
    assert told((long_ago, *WINTER)) == told(WINTER)


def test_of_too_few_months_nothing_is_foretold() -> None:
    for seen in ((), JANUARY, WINTER[:2]):
        found = told(seen)
        assert found.needs == ()
        assert found.seen == seen


def test_a_month_without_service_says_nothing_about_a_day_of_service() -> None:
    holidays = MonthSeen(Month("2026-02"), 0, 0)
    assert told((WINTER[0], holidays, WINTER[2])).needs == ()


@pytest.mark.parametrize(
    ("available_fen", "short", "at_worst"),
    [
        (61_500, None, None),
        (61_499, None, "2026-05"),
        (41_000, None, "2026-05"),
        (40_999, "2026-05", "2026-05"),
        (19_999, "2026-04", "2026-04"),
        (-1, "2026-04", "2026-04"),
    ],
)
def test_the_month_in_which_it_falls_short_is_named(
    available_fen: int, short: str | None, at_worst: str | None
) -> None:
    found = told(WINTER, available_fen)
    assert (found.short_in, found.short_at_worst_in) == (short, at_worst)


AMOUNTS = strategies.integers(0, 10**9)
DAYS = strategies.integers(1, 31)
MONTHS = strategies.lists(strategies.tuples(DAYS, AMOUNTS), min_size=3, max_size=3)


@given(MONTHS, DAYS)
def test_what_is_likely_lies_within_its_band(seen: list[tuple[int, int]], days: int) -> None:
    months = [MonthSeen(Month(f"2026-0{n + 1}"), *each) for n, each in enumerate(seen)]
    (need,) = forecast(months, [Coming(Month("2026-04"), days)], 0).needs
    assert need.lowest_fen <= need.likely_fen <= need.highest_fen


# -- days of service -----------------------------------------------------------------------------

NEW_YEAR, MARCH, APRIL = date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1)
WORKDAYS = frozenset(Weekday) - {Weekday.saturday, Weekday.sunday}


def policy(valid_from: date = NEW_YEAR, valid_until: date | None = None) -> Timeline:
    version = PolicyVersion(
        version=Count(1),
        valid_from=valid_from,
        valid_until=valid_until,
        price_fen=Fen(1500),
        weekdays=WORKDAYS,
        sittings=(Sitting.lunch,),
        subsidised_meals_per_day=Count(1),
        claim_days=Count(3),
        age_rule=AgeRule.on_the_birthday,
        charge=Charge.fixed_price,
        residual=EATER,
        tiers=(),
    )
    return Timeline((version,))


@pytest.mark.parametrize(
    ("site", "timeline", "days"),
    [
        (Site(), policy(), 22),
        (Site(), policy(valid_from=date(2026, 3, 30)), 2),
        (Site(), policy(valid_until=date(2026, 3, 3)), 1),
        (Site(), Timeline(), 0),
        (Site(closed_days=frozenset({date(2026, 3, 2), date(2026, 3, 1)})), policy(), 21),
        (Site(weekdays=((NEW_YEAR, frozenset({Weekday.monday, Weekday.sunday})),)), policy(), 5),
    ],
)
def test_a_canteen_serves_where_both_its_calendar_and_its_policy_say_so(
    site: Site, timeline: Timeline, days: int
) -> None:
    assert service_days(site, timeline, days_between(MARCH, APRIL)) == days
