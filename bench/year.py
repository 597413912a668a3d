"""A year of a whole town by the ordinary road, and what people ask of it afterwards.

The year is that of `jiefang demo --scale town`: 30 communities, 200,000 residents, 1.2 million
events or so, decided one by one and folded meanwhile. *Entering* is beside single-row INSERTs by
pgbench with 16 clients, in the same minute. Each question is asked 200 times in the process, in a
snapshot of its own, about other people, canteens and funds; a figure is the median, beside the ten
milliseconds that nobody notices. *As known* is the same question as of the middle of the log.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from statistics import median
from typing import Any, Final

import psycopg
from psycopg import Connection

from bench import pgbench
from bench.figures import Figure, stopwatch
from bench.stand import Stand
from ledger.demo.scale import loading
from ledger.demo.scale.days import FOUNDED, moment
from ledger.demo.scale.extent import EXTENTS, Extent, Scale
from ledger.demo.scale.places import Place
from ledger.demo.scale.year import Year
from ledger.domain.book import LedgerKind
from ledger.domain.values import Month, PersonId
from ledger.exchange.terminal import catch_up
from ledger.projections import (
    disbursements,
    exceptions,
    funds,
    journal,
    league,
    service,
    settlements,
)
from ledger.projections.horizon import Horizon
from ledger.projections.reading import reading
from ledger.projections.seasons import Season
from ledger.projections.view import NOW, Basis, View
from ledger.running import Running, running

SEED: Final = 1
ASKED: Final = 200
MILLISECONDS_MOST: Final = 10
PAGE: Final = 50
ENTERED: Final = "a year of a town, entered and folded, events"
MONTH: Final = Month("2025-06")
DAY: Final = date(2025, 6, 20)

Asking = Callable[[Connection[Any], int, View], object]


def measure(stand: Stand) -> Iterator[Figure]:
    """The rate of entering, then the time of each question."""
    year, beside = year_of(stand), pgbench.rows_per_second(stand)
    with entered(stand, year) as (here, rate):
        yield Figure(ENTERED, rate, "/s", pgbench.NAME, beside)
        last = here.ledger.recorder.max_notification_id() or 0
        events = f"{last:,} events"
        for word, view in {"": NOW, ", as known": View(known=last // 2)}.items():
            for name, question in _questions(year).items():
                spent = _milliseconds(here, question, view)
                limit = MILLISECONDS_MOST
                yield Figure(f"{name}{word}, {events}", spent, "ms", "10 ms", limit, "≤ 1")
        with stopwatch() as watch, reading(here.datastore) as connection:
            Horizon(connection).widen(None)
            exceptions.exceptions(connection)
        yield Figure(f"exceptions queue, first page, {events}", watch.seconds * 1e3, "ms")


def year_of(stand: Stand) -> Year:
    """The year of the town that is measured."""
    town = EXTENTS[Scale.town]
    if stand.quick:
        people = town.residents // 10, town.elders // 10, town.volunteers // 10
        town = Extent(town.communities, *people)
    return Year(town, SEED)


@contextmanager
def entered(stand: Stand, year: Year) -> Iterator[tuple[Running, float]]:
    """A ledger with the whole year, and how many events a second it took in and folded."""
    database = stand.server.create(stand.server.migrated)
    settings, began = stand.settings(stand.server.url_of(database)), moment(FOUNDED, 0)
    try:
        with running(settings, kind=LedgerKind.demo, began=began) as here:
            with stopwatch() as watch:
                tally = loading.load(year, here, "bench", lambda: catch_up(here), _silent)
            if tally.unexpected:
                raise ValueError("\n".join(loading.told(tally)))
            with psycopg.connect(here.url, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
            yield here, tally.events / watch.seconds
    finally:
        stand.server.drop(database)


def _silent(_done: int, _total: int) -> None:
    """Nobody watches a benchmark."""


# -- asking ------------------------------------------------------------------------------------


def _questions(year: Year) -> Mapping[str, Asking]:
    """What is asked about the n-th community, or the n-th person of all who serve."""
    servers, places = year.servers(), year.places

    def place(number: int) -> Place:
        return places[number % len(places)]

    def server(number: int) -> PersonId:
        return servers[number * 97 % len(servers)]

    def due(number: int) -> str:
        return f"due/{place(number).canteen}/fund/{place(number).meals}"

    return {
        "balance of a canteen": lambda ask, n, view: journal.balance(ask, due(n), view),
        "balances of all funds": lambda ask, _, view: journal.balances(ask, "fund/", view),
        "statement of a volunteer": lambda ask, n, view: service.statement(
            ask, server(n), view, limit=PAGE
        ),
        "funds of a community": lambda ask, n, view: funds.funds(ask, place(n).community, view),
        "statement of a fund": lambda ask, n, view: funds.fund_statement(
            ask, place(n).free, view, limit=PAGE
        ),
        "fund by month": lambda ask, n, view: funds.fund_by_month(ask, place(n).meals, view),
        **_tables(),
        "settlement register": lambda ask, _, view: settlements.register(
            ask, view=view, limit=PAGE
        ),
        "settlement of a month": lambda ask, n, view: settlements.settlement(
            ask, place(n).canteen, MONTH, view=view
        ),
        "disbursement register": lambda ask, _, view: disbursements.register(
            ask, known=view.known, limit=PAGE
        ),
    }


def _tables() -> Mapping[str, Asking]:
    month, whole = Season.named(MONTH), Season.named("2025")

    def booked(view: View) -> View:
        return replace(view, basis=Basis.booked)

    def so_far(view: View) -> View:
        return replace(view, as_of=DAY)

    return {
        "league of a month": lambda ask, _, view: league.table(ask, month, view),
        "league of the year": lambda ask, _, view: league.table(ask, whole, view),
        "league of the year, booked": lambda ask, _, view: league.table(ask, whole, booked(view)),
        "league of the year so far": lambda ask, _, view: league.table(ask, whole, so_far(view)),
    }


def _milliseconds(here: Running, question: Asking, view: View) -> float:
    spent = []
    for number in islice(cycle(range(1, 1_000)), ASKED):
        with stopwatch() as watch, reading(here.datastore) as connection:
            Horizon(connection).widen(None)
            question(connection, number, view)
        spent.append(watch.seconds * 1e3)
    return median(spent)
