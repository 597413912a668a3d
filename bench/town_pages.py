"""The pages that are measured: each with the person who reads it and the question behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from psycopg import Connection

from bench.year import DAY, MONTH
from ledger.demo import personas
from ledger.demo.scale.places import Place
from ledger.demo.scale.year import Year
from ledger.domain.tiers import Sitting
from ledger.domain.values import CommunityId, PersonId, ShiftId
from ledger.projections import (
    funds,
    league,
    listings,
    meals,
    payees,
    periods,
    resolutions,
    service,
    settlements,
    shifts,
)
from ledger.projections.exceptions import counted
from ledger.projections.seasons import Season
from ledger.running import Running

ON_PAGE: Final = 20
WEEK: Final = timedelta(days=6)
STAFF: Final = ("leader", "clerk", "fund-manager", "registrar", "auditor")
LEADER, CLERK, MANAGER, REGISTRAR, AUDITOR = (personas.BY_WORD[word].person for word in STAFF)

Question = Callable[[Connection[Any], int], object]


@dataclass(frozen=True, slots=True)
class Page:
    """A page about the n-th person, canteen or community, and the question behind it.

    What a page asks for once it is there has no question of its own and is not `at_once`.
    """

    name: str
    path: Callable[[int], str]
    question: Question | None
    reader: PersonId | None = None
    at_once: bool = True


@dataclass(frozen=True, slots=True)
class Town:
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


def pages_of(town: Town) -> tuple[Page, ...]:
    """All of them."""
    return (
        *_of_everybody(town),
        *_of_service(town),
        *_of_money(town),
        *_of_offices(town),
        *_of_audit(town),
    )


def _of_everybody(town: Town) -> tuple[Page, ...]:
    month = Season.named(MONTH)
    return (
        Page("public", lambda _: "/public", lambda ask, _: periods.closed_months(ask)),
        Page(
            "a public league",
            lambda _: f"/public/league/{MONTH}/meals-served",
            lambda ask, _: league.table(ask, month),
        ),
        Page(
            "my hours",
            lambda _: "/me",
            lambda ask, _: service.statement(ask, town.volunteer, limit=ON_PAGE),
            town.volunteer,
        ),
        Page(
            "my shifts",
            lambda _: "/me/shifts",
            lambda ask, _: listings.places(ask, (town.volunteer,), town.here.ledger.clock()),
            town.volunteer,
        ),
    )


def _of_service(town: Town) -> tuple[Page, ...]:
    return (
        Page(
            "a shift board",
            lambda n: f"/board/{town.place(n).community}?from={DAY}",
            lambda ask, n: shifts.board(ask, town.place(n).community, DAY, DAY + 3 * WEEK),
            LEADER,
        ),
        Page(
            "a shift",
            lambda n: f"/board/{town.shift(n)[0].community}/shifts/{town.shift(n)[1]}",
            lambda ask, n: shifts.shift(ask, town.shift(n)[1]),
            LEADER,
        ),
        Page(
            "a meal desk",
            lambda n: f"/desk/{town.place(n).canteen}/{DAY}/{Sitting.lunch}",
            lambda ask, n: meals.day_sheet(ask, town.place(n).canteen, DAY, limit=ON_PAGE),
            CLERK,
        ),
        Page(
            "a canteen's day",
            lambda n: f"/desk/{town.place(n).canteen}/{DAY}",
            lambda ask, n: meals.day_sheet(ask, town.place(n).canteen, DAY, limit=ON_PAGE),
            CLERK,
        ),
    )


def _of_money(town: Town) -> tuple[Page, ...]:
    return (
        Page("funds", lambda _: "/funds", lambda ask, _: funds.funds(ask), MANAGER),
        Page(
            "a fund",
            lambda n: f"/funds/{town.place(n).meals}",
            lambda ask, n: funds.fund_by_month(ask, town.place(n).meals),
            MANAGER,
        ),
        Page(
            "a forecast",
            lambda n: f"/funds/{town.place(n).meals}/forecast",
            lambda ask, n: funds.fund_by_month(ask, town.place(n).meals),
            MANAGER,
        ),
        Page("months", lambda _: "/months", lambda ask, _: periods.closed_months(ask), MANAGER),
        Page(
            "a month",
            lambda n: f"/months/{town.place(n).community}/{MONTH}",
            town.settlement,
            MANAGER,
        ),
        Page(
            "a settlement",
            lambda n: f"/settlements/{town.place(n).canteen}/{MONTH}",
            town.settlement,
            MANAGER,
        ),
    )


def _of_offices(town: Town) -> tuple[Page, ...]:
    def one(number: int) -> CommunityId:
        return town.place(number).community

    return (
        Page("policies", lambda _: "/policies", None, MANAGER),
        Page("a policy", lambda n: f"/policies/{town.place(n).canteen}", None, MANAGER),
        Page(
            "payees",
            lambda n: f"/payees/{one(n)}",
            lambda ask, n: payees.payees(ask, community=one(n)),
            REGISTRAR,
        ),
        Page("contributions", lambda n: f"/contributions/{one(n)}", None, REGISTRAR),
        Page(
            "resolutions",
            lambda n: f"/councils?community={one(n)}",
            lambda ask, n: resolutions.register(ask, one(n), limit=ON_PAGE),
            REGISTRAR,
        ),
        Page("a community", lambda n: f"/offices/places/{one(n)}", None, REGISTRAR),
    )


def _of_audit(town: Town) -> tuple[Page, ...]:
    def one(number: int) -> CommunityId:
        return town.place(number).community

    return (
        Page(
            "the audit of a month",
            lambda _: f"/audit?month={MONTH}",
            lambda ask, _: settlements.register(ask, limit=ON_PAGE),
            AUDITOR,
        ),
        Page(
            "an audited settlement",
            lambda n: f"/audit/settlements/{town.place(n).canteen}/{MONTH}",
            town.settlement,
            AUDITOR,
        ),
        Page(
            "an audited settlement, each meal priced once more",
            lambda n: f"/audit/settlements/{town.place(n).canteen}/{MONTH}?looked=1",
            None,
            AUDITOR,
            at_once=False,
        ),
        Page("exceptions", lambda _: "/audit/exceptions", None, AUDITOR),
        Page(
            "the exceptions of a community, looked for",
            lambda n: f"/audit/exceptions?looked=1&community={one(n)}",
            lambda ask, n: counted(ask, reach=frozenset({one(n)})),
            AUDITOR,
            at_once=False,
        ),
        Page(
            "the exceptions of the town, looked for",
            lambda _: "/audit/exceptions?looked=1",
            lambda ask, _: counted(ask),
            AUDITOR,
            at_once=False,
        ),
    )
