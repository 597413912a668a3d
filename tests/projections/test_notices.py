"""Notices: what is on display at a moment, what became of it, and what is outdated."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from psycopg import Connection

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.notice_records import NoticePublished, NoticeWithdrawn, WithdrawalReason
from ledger.domain.periods import PeriodClosed, PeriodReopened, ReopenReason
from ledger.domain.values import (
    CommunityId,
    Digest,
    Month,
    NoticeId,
    Position,
    Title,
    ZoneName,
)
from ledger.projections import notice_records, notices, period_records
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import exceptions
from ledger.projections.notices import Display, Notice
from ledger.projections.view import NOW, View
from tests.builders import CLERK, JINNING, NEW_YEAR, person
from tests.projections.by_hand import Log, rows_differ
from tests.projections.detecting import MODELS as DETECTED
from tests.projections.detecting import found, found_one
from tests.projections.real_log import written

MODEL = notice_records.MODEL
MODELS = (MODEL, period_records.MODEL)
FAR = CommunityId("far-west")
JANUARY, FEBRUARY = Month("2026-01"), Month("2026-02")
MARCH_2, APRIL_30 = date(2026, 3, 2), date(2026, 4, 30)
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
ONE, TWO = NoticeId("one"), NoticeId("two")
HOMES = (
    CommunityRegistered(JINNING, Title("金宁"), Title("丹灶"), ZoneName("Asia/Shanghai"), NEW_YEAR),
    CommunityRegistered(FAR, Title("远方"), Title("丹灶"), ZoneName("Pacific/Honolulu"), NEW_YEAR),
)


def published(
    name: NoticeId = ONE,
    where: CommunityId = JINNING,
    month: Month = FEBRUARY,
    *,
    on: date = MARCH_2,
    until: date = APRIL_30,
    at: int = 2,
) -> NoticePublished:
    return NoticePublished(name, where, month, Position(at), Digest("0f" * 32), until, CLERK, on)


def withdrawn(name: NoticeId = ONE, where: CommunityId = JINNING) -> NoticeWithdrawn:
    return NoticeWithdrawn(name, where, WithdrawalReason.objection_upheld, CLERK, MARCH_2)


def reopened(month: Month = FEBRUARY, where: CommunityId = JINNING, on: date = MARCH_2) -> Any:
    reason = ReopenReason.papers_found
    return PeriodReopened(where, month, reason, CLERK, person(1), on)


def closed(month: Month = FEBRUARY, where: CommunityId = JINNING) -> PeriodClosed:
    return PeriodClosed(where, month, MARCH_2)


def on_display(connection: Connection[Any], moment: datetime = NOON, **asked: Any) -> list[str]:
    return [each.notice for each in notices.register(connection, moment, shown=True, **asked)]


def one(connection: Connection[Any], view: View = NOW, moment: datetime = NOON) -> Notice:
    found = notices.notice(connection, ONE, moment, view)
    assert found is not None
    return found


# -- what is on display ------------------------------------------------------------------------


def test_a_notice_is_on_display_until_its_last_day_is_over_in_its_community(database: str) -> None:
    events = (published(ONE), published(TWO, FAR))
    with written(database, MODELS, *HOMES, *events) as connection:
        for moment, shown in (
            (datetime(2026, 4, 30, 15, 59, tzinfo=UTC), [TWO, ONE]),
            (datetime(2026, 4, 30, 16, 0, tzinfo=UTC), [TWO]),  # midnight in Shanghai
            (datetime(2026, 5, 1, 9, 59, tzinfo=UTC), [TWO]),
            (datetime(2026, 5, 1, 10, 0, tzinfo=UTC), []),  # midnight in Honolulu
        ):
            assert on_display(connection, moment) == shown
        last = one(connection, moment=datetime(2026, 4, 30, 15, 59, tzinfo=UTC))
        assert last.display is Display.shown
        late = one(connection, moment=datetime(2026, 5, 1, tzinfo=UTC))
        assert (late.display, late.last_day) == (Display.ended, APRIL_30)


def test_what_is_withdrawn_is_on_display_no_more_and_stays_known(database: str) -> None:
    with written(database, MODELS, *HOMES, published(), withdrawn()) as connection:
        assert on_display(connection) == []
        (told,) = notices.register(connection, NOON, JINNING)
        assert (told.display, told.last_day, told.withdrawn_by, told.reason) == (
            Display.withdrawn,
            MARCH_2,
            CLERK,
            WithdrawalReason.objection_upheld,
        )
        assert one(connection, View(known=3)).display is Display.shown
        assert notices.notice(connection, ONE, NOON, View(known=2)) is None


def test_the_newest_comes_first_and_pages_go_on(database: str) -> None:
    names = [NoticeId(f"n-{number}") for number in range(7)]
    days = (MARCH_2, date(2026, 3, 3))
    events = [published(name, on=days[place % 2]) for place, name in enumerate(names)]
    with written(database, MODELS, *HOMES, *events, withdrawn(names[4])) as connection:
        whole = notices.register(connection, NOON, shown=True)
        assert [each.notice for each in whole] == ["n-5", "n-3", "n-1", "n-6", "n-2", "n-0"]
        pages: list[Notice] = []
        while page := notices.register(
            connection, NOON, shown=True, limit=2, after=pages[-1].key if pages else None
        ):
            pages += page
    assert tuple(pages) == whole


def test_notices_are_asked_by_community(database: str) -> None:
    events = (published(ONE), published(TWO, FAR))
    with written(database, MODELS, *HOMES, *events) as connection:
        assert on_display(connection, community=FAR) == [TWO]
        assert [each.notice for each in notices.register(connection, NOON, JINNING)] == [ONE]


def test_the_longest_term_is_on_display_to_its_last_day(database: str) -> None:
    longest = published(until=date(2027, 3, 3))
    with written(database, MODELS, *HOMES, longest) as connection:
        assert on_display(connection, datetime(2027, 3, 3, 15, 59, tzinfo=UTC)) == [ONE]
        assert on_display(connection, datetime(2027, 3, 3, 16, 0, tzinfo=UTC)) == []


# -- what became of the month ------------------------------------------------------------------


def test_a_notice_says_when_its_month_was_reopened_since(database: str) -> None:
    before, after = date(2026, 2, 3), date(2026, 3, 5)
    events = (reopened(on=before), closed(), published(at=4), reopened(JANUARY))
    with written(database, MODELS, *HOMES, *events, reopened(on=after)) as connection:
        assert one(connection).reopened_on == after
        assert one(connection, View(known=6)).reopened_on is None


def test_a_month_reopened_after_it_was_published_is_found(database: str) -> None:
    finding = found_one(
        database, Pattern.notice_outdated, *HOMES, published(), reopened(), closed(), reopened()
    )
    assert (finding.community, finding.subject, finding.others) == (
        JINNING,
        JINNING,
        (ONE, FEBRUARY),
    )
    assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 2, (6, 4, 3))
    assert finding.facts == {"notice": ONE, "month": FEBRUARY, "times": 2, "day": "2026-03-02"}


@pytest.mark.parametrize(
    "events",
    [
        (reopened(), closed(), published(at=4)),  # before it was published
        (published(), reopened(JANUARY), reopened(where=FAR)),  # another one
        (published(), reopened(), withdrawn()),  # it is taken down
        (published(), reopened(), closed(), published(TWO, at=5)),  # it is replaced
    ],
)
def test_what_shows_the_books_or_nothing_is_not_found(
    database: str, events: tuple[object, ...]
) -> None:
    assert found(database, *HOMES, *events, pattern=Pattern.notice_outdated) == []


def test_a_notice_that_was_published_before_the_last_reopening_replaces_nothing(
    database: str,
) -> None:
    again = (published(), reopened(), closed(), published(TWO, at=5), reopened())
    findings = found(database, *HOMES, *again, pattern=Pattern.notice_outdated)
    assert [(each.others[0], each.evidence) for each in findings] == [(ONE, (7, 3)), (TWO, (7, 6))]


def test_only_within_reach_is_it_found(database: str) -> None:
    here = (*HOMES, published(), reopened())
    with written(database, DETECTED, *here) as connection:
        for reach, count in (({FAR}, 0), ({JINNING}, 1), (None, 1)):
            assert len(exceptions(connection, reach=reach)) == count


# -- the fold ----------------------------------------------------------------------------------


def test_wherever_the_log_is_cut_the_rows_are_the_same(database: str) -> None:
    log = Log()
    log.add(*HOMES, published(), published(TWO, FAR), withdrawn(), withdrawn(TWO, FAR))
    for cut in range(1, len(log.events)):
        assert rows_differ(database, MODEL, log.events, [cut]) == []
