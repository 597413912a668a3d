"""What a decision about an attendance enters: credited service, or held service that waits.

Both say all that later proof needs: the minutes and their days, whose word it rests on, and why it
came late, if it did.
"""

from datetime import datetime
from typing import TypeAlias

from ledger.domain.intervals import Days, elapsed
from ledger.domain.service_records import (
    Deciders,
    Hold,
    LateReason,
    ServiceCredited,
    ServiceHeld,
)
from ledger.domain.service_rules import Seen, booking
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Minutes, PersonId, ShiftId, UnitId

Facts: TypeAlias = tuple[
    ShiftId, PersonId, CommunityId, UnitId | None, datetime, datetime, Minutes, Days, EvidenceGrade
]


def entry(
    seen: Seen, hold: Hold | None, decided_by: Deciders, late: LateReason | None = None
) -> ServiceCredited | ServiceHeld:
    """Service that is held for a reason, or credited for want of one."""
    if hold:
        return ServiceHeld(*_facts(seen), hold, seen.day, decided_by, late)
    before = None if seen.record is None else seen.record.booked_in
    booked_in, adjusts = booking(seen.community, seen.day, before)
    time_bank = seen.community.rules_on(seen.day).time_bank
    return ServiceCredited(*_facts(seen), time_bank, seen.day, booked_in, adjusts, decided_by, late)


def _facts(seen: Seen) -> Facts:
    """What credited and held service have in common, in the order of their first fields."""
    return (
        seen.name,
        seen.person,
        seen.shift.community,
        seen.shift.unit,
        seen.starts_at,
        seen.ends_at,
        elapsed(seen.starts_at, seen.ends_at),
        seen.days(),
        seen.shift.attendances[seen.person].grade,
    )
