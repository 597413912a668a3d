"""This week: shifts of the days to come, and one of yesterday that waits to be confirmed.

The worked example ends in the spring of 2026, so whoever opens the demo later would find no shift
to come to. Each start announces what is not there yet, under keys that carry the day. All of it is
invented and says so.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ledger.deciding.answers import Unit
from ledger.demo import names, staff
from ledger.demo.again import enter
from ledger.demo.offices import office
from ledger.domain.attendance import AttestAttendance
from ledger.domain.authority import Authority, Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.shifts import ScheduleShift, SignUp
from ledger.domain.values import CommunityId, Count, ShiftId, Title
from ledger.engine import Ledger

ZONE: Final = ZoneInfo(SHANGHAI)
LEADER: Final = Authority.alike(office(Role.leader), (Role.leader,), None)
COMMUNITIES: Final = tuple(map(CommunityId, ("jinning", "xianhu", "xilian")))
ACTIVITIES: Final = (
    (Title("河道清洁（示例）"), time(8, 30), timedelta(hours=2)),
    (Title("陪长者就餐（示例）"), time(10, 30), timedelta(hours=2)),
    (Title("探访独居长者（示例）"), time(15), timedelta(minutes=90)),
    (Title("图书整理（示例）"), time(19), timedelta(hours=1)),
)
DAYS: Final = 7
PLACES: Final = Count(12)
COMING: Final = tuple(map(names.person, ("V02", "V03")))
"""Volunteers of the worked example, who come to the first shift of each community."""


def announce(ledger: Ledger, today: date) -> None:
    """Announce the shifts of the week that begins tomorrow; a second time changes nothing.

    What somebody has done with one of them meanwhile stands, even if it leaves no room for this.
    """
    enter(ledger, _units(today))


def _units(today: date) -> Iterator[Unit]:
    for number in range(1, DAYS + 1):
        day = today + timedelta(days=number)
        for community in COMMUNITIES:
            yield _unit("announce", _shift(community, day))
            if number == 1:
                for turn, person in enumerate(COMING):
                    yield _unit(f"sign-up-{turn}", SignUp(_name(community, day), person))
    yield from _yesterday(today - timedelta(days=1))


def _yesterday(day: date) -> Iterator[Unit]:
    """What the demo's volunteer did yesterday; somebody else is to confirm it."""
    done = _shift(COMMUNITIES[0], day)
    yield _unit("announce", done)
    attested = AttestAttendance(done.shift, staff.VOLUNTEER, done.starts_at, done.ends_at)
    yield _unit("attest", attested)


def _name(community: CommunityId, day: date) -> ShiftId:
    return ShiftId(f"week-{community}-{day}")


def _shift(community: CommunityId, day: date) -> ScheduleShift:
    turn = day.toordinal() + COMMUNITIES.index(community)
    activity, begins, lasts = ACTIVITIES[turn % len(ACTIVITIES)]
    starts_at = datetime.combine(day, begins, ZONE)
    return ScheduleShift(
        _name(community, day), community, activity, starts_at, starts_at + lasts, places=PLACES
    )


def _unit(word: str, command: ScheduleShift | SignUp | AttestAttendance) -> Unit:
    return Unit(LEADER, f"demo-{word}-{command.shift}", (command,))
