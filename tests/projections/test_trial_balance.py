"""The trial balance against the raw events, and against itself: its columns come to zero."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain import postings
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.periods import PeriodClosed, PeriodReopened, ReopenReason
from ledger.domain.person_records import PersonRegistered
from ledger.domain.postings import Unit
from ledger.domain.sites import SiteKind, SiteRegistered
from ledger.domain.values import CommunityId, Count, Month, PersonId, Title, ZoneName, month_of
from ledger.projections import periods, trial_balance
from ledger.projections.asking import Reach
from ledger.projections.journal_records import MODEL
from ledger.projections.period_records import MODEL as PERIODS
from ledger.projections.places import OF_ACCOUNT
from ledger.projections.trial_balance import AccountLine, Counted, Line, Side, Total
from ledger.projections.view import Basis, View
from ledger.store.codec import Recorded
from tests.builders import JINNING
from tests.projections import histories, plain_trial_balance
from tests.projections.by_hand import LEADER, rows_differ
from tests.projections.history_town import COMMUNITIES, XIANHU
from tests.projections.meal_events import CANTEEN, claimed
from tests.projections.random_town import STEPS, Step, town, views
from tests.projections.real_log import written
from tests.projections.service_events import CHEN, NEW_YEAR, WU, credited
from tests.servers import Server

MARCH, APRIL = Month("2026-03"), Month("2026-04")
BOOKED = View(basis=Basis.booked)
SCOPES: tuple[Reach, ...] = (None, {JINNING}, {XIANHU}, set(COMMUNITIES), set())
PREFIXES = ("", "person/", "diner/", "outside/", "fund/", "owes/", "outside/donation/", "nobody/")


def columns(line: Line | AccountLine) -> tuple[int, int, int, int]:
    return line.opening, line.increase, line.decrease, line.closing


def compare(connection: Connection[Any], log: Sequence[Recorded], month: Month, view: View) -> None:
    """Every line of every scope is what the events say, and the columns come to zero."""
    for scope in SCOPES:
        lines = trial_balance.lines(connection, month, view, reach=scope)
        told = {(each.side, each.community, each.line, each.unit): columns(each) for each in lines}
        assert len(told) == len(lines)
        expected = plain_trial_balance.lines(log, month, view, scope)
        assert told == {
            row: (each.opening, each.increase, each.decrease, each.closing)
            for row, each in expected.items()
        }
        for total in trial_balance.totals(lines):
            assert (total.opening, total.closing, total.balances) == (0, 0, True)
            assert total.increase == total.decrease


def compare_accounts(
    connection: Connection[Any], log: Sequence[Recorded], month: Month, view: View, limit: int
) -> None:
    for below in PREFIXES:
        for scope in SCOPES[:3]:
            pages = paged(connection, month, view, below, scope=scope, limit=limit)
            expected = plain_trial_balance.accounts(log, month, view, below, scope)
            assert [
                ((each.account, each.community, each.unit), columns(each)) for each in pages
            ] == [
                (name, (each.opening, each.increase, each.decrease, each.closing))
                for name, each in expected.items()
            ]


def paged(
    connection: Connection[Any], month: Month, view: View, below: str, *, scope: Reach, limit: int
) -> list[AccountLine]:
    found: list[AccountLine] = []
    while page := trial_balance.accounts(
        connection, month, below, view, limit=limit, reach=scope,
        after=found[-1].account if found else None,
    ):  # fmt: skip
        assert len(page) <= limit
        found += page
    return found


# -- any history, any view ---------------------------------------------------------------------


@settings(max_examples=20)
@given(steps=STEPS, data=st.data())
def test_every_line_is_what_the_events_of_the_month_come_to(
    embedded: Server, steps: list[Step], data: st.DataObject
) -> None:
    with town(embedded, steps, MODEL) as (connection, log):
        months = sorted({month_of(at.event.occurred_on) for at in log})
        for _ in range(3):
            month, view = data.draw(st.sampled_from((*months, APRIL))), data.draw(views(log))
            compare(connection, log, month, view)
            compare_accounts(connection, log, month, view, data.draw(st.integers(1, 9)))
        assert connection.execute(PLACES_THAT_DIFFER).fetchall() == []
        for at in log:
            for one, other in postings.pairs(postings.of(at.event)):
                assert (one.unit, one.amount) == (other.unit, -other.amount)


PLACES_THAT_DIFFER = """
SELECT account FROM journal.accounts WHERE coalesce({place}, '') <> community
""".replace("{place}", OF_ACCOUNT)


@pytest.fixture(scope="module")
def two_communities(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Half a year of two communities whose people eat, serve and give in both."""
    name = embedded.create(embedded.migrated)
    url, keys = embedded.url_of(name), tmp_path_factory.mktemp("keys")
    fill(url, keys)
    yield url
    embedded.drop(name)


def fill(url: str, keys: Path) -> None:
    histories.found(url, keys)
    with histories.town(url, keys) as small:
        for turn in histories.turns(Random(3), 150):
            small.take(turn)
        small.projector.catch_up()


def log_of(url: str, keys: Path) -> list[Recorded]:
    with histories.town(url, keys) as small:
        return small.events()


def test_of_two_communities_each_is_told_what_is_not_its_own(
    two_communities: str, tmp_path: Path
) -> None:
    log = log_of(two_communities, tmp_path)
    with psycopg.connect(two_communities) as connection:
        sides: set[tuple[Side, str]] = set()
        for month in sorted({month_of(at.event.occurred_on) for at in log}):
            for basis in Basis:
                for known in (None, len(log) // 3, len(log) // 2):
                    compare(connection, log, month, View(known=known, basis=basis))
            compare_accounts(connection, log, month, BOOKED, 7)
            lines = trial_balance.lines(connection, month, reach={JINNING})
            sides |= {(each.side, each.line) for each in lines}
        assert connection.execute(PLACES_THAT_DIFFER).fetchall() == []
    assert {Side.own, Side.another_community, Side.outside} == {side for side, _ in sides}
    assert {line for side, line in sides if side is Side.another_community} >= {
        "diner/*",
        "community/xianhu/served",
    }


# -- stories -----------------------------------------------------------------------------------


def registered(who: PersonId, where: CommunityId) -> tuple[str, PersonRegistered]:
    event = PersonRegistered(who, where, Count(1), "hmac-sha256:0", NEW_YEAR)
    return f"person-{who}", event


def opened(where: CommunityId) -> tuple[str, CommunityRegistered]:
    zone = ZoneName("Asia/Shanghai")
    event = CommunityRegistered(where, Title("社区"), Title("丹灶镇"), zone, NEW_YEAR)
    return f"community-{where}", event


SITE = SiteRegistered(CANTEEN, JINNING, SiteKind.canteen, Title("饭堂"), NEW_YEAR, NEW_YEAR)
BEGINNING = (
    opened(JINNING),
    opened(XIANHU),
    registered(CHEN, JINNING),
    registered(WU, XIANHU),
    (f"site-{CANTEEN}", SITE),
)


def test_persons_are_one_line_of_their_community_and_listed_below_it(database: str) -> None:
    events = (credited(120), credited(60, who=WU))
    with written(database, [MODEL], *BEGINNING, *events) as connection:
        lines = trial_balance.lines(connection, MARCH)
        single = trial_balance.accounts(connection, MARCH, "person/", reach={JINNING})
    assert [(each.community, each.line, each.below, each.increase) for each in lines] == [
        (JINNING, f"community/{JINNING}/served", f"community/{JINNING}/served", 0),
        (JINNING, "person/*/served", "person/", 120),
        (XIANHU, "person/*/served", "person/", 60),
    ]
    assert single == (
        AccountLine(f"person/{CHEN}/served", JINNING, Unit.minute, 0, 120, 0, 120),
    )  # fmt: skip


def test_a_neighbour_who_serves_here_is_anothers_line(database: str) -> None:
    events = (credited(120), credited(60, who=WU))
    with written(database, [MODEL], *BEGINNING, *events) as connection:
        lines = trial_balance.lines(connection, MARCH, reach={JINNING})
        theirs = trial_balance.lines(connection, MARCH, reach={XIANHU})
    assert [(each.side, each.community, each.line, each.closing) for each in lines] == [
        (Side.own, JINNING, f"community/{JINNING}/served", -180),
        (Side.own, JINNING, "person/*/served", 120),
        (Side.another_community, None, "person/*/served", 60),
    ]
    assert [(each.side, each.line, each.closing) for each in theirs] == [
        (Side.own, "person/*/served", 60),
        (Side.another_community, f"community/{JINNING}/served", -60),
    ]


def test_what_one_month_closes_with_the_next_one_opens_with(database: str) -> None:
    later = claimed(2, booked_in=APRIL)
    with written(database, [MODEL], *BEGINNING, claimed(), later) as connection:
        by_line = {
            month: {each.line: columns(each) for each in found}
            for month in (MARCH, APRIL)
            for found in [trial_balance.lines(connection, month, BOOKED)]
        }
        occurred = trial_balance.lines(connection, MARCH)
    assert by_line[MARCH][f"takings/{CANTEEN}"] == (0, 900, 0, 900)
    assert by_line[APRIL][f"takings/{CANTEEN}"] == (900, 900, 0, 1800)
    assert by_line[APRIL]["diner/*"] == (-900, 0, 900, -1800)
    assert {each.line: each.increase for each in occurred}[f"takings/{CANTEEN}"] == 1800


def test_a_line_at_rest_is_shown_and_an_empty_one_is_not(database: str) -> None:
    with written(database, [MODEL], *BEGINNING, claimed()) as connection:
        assert trial_balance.lines(connection, Month("2026-02")) == ()
        resting = trial_balance.lines(connection, APRIL)
        assert trial_balance.accounts(connection, Month("2026-02"), "") == ()
    assert {(each.increase, each.decrease) for each in resting} == {(0, 0)}
    assert all(each.opening == each.closing for each in resting)


def test_money_service_and_time_credit_are_added_up_each_for_itself(database: str) -> None:
    served = replace(credited(120), time_bank=True)
    with written(database, [MODEL], *BEGINNING, served, claimed()) as connection:
        totals = trial_balance.totals(trial_balance.lines(connection, MARCH))
    assert [(each.counted, each.unit, each.increase, each.balances) for each in totals] == [
        (Counted.fen, Unit.fen, 1500, True),
        (Counted.service_minutes, Unit.minute, 120, True),
        (Counted.credit_minutes, Unit.minute, 120, True),
    ]


def test_sums_that_are_off_are_said_to_be(database: str) -> None:
    with written(database, [MODEL], *BEGINNING, claimed()) as connection:
        connection.execute("UPDATE journal.months SET increase = increase + 1 WHERE increase > 0")
        (total,) = trial_balance.totals(trial_balance.lines(connection, MARCH))
    assert total == Total(Counted.fen, Unit.fen, 0, 1502, 1500, 2, False)


def test_whether_a_month_is_closed_is_known_at_a_position(database: str) -> None:
    day = date(2026, 4, 2)
    closed = PeriodClosed(JINNING, MARCH, day)
    again = PeriodClosed(JINNING, MARCH, day + timedelta(days=9))
    reopened = PeriodReopened(JINNING, MARCH, ReopenReason.other, LEADER, CHEN, day)
    with written(database, [PERIODS], closed, reopened, again) as connection:
        asked = (XIANHU, JINNING)
        jinning, xianhu = periods.standing(connection, asked, MARCH)
        known = [periods.standing(connection, asked, MARCH, View(known=at))[0] for at in range(4)]
    assert (jinning.closed, jinning.closed_on, jinning.closed_position) == (
        True,
        again.occurred_on,
        3,
    )
    assert (xianhu.closed, xianhu.closed_on, xianhu.closed_position) == (False, None, None)
    assert [each.closed_position for each in known] == [None, 1, None, 3]


@settings(max_examples=15)
@given(cuts=st.sets(st.integers(1, 12)))
def test_rows_do_not_depend_on_where_a_run_is_cut(
    two_communities: str, embedded: Server, tmp_path_factory: pytest.TempPathFactory, cuts: set[int]
) -> None:
    log = log_of(two_communities, tmp_path_factory.mktemp("keys"))
    name = embedded.create(embedded.migrated)
    try:
        step = len(log) // 13
        assert not rows_differ(embedded.url_of(name), MODEL, log, {cut * step for cut in cuts})
    finally:
        embedded.drop(name)
