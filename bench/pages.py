"""Pages of a town with a million events behind it, beside the bare questions that they ask.

The town is the year of `bench/year.py`: 30 communities, their months closed, their canteens
settled. A server answers over HTTP to one browser that is signed in; the peer asks the read models
a page's main question from a program, in a snapshot of its own, without permissions, templates or
HTTP. Each is asked 30 times in each of three rounds, about other people, canteens and communities;
a figure is the median, and the size is that of the largest HTML before it is packed. What a page
asks for once it is there, because it looks through the whole log, has a line of its own and is
asked four times a round.
"""

from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from statistics import median
from typing import Any, Final

import psycopg
from psycopg import Connection

from api.sessions import COOKIE
from bench.figures import Figure, medians, stopwatch
from bench.serving import HOST, serving
from bench.stand import Stand
from bench.town_pages import (
    AUDITOR,
    CLERK,
    LEADER,
    MANAGER,
    REGISTRAR,
    WEEK,
    Page,
    Question,
    Town,
    pages_of,
)
from bench.year import DAY, entered, year_of
from ledger.access import accounts, sessions, standing
from ledger.demo import personas
from ledger.demo.scale.days import FOUNDED, moment
from ledger.demo.scale.places import Place
from ledger.demo.scale.year import Year
from ledger.domain.values import PersonId, ShiftId
from ledger.projections import (
    shifts,
)
from ledger.projections.horizon import Horizon
from ledger.projections.reading import reading
from ledger.running import Running

ASKED: Final = 30
LOOKED_FOR: Final = 4
"""What takes seconds is asked so often in a round."""
MILLISECONDS_WANTED: Final = "≤ 100 ms"
SIZE_WANTED: Final = "≤ 50 KB"


def measure(stand: Stand) -> Iterator[Figure]:
    """The time of each page beside its question, and its size."""
    year = year_of(stand)
    with entered(stand, year) as (here, _), serving("ours", stand.settings(here.url)) as ours:
        town = Town(here, year, tuple(_shifts(here, year)))
        pages = pages_of(town)
        cookies, sizes = _signed_in(town), dict[str, float]()
        found = medians(
            lambda: {each.name: _shown(ours.port, each, cookies, sizes) for each in pages},
            lambda: {
                f"{each.name}, bare": _asked(town, each.question, _times(each))
                for each in pages
                if each.question
            },
        )
        events = f"{here.ledger.recorder.max_notification_id() or 0:,} events"
        for each in pages:
            yield _timed(each, events, found)
            yield Figure(f"size of {each.name}", sizes[each.name], "KB", wanted=SIZE_WANTED)


def _timed(page: Page, events: str, found: Mapping[str, float]) -> Figure:
    bare = found.get(f"{page.name}, bare")
    peer = None if bare is None else "its bare question"
    wanted = MILLISECONDS_WANTED if page.at_once else ""
    return Figure(f"{page.name}, {events}", found[page.name], "ms", peer, bare, wanted)


def _shifts(here: Running, year: Year) -> Iterator[tuple[Place, ShiftId]]:
    with reading(here.datastore) as connection:
        Horizon(connection).widen(None)
        for place in year.places:
            for line in shifts.board(connection, place.community, DAY, DAY + WEEK):
                yield place, line.shift


# -- asking ------------------------------------------------------------------------------------


def _signed_in(town: Town) -> Mapping[PersonId, str]:
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        personas.let_in(town.here.ledger, connection, moment(FOUNDED, 0))
        readers = town.volunteer, LEADER, CLERK, MANAGER, REGISTRAR, AUDITOR
        return {who: _session(connection, who) for who in readers}


def _session(connection: Connection[Any], who: PersonId) -> str:
    accounts.enrol(connection, who)
    secret = sessions.begin(connection, standing.of(connection, who))
    if secret is None:
        raise ValueError(f"{who} is not let in")
    return secret


def _shown(
    port: int, page: Page, cookies: Mapping[PersonId, str], sizes: dict[str, float]
) -> float:
    """The median of the page's milliseconds; its largest size is kept."""
    headers = {"Accept-Language": "zh"}
    if page.reader is not None:
        headers["Cookie"] = f"{COOKIE}={cookies[page.reader]}"
    connection = HTTPConnection(HOST, port)
    spent = []
    for number in range(_times(page)):
        with stopwatch() as watch:
            connection.request("GET", page.path(number), headers=headers)
            answer = connection.getresponse()
            told = answer.read()
        if answer.status != 200:
            raise ValueError(f"no page at {page.path(number)}: {answer.status} {told[:500]!r}")
        spent.append(watch.seconds * 1e3)
        sizes[page.name] = max(sizes.get(page.name, 0.0), len(told) / 1024)
    connection.close()
    return median(spent)


def _times(page: Page) -> int:
    return ASKED if page.at_once else LOOKED_FOR


def _asked(town: Town, question: Question, times: int) -> float:
    spent = []
    for number in range(times):
        with stopwatch() as watch, reading(town.here.datastore) as connection:
            Horizon(connection).widen(None)
            question(connection, number)
        spent.append(watch.seconds * 1e3)
    return median(spent)
