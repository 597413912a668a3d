"""Questions to a log of a million events, beside the same questions to one of ten thousand.

Both logs are made by `bench/history.py`. A log grows in two ways, so there are two large ones:
*wider*, a hundred times the people in the same forty days, and *longer*, the same people for eleven
years. Each question is asked 200 times, about other people and accounts, in a snapshot of its own;
a figure is the median of a question. The memory is that of a server that has answered 300
statements over HTTP from the wider log, beside an empty FastAPI application.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle, islice
from statistics import median
from typing import Any, Final

import psycopg
from psycopg import Connection

from bench import history
from bench.figures import Figure, medians, stopwatch
from bench.history import FIRST_DAY, Extent
from bench.machine import resident_megabytes
from bench.serving import HOST, serving, token
from bench.stand import Stand
from bench.town import canteen, fund
from ledger.domain.values import month_of
from ledger.projections import funds, journal, league, rebuild, service, trial_balance
from ledger.projections.horizon import Horizon
from ledger.projections.models import MODELS
from ledger.projections.reading import reading
from ledger.projections.seasons import Season
from ledger.projections.view import Basis, View
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder
from tests.builders import person

ASKED: Final = 200
STATEMENTS: Final = 300
SMALL: Final = "small"
GROWING: Final = ("as known", "trial balance", "line of eaters", "months of a fund")
"""Questions that cost more with the years: a month opens with the sum of all before it."""
EXTENTS: Final = {SMALL: (300, 40), "wider": (30_000, 40), "longer": (300, 4_000)}

Question = Callable[[Connection[Any], int], object]


@dataclass(frozen=True, slots=True)
class _Log:
    """A log that is written and folded."""

    name: str
    url: str
    events: int
    extent: Extent
    datastore: LedgerDatastore


def measure(stand: Stand) -> Iterator[Figure]:
    """The time of each question, then the memory of a server."""
    with ExitStack() as closing:
        logs = {name: closing.enter_context(_log(stand, name)) for name in EXTENTS}
        found = medians(*(_asking(log) for log in logs.values()))
        small = logs[SMALL]
        for name in ("wider", "longer"):
            for question in _questions(small):
                wanted = "" if question.endswith(GROWING) else "≤ 1.5"
                ours, theirs = found[f"{question}, {name}"], found[f"{question}, {SMALL}"]
                events = f"{question}, {logs[name].events:,} events, {name}"
                yield Figure(events, ours, "ms", f"{small.events:,} events", theirs, wanted)
        yield _memory(stand, logs["wider"])


# -- the logs ----------------------------------------------------------------------------------


@contextmanager
def _log(stand: Stand, name: str) -> Iterator[_Log]:
    extent = _extent(stand, name)
    database = stand.server.create(stand.server.migrated)
    url = stand.server.url_of(database)
    try:
        with LedgerDatastore(url) as datastore:
            events = history.write(LedgerRecorder(datastore), extent)
            rebuild.prepare(url, MODELS)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
            yield _Log(name, url, events, extent, datastore)
    finally:
        stand.server.drop(database)


def _extent(stand: Stand, name: str) -> Extent:
    people, days = EXTENTS[name]
    if name == SMALL:
        return Extent(people, days)
    return Extent(stand.size(people), days) if name == "wider" else Extent(people, stand.size(days))


# -- asking ------------------------------------------------------------------------------------


def _questions(log: _Log) -> Mapping[str, Question]:
    """What is asked, about the n-th person or canteen."""
    middle = View(known=log.events // 2)
    month = Season.named(month_of(FIRST_DAY))
    last, booked = month_of(log.extent.last_day), View(basis=Basis.booked)

    def due(number: int) -> str:
        return f"due/{canteen(number)}/fund/{fund(number)}"

    return {
        "balance of a canteen": lambda ask, number: journal.balance(ask, due(number)),
        "balance of a canteen, as known": lambda ask, number: journal.balance(
            ask, due(number), middle
        ),
        "statement of a person": lambda ask, number: service.statement(
            ask, person(number), limit=50
        ),
        "league of a month": lambda ask, _: league.table(ask, month),
        "last month's trial balance": lambda ask, _: trial_balance.lines(ask, last, booked),
        "accounts of its line of eaters": lambda ask, _: trial_balance.accounts(
            ask, last, "diner/", booked, limit=50
        ),
        "months of a fund": lambda ask, number: funds.fund_by_month(ask, fund(number), booked),
    }


def _asking(log: _Log) -> Callable[[], dict[str, float]]:
    def asked() -> dict[str, float]:
        return {
            f"{name}, {log.name}": _milliseconds(log, question)
            for name, question in _questions(log).items()
        }

    return asked


def _milliseconds(log: _Log, question: Question) -> float:
    spent = []
    for number in islice(cycle(range(0, log.extent.people, 7)), ASKED):
        with stopwatch() as watch, reading(log.datastore) as connection:
            Horizon(connection).widen(None)
            question(connection, number)
        spent.append(watch.seconds * 1e3)
    return median(spent)


def _memory(stand: Stand, log: _Log) -> Figure:
    settings = stand.settings(log.url)
    with serving("ours", settings) as ours, serving("empty") as empty:
        headers = {"Authorization": f"Bearer {token(settings)}"}
        connection = HTTPConnection(HOST, ours.port)
        for number in islice(cycle(range(log.extent.people)), STATEMENTS):
            connection.request("GET", f"/v1/persons/{person(number)}/statement", headers=headers)
            answer = connection.getresponse()
            told = answer.read()
            if answer.status != 200:
                raise ValueError(f"no statement: {told!r}")
        connection.close()
        held = resident_megabytes(ours.process), resident_megabytes(empty.process)
    name = f"memory of the server, {log.events:,} events"
    return Figure(name, held[0], "MB", "empty FastAPI application", held[1])
