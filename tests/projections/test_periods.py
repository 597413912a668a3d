"""Reopenings: who asked, who did it, and when the month was closed again, at any position."""

from datetime import date

import pytest

from ledger.domain.periods import PeriodClosed, PeriodReopened, ReopeningProposed, ReopenReason
from ledger.domain.values import CommunityId, Month
from ledger.projections.period_records import MODEL
from ledger.projections.periods import Reopening, reopenings
from ledger.projections.view import NOW, View
from tests.projections.by_hand import LEADER, Having, Log, rows_differ
from tests.projections.service_events import CHEN, JINNING, MARCH, WU

XIANHU = CommunityId("xianhu")
DAYS = [date(2026, 4, day) for day in range(1, 20)]
WHY = ReopenReason.papers_found


def closed(day: int, where: CommunityId = JINNING, month: Month = MARCH) -> PeriodClosed:
    return PeriodClosed(where, month, DAYS[day])


def proposed(day: int, where: CommunityId = JINNING) -> ReopeningProposed:
    return ReopeningProposed(where, MARCH, WHY, CHEN, DAYS[day])


def reopened(day: int, where: CommunityId = JINNING) -> PeriodReopened:
    return PeriodReopened(where, MARCH, WHY, CHEN, WU, DAYS[day])


HISTORY = (
    closed(0),
    closed(0, XIANHU),
    proposed(1),
    reopened(2),
    closed(3),
    proposed(4),
    proposed(5, XIANHU),
    reopened(6),
)
FIRST = Reopening(3, JINNING, MARCH, WHY, DAYS[0], CHEN, DAYS[1], WU, DAYS[2], LEADER, DAYS[3])
SECOND = Reopening(6, JINNING, MARCH, WHY, DAYS[3], CHEN, DAYS[4], WU, DAYS[6], None, None)
THEIRS = Reopening(7, XIANHU, MARCH, WHY, DAYS[0], CHEN, DAYS[5], None, None, None, None)


def test_every_reopening_is_told_with_who_and_why_and_when_it_ended(having: Having) -> None:
    assert reopenings(having(*HISTORY)) == (THEIRS, SECOND, FIRST)


def test_the_reopenings_of_a_community_are_its_own(having: Having) -> None:
    connection = having(*HISTORY)
    assert reopenings(connection, JINNING) == (SECOND, FIRST)
    assert reopenings(connection, XIANHU) == (THEIRS,)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (2, []),
        (3, [(None, None)]),
        (4, [(DAYS[2], None)]),
        (5, [(DAYS[2], DAYS[3])]),
        (7, [(None, None), (DAYS[2], DAYS[3])]),
        (8, [(DAYS[6], None), (DAYS[2], DAYS[3])]),
    ],
)
def test_what_became_of_it_is_known_from_its_position_on(
    having: Having, known: int, expected: list[tuple[date | None, date | None]]
) -> None:
    found = reopenings(having(*HISTORY), JINNING, View(known=known))
    assert [(each.reopened_on, each.closed_again_on) for each in found] == expected


def test_another_months_closing_does_not_end_a_reopening(having: Having) -> None:
    (found,) = reopenings(
        having(closed(0), proposed(1), reopened(2), closed(3, JINNING, Month("2026-04")))
    )
    assert found.closed_again_on is None


def test_pages_go_on_after_a_position(having: Having) -> None:
    connection = having(*HISTORY)
    assert reopenings(connection, None, NOW, limit=2) == (THEIRS, SECOND)
    assert reopenings(connection, None, NOW, limit=2, after=SECOND.position) == (FIRST,)


@pytest.mark.parametrize("cut", range(1, len(HISTORY)))
def test_rows_do_not_depend_on_where_a_run_is_cut(database: str, cut: int) -> None:
    log = Log()
    log.add(*HISTORY)
    assert not rows_differ(database, MODEL, log.events, [cut])
