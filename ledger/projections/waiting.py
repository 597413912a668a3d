"""Waiting: what somebody has to decide or to answer next in a community, the most urgent first.

It shows what is so now; the day that waiting is counted up to is the asker's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain.objection_records import ObjectionReason
from ledger.domain.service_records import Hold, LateReason
from ledger.domain.values import CommunityId, Minutes, PersonId, ShiftId
from ledger.projections.asking import PAGE_MOST, ask

HELD: Final = """
SELECT record.position, person, shift, occurred_on, service_minutes, hold, confirmed_by, decided_by,
       record.recorded_at AS held_at, coalesce(evidence.reason, record.late) AS late,
       evidence.made_by AS evidence_by,
       %(day)s - (record.recorded_at AT TIME ZONE time_zone)::date AS days_waiting
FROM service.records AS record JOIN service.communities USING (community)
LEFT JOIN LATERAL (
    SELECT reason, made_by FROM service.remarks AS remark
    WHERE (remark.person, remark.shift) = (record.person, record.shift)
      AND kind = 'late_entry' AND remark.position > record.position) AS evidence ON true
WHERE community = %(community)s AND status = 'held' AND until_position IS NULL
  AND record.position > %(after)s
ORDER BY record.position LIMIT %(limit)s
"""
OBJECTIONS: Final = """
SELECT position, person, shift, occurred_on AS raised_on, reason, made_by AS raised_by, answer_by,
       answer_by - %(day)s AS days_left
FROM service.remarks
WHERE community = %(community)s AND kind = 'objection' AND ended_position IS NULL
  AND (answer_by, position) > (%(after_day)s, %(after)s)
ORDER BY answer_by, position LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Held:
    """Service that waits since it was held: for a release, or for the late path.

    Of what came late, `late` and `evidence_by` say whether its evidence is there to be approved;
    once it is approved, `late` is why it came late. `decided_by` is not `confirmed_by` where a
    release or an approval left it to wait for more.
    """

    position: int
    person: PersonId
    shift: ShiftId
    occurred_on: date
    service_minutes: Minutes
    hold: Hold
    confirmed_by: PersonId
    decided_by: PersonId
    held_at: datetime
    late: LateReason | None
    evidence_by: PersonId | None
    days_waiting: int


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """What somebody disputes; `days_left` is below zero where the day for its answer has passed."""

    position: int
    person: PersonId
    shift: ShiftId
    raised_on: date
    reason: ObjectionReason
    raised_by: PersonId
    answer_by: date
    days_left: int

    @property
    def key(self) -> tuple[date, int]:
        """What the next page comes `after`."""
        return self.answer_by, self.position


def held(
    connection: Connection[Any],
    community: CommunityId,
    day: date,
    *,
    limit: int = PAGE_MOST,
    after: int = 0,
) -> tuple[Held, ...]:
    """What is held in the community, with the days that it has waited up to that local day."""
    page = {"after": after, "limit": limit}
    return ask(connection, Held, HELD, community=community, day=day, **page)


def objections(
    connection: Connection[Any],
    community: CommunityId,
    day: date,
    *,
    limit: int = PAGE_MOST,
    after: tuple[date, int] | None = None,
) -> tuple[OpenObjection, ...]:
    """The open objections of the community, with the days left from that local day on."""
    after_day, after_position = after or (date.min, 0)
    page = {"after_day": after_day, "after": after_position, "limit": limit}
    return ask(connection, OpenObjection, OBJECTIONS, community=community, day=day, **page)
