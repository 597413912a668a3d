"""Periods: a month is closed when it is over, once, and in order."""

from datetime import UTC, date, datetime

import pytest

from ledger.domain import communities, periods
from ledger.domain.community_records import CommunityRegistered, MonthClosed
from ledger.domain.decisions import Happening
from ledger.domain.periods import ClosePeriod, PeriodClosed
from ledger.domain.values import CommunityId, Month, Title, ZoneName
from tests.story import Given, given

JINNING = CommunityId("jinning")
TODAY = date(2026, 3, 2)
COMMUNITY: Happening = (
    communities.stream(JINNING),
    CommunityRegistered(
        JINNING, Title("金宁社区"), Title("丹灶镇"), ZoneName("Asia/Shanghai"), TODAY
    ),
)


def close(month: str) -> ClosePeriod:
    return ClosePeriod(JINNING, Month(month))


def closed(*months: str) -> tuple[Happening, ...]:
    return tuple(
        happening
        for month in months
        for happening in (
            (
                periods.stream(JINNING, Month(month)),
                PeriodClosed(JINNING, Month(month), TODAY),
            ),
            (communities.stream(JINNING), MonthClosed(Month(month), TODAY)),
        )
    )


def books(*months: str) -> Given:
    return given(COMMUNITY, closed(*months))


def test_a_closed_month_is_told_to_the_month_and_to_its_community() -> None:
    told = books().when(close("2026-02"))
    assert told.decision == closed("2026-02")
    assert told.decision[0][0] == "period-jinning-2026-02"


@pytest.mark.parametrize(
    ("at", "over"),
    [
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), False),  # 23:59 in Shanghai
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), True),  # 00:00 on 1 March in Shanghai
        (datetime(2026, 3, 1, 0, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_is_over_when_the_communitys_own_midnight_has_passed(
    at: datetime, over: bool
) -> None:
    told = books().when(close("2026-02"), at=at)
    if over:
        told.then(
            PeriodClosed(JINNING, Month("2026-02"), date(2026, 3, 1)),
            MonthClosed(Month("2026-02"), date(2026, 3, 1)),
        )
    else:
        told.refused("month_must_be_over", month="2026-02", today=date(2026, 2, 28))


def test_the_first_closing_may_be_any_month_that_is_over() -> None:
    books().when(close("1999-12")).then(*(event for _, event in closed("1999-12")))


@pytest.mark.parametrize("before", ["1999-12", "2025-09", "2025-10"])
def test_what_lies_before_the_first_closed_month_stays_open(before: str) -> None:
    books("2025-11", "2025-12", "2026-01").when(close(before)).refused(
        "months_must_be_closed_in_order", month=before, following="2026-02"
    )


def test_a_month_must_not_be_left_out() -> None:
    books("2025-10").when(close("2026-01")).refused(
        "months_must_be_closed_in_order", month="2026-01", following="2025-11"
    )


def test_a_december_is_followed_by_a_january() -> None:
    books("2025-12").when(close("2026-01")).then(*(event for _, event in closed("2026-01")))


def test_a_month_is_closed_once() -> None:
    books("2026-01", "2026-02").when(close("2026-01")).refused(
        "month_must_not_be_closed_twice", month="2026-01"
    )


def test_a_month_that_is_not_over_is_told_before_its_order() -> None:
    books("2025-10").when(close("2026-03")).refused("month_must_be_over", month="2026-03")


def test_only_a_known_community_closes_a_month() -> None:
    given().when(close("2026-02")).refused("community_must_be_known", community=JINNING)


def test_another_communitys_closing_does_not_matter() -> None:
    xianhu = CommunityId("xianhu")
    theirs: Happening = (communities.stream(xianhu), MonthClosed(Month("2025-06"), TODAY))
    given(COMMUNITY, theirs).when(close("2026-02")).then(*(e for _, e in closed("2026-02")))


def test_a_period_is_its_communitys_matter() -> None:
    assert periods.place(close("2026-02"), given().ledger) == JINNING
