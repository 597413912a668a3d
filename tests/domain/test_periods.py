"""Periods: a month is closed when it is over, in order; the last one is reopened by two persons."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.domain import communities, periods
from ledger.domain.community_records import CommunityRegistered, MonthClosed, MonthReopened
from ledger.domain.decisions import Happening
from ledger.domain.periods import (
    ClosePeriod,
    PeriodClosed,
    PeriodReopened,
    ProposeReopen,
    ReopeningProposed,
    ReopenPeriod,
    ReopenReason,
)
from ledger.domain.values import CommunityId, Month, PersonId, Title, ZoneName
from tests.story import Given, Told, given

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


# -- reopening ---------------------------------------------------------------------------------

MANAGER = PersonId("00000000-0000-4000-8000-00000000000a")
APPROVER = PersonId("00000000-0000-4000-8000-00000000000b")
FEBRUARY = Month("2026-02")


def propose(month: str = FEBRUARY) -> ProposeReopen:
    return ProposeReopen(JINNING, Month(month), ReopenReason.papers_found)


def reopen(month: str = FEBRUARY) -> ReopenPeriod:
    return ReopenPeriod(JINNING, Month(month))


PROPOSED: Happening = (
    periods.stream(JINNING, FEBRUARY),
    ReopeningProposed(JINNING, FEBRUARY, ReopenReason.papers_found, MANAGER, TODAY),
)
REOPENED: tuple[Happening, ...] = (
    (
        periods.stream(JINNING, FEBRUARY),
        PeriodReopened(JINNING, FEBRUARY, ReopenReason.papers_found, MANAGER, APPROVER, TODAY),
    ),
    (communities.stream(JINNING), MonthReopened(FEBRUARY, TODAY)),
)


def after(*happenings: Happening) -> Given:
    """January and February were closed, and then this happened."""
    return given(COMMUNITY, closed("2026-01", "2026-02"), *happenings)


def test_one_person_proposes_and_another_reopens() -> None:
    told = after().when(propose(), by=MANAGER)
    assert told.decision == (PROPOSED,)
    told = after(PROPOSED).when(reopen(), by=APPROVER)
    assert told.decision == REOPENED


def test_nobody_reopens_what_she_proposed() -> None:
    after(PROPOSED).when(reopen(), by=MANAGER).refused("reopener_must_not_be_the_proposer")


def test_nothing_is_reopened_that_nobody_proposed() -> None:
    after().when(reopen(), by=APPROVER).refused("reopening_must_be_proposed_first", month="2026-02")


def test_a_reopening_is_proposed_once() -> None:
    for who in (MANAGER, APPROVER):
        after(PROPOSED).when(propose(), by=who).refused(
            "reopening_must_not_be_proposed_twice", month="2026-02"
        )


@pytest.mark.parametrize("command", [propose, reopen])
@pytest.mark.parametrize("month", ["2025-12", "2026-03"])
def test_only_a_closed_month_is_reopened(command: Any, month: str) -> None:
    after().when(command(month)).refused("month_must_be_closed", month=month)


@pytest.mark.parametrize("command", [propose, reopen])
def test_only_the_last_closed_month_is_reopened(command: Any) -> None:
    after().when(command("2026-01")).refused(
        "month_must_be_the_last_closed", month="2026-01", last="2026-02"
    )


def test_a_reopened_month_books_again_and_the_month_before_it_does_not() -> None:
    community = after(PROPOSED, *REOPENED).ledger[communities.stream(JINNING)]
    assert community.books(date(2026, 2, 20)) == "2026-02"
    assert community.books(date(2026, 1, 20)) == "2026-02"


def test_months_are_reopened_one_after_the_other_from_the_last_one_back() -> None:
    story = after(PROPOSED, *REOPENED)
    assert story.when(propose("2026-01"), by=MANAGER).events
    story.when(propose(), by=MANAGER).refused("month_must_be_closed", month="2026-02")


def closing_again(*before: Happening) -> Told:
    return given(COMMUNITY, *before).when(close("2026-02"))


def test_a_reopened_month_is_closed_again_as_often_as_it_is_reopened() -> None:
    again = closed("2026-02")
    once = (*closed("2026-01", "2026-02"), PROPOSED, *REOPENED)
    assert closing_again(*once).decision == again
    twice = (*once, *again, PROPOSED, *REOPENED)
    assert closing_again(*twice).decision == again


def test_a_proposal_does_not_outlive_the_reopening() -> None:
    after(PROPOSED, *REOPENED, *closed("2026-02")).when(reopen(), by=APPROVER).refused(
        "reopening_must_be_proposed_first"
    )


JANUARY = Month("2026-01")
PROPOSED_JANUARY: Happening = (
    periods.stream(JINNING, JANUARY),
    ReopeningProposed(JINNING, JANUARY, ReopenReason.other, MANAGER, TODAY),
)
REOPENED_JANUARY = (
    given(COMMUNITY, closed("2026-01"), PROPOSED_JANUARY)
    .when(reopen("2026-01"), by=APPROVER)
    .decision
)


def test_a_reopened_month_is_closed_before_the_next_one_though_it_was_the_only_one() -> None:
    story = given(COMMUNITY, closed("2026-01"), PROPOSED_JANUARY, *REOPENED_JANUARY)
    story.when(close("2026-02")).refused(
        "months_must_be_closed_in_order", month="2026-02", following="2026-01"
    )
    assert story.when(close("2026-01")).decision == closed("2026-01")
