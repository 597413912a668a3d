"""Pages at a million events, beside the bare questions that they ask.

The log is that of `bench/history.py`: forty days of 30,000 people, folded. A server answers over
HTTP to one browser that is signed in; the peer asks the same read models the page's main question
from a program, in a snapshot of its own, without permissions, templates or HTTP. Each is asked 50
times in three rounds, about other people, funds and communities; a figure is the median, and the
size is that of the HTML before it is packed. The vault of this town holds no names.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from statistics import median
from typing import Any, Final

import psycopg
from psycopg import Connection

from api.sessions import COOKIE
from bench import history
from bench.figures import Figure, medians, stopwatch
from bench.history import SPACING, Extent
from bench.serving import HOST, serving
from bench.stand import Stand
from bench.town import canteen, community, fund
from ledger.access import accounts, sessions, standing
from ledger.domain.tiers import Sitting
from ledger.domain.values import PersonId, ShiftId
from ledger.projections import funds, meals, rebuild, service, shifts
from ledger.projections.horizon import Horizon
from ledger.projections.models import MODELS
from ledger.projections.reading import reading
from ledger.running import running
from ledger.settings import Settings
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder
from tests.builders import person
from tests.grants import TRUSTED, grant

PEOPLE: Final = 30_000
DAYS: Final = 40
ASKED: Final = 50
STAFF: Final = person(1)
VOLUNTEER: Final = person(7)
MILLISECONDS_WANTED: Final = "≤ 100 ms"
SIZE_WANTED: Final = "≤ 50 KB"

Question = Callable[[Connection[Any], int], object]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the n-th person, fund or community, and the question behind it."""

    name: str
    path: Callable[[int], str]
    question: Question
    reader: PersonId = STAFF


@dataclass(frozen=True, slots=True)
class _Town:
    """The log that is looked at."""

    settings: Settings
    datastore: LedgerDatastore
    events: int
    extent: Extent


def measure(stand: Stand) -> Iterator[Figure]:
    """The time of each page beside its question, and its size."""
    with _town(stand) as town:
        pages, cookies = _pages(town), _signed_in(town)
        sizes: dict[str, float] = {}
        with serving("ours", town.settings) as ours:
            found = medians(
                lambda: {each.name: _shown(ours.port, each, cookies, sizes) for each in pages},
                lambda: {f"{each.name}, bare": _asked(town, each) for each in pages},
            )
        for each in pages:
            name = f"{each.name}, {town.events:,} events"
            bare = found[f"{each.name}, bare"]
            yield Figure(
                name, found[each.name], "ms", "its bare question", bare, MILLISECONDS_WANTED
            )
            yield Figure(f"size of {each.name}", sizes[each.name], "KB", wanted=SIZE_WANTED)


@contextmanager
def _town(stand: Stand) -> Iterator[_Town]:
    name = stand.server.create(stand.server.migrated)
    settings = stand.settings(stand.server.url_of(name))
    try:
        with LedgerDatastore(stand.server.url_of(name)) as datastore:
            extent = Extent(stand.size(PEOPLE), DAYS)
            events = history.write(LedgerRecorder(datastore), extent)
            rebuild.prepare(stand.server.url_of(name), MODELS)
            with psycopg.connect(stand.server.url_of(name), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
            yield _Town(settings, datastore, events, extent)
    finally:
        stand.server.drop(name)


def _pages(town: _Town) -> tuple[_Page, ...]:
    last, first = town.extent.last_day, town.extent.last_day - timedelta(days=6)
    shift_of_last_day = (town.extent.days - 1) * town.extent.people // SPACING

    def shift(number: int) -> ShiftId:
        """A shift of the last day; its community is that of its number."""
        return ShiftId(f"shift-{shift_of_last_day + number % 10}")

    def board(number: int) -> str:
        return f"/board/{community(shift_of_last_day + number % 10)}"

    return (
        _Page(
            "my hours",
            lambda _: "/me",
            lambda ask, _: service.statement(ask, VOLUNTEER, limit=20),
            VOLUNTEER,
        ),
        _Page("funds", lambda _: "/funds", lambda ask, _: funds.funds(ask)),
        _Page(
            "a fund",
            lambda number: f"/funds/{fund(number)}",
            lambda ask, number: funds.fund_by_month(ask, fund(number)),
        ),
        _Page(
            "a shift board",
            lambda number: f"{board(number)}?from={first}",
            lambda ask, number: shifts.board(ask, community(number), first, last),
        ),
        _Page(
            "a shift",
            lambda number: f"{board(number)}/shifts/{shift(number)}",
            lambda ask, number: shifts.shift(ask, shift(number)),
        ),
        _Page(
            "a meal desk",
            lambda number: f"/desk/{canteen(number)}/{last}/{Sitting.lunch}",
            lambda ask, number: meals.day_sheet(ask, canteen(number), last),
        ),
    )


def _signed_in(town: _Town) -> Mapping[PersonId, str]:
    """The clerk holds every role there is beside the administrator's; a volunteer holds none."""
    with running(town.settings, project=False) as opened:
        grant(opened.ledger, STAFF, TRUSTED)
        with psycopg.connect(opened.url, autocommit=True) as connection:
            return {who: _session(connection, who) for who in (STAFF, VOLUNTEER)}


def _session(connection: Connection[Any], who: PersonId) -> str:
    accounts.enrol(connection, who)
    secret = sessions.begin(connection, standing.of(connection, who))
    if secret is None:
        raise ValueError(f"{who} is not let in")
    return secret


def _shown(
    port: int, page: _Page, cookies: Mapping[PersonId, str], sizes: dict[str, float]
) -> float:
    """The median of the page's milliseconds; its largest size is kept."""
    headers = {"Cookie": f"{COOKIE}={cookies[page.reader]}", "Accept-Language": "zh"}
    connection = HTTPConnection(HOST, port)
    spent = []
    for number in range(ASKED):
        with stopwatch() as watch:
            connection.request("GET", page.path(number * 7), headers=headers)
            answer = connection.getresponse()
            told = answer.read()
        if answer.status != 200:
            raise ValueError(f"no page at {page.path(number)}: {answer.status} {told[:500]!r}")
        spent.append(watch.seconds * 1e3)
        sizes[page.name] = max(sizes.get(page.name, 0.0), len(told) / 1024)
    connection.close()
    return median(spent)


def _asked(town: _Town, page: _Page) -> float:
    spent = []
    for number in range(ASKED):
        with stopwatch() as watch, reading(town.datastore) as connection:
            Horizon(connection).widen(None)
            page.question(connection, number * 7)
        spent.append(watch.seconds * 1e3)
    return median(spent)
