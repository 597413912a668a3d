"""Public notices (公示): a closed month is put on display with the figures that the ledger has.

Nobody types a figure. Whoever publishes names a position of the log and the digest of the draft
that she has seen; what the ledger counts at that position must have the same digest. What is known
at a position never changes, so the comparison is final once the position is counted.

The month must be closed, and the position must lie behind its last closing: then what the notice
shows is what the closed books say. A notice is on display up to its last day, or until somebody
takes it down, and it stays known to auditors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, periods
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.notice_records import (
    MonthFigures,
    Notice,
    NoticePublished,
    NoticeWithdrawn,
    WithdrawalReason,
)
from ledger.domain.periods import Period
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Digest, Month, NoticeId, Position

DAYS_MOST: Final = 366
"""Nothing stays on public display for longer than is necessary for its purpose (PIPL, art. 19)."""

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishNotice:
    """Put a closed month on display as known at a position, up to and including the last day.

    Without a day it is the publicity days of the community's rules from today on, one at least.
    """

    notice: NoticeId
    community: CommunityId
    month: Month
    at_position: Position
    digest: Digest
    until: date | None = None


@dataclass(frozen=True, slots=True)
class WithdrawNotice:
    """Take a notice down before its last day is over."""

    notice: NoticeId
    reason: WithdrawalReason


NoticeCommand: TypeAlias = PublishNotice | WithdrawNotice

# -- streams -----------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def stream(notice: NoticeId) -> Stream[Notice]:
    """The stream of a notice."""
    return Stream(f"notice-{notice}")


def figures(
    community: CommunityId, month: Month, position: Position
) -> Stream[MonthFigures | None]:
    """What the ledger says of the month there, once it is counted; nobody writes to it."""
    return Stream(f"figures-{community}-{month}-{position}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: NoticeCommand, known: Known) -> CommunityId | None:
    """The community whose month it shows; None for a notice nobody published."""
    if isinstance(command, PublishNotice):
        return command.community
    return known[stream(command.notice)].community


def needs(command: NoticeCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The notice and its community; to publish, the month, and its figures if it is closed."""
    yield stream(command.notice)
    if isinstance(command, PublishNotice):
        yield communities.stream(command.community)
        yield periods.stream(command.community, command.month)
        period = known.get(periods.stream(command.community, command.month))
        if period is not None and period.closed:
            yield figures(command.community, command.month, command.at_position)
        return
    notice = known.get(stream(command.notice))
    if notice is not None and notice.community is not None:
        yield communities.stream(notice.community)


def decide(command: NoticeCommand, known: Known, context: Context) -> Outcome:
    """Publish what the ledger says of a closed month, once; take down what is on display."""
    match command:
        case PublishNotice():
            return _publish(command, known, context)
        case WithdrawNotice():
            return _withdraw(command, known, context)
        case _:
            assert_never(command)


def _publish(command: PublishNotice, known: Known, context: Context) -> Outcome:
    community = known[communities.stream(command.community)]
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    period = known[periods.stream(command.community, command.month)]
    today = community.day_of(context)
    until = command.until or today + days_least(today, community)
    refused = first_refusal(
        _unless_new(command.notice, known),
        _unless_within_bounds(until, today, community),
        _unless_closed(command.month, period),
    )
    if refused is not None:
        return refused
    refused = _unless_the_ledgers(command, period, known)
    event = NoticePublished(
        command.notice,
        command.community,
        command.month,
        command.at_position,
        command.digest,
        until,
        context.actor,
        today,
    )
    return refused or ((stream(command.notice), event),)


def _unless_new(notice: NoticeId, known: Known) -> Refused | None:
    if known[stream(notice)].community is None:
        return None
    return Refused(Code.notice_must_be_new, notice=notice)


def days_least(today: date, community: Community) -> timedelta:
    """The publicity days of the rules, and until tomorrow where they ask for none."""
    return timedelta(max(community.rules_on(today).publicity_days, 1))


def _unless_within_bounds(until: date, today: date, community: Community) -> Refused | None:
    """On display for as long as the community's rules ask, for a day at least."""
    first_day, last_day = today + days_least(today, community), today + timedelta(DAYS_MOST)
    if first_day <= until <= last_day:
        return None
    code = Code.notice_must_end_within_its_bounds
    return Refused(code, until=until, first_day=first_day, last_day=last_day)


def _unless_closed(month: Month, period: Period) -> Refused | None:
    return None if period.closed else Refused(Code.notice_must_be_of_a_closed_month, month=month)


def _unless_the_ledgers(command: PublishNotice, period: Period, known: Known) -> Refused | None:
    """Counted, behind the last closing of the month, and the very figures that are named."""
    month, position = command.month, command.at_position
    counted = known[figures(command.community, month, position)]
    if counted is None:
        return Refused(Code.figures_must_have_been_counted, month=month, position=position)
    if counted.closings != period.closings:
        return Refused(Code.position_must_follow_the_closing, month=month, position=position)
    if counted.digest != command.digest:
        return Refused(Code.digest_must_be_the_ledgers, month=month, position=position)
    return None


def _withdraw(command: WithdrawNotice, known: Known, context: Context) -> Outcome:
    notice = known[stream(command.notice)]
    if notice.community is None:
        return Refused(Code.notice_must_be_known, notice=command.notice)
    today = known[communities.stream(notice.community)].day_of(context)
    refused = first_refusal(
        _unless_standing(command.notice, notice),
        _unless_within_its_term(command.notice, notice, today),
    )
    event = NoticeWithdrawn(command.notice, notice.community, command.reason, context.actor, today)
    return refused or ((stream(command.notice), event),)


def _unless_standing(name: NoticeId, notice: Notice) -> Refused | None:
    if not notice.withdrawn:
        return None
    return Refused(Code.notice_must_not_be_withdrawn_twice, notice=name)


def _unless_within_its_term(name: NoticeId, notice: Notice, today: date) -> Refused | None:
    if today <= notice.until:
        return None
    return Refused(Code.notice_must_be_within_its_term, notice=name, until=notice.until)
