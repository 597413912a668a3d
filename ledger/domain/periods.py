"""Periods: a month of a community is closed when it is over, one after the other.

Closing says where new entries are booked, never when something happened. The first month closed
may be any month that is over; from then on the next month is the only one that can be closed,
and what lies before the first stays open.

The last closed month, and no earlier one, can be reopened: one person proposes it and says why,
another does it, and everybody can read who they were. So the closed months stay one run without a
hole. An entry that is corrected in the first open month then never jumps over a closed one, and a
month's figures depend on no earlier month that may still change. A reopened month is closed again
as it was closed before; what was booked in a later month meanwhile stays there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities
from ledger.domain.community_records import Community, MonthClosed, MonthReopened
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Month, PersonId, first_day, next_month


class ReopenReason(StrEnum):
    """Why a month must book again."""

    closed_by_mistake = "closed_by_mistake"
    papers_found = "papers_found"  # 补交单据
    entries_found_wrong = "entries_found_wrong"
    demanded_by_audit = "demanded_by_audit"
    other = "other"


# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """Close the books of a month of the community."""

    community: CommunityId
    month: Month


@dataclass(frozen=True, slots=True)
class ProposeReopen:
    """Ask that the last closed month book again; somebody else reopens it."""

    community: CommunityId
    month: Month
    reason: ReopenReason


@dataclass(frozen=True, slots=True)
class ReopenPeriod:
    """Let a month book again, as another person proposed."""

    community: CommunityId
    month: Month


PeriodCommand: TypeAlias = ClosePeriod | ProposeReopen | ReopenPeriod

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeriodClosed:
    """The month books nothing any more; `MonthClosed` tells the community."""

    community: CommunityId
    month: Month
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ReopeningProposed:
    """Somebody asked for the month to book again."""

    community: CommunityId
    month: Month
    reason: ReopenReason
    proposed_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PeriodReopened:
    """The month books again; `MonthReopened` tells the community."""

    community: CommunityId
    month: Month
    reason: ReopenReason
    proposed_by: PersonId
    reopened_by: PersonId
    occurred_on: date


PeriodEvent: TypeAlias = PeriodClosed | ReopeningProposed | PeriodReopened

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Period:
    """Whether the month is closed, how often it was, and what was proposed since."""

    closed: bool = False
    closings: int = 0
    proposal: ReopeningProposed | None = None


def stream(community: CommunityId, month: Month) -> Stream[Period]:
    """The stream of a month of a community; the month is the last seven characters of its id."""
    return Stream(f"period-{community}-{month}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: PeriodCommand, known: Known) -> CommunityId | None:
    """The community whose books they are."""
    return command.community


def needs(command: PeriodCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The month and its community."""
    return (stream(command.community, command.month), communities.stream(command.community))


def decide(command: PeriodCommand, known: Known, context: Context) -> Outcome:
    """Close a month that is over, once, and next in order; reopen the last one, by two persons."""
    community = known[communities.stream(command.community)]
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    period = known[stream(command.community, command.month)]
    match command:
        case ClosePeriod():
            return _close(command, period, community, context)
        case ProposeReopen():
            return _propose(command, period, community, context)
        case ReopenPeriod():
            return _reopen(command, period, community, context)
        case _:
            assert_never(command)


def _close(command: ClosePeriod, period: Period, community: Community, context: Context) -> Outcome:
    month, today = command.month, community.day_of(context)
    refused = first_refusal(
        _still_running(month, today),
        _closed_already(month, period),
        _out_of_order(month, community),
    )
    if refused is not None:
        return refused
    return (
        (stream(command.community, month), PeriodClosed(command.community, month, today)),
        (communities.stream(command.community), MonthClosed(month, today)),
    )


def _still_running(month: Month, today: date) -> Refused | None:
    if first_day(next_month(month)) <= today:
        return None
    return Refused(Code.month_must_be_over, month=month, today=today)


def _closed_already(month: Month, period: Period) -> Refused | None:
    return Refused(Code.month_must_not_be_closed_twice, month=month) if period.closed else None


def _out_of_order(month: Month, community: Community) -> Refused | None:
    """Whatever was reopened is closed first, also where it was the only month ever closed."""
    following = community.first_open_month(community.closed_since or month)
    if month == following:
        return None
    return Refused(Code.months_must_be_closed_in_order, month=month, following=following)


def _propose(
    command: ProposeReopen, period: Period, community: Community, context: Context
) -> Outcome:
    refused = first_refusal(
        _open_already(command.month, period),
        _not_the_last(command.month, community),
        _proposed_already(command.month, period),
    )
    event = ReopeningProposed(
        command.community,
        command.month,
        command.reason,
        context.actor,
        community.day_of(context),
    )
    return refused or ((stream(command.community, command.month), event),)


def _reopen(
    command: ReopenPeriod, period: Period, community: Community, context: Context
) -> Outcome:
    refused = first_refusal(
        _open_already(command.month, period),
        _not_the_last(command.month, community),
        _proposed_by_herself(period, context.actor),
    )
    if refused is not None:
        return refused
    if period.proposal is None:
        return Refused(Code.reopening_must_be_proposed_first, month=command.month)
    today = community.day_of(context)
    event = PeriodReopened(
        command.community,
        command.month,
        period.proposal.reason,
        period.proposal.proposed_by,
        context.actor,
        today,
    )
    return (
        (stream(command.community, command.month), event),
        (communities.stream(command.community), MonthReopened(command.month, today)),
    )


def _open_already(month: Month, period: Period) -> Refused | None:
    return None if period.closed else Refused(Code.month_must_be_closed, month=month)


def _not_the_last(month: Month, community: Community) -> Refused | None:
    last = max(community.closed, default=month)
    if month == last:
        return None
    return Refused(Code.month_must_be_the_last_closed, month=month, last=last)


def _proposed_already(month: Month, period: Period) -> Refused | None:
    if period.proposal is None:
        return None
    return Refused(Code.reopening_must_not_be_proposed_twice, month=month)


def _proposed_by_herself(period: Period, actor: PersonId) -> Refused | None:
    if period.proposal is None or period.proposal.proposed_by != actor:
        return None
    return Refused(Code.reopener_must_not_be_the_proposer)


# -- evolving ----------------------------------------------------------------------------------


def evolve(period: Period, event: PeriodEvent) -> Period:
    """A proposal is used up when the month is reopened."""
    match event:
        case PeriodClosed():
            return Period(closed=True, closings=period.closings + 1)
        case ReopeningProposed():
            return replace(period, proposal=event)
        case PeriodReopened():
            return Period(closings=period.closings)
        case _:
            assert_never(event)
