"""Notices: a closed month is put on display with the ledger's own figures, and is taken down."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain import communities, notices, periods
from ledger.domain.catalogue import kind_of
from ledger.domain.community_records import (
    CommunityRegistered,
    MonthClosed,
    MonthReopened,
    ServiceRules,
    ServiceRulesSet,
)
from ledger.domain.decisions import Context, Happening
from ledger.domain.notice_records import (
    MonthFigures,
    NoticePublished,
    NoticeWithdrawn,
    WithdrawalReason,
)
from ledger.domain.notices import DAYS_MOST, PublishNotice, WithdrawNotice
from ledger.domain.periods import PeriodClosed, PeriodReopened, ReopenReason
from ledger.domain.values import (
    CommunityId,
    Count,
    Digest,
    Month,
    NoticeId,
    PersonId,
    Position,
    Title,
    ZoneName,
)
from tests.story import NOON, SOMEBODY, Counted, Part, Told, given

JINNING, FEBRUARY = CommunityId("jinning"), Month("2026-02")
NOTICE = NoticeId("jinning-2026-02")
TODAY, APRIL = date(2026, 3, 2), date(2026, 4, 30)
HERE, OURS, ANOTHER = Position(70), Digest("0f" * 32), Digest("f0" * 32)
OTHER = PersonId("00000000-0000-4000-8000-00000000000e")
HOME: Happening = (
    communities.stream(JINNING),
    CommunityRegistered(
        JINNING, Title("金宁社区"), Title("丹灶镇"), ZoneName("Asia/Shanghai"), TODAY
    ),
)
PERIOD = periods.stream(JINNING, FEBRUARY)
CLOSED = (
    (PERIOD, PeriodClosed(JINNING, FEBRUARY, TODAY)),
    (communities.stream(JINNING), MonthClosed(FEBRUARY, TODAY)),
)
REOPENED = (
    (
        PERIOD,
        PeriodReopened(JINNING, FEBRUARY, ReopenReason.papers_found, SOMEBODY, OTHER, TODAY),
    ),
    (communities.stream(JINNING), MonthReopened(FEBRUARY, TODAY)),
)
PUBLISHED: Happening = (
    notices.stream(NOTICE),
    NoticePublished(NOTICE, JINNING, FEBRUARY, HERE, OURS, APRIL, SOMEBODY, TODAY),
)
WITHDRAWN: Happening = (
    notices.stream(NOTICE),
    NoticeWithdrawn(NOTICE, JINNING, WithdrawalReason.other, SOMEBODY, TODAY),
)


def counted(digest: Digest = OURS, closings: int = 1, at: Position = HERE) -> Counted:
    return Counted(notices.figures(JINNING, FEBRUARY, at), MonthFigures(digest, closings))


def publish(**changed: Any) -> PublishNotice:
    named: dict[str, Any] = {
        "notice": NOTICE,
        "community": JINNING,
        "month": FEBRUARY,
        "at_position": HERE,
        "digest": OURS,
        "until": APRIL,
    }
    return PublishNotice(**named | changed)


def asking(command: object, *parts: Part, at: datetime = NOON) -> Told:
    return given(HOME, *parts).when(command, at=at)


def rules(publicity_days: int) -> Happening:
    ours = ServiceRules(publicity_days=Count(publicity_days))
    return communities.stream(JINNING), ServiceRulesSet(JINNING, TODAY, ours, TODAY)


# -- publishing --------------------------------------------------------------------------------


def test_a_closed_month_is_published_with_the_figures_that_the_ledger_counts() -> None:
    told = asking(publish(), CLOSED, counted())
    assert told.decision == (PUBLISHED,)
    assert told.decision[0][0] == "notice-jinning-2026-02"


def test_a_digest_that_is_not_the_ledgers_is_refused() -> None:
    asking(publish(digest=ANOTHER), CLOSED, counted()).refused(
        "digest_must_be_the_ledgers", month=FEBRUARY, position=HERE
    )


def test_what_another_position_says_is_not_what_this_one_says() -> None:
    later = Position(71)
    asking(publish(at_position=later), CLOSED, counted(), counted(ANOTHER, at=later)).refused(
        "digest_must_be_the_ledgers", position=later
    )


def test_what_is_not_counted_yet_or_lies_in_the_future_is_not_published() -> None:
    asking(publish(), CLOSED).refused(
        "figures_must_have_been_counted", month=FEBRUARY, position=HERE
    )


def test_a_month_that_is_open_is_not_published_and_its_figures_are_not_asked_for() -> None:
    asking(publish()).refused("notice_must_be_of_a_closed_month", month=FEBRUARY)
    asked = notices.needs(publish(), given(HOME).ledger, Context(SOMEBODY, NOON))
    assert not [stream for stream in asked if stream.startswith("figures-")]


def test_a_position_before_the_closing_is_refused_though_its_digest_is_right() -> None:
    asking(publish(), CLOSED, counted(closings=0)).refused(
        "position_must_follow_the_closing", month=FEBRUARY, position=HERE
    )


def test_a_month_that_was_reopened_meanwhile_is_refused() -> None:
    asking(publish(), CLOSED, REOPENED, counted()).refused("notice_must_be_of_a_closed_month")


def test_a_month_that_was_reopened_and_closed_again_needs_a_new_draft() -> None:
    again = (*CLOSED, *REOPENED, *CLOSED)
    asking(publish(), again, counted()).refused("position_must_follow_the_closing")
    asking(publish(), again, counted(closings=2)).then(PUBLISHED[1])


def test_a_notice_is_published_once_under_its_id() -> None:
    for taken_down in ((), (WITHDRAWN,)):
        asking(publish(), CLOSED, counted(), PUBLISHED, *taken_down).refused(
            "notice_must_be_new", notice=NOTICE
        )


def test_only_a_known_community_has_months() -> None:
    given(CLOSED, counted()).when(publish()).refused("community_must_be_known", community=JINNING)


# -- the term ----------------------------------------------------------------------------------


@pytest.mark.parametrize("publicity_days", [0, 1, 7])
@pytest.mark.parametrize("beyond", [-1, 0, DAYS_MOST, DAYS_MOST + 1])
def test_it_is_on_display_for_the_days_that_the_rules_ask_and_for_a_year_at_most(
    publicity_days: int, beyond: int
) -> None:
    first = TODAY + timedelta(days=max(publicity_days, 1))
    last = TODAY + timedelta(days=DAYS_MOST)
    until = (first if beyond < 1 else TODAY) + timedelta(days=beyond)
    told = asking(publish(until=until), rules(publicity_days), CLOSED, counted())
    if first <= until <= last:
        assert told.events[0].until == until
    else:
        told.refused(
            "notice_must_end_within_its_bounds", until=until, first_day=first, last_day=last
        )


def test_without_a_last_day_it_is_the_publicity_days_of_the_rules() -> None:
    told = asking(publish(until=None), rules(7), CLOSED, counted())
    assert told.events[0].until == date(2026, 3, 9)
    told = asking(publish(until=None), CLOSED, counted())
    assert told.events[0].until == TODAY + timedelta(days=1), "the rules ask for none"


def test_days_are_the_communitys_own() -> None:
    late = NOON + timedelta(hours=13)  # 01:00 on the third in Shanghai, the second in Greenwich
    told = asking(publish(until=None), rules(7), CLOSED, counted(), at=late)
    assert (told.events[0].occurred_on, told.events[0].until) == (
        date(2026, 3, 3),
        date(2026, 3, 10),
    )


# -- taking it down ----------------------------------------------------------------------------


def withdraw() -> WithdrawNotice:
    return WithdrawNotice(NOTICE, WithdrawalReason.other)


def test_a_notice_is_taken_down_with_a_reason() -> None:
    asking(withdraw(), PUBLISHED).then(WITHDRAWN[1])


def test_a_notice_is_taken_down_once() -> None:
    asking(withdraw(), PUBLISHED, WITHDRAWN).refused(
        "notice_must_not_be_withdrawn_twice", notice=NOTICE
    )


@pytest.mark.parametrize(("days", "over"), [(59, False), (60, True)])
def test_what_has_ended_with_its_term_is_not_taken_down(days: int, over: bool) -> None:
    told = asking(withdraw(), PUBLISHED, at=NOON + timedelta(days=days))
    if over:
        told.refused("notice_must_be_within_its_term", notice=NOTICE, until=APRIL)
    else:
        assert told.events[0].occurred_on == APRIL


def test_what_was_never_published_is_not_taken_down() -> None:
    asking(withdraw()).refused("notice_must_be_known", notice=NOTICE)


# -- where it belongs --------------------------------------------------------------------------


def test_a_notice_is_the_matter_of_its_community() -> None:
    ledger = given(HOME, PUBLISHED).ledger
    assert notices.place(publish(), ledger) == JINNING
    assert notices.place(withdraw(), ledger) == JINNING
    assert notices.place(WithdrawNotice(NoticeId("no"), WithdrawalReason.other), ledger) is None


def test_nobody_writes_to_figures() -> None:
    stream = notices.figures(JINNING, FEBRUARY, HERE)
    with pytest.raises(LookupError):
        kind_of(stream).evolve(None, PUBLISHED[1])
