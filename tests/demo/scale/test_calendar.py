"""The calendar of the invented year: public holidays as they were, typhoons as the dice fall."""

from datetime import date, timedelta
from random import Random

from ledger.demo.scale.days import FIRST_DAY, HOLIDAYS, calendar, exceptions, moment
from ledger.domain.values import Month

YEAR = [FIRST_DAY + timedelta(days=number) for number in range(365)]
QUIET = calendar(Random(1))


def test_2025_had_248_days_of_work_and_28_of_holiday() -> None:
    assert sum(QUIET.works(day) for day in YEAR) == 248
    assert len(HOLIDAYS) == 28


def test_nobody_serves_in_a_typhoon_and_many_do_the_day_after() -> None:
    for day in QUIET.typhoons:
        assert not QUIET.serves(day)
        assert QUIET.neighbourly_percent(day) == 0
        assert QUIET.neighbourly_percent(max(QUIET.typhoons) + timedelta(days=1)) == 220


def test_typhoons_come_in_their_season_and_differ_from_seed_to_seed() -> None:
    years = {calendar(Random(seed)).typhoons for seed in range(10)}
    assert len(years) == 10
    assert all(date(2025, 6, 15) <= day <= date(2025, 10, 21) for year in years for day in year)


def test_a_site_is_told_every_day_that_is_not_as_its_weekday_says() -> None:
    told = {each.day: each.open for each in exceptions(frozenset({date(2025, 7, 8)}))}
    for day in YEAR:
        planned = told.get(day, day.weekday() < 5)
        assert planned == (QUIET.works(day) and day != date(2025, 7, 8)), day


def test_the_third_working_day_of_october_comes_after_the_holidays() -> None:
    year = calendar(Random(3))
    assert year.working_day(Month("2025-10"), 3) == date(2025, 10, 11)  # a Saturday, made up


def test_a_clock_is_that_of_the_community() -> None:
    assert moment(date(2025, 3, 1), 11).isoformat() == "2025-03-01T11:00:00+08:00"
