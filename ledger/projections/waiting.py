"""Waiting: what somebody has to decide or to answer next in a community, the most urgent first.

It shows what was so at a position; the day that waiting is counted up to is the asker's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, LiteralString

from psycopg import Connection

from ledger.domain.objection_records import ObjectionReason
from ledger.domain.service_records import Hold, LateReason
from ledger.domain.values import CommunityId, Minutes, PersonId, ShiftId
from ledger.projections.asking import PAGE_MOST, ask, until

HELD: Final = """
SELECT record.position, person, shift, occurred_on, service_minutes, hold, confirmed_by, decided_by,
       record.recorded_at AS held_at, coalesce(evidence.reason, record.late) AS late,
       evidence.made_by AS evidence_by,
       %(day)s - (begun.held_at AT TIME ZONE time_zone)::date AS days_waiting
FROM service.records AS record JOIN service.communities USING (community)
CROSS JOIN LATERAL (
    SELECT min(first.recorded_at) AS held_at FROM service.records AS first
    WHERE (first.person, first.shift) = (record.person, record.shift)
      AND first.position <= record.position AND first.position > coalesce((
          SELECT max(position) FROM service.records AS decided
          WHERE (decided.person, decided.shift) = (record.person, record.shift)
            AND decided.status <> 'held' AND decided.position < record.position), 0)) AS begun
LEFT JOIN LATERAL (
    SELECT reason, made_by FROM service.remarks AS remark
    WHERE (remark.person, remark.shift) = (record.person, record.shift)
      AND kind = 'late_entry' AND remark.position > record.position
      AND remark.position <= %(known)s) AS evidence ON true
WHERE community = %(community)s AND status = 'held' AND record.position <= %(known)s
  AND {waits}
  AND record.position > %(after)s
ORDER BY record.position LIMIT %(limit)s
"""
OBJECTIONS: Final = """
SELECT position, person, shift, occurred_on AS raised_on, reason, made_by AS raised_by, answer_by,
       answer_by - %(day)s AS days_left
FROM service.remarks
WHERE community = %(community)s AND kind = 'objection' AND position <= %(known)s AND {waits}
  AND (answer_by, position) > (%(after_day)s, %(after)s)
ORDER BY answer_by, position LIMIT %(limit)s
"""
WAITS_NOW: Final = "{end} IS NULL"
WAITED_THEN: Final = "({end} IS NULL OR {end} > %(known)s)"
"""What ended it, if anything, was not known; what waits now is few and has an index of its own."""


@dataclass(frozen=True, slots=True)
class Held:
    """Service that waits since it was held: for a release, or for the late path.

    Of what came late, `late` and `evidence_by` say whether its evidence is there to be approved;
    once it is approved, `late` is why it came late. `decided_by` is not `confirmed_by` where a
    release or an approval left it to wait for more, which is since `held_at`; its `days_waiting`
    begin with the first hold all the same.
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
    known: int | None = None,
    limit: int = PAGE_MOST,
    after: int = 0,
) -> tuple[Held, ...]:
    """What is held in the community, with the days that it has waited up to that local day."""
    page = {"after": after, "limit": limit, "known": until(known)}
    waiting = _waiting(HELD, "until_position", known)
    return ask(connection, Held, waiting, community=community, day=day, **page)


def objections(
    connection: Connection[Any],
    community: CommunityId,
    day: date,
    *,
    known: int | None = None,
    limit: int = PAGE_MOST,
    after: tuple[date, int] | None = None,
) -> tuple[OpenObjection, ...]:
    """The open objections of the community, with the days left from that local day on."""
    after_day, after_position = after or (date.min, 0)
    page = {"after_day": after_day, "after": after_position, "limit": limit, "known": until(known)}
    waiting = _waiting(OBJECTIONS, "ended_position", known)
    return ask(connection, OpenObjection, waiting, community=community, day=day, **page)


def _waiting(statement: LiteralString, end: LiteralString, known: int | None) -> LiteralString:
    waits = WAITS_NOW if known is None else WAITED_THEN
    return statement.replace("{waits}", waits.replace("{end}", end))
