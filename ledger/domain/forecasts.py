"""Forecasts: what a fund will need for meals, by a rule that can be done again on paper.

What it bore in the last three closed months, by each day on which a canteen served, times the
service days of a month to come. The lowest and the highest of the three months give the band. An
estimate knows nothing of new eaters, of other prices or of holidays that nobody entered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.domain.policy_records import Timeline
from ledger.domain.sites import Site
from ledger.domain.values import Month

MONTHS_SEEN: Final = 3
"""So many closed months are looked at; of fewer nothing is foretold."""


@dataclass(frozen=True, slots=True)
class MonthSeen:
    """What a fund bore of the meals of a closed month, and on how many days they were served."""

    month: Month
    service_days: int
    shares_fen: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A month to come, or what is left of this one, and its service days."""

    month: Month
    service_days: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a month will need: at the rate of the three months, of the lowest, of the highest.

    `left_fen` is what is then left of what may be spent; below zero it falls short.
    """

    month: Month
    service_days: int
    likely_fen: int
    lowest_fen: int
    highest_fen: int
    left_fen: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The needs of the months to come, out of those that were `seen`.

    There are none where too few months are closed. It falls short in `short_in`, or, at the
    highest rate, in `short_at_worst_in`.
    """

    available_fen: int
    seen: tuple[MonthSeen, ...]
    needs: tuple[Need, ...]
    short_in: Month | None
    short_at_worst_in: Month | None


def service_days(site: Site, timeline: Timeline, days: Iterable[date]) -> int:
    """On how many of these days the canteen serves, by its calendar and its policy."""
    return sum(_serves(site, timeline, day) for day in days)


def _serves(site: Site, timeline: Timeline, day: date) -> bool:
    version = timeline.version_on(day)
    if version is None or site.serves_on(day) is False:
        return False
    return day.weekday() in version.weekdays


def days_between(first: date, beyond: date) -> Iterator[date]:
    """The days from the first on, before the other."""
    return (first + timedelta(number) for number in range((beyond - first).days))


def forecast(seen: Sequence[MonthSeen], coming: Sequence[Coming], available_fen: int) -> Forecast:
    """What the months to come will need; `seen` are closed months on which meals were served."""
    last = tuple(each for each in seen if each.service_days > 0)[-MONTHS_SEEN:]
    if len(last) < MONTHS_SEEN:
        return Forecast(available_fen, last, (), None, None)
    needs = tuple(_needs(last, coming, available_fen))
    worst = available_fen
    short_at_worst = None
    for need in needs:
        worst -= need.highest_fen
        if worst < 0 and short_at_worst is None:
            short_at_worst = need.month
    short = next((need.month for need in needs if need.left_fen < 0), None)
    return Forecast(available_fen, last, needs, short, short_at_worst)


def _needs(
    seen: Sequence[MonthSeen], coming: Sequence[Coming], available_fen: int
) -> Iterator[Need]:
    whole_fen = sum(each.shares_fen for each in seen)
    whole_days = sum(each.service_days for each in seen)
    left_fen = available_fen
    for month in coming:
        days = month.service_days
        rates = [_times(each.shares_fen, days, each.service_days) for each in seen]
        likely_fen = _times(whole_fen, days, whole_days)
        left_fen -= likely_fen
        yield Need(month.month, days, likely_fen, min(rates), max(rates), left_fen)


def _times(fen: int, days: int, of_days: int) -> int:
    """An amount of so many days, for other days: to the nearest fen, a half upwards."""
    return (2 * fen * days + of_days) // (2 * of_days)
