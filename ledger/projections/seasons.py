"""Seasons: the months, quarters and years that communities are compared in, and all time."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import Final

from ledger.domain.values import (
    CommunityId,
    Month,
    first_day,
    month_of,
    months_between,
    next_month,
)

QUARTER: Final = 3
"""Months of a quarter."""
SEASON: Final = re.compile(r"((?:19|20)[0-9]{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class Season:
    """A month, a quarter, a year or all time, with its first and its last day."""

    name: str
    first: date
    last: date

    @classmethod
    def named(cls, name: str) -> "Season":
        """`2026-03`, `2026-Q1`, `2026` or `all`. Raises ValueError for anything else."""
        if name == "all":
            return cls(name, date.min, date.max)
        found = SEASON.fullmatch(name)
        if found is None:
            message = f"{name!r} is none of 2026-03, 2026-Q1, 2026, all"
            raise ValueError(message)
        year, quarter, month = found.groups()
        first = int(month or 3 * int(quarter or 1) - 2)
        last = first if month else first + 2 if quarter else 12
        end = next_month(Month(f"{year}-{last:02d}"))
        return cls(name, date(int(year), first, 1), first_day(end) - timedelta(days=1))

    @property
    def first_month(self) -> Month:
        """The month of its first day."""
        return month_of(self.first)

    @property
    def last_month(self) -> Month:
        """The month of its last day."""
        return month_of(self.last)

    @property
    def months(self) -> tuple[Month, ...]:
        """Its months, of a season that has an end."""
        return tuple(months_between(self.first_month, self.last_month))

    @property
    def before(self) -> "Season":
        """The season of the same length that ends on the day before it begins."""
        last = self.first - timedelta(days=1)
        return _quarter_of(last) if len(self.months) == QUARTER else Season.named(month_of(last))


def closed(months: Mapping[CommunityId, Collection[Month]]) -> tuple[Season, ...]:
    """The months and the quarters all of whose months a community has closed, the newest first."""
    found = {
        season
        for those in months.values()
        for month in those
        for season in (Season.named(month), _quarter_of(first_day(month)))
        if set(season.months) <= set(those)
    }
    return tuple(sorted(found, key=attrgetter("last", "first"), reverse=True))


def _quarter_of(day: date) -> Season:
    return Season.named(f"{day.year}-Q{(day.month + 2) // QUARTER}")
