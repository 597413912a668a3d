"""Meal sheets: a canteen's day and sitting as the desk's addresses name them.

`today` and `now` are by the clock: a page that is left open until tomorrow is of tomorrow then. A
paper sheet of an earlier day has its date in the address.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Final, TypeAlias
from urllib.parse import urlencode

from fastapi import Depends

from api import asked
from api.pages.reading import holds, now_of, today_of
from api.parameters import SitePath
from api.reading import Room, nothing_there
from ledger.domain import communities, meals, policy_records, sites
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.sites import Site, SiteKind
from ledger.domain.tiers import Charge, PolicyVersion, Sitting
from ledger.domain.values import CommunityId, SiteId, Title, zone
from ledger.projections.meal_tiers import places
from ledger.projections.reading import names, state_at, states_now

TODAY: Final = "today"
NOW: Final = "now"
BREAKFAST_UNTIL: Final = time(10)
LUNCH_UNTIL: Final = time(15)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an address says: None is today, or the sitting of the hour."""

    canteen: SiteId
    day: date | None = None
    sitting: Sitting | None = None

    @property
    def address(self) -> str:
        """The window of it."""
        sitting = self.sitting.value if self.sitting else NOW
        return f"{self.day_address}/{sitting}"

    @property
    def day_address(self) -> str:
        """What became of its day."""
        return f"/desk/{self.canteen}/{self.day.isoformat() if self.day else TODAY}"

    @property
    def asked(self) -> dict[str, str]:
        """What tells the page of its day at which sitting she is, who goes back to it."""
        return {"sitting": self.sitting.value} if self.sitting else {}

    @property
    def back(self) -> str:
        """The same, behind the address."""
        return f"?{urlencode(self.asked)}" if self.asked else ""


def sheet_at(canteen: SiteId, day: str, sitting: str) -> Sheet:
    """What was chosen; what is left empty is by the clock. Raises 404 for what is neither."""
    try:
        on = None if day in ("", TODAY) else asked.day(day)
        meal = None if sitting in ("", NOW) else Sitting(sitting)
    except ValueError:
        raise nothing_there() from None
    return Sheet(canteen, on, meal)


async def _sheet(canteen: SitePath, day: str, sitting: str) -> Sheet:
    return sheet_at(canteen, day, sitting)


async def _day_sheet(canteen: SitePath, day: str, sitting: str = NOW) -> Sheet:
    return sheet_at(canteen, day, sitting)


SheetAsked: TypeAlias = Annotated[Sheet, Depends(_sheet)]
DayAsked: TypeAlias = Annotated[Sheet, Depends(_day_sheet)]


@dataclass(frozen=True, slots=True)
class CanteenDay:
    """A canteen on a day at a sitting, and the policy that prices it; None where there is none."""

    sheet: Sheet
    community: CommunityId
    name: Title
    today: date
    day: date
    sitting: Sitting
    policy: PolicyVersion | None
    versions: tuple[PolicyVersion, ...]
    serves: bool
    may_claim: bool

    @property
    def is_late(self) -> bool:
        """Whether it is a paper sheet of an earlier day."""
        return self.day < self.today

    @property
    def is_early(self) -> bool:
        """Whether nobody can have eaten yet."""
        return self.day > self.today

    @property
    def sittings(self) -> tuple[Sitting, ...]:
        """Those that are served."""
        return self.policy.sittings if self.policy else tuple(Sitting)

    @property
    def asks_for_the_price(self) -> bool:
        """Whether the clerk says what was charged."""
        return self.policy is not None and self.policy.charge is Charge.amount_charged


def day_of(room: Room, sheet: Sheet) -> CanteenDay:
    """The canteen on that day. Raises the problem 404 for what is none, or out of reach."""
    here = sites.stream(sheet.canteen)
    home = room.must_find("claims", here)
    site: Site = state_at(room.connection, here, room.position)
    if home is None or site.kind is not SiteKind.canteen:
        raise nothing_there()
    today = today_of(room)
    day = sheet.day or today
    timeline: policy_records.Timeline = state_at(
        room.connection, policy_records.stream(sheet.canteen), room.position
    )
    version = timeline.version_on(day)
    sitting = sheet.sitting or _by_the_clock(now_of(room), version)
    home_stream = communities.stream(home)
    called = names(room.connection, {here, home_stream})
    name = Title(f"{called[home_stream]} · {called[here]}")
    may_claim = holds(room, Role.canteen_clerk, home)
    serves = version is not None and meals.serves(site, version, day)
    return CanteenDay(
        sheet,
        home,
        name,
        today,
        day,
        sitting,
        version,
        timeline.versions,
        serves,
        may_claim,
    )


def _by_the_clock(now: datetime, version: PolicyVersion | None) -> Sitting:
    """The sitting of the hour, or the first that is served at all."""
    hour = now.astimezone(zone(SHANGHAI)).time()
    if hour < BREAKFAST_UNTIL:
        found = Sitting.breakfast
    else:
        found = Sitting.lunch if hour < LUNCH_UNTIL else Sitting.dinner
    return found if version is None or found in version.sittings else version.sittings[0]


@dataclass(frozen=True, slots=True)
class Window:
    """A canteen that one can stand at: its name, and that of its community."""

    canteen: SiteId
    name: Title
    community: Title


def windows_of(room: Room) -> tuple[Window, ...]:
    """The canteens that she reaches."""
    room.must_hold_a_role("claims")
    near = {
        sites.stream(each.canteen): each for each in places(room.connection, room.reach("claims"))
    }
    homes = {each: communities.stream(place.community) for each, place in near.items()}
    kinds = states_now(room.connection, list(near))
    called = names(room.connection, {*near, *homes.values()})
    return tuple(
        Window(place.canteen, called[here], called[homes[here]])
        for here, place in near.items()
        if kinds[here].kind is SiteKind.canteen
    )
