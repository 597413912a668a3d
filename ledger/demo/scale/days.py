"""The calendar of 2025 in Guangdong: holidays and days to make up as the State Council set them.

Typhoons are invented: each year of a seed has its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from ledger.domain.community_records import SHANGHAI
from ledger.domain.sites import DatedException
from ledger.domain.values import Month, month_of

ZONE: Final = ZoneInfo(SHANGHAI)
FIRST_DAY: Final = date(2025, 1, 1)
FOUNDED: Final = date(2024, 12, 20)
"""When communities, people and policies were entered."""
SPELLS: Final = (
    (date(2025, 1, 1), 1),  # New Year
    (date(2025, 1, 28), 8),  # Spring Festival
    (date(2025, 4, 4), 3),  # Qingming
    (date(2025, 5, 1), 5),  # Labour Day
    (date(2025, 5, 31), 3),  # Dragon Boat
    (date(2025, 10, 1), 8),  # National Day and Mid-Autumn
)
"""From which day on, and for how many days, nobody works."""
HOLIDAYS: Final = frozenset(
    first + timedelta(days=more) for first, count in SPELLS for more in range(count)
)
MADE_UP: Final = frozenset(
    {
        date(2025, 1, 26),
        date(2025, 2, 8),
        date(2025, 4, 27),
        date(2025, 9, 28),
        date(2025, 10, 11),
    }
)
"""Days of a weekend on which everybody works."""
TYPHOON_SEASON: Final = (date(2025, 6, 15), date(2025, 10, 20))
TYPHOONS: Final = 3
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the year on which canteens are open, and those on which a typhoon shuts all."""

    typhoons: frozenset[date]

    def works(self, day: date) -> bool:
        """Whether offices and canteens are open as planned; a typhoon is not planned."""
        return day in MADE_UP or (day.weekday() < SATURDAY and day not in HOLIDAYS)

    def serves(self, day: date) -> bool:
        """Whether canteens are open after all."""
        return self.works(day) and day not in self.typhoons

    def working_day(self, month: Month, number: int) -> date:
        """The n-th day of the month, from 1, on which somebody is in the office."""
        day, left = date.fromisoformat(f"{month}-01"), number
        while True:
            left -= self.serves(day)
            if not left:
                return day
            day += timedelta(days=1)

    def neighbourly_percent(self, day: date) -> int:
        """How many people serve, in a hundredth of an ordinary day's: nobody in a typhoon."""
        if day in self.typhoons:
            return 0
        if day - timedelta(days=1) in self.typhoons:
            return 220
        return 75 if self.works(day) else 150


def calendar(random: Random) -> Calendar:
    """The year with its typhoons, of one day or two."""
    first, last = TYPHOON_SEASON
    days = set[date]()
    for _ in range(TYPHOONS):
        begin = first + timedelta(days=random.randrange((last - first).days))
        days |= {begin, begin + timedelta(days=random.randrange(2))}
    return Calendar(frozenset(days))


def exceptions(typhoons: frozenset[date] = frozenset()) -> tuple[DatedException, ...]:
    """The days that are not as their weekday says, as a site is told them."""
    shut = {day for day in HOLIDAYS if day.weekday() < SATURDAY} | typhoons
    named = {**dict.fromkeys(MADE_UP, True), **dict.fromkeys(shut, False)}
    return tuple(DatedException(day, is_open) for day, is_open in sorted(named.items()))


def days(count: int) -> Iterator[date]:
    """The first so many days of the year."""
    return (FIRST_DAY + timedelta(days=number) for number in range(count))


def moment(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time of that day, as its people read it off the clock."""
    return datetime.combine(day, time(hour, minute, second), ZONE)


def months(last: date) -> Iterator[Month]:
    """The months of the year that are over on that day."""
    for number in range(1, 13):
        month = Month(f"{FIRST_DAY.year}-{number:02}")
        if month_of(last + timedelta(days=1)) > month:
            yield month
