"""Pages of a town with a million events behind it, beside the bare questions that they ask.

The town is the year of `bench/year.py`: 30 communities, their months closed, their canteens
settled. A server answers over HTTP to one browser that is signed in; the peer asks the read models
a page's main question from a program, in a snapshot of its own, without permissions, templates or
HTTP. Each is asked 30 times in three rounds, about other people, canteens and communities; a figure
is the median, and the size is that of the largest HTML before it is packed. What a page asks for
once it is there, because it looks through the whole log, has a line of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from statistics import median
from typing import Any, Final

import psycopg
from psycopg import Connection

from api.sessions import COOKIE
from bench.figures import Figure, medians, stopwatch
from bench.serving import HOST, serving
from bench.stand import Stand
from bench.year import DAY, MONTH, entered, year_of
from ledger.access import accounts, sessions, standing
from ledger.demo import personas
from ledger.demo.scale.days import FOUNDED, moment
from ledger.demo.scale.places import Place
from ledger.demo.scale.year import Year
from ledger.domain.tiers import Sitting
from ledger.domain.values import CommunityId, PersonId, ShiftId
from ledger.projections import (
    funds,
    league,
    listings,
    meals,
    periods,
    service,
    settlements,
    shifts,
)
from ledger.projections.exceptions import counted
from ledger.projections.horizon import Horizon
from ledger.projections.reading import reading
from ledger.projections.seasons import Season
from ledger.running import Running

ASKED: Final = 30
ON_PAGE: Final = 20
WEEK: Final = timedelta(days=6)
LEADER, CLERK, MANAGER, AUDITOR = (
    personas.BY_WORD[word].person for word in ("leader", "clerk", "fund-manager", "auditor")
)
MILLISECONDS_WANTED: Final = "≤ 100 ms"
SIZE_WANTED: Final = "≤ 50 KB"

Question = Callable[[Connection[Any], int], object]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page about the n-th person, canteen or community, and the question behind it.

    What a page asks for once it is there has no question of its own and is not `at_once`.
    """

    name: str
    path: Callable[[int], str]
    question: Question | None
    reader: PersonId | None = None
    at_once: bool = True


@dataclass(frozen=True, slots=True)
class _Town:
    """Who and what is asked about, by a number that goes round."""

    here: Running
    year: Year
    shifts: tuple[tuple[Place, ShiftId], ...]

    def place(self, number: int) -> Place:
        """The n-th community."""
        return self.year.places[number % len(self.year.places)]

    def shift(self, number: int) -> tuple[Place, ShiftId]:
        """A shift of the week, and where it was."""
        return self.shifts[number % len(self.shifts)]

    def settlement(self, connection: Connection[Any], number: int) -> object:
        """What the pages about a canteen's month ask first."""
        return settlements.settlement(connection, self.place(number).canteen, MONTH)

    @property
    def volunteer(self) -> PersonId:
        """Who looks at her own hours, and holds no role."""
        return self.year.servers()[0]


def measure(stand: Stand) -> Iterator[Figure]:
    """The time of each page beside its question, and its size."""
    year = year_of(stand)
    with entered(stand, year) as (here, _), serving("ours", stand.settings(here.url)) as ours:
        town = _Town(here, year, tuple(_shifts(here, year)))
        pages = (*_of_everybody(town), *_of_service(town), *_of_money(town), *_of_audit(town))
        cookies, sizes = _signed_in(town), dict[str, float]()
        found = medians(
            lambda: {each.name: _shown(ours.port, each, cookies, sizes) for each in pages},
            lambda: {
                f"{each.name}, bare": _asked(town, each.question) for each in pages if each.question
            },
        )
        events = f"{here.ledger.recorder.max_notification_id() or 0:,} events"
        for each in pages:
            yield _timed(each, events, found)
            yield Figure(f"size of {each.name}", sizes[each.name], "KB", wanted=SIZE_WANTED)


def _timed(page: _Page, events: str, found: Mapping[str, float]) -> Figure:
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


# -- pages -------------------------------------------------------------------------------------


def _of_everybody(town: _Town) -> tuple[_Page, ...]:
    month = Season.named(MONTH)
    return (
        _Page("public", lambda _: "/public", lambda ask, _: periods.closed_months(ask)),
        _Page(
            "a public league",
            lambda _: f"/public/league/{MONTH}/meals-served",
            lambda ask, _: league.table(ask, month),
        ),
        _Page(
            "my hours",
            lambda _: "/me",
            lambda ask, _: service.statement(ask, town.volunteer, limit=ON_PAGE),
            town.volunteer,
        ),
        _Page(
            "my shifts",
            lambda _: "/me/shifts",
            lambda ask, _: listings.places(ask, (town.volunteer,), town.here.ledger.clock()),
            town.volunteer,
        ),
    )


def _of_service(town: _Town) -> tuple[_Page, ...]:
    return (
        _Page(
            "a shift board",
            lambda n: f"/board/{town.place(n).community}?from={DAY}",
            lambda ask, n: shifts.board(ask, town.place(n).community, DAY, DAY + 3 * WEEK),
            LEADER,
        ),
        _Page(
            "a shift",
            lambda n: f"/board/{town.shift(n)[0].community}/shifts/{town.shift(n)[1]}",
            lambda ask, n: shifts.shift(ask, town.shift(n)[1]),
            LEADER,
        ),
        _Page(
            "a meal desk",
            lambda n: f"/desk/{town.place(n).canteen}/{DAY}/{Sitting.lunch}",
            lambda ask, n: meals.day_sheet(ask, town.place(n).canteen, DAY, limit=ON_PAGE),
            CLERK,
        ),
        _Page(
            "a canteen's day",
            lambda n: f"/desk/{town.place(n).canteen}/{DAY}",
            lambda ask, n: meals.day_sheet(ask, town.place(n).canteen, DAY, limit=ON_PAGE),
            CLERK,
        ),
    )


def _of_money(town: _Town) -> tuple[_Page, ...]:
    return (
        _Page("funds", lambda _: "/funds", lambda ask, _: funds.funds(ask), MANAGER),
        _Page(
            "a fund",
            lambda n: f"/funds/{town.place(n).meals}",
            lambda ask, n: funds.fund_by_month(ask, town.place(n).meals),
            MANAGER,
        ),
        _Page(
            "a forecast",
            lambda n: f"/funds/{town.place(n).meals}/forecast",
            lambda ask, n: funds.fund_by_month(ask, town.place(n).meals),
            MANAGER,
        ),
        _Page("months", lambda _: "/months", lambda ask, _: periods.closed_months(ask), MANAGER),
        _Page(
            "a month",
            lambda n: f"/months/{town.place(n).community}/{MONTH}",
            town.settlement,
            MANAGER,
        ),
        _Page(
            "a settlement",
            lambda n: f"/settlements/{town.place(n).canteen}/{MONTH}",
            town.settlement,
            MANAGER,
        ),
    )


def _of_audit(town: _Town) -> tuple[_Page, ...]:
    def one(number: int) -> CommunityId:
        return town.place(number).community

    return (
        _Page(
            "the audit of a month",
            lambda _: f"/audit?month={MONTH}",
            lambda ask, _: settlements.register(ask, limit=ON_PAGE),
            AUDITOR,
        ),
        _Page(
            "an audited settlement",
            lambda n: f"/audit/settlements/{town.place(n).canteen}/{MONTH}",
            town.settlement,
            AUDITOR,
        ),
        _Page(
            "an audited settlement, each meal priced once more",
            lambda n: f"/audit/settlements/{town.place(n).canteen}/{MONTH}?looked=1",
            None,
            AUDITOR,
            at_once=False,
        ),
        _Page("exceptions", lambda _: "/audit/exceptions", None, AUDITOR),
        _Page(
            "the exceptions of a community, looked for",
            lambda n: f"/audit/exceptions?looked=1&community={one(n)}",
            lambda ask, n: counted(ask, reach=frozenset({one(n)})),
            AUDITOR,
            at_once=False,
        ),
        _Page(
            "the exceptions of the town, looked for",
            lambda _: "/audit/exceptions?looked=1",
            lambda ask, _: counted(ask),
            AUDITOR,
            at_once=False,
        ),
    )


# -- asking ------------------------------------------------------------------------------------


def _signed_in(town: _Town) -> Mapping[PersonId, str]:
    with psycopg.connect(town.here.url, autocommit=True) as connection:
        personas.let_in(town.here.ledger, connection, moment(FOUNDED, 0))
        readers = town.volunteer, LEADER, CLERK, MANAGER, AUDITOR
        return {who: _session(connection, who) for who in readers}


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
    headers = {"Accept-Language": "zh"}
    if page.reader is not None:
        headers["Cookie"] = f"{COOKIE}={cookies[page.reader]}"
    connection = HTTPConnection(HOST, port)
    spent = []
    for number in range(ASKED):
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


def _asked(town: _Town, question: Question) -> float:
    spent = []
    for number in range(ASKED):
        with stopwatch() as watch, reading(town.here.datastore) as connection:
            Horizon(connection).widen(None)
            question(connection, number)
        spent.append(watch.seconds * 1e3)
    return median(spent)
