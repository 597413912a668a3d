"""Forecasts: what a fund will need for meals, from what it bore, and the canteens' calendars.

The rule is in `domain.forecasts`; here it is given what the ledger knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from psycopg import Connection

from ledger.domain import forecasts, policy_records, sites
from ledger.domain.forecasts import Coming, Forecast, MonthSeen, days_between
from ledger.domain.policy_records import Timeline
from ledger.domain.sites import Site, SiteKind
from ledger.domain.values import (
    Month,
    PayerPath,
    SiteId,
    first_day,
    month_of,
    months_between,
    next_month,
    previous_month,
)
from ledger.projections import fund_records, meal_records, meal_shares
from ledger.projections.funds import Fund
from ledger.projections.meal_shares import Borne
from ledger.projections.meal_tiers import places
from ledger.projections.reading import state_at
from ledger.projections.view import NOW, View

MODELS: Final = (fund_records.MODEL, meal_records.MODEL)
MONTHS_BACK: Final = 12
"""Nothing older says what is needed now."""
MONTHS_AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class _Canteen:
    site: Site
    timeline: Timeline

    def days(self, first: date, beyond: date) -> int:
        return forecasts.service_days(self.site, self.timeline, days_between(first, beyond))

    def days_of(self, month: Month) -> int:
        return self.days(first_day(month), first_day(next_month(month)))


def forecast(
    connection: Connection[Any], fund: Fund, today: date, *, position: int, view: View = NOW
) -> Forecast | None:
    """What is left of this month and the three after it will need; None if it bears no meals."""
    payer, now = PayerPath(f"fund/{fund.fund}"), month_of(today)
    since = now
    for _ in range(MONTHS_BACK):
        since = previous_month(since)
    borne = meal_shares.borne(connection, fund.community, payer, since, view)
    if not fund.accrued_fen and not any(each.shares_fen for each in borne):
        return None
    serving = dict(_serving(connection, fund, position))
    seen = tuple(_seen(borne, serving, since, previous_month(now)))
    return forecasts.forecast(seen, tuple(_coming(serving, today)), fund.available_fen)


def _serving(
    connection: Connection[Any], fund: Fund, position: int
) -> Iterator[tuple[SiteId, _Canteen]]:
    """The canteens of its community, each with its calendar and its policy."""
    for each in places(connection, {fund.community}):
        site: Site = state_at(connection, sites.stream(each.canteen), position)
        policy = policy_records.stream(each.canteen)
        if site.kind is SiteKind.canteen:
            yield each.canteen, _Canteen(site, state_at(connection, policy, position))


def _seen(
    borne: tuple[Borne, ...], serving: dict[SiteId, _Canteen], since: Month, last: Month
) -> Iterator[MonthSeen]:
    """The months in which a canteen served and all that did are closed."""
    shares = {(each.canteen, each.month): each.shares_fen for each in borne}
    for month in months_between(since, last):
        days = {name: canteen.days_of(month) for name, canteen in serving.items()}
        served = [name for name, number in days.items() if number]
        if served and all((name, month) in shares for name in served):
            whole_fen = sum(shares[name, month] for name in served)
            yield MonthSeen(month, sum(days.values()), whole_fen)


def _coming(serving: dict[SiteId, _Canteen], today: date) -> Iterator[Coming]:
    """What is left of this month, from tomorrow on, and the months after it."""
    month = month_of(today)
    first = today + timedelta(days=1)
    for _ in range(MONTHS_AHEAD + 1):
        beyond = first_day(next_month(month))
        yield Coming(month, sum(each.days(first, beyond) for each in serving.values()))
        month, first = next_month(month), beyond
