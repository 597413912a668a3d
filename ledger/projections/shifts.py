"""The shift board: what is scheduled, who means to come, who came, and what became of it.

It shows what is so now, or what was known at a position. Who came and was not confirmed yet is a
list of its own, one for the confirmers of a community and one for each volunteer. Service that a
recorded death ended is on it again when the death was corrected, unless it was reinstated with the
correction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, LiteralString

from psycopg import Connection

from ledger.domain.intervals import Span, elapsed
from ledger.domain.service_records import Hold, Status
from ledger.domain.shift_records import CancelReason, EvidenceGrade
from ledger.domain.values import (
    YEAR_FIRST,
    YEAR_LAST,
    CommunityId,
    Count,
    Minutes,
    PersonId,
    ShiftId,
    SiteId,
    Title,
    UnitId,
    ZoneName,
    midnight,
)
from ledger.projections.asking import PAGE_MOST, Reach, ask, ask_one, until, within
from ledger.projections.shift_records import Listing

DAY_FIRST: Final = date(YEAR_FIRST, 1, 1) - timedelta(days=1)
DAY_LAST: Final = date(YEAR_LAST, 12, 31) + timedelta(days=1)
"""No shift lies outside, and a time zone can say when these days begin."""
LONG_AGO: Final = datetime(YEAR_FIRST - 1, 1, 1, tzinfo=UTC)

ZONE: Final = "SELECT time_zone FROM shifts.communities WHERE community = %(community)s"
HOLDS_NOW: Final = "people.until_position IS NULL"
HELD_THEN: Final = """people.position <= %(known)s
  AND (people.until_position IS NULL OR people.until_position > %(known)s)"""
"""Of the rows about a person in a shift one holds now, and one at each position since the first."""
UNDECIDED: Final = """(status IS NULL
    OR reason IS NOT DISTINCT FROM 'after_death'
    AND coalesce(served_until, served_on) <= coalesce((
        SELECT coalesce(died_on, 'infinity') FROM shifts.deaths AS death
        WHERE death.person = people.person AND death.position <= %(known)s
        ORDER BY death.position DESC LIMIT 1), 'infinity'))"""
"""Nobody decided about it, or only the death of somebody who, as is known by then, was alive
to the last day of it.

Where there is no reason that is simply false, and nobody looks for a death.
"""
LINE: Final = """
SELECT shift, community, activity, starts_at, ends_at, site, unit, places,
       CASE WHEN cancelled_position <= %(known)s THEN cancelled END AS cancelled, counts.*
FROM shifts.shifts AS shift CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE listing = 'signed_up') AS signed_up,
           count(*) FILTER (WHERE listing = 'waiting') AS waiting,
           count(check_in) AS attended,
           count(check_in) FILTER (WHERE check_out IS NULL) AS not_left,
           count(check_in) FILTER (WHERE check_out IS NOT NULL AND {undecided}) AS unconfirmed,
           count(*) FILTER (WHERE status = 'credited') AS credited,
           count(*) FILTER (WHERE status = 'held') AS held,
           count(*) FILTER (WHERE no_show) AS no_shows
    FROM shifts.people WHERE people.shift = shift.shift AND {holds}) AS counts
WHERE shift.position <= %(known)s
""".replace("{undecided}", UNDECIDED)
BOARD: Final = f"""{LINE}
  AND community = %(community)s AND starts_at >= %(begin)s AND starts_at < %(end)s
  AND (starts_at, shift.shift) > (%(after_start)s, %(after_shift)s)
ORDER BY starts_at, shift.shift LIMIT %(limit)s
"""
ONE: Final = f"{LINE} AND shift.shift = %(shift)s"
PEOPLE: Final = """
SELECT person, listing, check_in, check_out, grade, attested_by, status, hold, reason,
       service_minutes, decided_by, decided_position, coalesce(no_show, false) AS no_show
FROM shifts.people WHERE shift = %(shift)s AND {holds} ORDER BY listed_position, person
"""
UNCONFIRMED: Final = """
WITH people AS MATERIALIZED (
    SELECT * FROM shifts.people
    WHERE {whose} AND {holds} AND check_in IS NOT NULL
      AND (status IS NULL OR reason = 'after_death'))
SELECT shift, person, community, activity, unit, starts_at, ends_at,
       check_in, check_out, grade, attested_by
FROM people JOIN shifts.shifts USING (shift) WHERE {undecided}
""".replace("{undecided}", UNDECIDED)
"""Few wait at any position, and an index knows them; to go through all shifts would take longer."""
ANYBODY: Final = UNCONFIRMED.replace("{whose}", "true")
OF_COMMUNITY: Final = f"""{ANYBODY}
  AND community = %(community)s
  AND (starts_at, shift, person) > (%(after_start)s, %(after_shift)s, %(after_person)s)
ORDER BY starts_at, shift, person LIMIT %(limit)s
"""
SOMEBODY: Final = UNCONFIRMED.replace("{whose}", "person = ANY (%(persons)s::text[])")
OF_PERSON: Final = f"""{SOMEBODY}
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
  AND (starts_at, shift, person) > (%(after_start)s, %(after_shift)s, %(after_person)s)
ORDER BY starts_at, shift, person LIMIT %(limit)s
"""


ACTIVITIES: Final = """
SELECT shift, activity FROM shifts.shifts WHERE shift = ANY (%(shifts)s::text[])
"""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A shift and its numbers: `not_left` came and did not check out, `unconfirmed` did both.

    `no_shows` had a place and did not come, as somebody has marked.
    """

    shift: ShiftId
    community: CommunityId
    activity: Title
    starts_at: datetime
    ends_at: datetime
    site: SiteId | None
    unit: UnitId | None
    places: Count | None
    cancelled: CancelReason | None
    signed_up: int
    waiting: int
    attended: int
    not_left: int
    unconfirmed: int
    credited: int
    held: int
    no_shows: int

    @property
    def key(self) -> tuple[datetime, ShiftId]:
        """What the next page comes `after`."""
        return self.starts_at, self.shift


@dataclass(frozen=True, slots=True)
class PersonInShift:
    """A person in a shift; those who signed up come in that order, the others after them."""

    person: PersonId
    listing: Listing | None
    check_in: datetime | None
    check_out: datetime | None
    grade: EvidenceGrade | None
    attested_by: PersonId | None
    status: Status | None
    hold: Hold | None
    reason: str | None
    service_minutes: Minutes | None
    decided_by: PersonId | None
    decided_position: int | None
    no_show: bool


@dataclass(frozen=True, slots=True)
class ShiftSheet:
    """A shift with everybody in it."""

    line: BoardLine
    people: tuple[PersonInShift, ...]


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Somebody who came, and nobody has said yet whether it is service.

    Without `check_out` nothing can be confirmed: she is still there, or forgot to check out.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    activity: Title
    unit: UnitId | None
    starts_at: datetime
    ends_at: datetime
    check_in: datetime
    check_out: datetime | None
    grade: EvidenceGrade
    attested_by: PersonId | None

    @property
    def key(self) -> tuple[datetime, ShiftId, PersonId]:
        """What the next page comes `after`."""
        return self.starts_at, self.shift, self.person

    @property
    def service_minutes(self) -> Minutes | None:
        """What would be confirmed: how much of the shift she was there; None before she left."""
        return elapsed(*self.span) if self.span else None

    @property
    def span(self) -> Span | None:
        """When she was there while the shift was; None before she left."""
        if self.check_out is None:
            return None
        return max(self.check_in, self.starts_at), min(self.check_out, self.ends_at)


@dataclass(frozen=True, slots=True)
class _Zone:
    time_zone: ZoneName


def board(
    connection: Connection[Any],
    community: CommunityId,
    from_day: date,
    to_day: date,
    *,
    known: int | None = None,
    limit: int | None = PAGE_MOST,
    after: tuple[datetime, ShiftId] | None = None,
) -> tuple[BoardLine, ...]:
    """The shifts that start on these local days, both included, in the order of their start."""
    zone = ask_one(connection, _Zone, ZONE, community=community)
    if zone is None:
        return ()
    begin = midnight(_sane(from_day), zone.time_zone)
    end = midnight(_sane(to_day) + timedelta(days=1), zone.time_zone)
    after_start, after_shift = after or (begin, "")
    page = {"after_start": after_start, "after_shift": after_shift, "limit": limit}
    asked = {"community": community, "begin": begin, "end": end, "known": until(known)}
    return ask(connection, BoardLine, _as_of(BOARD, known), **asked, **page)


def _sane(day: date) -> date:
    return min(max(day, DAY_FIRST), DAY_LAST)


def shift(
    connection: Connection[Any], name: ShiftId, *, known: int | None = None
) -> ShiftSheet | None:
    """The shift with everybody in it; None if it was not scheduled by then."""
    asked = {"shift": name, "known": until(known)}
    line = ask_one(connection, BoardLine, _as_of(ONE, known), **asked)
    if line is None:
        return None
    return ShiftSheet(line, ask(connection, PersonInShift, _as_of(PEOPLE, known), **asked))


@dataclass(frozen=True, slots=True)
class _Activity:
    shift: ShiftId
    activity: Title


def activities(connection: Connection[Any], shifts: Collection[ShiftId]) -> dict[ShiftId, Title]:
    """What is done in each of these shifts."""
    found = ask(connection, _Activity, ACTIVITIES, shifts=list(shifts))
    return {each.shift: each.activity for each in found}


def waiting_for_confirmation(
    connection: Connection[Any],
    community: CommunityId,
    *,
    known: int | None = None,
    limit: int = PAGE_MOST,
    after: tuple[datetime, ShiftId, PersonId] | None = None,
) -> tuple[Unconfirmed, ...]:
    """Who came to shifts of the community and has not been confirmed, the longest waiting first."""
    asked = {"community": community, "known": until(known)}
    return ask(connection, Unconfirmed, _as_of(OF_COMMUNITY, known), **asked, **_page(limit, after))


def unconfirmed_of(
    connection: Connection[Any],
    person: PersonId,
    reach: Reach = None,
    *,
    also: tuple[PersonId, ...] = (),
    known: int | None = None,
    limit: int | None = PAGE_MOST,
    after: tuple[datetime, ShiftId, PersonId] | None = None,
) -> tuple[Unconfirmed, ...]:
    """Where a person came, also under her other ids, and is not confirmed, the oldest first."""
    asked = {"persons": [person, *also], "reach": within(reach), "known": until(known)}
    return ask(connection, Unconfirmed, _as_of(OF_PERSON, known), **asked, **_page(limit, after))


def _page(limit: int | None, after: tuple[datetime, ShiftId, PersonId] | None) -> dict[str, object]:
    after_start, after_shift, after_person = after or (LONG_AGO, "", "")
    return {
        "after_start": after_start,
        "after_shift": after_shift,
        "after_person": after_person,
        "limit": limit,
    }


def _as_of(statement: LiteralString, known: int | None) -> LiteralString:
    return statement.replace("{holds}", HOLDS_NOW if known is None else HELD_THEN)
