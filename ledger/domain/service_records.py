"""What happens to a person's service, and the words for it; `service_state` remembers it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from ledger.domain.intervals import Days
from ledger.domain.objection_records import ObjectionEvent
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Count, Minutes, Month, PersonId, ShiftId, UnitId

Deciders: TypeAlias = tuple[PersonId, ...]
"""On whose word it rests, the first first; whoever decides again is somebody else."""


class Status(StrEnum):
    """What became of the service of one person in one shift."""

    credited = "credited"
    held = "held"
    refused = "refused"
    reversed = "reversed"


class Hold(StrEnum):
    """Why service waits for another decision; the first that applies."""

    month_closed = "month_closed"
    late_entry = "late_entry"
    day_over_town_limit = "day_over_town_limit"
    day_over_unit_limit = "day_over_unit_limit"


class RefusalReason(StrEnum):
    """Why an attendance is not service."""

    not_present = "not_present"
    not_service = "not_service"
    wrong_person = "wrong_person"
    entered_twice = "entered_twice"
    after_death = "after_death"
    other = "other"


class ReversalReason(StrEnum):
    """Why credited service is taken back."""

    entered_by_mistake = "entered_by_mistake"
    found_false = "found_false"
    after_death = "after_death"
    other = "other"


class LateReason(StrEnum):
    """Why service is entered after its time; the evidence for it is a note in the vault."""

    kept_on_paper = "kept_on_paper"
    no_confirmer = "no_confirmer"
    attendance_corrected = "attendance_corrected"
    objection_upheld = "objection_upheld"
    forgotten = "forgotten"
    other = "other"


class OpeningGrade(StrEnum):
    """How well minutes from before this ledger are known: as two of the evidence grades."""

    imported = "imported"
    estimated = "estimated"


class OpeningReversalReason(StrEnum):
    """Why opening minutes are taken back."""

    entered_by_mistake = "entered_by_mistake"
    figure_wrong = "figure_wrong"
    counted_twice = "counted_twice"
    found_false = "found_false"
    other = "other"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceCredited:
    """The person served from `starts_at` until before `ends_at`; the minutes are hers.

    `occurred_on` is the local day on which the shift started; `adjusts` names its month when that
    was closed and the minutes are booked in a later one. `decided_by` are those on whose word it
    rests, the confirmer first; `late` is why, if it came by the late path.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    unit: UnitId | None
    starts_at: datetime
    ends_at: datetime
    service_minutes: Minutes
    days: Days
    grade: EvidenceGrade
    time_bank: bool
    occurred_on: date
    booked_in: Month
    adjusts: Month | None
    decided_by: Deciders
    late: LateReason | None


@dataclass(frozen=True, slots=True)
class ServiceHeld:
    """The service was confirmed, but waits for another decision; nothing is credited.

    With a reason for being `late` it took the late path, and waits for its long day alone.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    unit: UnitId | None
    starts_at: datetime
    ends_at: datetime
    service_minutes: Minutes
    days: Days
    grade: EvidenceGrade
    hold: Hold
    occurred_on: date
    decided_by: Deciders
    late: LateReason | None


@dataclass(frozen=True, slots=True)
class LateServiceRecorded:
    """There is evidence for service that was confirmed too late, or in a closed month.

    The evidence is a note of that number in the vault. Nothing is credited before another person
    approves it.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    reason: LateReason
    note_version: Count
    note_commitment: str
    recorded_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ServiceRefused:
    """The attendance, or the held service, is not credited."""

    shift: ShiftId
    person: PersonId
    community: CommunityId
    reason: RefusalReason
    occurred_on: date
    decided_by: Deciders


@dataclass(frozen=True, slots=True)
class ServiceReversed:
    """Credited service was taken back; `occurred_on` is the day of what it corrects.

    No person decided what followed from a death: then there are no `decided_by`.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    service_minutes: Minutes
    time_bank: bool
    reason: ReversalReason
    occurred_on: date
    booked_in: Month
    adjusts: Month | None
    decided_by: Deciders


@dataclass(frozen=True, slots=True)
class ServiceReinstated:
    """Reversed service stands again, because the death it was reversed for was recorded wrongly.

    It undoes just what the reversal did; `occurred_on` is the service day.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    unit: UnitId | None
    service_minutes: Minutes
    time_bank: bool
    occurred_on: date
    booked_in: Month
    adjusts: Month | None


@dataclass(frozen=True, slots=True)
class ServiceReopened:
    """What was refused or reversed is to be decided anew, because what it rested on was wrong.

    Nothing is credited by it; `occurred_on` is the service day.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class OpeningMinutesImported:
    """What the person had served for the unit up to a day, as another system or memory has it.

    It is all of it: no record of that unit up to that day, `occurred_on`, is credited beside it.
    """

    person: PersonId
    unit: UnitId
    community: CommunityId
    service_minutes: Minutes
    grade: EvidenceGrade
    occurred_on: date
    booked_in: Month
    adjusts: Month | None
    decided_by: Deciders


@dataclass(frozen=True, slots=True)
class OpeningMinutesReversed:
    """Opening minutes were taken back; `occurred_on` is the day up to which they were."""

    person: PersonId
    unit: UnitId
    community: CommunityId
    service_minutes: Minutes
    reason: OpeningReversalReason
    occurred_on: date
    booked_in: Month
    adjusts: Month | None
    decided_by: Deciders


@dataclass(frozen=True, slots=True)
class StarGranted:
    """The person was granted a star, whose threshold her credited minutes had reached by then."""

    person: PersonId
    community: CommunityId
    star: Count
    threshold_minutes: Minutes
    service_minutes: Minutes
    occurred_on: date
    decided_by: Deciders


@dataclass(frozen=True, slots=True)
class DeciderFoundRelated:
    """Whoever decided about this person's service turned out to be related to her.

    It was declared afterwards, in a fact sheet of one of the two; which relation it is stays in the
    vault. Nothing is reversed by it: an auditor is to look (DOMAIN 6).
    """

    person: PersonId
    decider: PersonId
    occurred_on: date


ServiceEvent: TypeAlias = (
    ServiceCredited
    | ServiceHeld
    | LateServiceRecorded
    | ServiceRefused
    | ServiceReversed
    | ServiceReinstated
    | ServiceReopened
    | ObjectionEvent
    | StarGranted
    | OpeningMinutesImported
    | OpeningMinutesReversed
    | DeciderFoundRelated
)
