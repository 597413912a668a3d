"""Communities: population, cooperatives, organising units, and the rules of their service.

Service rules and population are dated: a day is judged by what was in force on that day.
A community also knows which of its months are closed, because every booking asks for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, TypeAlias, assert_never
from zoneinfo import ZoneInfoNotFoundError

from ledger.domain.decisions import Context, Decision, Known, Outcome, Refused, Stream
from ledger.domain.refusals import Code
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Minutes,
    Month,
    Title,
    UnitId,
    ZoneName,
    community_of,
    local_day,
    month_of,
    next_month,
    zone,
)

SHANGHAI: Final = ZoneName("Asia/Shanghai")
STAR_THRESHOLDS: Final = tuple(Minutes(60 * hours) for hours in (100, 300, 600, 1000, 1500))


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a community's service is judged; the values of the service day count.

    A local day over `unit_minutes_most` is held for a second approval, over `town_minutes_most`
    for the town's. Confirmation more than `late_entry_days` after the service day is held.
    """

    unit_minutes_most: Minutes = Minutes(480)
    town_minutes_most: Minutes = Minutes(720)
    late_entry_days: Count = Count(30)
    star_thresholds: tuple[Minutes, ...] = STAR_THRESHOLDS
    publicity_days: Count = Count(0)
    time_bank: bool = False


# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterCommunity:
    """Enter a community: the territory of one residents' or villagers' committee."""

    community: CommunityId
    name: Title
    town: Title
    time_zone: ZoneName = SHANGHAI


@dataclass(frozen=True, slots=True)
class RecordPopulation:
    """State how many people habitually live there from a day on; per-head tables divide by it."""

    community: CommunityId
    residents: Count
    valid_from: date


@dataclass(frozen=True, slots=True)
class RegisterCooperative:
    """Enter an economic cooperative (经济社) of the community; it may bear a share of meals."""

    cooperative: CooperativeId
    name: Title


@dataclass(frozen=True, slots=True)
class RegisterUnit:
    """Enter an organising unit (组织单位): who organises records, and who records certifies."""

    unit: UnitId
    name: Title


@dataclass(frozen=True, slots=True)
class SetServiceRules:
    """Set the rules for service days from a day on."""

    community: CommunityId
    valid_from: date
    rules: ServiceRules


CommunityCommand: TypeAlias = (
    RegisterCommunity | RecordPopulation | RegisterCooperative | RegisterUnit | SetServiceRules
)

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
    """An organising unit was entered."""

    unit: UnitId
    name: Title
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ServiceRulesSet:
    """The rules of service days from `valid_from` on."""

    community: CommunityId
    valid_from: date
    rules: ServiceRules
    occurred_on: date


@dataclass(frozen=True, slots=True)
class MonthClosed:
    """Twin of `PeriodClosed`: the community knows which months book nothing any more."""

    month: Month
    occurred_on: date


CommunityEvent: TypeAlias = (
    CommunityRegistered
    | PopulationRecorded
    | CooperativeRegistered
    | UnitRegistered
    | ServiceRulesSet
    | MonthClosed
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Community:
    """What decisions ask of a community; `name` is None before it is registered."""

    name: Title | None = None
    time_zone: ZoneName = SHANGHAI
    cooperatives: frozenset[CooperativeId] = frozenset()
    units: frozenset[UnitId] = frozenset()
    rules: tuple[tuple[date, ServiceRules], ...] = ()
    closed: frozenset[Month] = frozenset()

    def rules_on(self, day: date) -> ServiceRules:
        """The service rules in force on that day; the later entry wins for the same day."""
        in_force = [entry for entry in reversed(self.rules) if entry[0] <= day]
        return max(in_force, key=lambda entry: entry[0])[1] if in_force else ServiceRules()

    def first_open_month(self, month: Month) -> Month:
        """The month itself if it is open, else the first open one after it: `booked_in`."""
        while month in self.closed:
            month = next_month(month)
        return month

    def books(self, day: date) -> Month:
        """The month in which what happened on that day is booked."""
        return self.first_open_month(month_of(day))

    def day_of(self, context: Context) -> date:
        """The community's local day at the moment of the decision."""
        return local_day(context.decided_at, self.time_zone)


@lru_cache(maxsize=1024)
def stream(community: CommunityId) -> Stream[Community]:
    """The stream of a community."""
    return Stream(f"community-{community}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: CommunityCommand, known: Known) -> CommunityId | None:
    """Registering a community is the town's matter, the rest its own."""
    match command:
        case RegisterCommunity():
            return None
        case RegisterCooperative():
            return community_of(command.cooperative)
        case RegisterUnit():
            return community_of(command.unit)
        case _:
            return command.community


def needs(command: CommunityCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The community itself."""
    return (stream(_community(command)),)


def _community(command: CommunityCommand) -> CommunityId:
    match command:
        case RegisterCooperative():
            return community_of(command.cooperative)
        case RegisterUnit():
            return community_of(command.unit)
        case _:
            return command.community


def decide(command: CommunityCommand, known: Known, context: Context) -> Outcome:
    """Register once; everything else needs a registered community."""
    name = _community(command)
    community = known[stream(name)]
    if isinstance(command, RegisterCommunity):
        return _register(command, community, context)
    if community.name is None:
        return Refused(Code.community_must_be_known, community=name)
    match command:
        case RecordPopulation():
            return _record_population(command, community, context)
        case RegisterCooperative():
            return _register_cooperative(command, community, context)
        case RegisterUnit():
            return _register_unit(command, community, context)
        case SetServiceRules():
            return _set_rules(command, community, context)
        case _:
            assert_never(command)


def _register(command: RegisterCommunity, community: Community, context: Context) -> Outcome:
    if community.name is not None:
        return Refused(Code.community_must_be_new, community=command.community)
    try:
        zone(command.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Refused(Code.time_zone_must_exist, time_zone=command.time_zone)
    today = local_day(context.decided_at, command.time_zone)
    event = CommunityRegistered(
        command.community, command.name, command.town, command.time_zone, today
    )
    return ((stream(command.community), event),)


def _record_population(
    command: RecordPopulation, community: Community, context: Context
) -> Decision:
    event = PopulationRecorded(
        command.community, command.residents, command.valid_from, community.day_of(context)
    )
    return ((stream(command.community), event),)


def _register_cooperative(
    command: RegisterCooperative, community: Community, context: Context
) -> Outcome:
    if command.cooperative in community.cooperatives:
        return Refused(Code.cooperative_must_be_new, cooperative=command.cooperative)
    event = CooperativeRegistered(command.cooperative, command.name, community.day_of(context))
    return ((stream(community_of(command.cooperative)), event),)


def _register_unit(command: RegisterUnit, community: Community, context: Context) -> Outcome:
    if command.unit in community.units:
        return Refused(Code.unit_must_be_new, unit=command.unit)
    event = UnitRegistered(command.unit, command.name, community.day_of(context))
    return ((stream(community_of(command.unit)), event),)


def _set_rules(command: SetServiceRules, community: Community, context: Context) -> Outcome:
    fault = _fault(command.rules)
    if fault:
        return Refused(Code.rules_must_be_consistent, what=fault)
    event = ServiceRulesSet(
        command.community, command.valid_from, command.rules, community.day_of(context)
    )
    return ((stream(command.community), event),)


def _fault(rules: ServiceRules) -> str | None:
    if rules.town_minutes_most < rules.unit_minutes_most:
        return f"{rules.town_minutes_most} < {rules.unit_minutes_most}"
    stars = rules.star_thresholds
    if any(later <= earlier for earlier, later in pairwise(stars)):
        return " < ".join(str(star) for star in stars)
    return None


# -- evolving ----------------------------------------------------------------------------------


def evolve(community: Community, event: CommunityEvent) -> Community:
    """Population is for reports only, so the state does not keep it."""
    match event:
        case CommunityRegistered():
            return replace(community, name=event.name, time_zone=event.time_zone)
        case PopulationRecorded():
            return community
        case CooperativeRegistered():
            return replace(community, cooperatives=community.cooperatives | {event.cooperative})
        case UnitRegistered():
            return replace(community, units=community.units | {event.unit})
        case ServiceRulesSet():
            return replace(community, rules=(*community.rules, (event.valid_from, event.rules)))
        case MonthClosed():
            return replace(community, closed=community.closed | {event.month})
        case _:
            assert_never(event)
