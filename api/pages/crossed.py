"""Crossed: which other record keeps an attendance from being confirmed, for whoever may read it.

The refusal itself tells only the time that both share: the other record may be of any community.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from api.own import ids_of
from api.pages.board import community_at
from api.reading import Room
from ledger.domain.refusals import Code
from ledger.domain.shifts import stream
from ledger.domain.values import CommunityId, PersonId, ShiftId, Title, ZoneName
from ledger.projections import shifts
from ledger.projections.crossings import Crossing, crossings
from ledger.projections.reading import homes

Whose: TypeAlias = tuple[ShiftId, PersonId]


@dataclass(frozen=True, slots=True)
class Other:
    """The other record: of which shift, and from when to when."""

    shift: ShiftId
    activity: Title
    community: CommunityId
    zone: ZoneName
    starts_at: datetime
    ends_at: datetime


def crossed(room: Room, refused: Iterable[tuple[Whose, object]]) -> Mapping[Whose, Other]:
    """What lies across those attendances whose refusal has that code, where it may be read."""
    crossing = (whose for whose, code in refused if code is Code.intervals_must_not_overlap)
    found = ((whose, _other(room, *whose)) for whose in crossing)
    return {whose: other for whose, other in found if other is not None}


def _other(room: Room, shift: ShiftId, person: PersonId) -> Other | None:
    own = ids_of(room, person)
    came = shifts.unconfirmed_of(
        room.connection, person, also=tuple(own[1:]), known=room.view.known, limit=None
    )
    here = [each for each in came if each.shift == shift]
    across = crossings(room.connection, own, here, room.view).get(shift)
    return _told(room, across) if across else None


def _told(room: Room, across: Crossing) -> Other | None:
    place = homes(room.connection, {stream(across.other)}).get(stream(across.other))
    if place is None or not room.may_read("statement", place):
        return None
    activity = shifts.activities(room.connection, {across.other})[across.other]
    zone = community_at(room, place).time_zone
    return Other(across.other, activity, place, zone, across.starts_at, across.ends_at)
