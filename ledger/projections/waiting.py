"""Waiting: what somebody has to decide next in a community, the longest waiting first.

It shows what is so now; the day that waiting is counted up to is the asker's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from psycopg import Connection

from ledger.domain.service_records import Hold, LateReason
from ledger.domain.values import CommunityId, Minutes, PersonId, ShiftId
from ledger.projections.asking import PAGE_MOST, ask

HELD: Final = """
SELECT record.position, person, shift, occurred_on, service_minutes, hold, confirmed_by, decided_by,
       record.recorded_at AS held_at, evidence.reason AS late, evidence.made_by AS evidence_by,
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


@dataclass(frozen=True, slots=True)
class Held:
    """Service that waits since it was held: for a release, or for the late path.

    Of what came late, `late` and `evidence_by` say whether its evidence is there to be approved.
    `decided_by` is not `confirmed_by` where a release found that it has to wait for more.
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
