"""Seasons: the months, quarters and years that communities are compared in, and all time."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.domain.values import Month, first_day, month_of, next_month

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
