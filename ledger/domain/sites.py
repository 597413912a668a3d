"""Sites: canteens, stations and the other places where service is given and meals are served.

A site belongs to one community for ever. Its service days are dated: a day is judged by the
weekdays in force on it, unless that very day was named as an exception (a holiday, a make-up
day). Of two entries about the same day the later one counts.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, payees
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.operators import Running
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, SiteId, Slug, Title

EXCEPTIONS_MOST: Final = 400
"""A year's holidays and make-up days fit many times, and the event stays small."""


class SiteKind(StrEnum):
    """What a place is."""

    canteen = "canteen"  # 长者饭堂
    station = "station"  # 星火驿站
    college = "college"  # 社区学院
    youth_palace = "youth_palace"  # 少年宫
    council_hall = "council_hall"  # 村(居)民议事厅
    service_centre = "service_centre"  # 党群服务中心
    happiness_home = "happiness_home"  # 幸福院
    cosy_home = "cosy_home"  # 暖心小家


class Weekday(IntEnum):
    """Days of the week, numbered as `date.weekday` numbers them."""

    monday = 0
    tuesday = 1
    wednesday = 2
    thursday = 3
    friday = 4
    saturday = 5
    sunday = 6


@dataclass(frozen=True, slots=True)
class DatedException:
    """One day that is not as its weekday says: closed for a holiday, or open to make up for one."""

    day: date
    open: bool


# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterSite:
    """Enter a place of the community."""

    site: SiteId
    community: CommunityId
    kind: SiteKind
    name: Title
    opened_on: date


@dataclass(frozen=True, slots=True)
class ChangeOperator:
    """Say which organisation runs the site from a day on."""

    site: SiteId
    operator: Slug
    valid_from: date


@dataclass(frozen=True, slots=True)
class SetServiceDays:
    """Set the weekdays of service from a day on, and name single days that differ."""

    site: SiteId
    weekdays: tuple[Weekday, ...]
    exceptions: tuple[DatedException, ...]
    valid_from: date


SiteCommand: TypeAlias = RegisterSite | ChangeOperator | SetServiceDays

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SiteRegistered:
    """A place was entered."""

    site: SiteId
    community: CommunityId
    kind: SiteKind
    name: Title
    opened_on: date
    occurred_on: date


@dataclass(frozen=True, slots=True)
class OperatorChanged:
    """Who runs the site from `valid_from` on."""

    site: SiteId
    operator: Slug
    valid_from: date
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ServiceDaysSet:
    """The weekdays from `valid_from` on; the exceptions count on their own days, whenever."""

    site: SiteId
    weekdays: tuple[Weekday, ...]
    exceptions: tuple[DatedException, ...]
    valid_from: date
    occurred_on: date


SiteEvent: TypeAlias = SiteRegistered | OperatorChanged | ServiceDaysSet

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Site:
    """What decisions ask of a site; `community` is None before it is registered."""

    community: CommunityId | None = None
    kind: SiteKind | None = None
    weekdays: tuple[tuple[date, frozenset[Weekday]], ...] = ()
    open_days: frozenset[date] = frozenset()
    closed_days: frozenset[date] = frozenset()
    operators: tuple[Running, ...] = ()

    @property
    def home(self) -> CommunityId:
        """The community of a registered site; ValueError for one that nobody registered."""
        if self.community is None:
            raise ValueError("a site that nobody registered has no community")
        return self.community

    def serves_on(self, day: date) -> bool | None:
        """Whether it serves that day; None where the site says nothing and the policy decides."""
        if day in self.open_days:
            return True
        if day in self.closed_days:
            return False
        in_force = [entry for entry in self.weekdays if entry[0] <= day]
        if not in_force:
            return None
        return day.weekday() in max(reversed(in_force), key=lambda entry: entry[0])[1]


@lru_cache(maxsize=1024)
def stream(site: SiteId) -> Stream[Site]:
    """The stream of a site."""
    return Stream(f"site-{site}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: SiteCommand, known: Known) -> CommunityId | None:
    """The site's community; None for a site nobody registered."""
    if isinstance(command, RegisterSite):
        return command.community
    return known[stream(command.site)].community


def needs(command: SiteCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The site, its community, and whoever is to run it."""
    yield stream(command.site)
    if isinstance(command, ChangeOperator):
        yield payees.stream(command.operator)
    if isinstance(command, RegisterSite):
        yield communities.stream(command.community)
    elif (site := known.get(stream(command.site))) is not None and site.community is not None:
        yield communities.stream(site.community)


def decide(command: SiteCommand, known: Known, context: Context) -> Outcome:
    """Register once, in a known community; everything else needs a registered site."""
    site = known[stream(command.site)]
    home = place(command, known)
    if home is None:
        return Refused(Code.site_must_be_known, site=command.site)
    community = known[communities.stream(home)]
    match command:
        case RegisterSite():
            return _register(command, site, community, context)
        case ChangeOperator():
            return _change_operator(command, home, community, known, context)
        case SetServiceDays():
            return _set_days(command, community, context)
        case _:
            assert_never(command)


def _register(command: RegisterSite, site: Site, community: Community, context: Context) -> Outcome:
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    if site.community is not None:
        return Refused(Code.site_must_be_new, site=command.site)
    event = SiteRegistered(
        command.site,
        command.community,
        command.kind,
        command.name,
        command.opened_on,
        community.day_of(context),
    )
    return ((stream(command.site), event),)


def _change_operator(
    command: ChangeOperator, home: CommunityId, community: Community, known: Known, context: Context
) -> Outcome:
    """Settlements are paid to whoever runs it, and it is on record who stands behind a payee."""
    if known[payees.stream(command.operator)].community != home:
        return Refused(Code.payee_must_be_known, payee=command.operator)
    event = OperatorChanged(
        command.site, command.operator, command.valid_from, community.day_of(context)
    )
    return ((stream(command.site), event),)


def _set_days(command: SetServiceDays, community: Community, context: Context) -> Outcome:
    refused = first_refusal(_named_twice(command), _too_many(command))
    if refused is not None:
        return refused
    event = ServiceDaysSet(
        command.site,
        command.weekdays,
        command.exceptions,
        command.valid_from,
        community.day_of(context),
    )
    return ((stream(command.site), event),)


def _named_twice(command: SetServiceDays) -> Refused | None:
    weekdays = [weekday.name for weekday in command.weekdays]
    dates = [exception.day.isoformat() for exception in command.exceptions]
    counted = Counter(weekdays + dates)
    twice = next((day for day, times in counted.items() if times > 1), None)
    return Refused(Code.day_must_be_named_once, day=twice) if twice else None


def _too_many(command: SetServiceDays) -> Refused | None:
    if len(command.exceptions) <= EXCEPTIONS_MOST:
        return None
    return Refused(
        Code.exceptions_must_fit_one_entry,
        exceptions=len(command.exceptions),
        exceptions_most=EXCEPTIONS_MOST,
    )


# -- evolving ----------------------------------------------------------------------------------


def evolve(site: Site, event: SiteEvent) -> Site:
    """What holds from a day on stands beside what held before."""
    match event:
        case SiteRegistered():
            return replace(site, community=event.community, kind=event.kind)
        case OperatorChanged():
            running = Running(event.valid_from, event.occurred_on, event.operator)
            return replace(site, operators=(*site.operators, running))
        case ServiceDaysSet():
            opened = frozenset(each.day for each in event.exceptions if each.open)
            closed = frozenset(each.day for each in event.exceptions if not each.open)
            return replace(
                site,
                weekdays=(*site.weekdays, (event.valid_from, frozenset(event.weekdays))),
                open_days=(site.open_days - closed) | opened,
                closed_days=(site.closed_days - opened) | closed,
            )
        case _:
            assert_never(event)
