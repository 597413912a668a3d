"""Intervals: elapsed minutes by the local day in which each of them begins."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.intervals import DayMinutes, elapsed, most_apart, split_by_day
from ledger.domain.values import Minutes, ZoneName, local_day

ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/Sao_Paulo",  # clocks changed at midnight
    "Pacific/Apia",  # 30 December 2011 did not exist
    "Africa/Monrovia",  # 44 minutes and 30 seconds behind until 1972
    "Asia/Kathmandu",
)


def split(start: str, minutes: int, zone: str) -> list[tuple[str, int]]:
    begins = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    begins = begins.astimezone(ZoneInfo("UTC"))
    parts = split_by_day(begins, begins + timedelta(minutes=minutes), ZoneName(zone))
    return [(part.day.isoformat(), part.service_minutes) for part in parts]


@pytest.mark.parametrize(
    ("start", "minutes", "zone", "parts"),
    [
        ("2026-03-07T09:00", 0, "Asia/Shanghai", []),
        ("2026-03-07T23:59", 1, "Asia/Shanghai", [("2026-03-07", 1)]),
        ("2026-03-07T23:59", 2, "Asia/Shanghai", [("2026-03-07", 1), ("2026-03-08", 1)]),
        ("2026-03-08T00:00", 1440, "Asia/Shanghai", [("2026-03-08", 1440)]),
        ("2026-03-08T00:01", 1440, "Asia/Shanghai", [("2026-03-08", 1439), ("2026-03-09", 1)]),
        ("2026-03-29T00:00", 1440, "Europe/Berlin", [("2026-03-29", 1380), ("2026-03-30", 60)]),
        ("2026-10-25T00:00", 1440, "Europe/Berlin", [("2026-10-25", 1440)]),
        ("2018-11-03T23:30", 60, "America/Sao_Paulo", [("2018-11-03", 30), ("2018-11-04", 30)]),
        ("2011-12-29T23:30", 60, "Pacific/Apia", [("2011-12-29", 30), ("2011-12-31", 30)]),
    ],
)
def test_minutes_fall_on_the_local_day_in_which_they_begin(
    start: str, minutes: int, zone: str, parts: list[tuple[str, int]]
) -> None:
    assert split(start, minutes, zone) == parts


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001  (the zone follows)
    st.integers(0, 1440),
    st.sampled_from(ZONES),
)
def test_the_days_of_an_interval_sum_to_its_minutes(
    start: datetime, minutes: int, zone: str
) -> None:
    begins = start.replace(second=0, microsecond=0, tzinfo=ZoneInfo("UTC"))
    ends = begins + timedelta(minutes=minutes)
    parts = split_by_day(begins, ends, ZoneName(zone))
    days = [part.day for part in parts]
    assert sum(part.service_minutes for part in parts) == minutes == elapsed(begins, ends)
    assert days == sorted(set(days))
    assert all(part.service_minutes > 0 for part in parts)
    by_hand: dict[date, int] = {}
    for minute in range(minutes):
        day = local_day(begins + timedelta(minutes=minute), ZoneName(zone))
        by_hand[day] = by_hand.get(day, 0) + 1
    assert parts == tuple(DayMinutes(day, Minutes(by_hand[day])) for day in sorted(by_hand))


@pytest.mark.parametrize("start", range(0, 120, 10))
def test_no_minute_is_lost_where_clocks_go_back_into_the_day_before(start: int) -> None:
    evening = datetime(2010, 11, 7, 2, 0, tzinfo=ZoneInfo("UTC"))  # 23:30 in St. John's
    begins = evening + timedelta(minutes=start)
    parts = split_by_day(begins, begins + timedelta(minutes=180), ZoneName("America/St_Johns"))
    assert sum(part.service_minutes for part in parts) == 180


def test_nothing_elapses_backwards() -> None:
    now = datetime(2026, 3, 7, tzinfo=ZoneInfo("UTC"))
    assert elapsed(now, now - timedelta(minutes=1)) == 0
    assert split_by_day(now, now - timedelta(minutes=1), ZoneName("Asia/Shanghai")) == ()


def test_of_what_overlaps_the_most_that_can_count_is_taken_and_what_touches_is_apart() -> None:
    six = datetime(2026, 3, 1, 6, tzinfo=ZoneInfo("UTC"))
    spans = [
        (six + timedelta(minutes=begins), six + timedelta(minutes=ends))
        for begins, ends in ((9, 22), (0, 22), (3, 4), (22, 30), (20, 25), (60, 50))
    ]
    assert most_apart(spans) == 30
    assert most_apart([]) == 0
    hour = [(six + timedelta(minutes=each), six + timedelta(minutes=each + 60)) for each in (0, 30)]
    assert most_apart(hour) == 60
