"""Periods: a month of a community is closed once, when it is over, one after the other.

Closing says where new entries are booked, never when something happened. The first month closed
may be any month that is over; from then on the next month is the only one that can be closed,
and what lies before the first stays open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities
from ledger.domain.community_records import Community, MonthClosed
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Month, first_day, next_month


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """Close the books of a month of the community."""

    community: CommunityId
    month: Month


@dataclass(frozen=True, slots=True)
class PeriodClosed:
    """The month books nothing any more; `MonthClosed` tells the community."""

    community: CommunityId
    month: Month
    occurred_on: date


PeriodCommand: TypeAlias = ClosePeriod
PeriodEvent: TypeAlias = PeriodClosed


@dataclass(frozen=True, slots=True)
class Period:
    """Whether the month is closed."""

    closed: bool = False


def stream(community: CommunityId, month: Month) -> Stream[Period]:
    """The stream of a month of a community; the month is the last seven characters of its id."""
    return Stream(f"period-{community}-{month}")


def place(command: PeriodCommand, known: Known) -> CommunityId | None:
    """The community whose books they are."""
    return command.community


def needs(command: PeriodCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The month and its community."""
    return (stream(command.community, command.month), communities.stream(command.community))


def decide(command: PeriodCommand, known: Known, context: Context) -> Outcome:
    """Close a month that is over, once, and next in order."""
    community = known[communities.stream(command.community)]
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    period = stream(command.community, command.month)
    today = community.day_of(context)
    refused = first_refusal(
        _still_running(command.month, today),
        _closed_already(command.month, known[period]),
        _out_of_order(command.month, community),
    )
    if refused is not None:
        return refused
    return (
        (period, PeriodClosed(command.community, command.month, today)),
        (communities.stream(command.community), MonthClosed(command.month, today)),
    )


def _still_running(month: Month, today: date) -> Refused | None:
    if first_day(next_month(month)) <= today:
        return None
    return Refused(Code.month_must_be_over, month=month, today=today)


def _closed_already(month: Month, period: Period) -> Refused | None:
    return Refused(Code.month_must_not_be_closed_twice, month=month) if period.closed else None


def _out_of_order(month: Month, community: Community) -> Refused | None:
    following = community.first_open_month(min(community.closed, default=month))
    if month == following:
        return None
    return Refused(Code.months_must_be_closed_in_order, month=month, following=following)


def evolve(period: Period, event: PeriodEvent) -> Period:
    """Closed is closed."""
    match event:
        case PeriodClosed():
            return Period(closed=True)
        case _:
            assert_never(event)
