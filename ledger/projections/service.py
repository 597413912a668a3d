"""Service: how many minutes a person has, what is pending and why, and which stars they reach."""

from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain.community_records import STAR_THRESHOLDS
from ledger.domain.intervals import Days
from ledger.domain.lateness import LATE
from ledger.domain.service_records import Hold, LateReason, Status
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Count, Minutes, Month, PersonId, ShiftId, UnitId
from ledger.projections.asking import (
    EVER,
    PAGE_MOST,
    POSITION_MOST,
    Reach,
    ask,
    ask_one,
    seen,
    within,
)
from ledger.projections.remarks import Remark, RemarkKind
from ledger.projections.view import NOW, View

REMARKS: Final = """
SELECT kind, position, person, shift, community, occurred_on, reason, made_by, recorded_at,
       answer_by, ending.ended_position, ending.ended_on, ending.answer
FROM service.remarks AS remark LEFT JOIN LATERAL (
    SELECT remark.ended_position, remark.ended_on, remark.answer
    WHERE remark.ended_position <= %(known)s AND remark.ended_on <= %(as_of)s) AS ending ON true
WHERE person = ANY (%(persons)s::text[]) AND occurred_on <= %(as_of)s AND position <= %(known)s
"""
STANDING: Final = """
SELECT *, nullif(shift, '') AS shift, (
    SELECT coalesce(jsonb_agg(to_jsonb(remark) ORDER BY remark.position), '[]')
    FROM ({remarks} AND (remark.person, remark.shift) = (records.person, records.shift))
        AS remark) AS remarks
FROM service.records
WHERE person = ANY (%(persons)s::text[]) AND occurred_on <= %(as_of)s AND position <= %(known)s
  AND (until_position IS NULL OR until_position > %(known)s)
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
""".replace("{remarks}", REMARKS)
PAGE: Final = f"""{STANDING}
  AND (occurred_on, position) < (%(after_day)s, %(after_position)s)
ORDER BY occurred_on DESC, position DESC LIMIT %(limit)s
"""
ONE: Final = f"""{STANDING}
  AND shift = %(shift)s
"""
STATED: Final = f"""{REMARKS}
  AND (%(shift)s::text IS NULL OR remark.shift = %(shift)s) ORDER BY position
"""
PENDING: Final = f"""{STANDING}
  AND status = 'held' ORDER BY occurred_on, position
"""
UNDECIDED: Final = f"""{REMARKS}
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
  AND NOT EXISTS (
      SELECT FROM service.records
      WHERE records.person = remark.person AND records.shift = remark.shift
        AND records.occurred_on <= %(as_of)s AND records.position <= %(known)s)
ORDER BY position DESC
"""
GRANTED: Final = """
SELECT star, position, occurred_on AS granted_on, granted_by, threshold_minutes, service_minutes
FROM service.stars
WHERE person = ANY (%(persons)s::text[]) AND occurred_on <= %(as_of)s AND position <= %(known)s
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
ORDER BY star
"""
SUMS: Final = """
SELECT grade, CASE WHEN %(booked)s THEN booked_in ELSE to_char(occurred_on, 'YYYY-MM') END AS month,
       coalesce(sum(service_minutes) FILTER (WHERE status = 'credited'), 0)::bigint
       - coalesce(sum(service_minutes) FILTER (WHERE status = 'reversed'), 0)::bigint AS credited,
       coalesce(sum(service_minutes) FILTER (WHERE status = 'held' AND (
           until_position IS NULL OR until_position > %(known)s)), 0)::bigint AS held
FROM service.records
WHERE person = ANY (%(persons)s::text[]) AND occurred_on <= %(as_of)s AND position <= %(known)s
  AND status IN ('credited', 'reversed', 'held')
  AND (%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))
GROUP BY grade, month ORDER BY month
"""
HOME: Final = """
SELECT people.community, (
    SELECT star_thresholds FROM service.star_rules AS rule
    WHERE rule.community = people.community
      AND valid_from <= %(as_of)s AND position <= %(known)s
    ORDER BY valid_from DESC, position DESC LIMIT 1) AS star_thresholds
FROM service.people WHERE person = %(person)s AND position <= %(known)s
"""


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """What became of the service of a person in a shift, or of minutes from before this ledger.

    `position`, `recorded_at` and `decided_by` are those of the decision that stands: of a reversed
    record, the reversal, and of one that stands again, the reinstatement. The crediting or holding
    behind it is in `confirmed_…`, with who confirmed it first, and when: of a released record
    `decided_by` is who released it. `reason` is one of `RefusalReason` or `ReversalReason`, as the
    status says, or of `OpeningReversalReason` without a shift; `late` is why it took the late path.
    `person` is the id under which it stands: of whoever was entered twice, any of hers.
    """

    person: PersonId
    shift: ShiftId | None
    position: int
    status: Status
    community: CommunityId
    occurred_on: date
    decided_by: PersonId
    recorded_at: datetime
    unit: UnitId | None
    starts_at: datetime | None
    ends_at: datetime | None
    service_minutes: Minutes | None
    grade: EvidenceGrade | None
    hold: Hold | None
    late: LateReason | None
    reason: str | None
    booked_in: Month | None
    adjusts: Month | None
    days: Days | None
    confirmed_position: int | None
    confirmed_by: PersonId | None
    confirmed_at: datetime | None
    remarks: tuple[Remark, ...]

    @property
    def key(self) -> tuple[date, int]:
        """What the next page comes `after`."""
        return self.occurred_on, self.position

    @property
    def evidence(self) -> Remark | None:
        """What was stated of why it comes late: since it is held, or before it was decided."""
        if self.status is Status.credited and self.late is None:
            return None
        waits = self.status is Status.held and self.late is None
        since = (self.confirmed_position or self.position) if waits else 0
        found = (each for each in reversed(self.remarks) if each.kind is RemarkKind.late_entry)
        return next((each for each in found if each.position > since), None)

    @property
    def lacks_evidence(self) -> bool:
        """Whether it is late and nobody has said why: until then no second person can look."""
        return self.hold in LATE and self.evidence is None


@dataclass(frozen=True, slots=True)
class Totals:
    """Minutes credited and not taken back, and minutes that are held; months as the basis says."""

    service_minutes: Minutes
    held_minutes: Minutes
    by_grade: dict[EvidenceGrade, Minutes]
    by_month: dict[Month, Minutes]


@dataclass(frozen=True, slots=True)
class GrantedStar:
    """A star that the town granted, for minutes that had reached its threshold by then."""

    star: Count
    position: int
    granted_on: date
    granted_by: PersonId
    threshold_minutes: Minutes
    service_minutes: Minutes


@dataclass(frozen=True, slots=True)
class Statement:
    """A person's service. `pending` is all that is held, oldest first, each with its reason.

    `remarks` are about shifts where nothing was decided about her, such as those she missed; those
    about a record stand with it.
    `stars` counts the thresholds reached now: eligible, not granted. The thresholds are those of
    the community in which the person is registered; `community` is None for a stranger. What was
    granted stands beside it, also where her minutes do not reach it any more.
    """

    person: PersonId
    community: CommunityId | None
    totals: Totals
    pending: tuple[ServiceRecord, ...]
    stars: int
    star_thresholds: tuple[Minutes, ...]
    granted: tuple[GrantedStar, ...]
    remarks: tuple[Remark, ...]
    records: tuple[ServiceRecord, ...]


@dataclass(frozen=True, slots=True)
class _Sum:
    grade: EvidenceGrade
    month: Month | None
    credited: Minutes
    held: Minutes


@dataclass(frozen=True, slots=True)
class _Home:
    community: CommunityId
    star_thresholds: tuple[Minutes, ...] | None


def statement(
    connection: Connection[Any],
    person: PersonId,
    view: View = NOW,
    *,
    also: tuple[PersonId, ...] = (),
    limit: int | None = PAGE_MOST,
    after: tuple[date, int] | None = None,
    reach: Reach = None,
) -> Statement:
    """What a person has, what is pending and why, and a page of records, newest first.

    Without `as_of` the newest rules say which stars are reached, also those of a day to come.
    With a `reach` nothing counts but the service in those communities, for stars neither. `also`
    are her other ids, whose service is hers.
    """
    persons = [person, *also]
    asked = {"person": person, "persons": persons, "reach": within(reach), **seen(view)}
    home = ask_one(connection, _Home, HOME, **asked)
    stars = (home.star_thresholds if home else None) or STAR_THRESHOLDS
    found = totals(connection, persons, view, reach)
    after_day, after_position = after or (EVER, POSITION_MOST)
    page = {"after_day": after_day, "after_position": after_position, "limit": limit}
    return Statement(
        person,
        home.community if home else None,
        found,
        ask(connection, ServiceRecord, PENDING, **asked),
        bisect(stars, found.service_minutes),
        stars,
        ask(connection, GrantedStar, GRANTED, **asked),
        ask(connection, Remark, UNDECIDED, **asked),
        ask(connection, ServiceRecord, PAGE, **asked, **page),
    )


def record(
    connection: Connection[Any], person: PersonId, shift: ShiftId, view: View = NOW
) -> ServiceRecord | None:
    """What became of the person's service in the shift; None if nobody has decided about it."""
    asked = {"persons": [person], "shift": shift, "reach": None, **seen(view)}
    return ask_one(connection, ServiceRecord, ONE, **asked)


def remarks(
    connection: Connection[Any],
    persons: tuple[PersonId, ...],
    view: View = NOW,
    *,
    shift: ShiftId | None = None,
) -> tuple[Remark, ...]:
    """What was stated about service under these ids, the oldest first; of one shift or of all."""
    return ask(connection, Remark, STATED, persons=list(persons), shift=shift, **seen(view))


def totals(
    connection: Connection[Any], persons: list[PersonId], view: View = NOW, reach: Reach = None
) -> Totals:
    """The sums of records under these ids; a grade or a month without any is not named."""
    sums = ask(connection, _Sum, SUMS, persons=persons, reach=within(reach), **seen(view))
    by_grade: Counter[EvidenceGrade] = Counter()
    by_month: Counter[Month] = Counter()
    for each in sums:
        by_grade[each.grade] += each.credited
        if each.month is not None:
            by_month[each.month] += each.credited
    return Totals(
        Minutes(by_grade.total()),
        Minutes(sum(each.held for each in sums)),
        {grade: Minutes(minutes) for grade, minutes in by_grade.items() if minutes},
        {month: Minutes(minutes) for month, minutes in by_month.items() if minutes},
    )
