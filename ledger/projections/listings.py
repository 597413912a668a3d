"""Listings: which communities have shifts, and where somebody has a place or waits for one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain.shift_records import CancelReason
from ledger.domain.values import CommunityId, PersonId, ShiftId, SiteId, Title, ZoneName
from ledger.projections.asking import Reach, ask, until, within
from ledger.projections.shift_records import Listing

COMMUNITIES: Final = """
SELECT community, time_zone FROM shifts.communities
WHERE %(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]) ORDER BY community
"""
PLACES: Final = """
SELECT shift.shift, person, listing, community, activity, starts_at, ends_at, site,
       CASE WHEN cancelled_position <= %(known)s THEN cancelled END AS cancelled, check_in
FROM shifts.shifts AS shift JOIN shifts.people USING (shift)
WHERE person = ANY (%(persons)s::text[]) AND ends_at > %(now)s AND shift.position <= %(known)s
  AND people.position <= %(known)s
  AND (people.until_position IS NULL OR people.until_position > %(known)s)
  AND listing IN ('signed_up', 'waiting')
ORDER BY starts_at, shift.shift
"""

OUTLINES: Final = """
SELECT shift, activity, starts_at, ends_at FROM shifts.shifts WHERE shift = ANY (%(shifts)s::text[])
"""


@dataclass(frozen=True, slots=True)
class Zoned:
    """A community, and whose clock its people read."""

    community: CommunityId
    time_zone: ZoneName


@dataclass(frozen=True, slots=True)
class Place:
    """A shift that is not over, and how the person, under one of her ids, is on its list."""

    shift: ShiftId
    person: PersonId
    listing: Listing
    community: CommunityId
    activity: Title
    starts_at: datetime
    ends_at: datetime
    site: SiteId | None
    cancelled: CancelReason | None
    check_in: datetime | None


@dataclass(frozen=True, slots=True)
class Outline:
    """What is done in a shift, and when."""

    shift: ShiftId
    activity: Title
    starts_at: datetime
    ends_at: datetime


def communities(connection: Connection[Any], reach: Reach = None) -> tuple[Zoned, ...]:
    """The communities that there are within the reach."""
    return ask(connection, Zoned, COMMUNITIES, reach=within(reach))


def places(
    connection: Connection[Any],
    persons: tuple[PersonId, ...],
    now: datetime,
    *,
    known: int | None = None,
) -> tuple[Place, ...]:
    """Where whoever has these ids means to come, in the order of the shifts' start."""
    asked = {"persons": list(persons), "now": now, "known": until(known)}
    return ask(connection, Place, PLACES, **asked)


def outlines(connection: Connection[Any], shifts: Collection[ShiftId]) -> dict[ShiftId, Outline]:
    """Each of these shifts."""
    found = ask(connection, Outline, OUTLINES, shifts=list(shifts))
    return {each.shift: each for each in found}
