"""Intervals: half-open, in UTC and whole minutes; touching is not overlapping.

Minutes are elapsed time, also in a night when the clocks change; a day is the local day.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from ledger.domain.values import Minutes, ZoneName, local_day, midnight, to_the_minute

Span: TypeAlias = tuple[datetime, datetime]
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DayMinutes:
    """The part of an interval that lies in one local day."""

    day: date
    service_minutes: Minutes


Days: TypeAlias = tuple[DayMinutes, ...]


def last_minute(ends_at: datetime) -> datetime:
    """The last minute of an interval that goes on until before that moment."""
    return ends_at - MINUTE


def elapsed(starts_at: datetime, ends_at: datetime) -> Minutes:
    """Whole minutes from one moment to another, 0 if the other is not later."""
    return Minutes(max(0, (ends_at - starts_at) // MINUTE))


def most_apart(spans: Iterable[Span]) -> Minutes:
    """The most whole minutes of spans of which no two share any; those that touch are apart."""
    ordered = sorted(spans, key=lambda span: span[1])
    ends = [ends_at for _, ends_at in ordered]
    most = [0]
    for place, (starts_at, ends_at) in enumerate(ordered):
        before = bisect_right(ends, starts_at, hi=place)
        most.append(max(most[place], most[before] + elapsed(starts_at, ends_at)))
    return Minutes(most[-1])


def split_by_day(starts_at: datetime, ends_at: datetime, time_zone: ZoneName) -> Days:
    """The elapsed minutes of an interval by the local day in which each minute begins.

    Where clocks once went back over midnight, or an offset had seconds, the next midnight may lie
    behind: then it goes on by single minutes, so that none is lost.
    """
    sums: Counter[date] = Counter()
    while starts_at < ends_at:
        day = local_day(starts_at, time_zone)
        day_ends_at = to_the_minute(midnight(day + timedelta(days=1), time_zone))
        until = min(ends_at, max(day_ends_at, starts_at + MINUTE))
        sums[day] += elapsed(starts_at, until)
        starts_at = until
    return tuple(DayMinutes(day, Minutes(minutes)) for day, minutes in sorted(sums.items()))
