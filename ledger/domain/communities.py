"""Communities: population, cooperatives, organising units, and the rules of their service.

Service rules and population are dated: a day is judged by what was in force on that day. So
rules and approval bands are set ahead, from tomorrow on, lest somebody change what a day was judged
by once it has begun; earlier days are ruled on the day on which the community is registered.
A community also knows which of its months are closed, because every booking asks for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, TypeAlias, assert_never
from zoneinfo import ZoneInfoNotFoundError

from ledger.domain import bands
from ledger.domain.bands import Bands
from ledger.domain.community_records import (
    SHANGHAI,
    ApprovalBandsSet,
    Community,
    CommunityRegistered,
    CooperativeRegistered,
    PopulationRecorded,
    ServiceRules,
    ServiceRulesSet,
    UnitKind,
    UnitRegistered,
)
from ledger.domain.decisions import Context, Decision, Known, Outcome, Refused, Stream
from ledger.domain.refusals import Code
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Title,
    UnitId,
    ZoneName,
    community_of,
    local_day,
    zone,
)

OBJECTION_DAYS_MOST: Final = 365
"""Whoever disputes a record has an answer within the year."""

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
    """Enter an organising unit (组织单位): who organises records, and who records certifies.

    It may belong to another unit of its community, as a team does to an association.
    """

    unit: UnitId
    name: Title
    kind: UnitKind = UnitKind.other
    belongs_to: UnitId | None = None


@dataclass(frozen=True, slots=True)
class SetServiceRules:
    """Set the rules for service days from a coming day on."""

    community: CommunityId
    valid_from: date
    rules: ServiceRules


@dataclass(frozen=True, slots=True)
class SetApprovalBands:
    """Set which approvals payments of the community's funds need, of requests of coming days."""

    community: CommunityId
    valid_from: date
    bands: Bands


CommunityCommand: TypeAlias = (
    RegisterCommunity
    | RecordPopulation
    | RegisterCooperative
    | RegisterUnit
    | SetServiceRules
    | SetApprovalBands
)


@lru_cache(maxsize=1024)
def stream(community: CommunityId) -> Stream[Community]:
    """The stream of a community."""
    return Stream(f"community-{community}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: CommunityCommand, known: Known) -> CommunityId | None:
    """Registering a community and binding its approvers are the town's matter, the rest its own."""
    match command:
        case RegisterCommunity() | SetApprovalBands():
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
        case SetApprovalBands():
            return _set_bands(command, community, context)
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
    above = command.belongs_to
    if above is not None and above not in community.units:
        return Refused(Code.unit_must_be_known, unit=above)
    if command.unit in community.units:
        return Refused(Code.unit_must_be_new, unit=command.unit)
    today = community.day_of(context)
    event = UnitRegistered(command.unit, command.name, command.kind, above, today)
    return ((stream(community_of(command.unit)), event),)


def _set_rules(command: SetServiceRules, community: Community, context: Context) -> Outcome:
    fault = _fault(command.rules)
    if fault:
        which, what = fault
        return Refused(Code.rules_must_be_consistent, which=which, what=what)
    today = community.day_of(context)
    event = ServiceRulesSet(command.community, command.valid_from, command.rules, today)
    refused = _unless_ahead(command.valid_from, community, today)
    return refused or ((stream(command.community), event),)


def _fault(rules: ServiceRules) -> tuple[str, str] | None:
    """Which rule does not fit, and what of it; None if all do."""
    if rules.town_minutes_most < rules.unit_minutes_most:
        return "town_minutes_most", f"{rules.town_minutes_most} < {rules.unit_minutes_most}"
    if rules.objection_days > OBJECTION_DAYS_MOST:
        return "objection_days", f"{rules.objection_days} > {OBJECTION_DAYS_MOST}"
    for earlier, later in pairwise(rules.star_thresholds):
        if later <= earlier:
            return "star_thresholds", f"{later} ≤ {earlier}"
    return None


def _set_bands(command: SetApprovalBands, community: Community, context: Context) -> Outcome:
    fault = bands.fault(command.bands)
    if fault:
        row, which, what = fault
        return Refused(Code.bands_must_be_consistent, row=row, which=which, what=what)
    today = community.day_of(context)
    event = ApprovalBandsSet(command.community, command.valid_from, command.bands, today)
    refused = _unless_ahead(command.valid_from, community, today)
    return refused or ((stream(command.community), event),)


def _unless_ahead(valid_from: date, community: Community, today: date) -> Refused | None:
    """Of a day that has begun something may be decided already, but not before the community is."""
    if valid_from > today or today == community.registered_on:
        return None
    return Refused(Code.rules_must_start_on_a_coming_day, valid_from=valid_from, today=today)
