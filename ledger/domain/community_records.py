"""What is remembered of a community: its rules by day, its parts, and which months are closed.

Service rules and population are dated: a day is judged by what was in force on that day.
Every booking asks which months are closed, so a community knows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from ledger.domain.bands import DEFAULT_BANDS, Bands
from ledger.domain.decisions import Context
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Minutes,
    Month,
    Title,
    UnitId,
    ZoneName,
    local_day,
    month_of,
    next_month,
)

SHANGHAI: Final = ZoneName("Asia/Shanghai")
STAR_THRESHOLDS: Final = tuple(Minutes(60 * hours) for hours in (100, 300, 600, 1000, 1500))


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a community's service is judged; the values of the service day count.

    A local day over `unit_minutes_most` is held for a second approval, over `town_minutes_most`
    for the town's. Confirmation more than `late_entry_days` after the service day is held.
    An objection is to be answered within `objection_days` of the day on which it was raised.
    """

    unit_minutes_most: Minutes = Minutes(480)
    town_minutes_most: Minutes = Minutes(720)
    late_entry_days: Count = Count(30)
    star_thresholds: tuple[Minutes, ...] = STAR_THRESHOLDS
    publicity_days: Count = Count(0)
    time_bank: bool = False
    objection_days: Count = Count(15)


class UnitKind(StrEnum):
    """What an organising unit is."""

    committee = "committee"
    team = "team"
    association = "association"
    school = "school"
    other = "other"  # also what was registered before a kind was asked for


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommunityRegistered:
    """A community was entered."""

    community: CommunityId
    name: Title
    town: Title
    time_zone: ZoneName
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PopulationRecorded:
    """The number of habitual residents from `valid_from` on."""

    community: CommunityId
    residents: Count
    valid_from: date
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CooperativeRegistered:
    """An economic cooperative was entered."""

    cooperative: CooperativeId
    name: Title
    occurred_on: date


@dataclass(frozen=True, slots=True)
class UnitRegistered:
    """An organising unit was entered, by itself or as a part of another one of the community."""

    unit: UnitId
    name: Title
    kind: UnitKind
    belongs_to: UnitId | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ServiceRulesSet:
    """The rules of service days from `valid_from` on."""

    community: CommunityId
    valid_from: date
    rules: ServiceRules
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ApprovalBandsSet:
    """Which approvals payments need, of requests from `valid_from` on."""

    community: CommunityId
    valid_from: date
    bands: Bands
    occurred_on: date


@dataclass(frozen=True, slots=True)
class MonthClosed:
    """Twin of `PeriodClosed`: the community knows which months book nothing any more."""

    month: Month
    occurred_on: date


@dataclass(frozen=True, slots=True)
class MonthReopened:
    """Twin of `PeriodReopened`: the month books again."""

    month: Month
    occurred_on: date


CommunityEvent: TypeAlias = (
    CommunityRegistered
    | PopulationRecorded
    | CooperativeRegistered
    | UnitRegistered
    | ServiceRulesSet
    | ApprovalBandsSet
    | MonthClosed
    | MonthReopened
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """An organising unit of a community."""

    name: Title
    kind: UnitKind
    belongs_to: UnitId | None


@dataclass(frozen=True, slots=True)
class Community:
    """What decisions ask of a community; `name` is None before it is registered.

    `closed_since` is the first month that was ever closed.
    """

    name: Title | None = None
    time_zone: ZoneName = SHANGHAI
    registered_on: date = date.min
    cooperatives: frozenset[CooperativeId] = frozenset()
    units: Mapping[UnitId, Unit] = field(default_factory=dict)
    rules: tuple[tuple[date, ServiceRules], ...] = ()
    bands: tuple[tuple[date, Bands], ...] = ()
    closed: frozenset[Month] = frozenset()
    closed_since: Month | None = None

    def rules_on(self, day: date) -> ServiceRules:
        """The service rules in force on that day; the later entry wins for the same day."""
        in_force = [entry for entry in reversed(self.rules) if entry[0] <= day]
        return max(in_force, key=lambda entry: entry[0])[1] if in_force else ServiceRules()

    def bands_on(self, day: date) -> Bands:
        """The approval bands in force on that day; the later entry wins for the same day."""
        in_force = [entry for entry in reversed(self.bands) if entry[0] <= day]
        return max(in_force, key=lambda entry: entry[0])[1] if in_force else DEFAULT_BANDS

    def first_open_month(self, month: Month) -> Month:
        """The month itself if it is open, else the first open one after it: `booked_in`."""
        while month in self.closed:
            month = next_month(month)
        return month

    def books(self, day: date) -> Month:
        """The month in which what happened on that day is booked."""
        return self.first_open_month(month_of(day))

    def books_mirror_of(self, booked_in: Month) -> Month:
        """The month in which an entry of that month is taken back: never one before it.

        A reopened month may be open again and earlier, and never had the entry (decision 32).
        """
        return self.first_open_month(booked_in)

    def day_of(self, context: Context) -> date:
        """The community's local day at the moment of the decision."""
        return local_day(context.decided_at, self.time_zone)


# -- evolving ----------------------------------------------------------------------------------


def evolve(community: Community, event: CommunityEvent) -> Community:
    """Population is for reports only, so the state does not keep it."""
    match event:
        case CommunityRegistered():
            entered = replace(community, name=event.name, time_zone=event.time_zone)
            return replace(entered, registered_on=event.occurred_on)
        case PopulationRecorded():
            return community
        case CooperativeRegistered():
            return replace(community, cooperatives=community.cooperatives | {event.cooperative})
        case UnitRegistered():
            unit = Unit(event.name, event.kind, event.belongs_to)
            return replace(community, units={**community.units, event.unit: unit})
        case ServiceRulesSet():
            return replace(community, rules=(*community.rules, (event.valid_from, event.rules)))
        case MonthClosed() | MonthReopened():
            return _books(community, event)
        case ApprovalBandsSet():
            return replace(community, bands=(*community.bands, (event.valid_from, event.bands)))
        case _:
            assert_never(event)


def _books(community: Community, event: MonthClosed | MonthReopened) -> Community:
    if isinstance(event, MonthReopened):
        return replace(community, closed=community.closed - {event.month})
    since = community.closed_since or event.month
    return replace(community, closed=community.closed | {event.month}, closed_since=since)
