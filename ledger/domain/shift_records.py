"""What is remembered of a shift: its time, who signed up, who came and who left.

Times are UTC and whole minutes, so that what is stored has one form. A sign-up is an intention and
never service; an attendance becomes service only when somebody confirms it (see `service`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from ledger.domain.values import (
    CommunityId,
    Count,
    PersonId,
    ShiftId,
    SiteId,
    Title,
    UnitId,
    ZoneName,
    local_day,
)

NOWHERE: Final = CommunityId("")
"""The community of a shift that was not scheduled; no community has this id."""

NEVER: Final = datetime.min.replace(tzinfo=UTC)
"""The time of a shift that was not scheduled."""


class EvidenceGrade(StrEnum):
    """How good the evidence of a record is, best first (记录等级)."""

    checked = "checked"  # in and out were recorded then, by her at the site or by the leader
    attested = "attested"  # somebody says so: who entered the times for her, or she herself
    imported = "imported"  # taken over from another system
    estimated = "estimated"  # taken over from what people remember


class CancelReason(StrEnum):
    """Why a shift does not take place."""

    weather = "weather"
    too_few = "too_few"
    site_closed = "site_closed"
    entered_by_mistake = "entered_by_mistake"
    other = "other"


class CorrectionReason(StrEnum):
    """Why an attendance was recorded wrongly."""

    wrong_time = "wrong_time"
    clock_was_wrong = "clock_was_wrong"
    objection_upheld = "objection_upheld"
    other = "other"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShiftScheduled:
    """A shift will take place, from a minute until before a minute."""

    shift: ShiftId
    community: CommunityId
    activity: Title
    starts_at: datetime
    ends_at: datetime
    site: SiteId | None
    unit: UnitId | None
    places: Count | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ShiftCancelled:
    """The shift does not take place."""

    shift: ShiftId
    reason: CancelReason
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SignedUp:
    """The person means to come; waiting, if all places were taken."""

    shift: ShiftId
    person: PersonId
    waiting: bool
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SignUpWithdrawn:
    """The person does not mean to come any more."""

    shift: ShiftId
    person: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SignUpPromoted:
    """The first of the waiting list got the place that became free."""

    shift: ShiftId
    person: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The person came at that minute."""

    shift: ShiftId
    person: PersonId
    at: datetime
    grade: EvidenceGrade
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """The person left at that minute; the grade is that of coming and leaving together."""

    shift: ShiftId
    person: PersonId
    at: datetime
    grade: EvidenceGrade
    occurred_on: date


@dataclass(frozen=True, slots=True)
class AttendanceAttested:
    """Somebody states when the person came and left; the envelope's actor says who."""

    shift: ShiftId
    person: PersonId
    check_in: datetime
    check_out: datetime
    occurred_on: date


@dataclass(frozen=True, slots=True)
class AttendanceCorrected:
    """The recorded times were wrong; somebody states the right ones.

    `occurred_on` is the day of what it corrects.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    check_in: datetime
    check_out: datetime
    reason: CorrectionReason
    occurred_on: date


@dataclass(frozen=True, slots=True)
class NoShowMarked:
    """The person had a place and did not come; `occurred_on` is the day of the shift."""

    shift: ShiftId
    person: PersonId
    community: CommunityId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class NoShowWithdrawn:
    """She missed nothing: her attendance was recorded later, or the shift was called off."""

    shift: ShiftId
    person: PersonId
    community: CommunityId
    occurred_on: date


ShiftEvent: TypeAlias = (
    ShiftScheduled
    | ShiftCancelled
    | SignedUp
    | SignUpWithdrawn
    | SignUpPromoted
    | CheckedIn
    | CheckedOut
    | AttendanceAttested
    | AttendanceCorrected
    | NoShowMarked
    | NoShowWithdrawn
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attendance:
    """When one person came and left, and how well that is known."""

    check_in: datetime
    check_out: datetime | None
    grade: EvidenceGrade


@dataclass(frozen=True, slots=True)
class Shift:
    """What decisions ask of a shift; `community` is NOWHERE before it was scheduled."""

    community: CommunityId = NOWHERE
    unit: UnitId | None = None
    starts_at: datetime = NEVER
    ends_at: datetime = NEVER
    places: Count | None = None
    cancelled: bool = False
    signed_up: tuple[PersonId, ...] = ()
    waiting: tuple[PersonId, ...] = ()
    attendances: Mapping[PersonId, Attendance] = field(default_factory=dict)
    no_shows: frozenset[PersonId] = frozenset()

    def full(self) -> bool:
        """Whether all places are taken."""
        return self.places is not None and len(self.signed_up) >= self.places

    def lists(self, person: PersonId) -> bool:
        """Whether the person has a place or waits for one."""
        return person in self.signed_up or person in self.waiting

    def day(self, time_zone: ZoneName) -> date:
        """The service day: the community's local day on which the shift starts."""
        return local_day(self.starts_at, time_zone)


# -- evolving ----------------------------------------------------------------------------------


def evolve(shift: Shift, event: ShiftEvent) -> Shift:
    """Attested or corrected times stand in place of what was recorded before."""
    match event:
        case ShiftScheduled():
            return Shift(event.community, event.unit, event.starts_at, event.ends_at, event.places)
        case ShiftCancelled():
            return replace(shift, cancelled=True)
        case SignedUp() | SignUpPromoted() | SignUpWithdrawn():
            return _listed(shift, event)
        case NoShowMarked():
            return replace(shift, no_shows=shift.no_shows | {event.person})
        case NoShowWithdrawn():
            return replace(shift, no_shows=shift.no_shows - {event.person})
        case CheckedIn() | CheckedOut() | AttendanceAttested() | AttendanceCorrected():
            attendance = _attendance(shift, event)
            return replace(shift, attendances={**shift.attendances, event.person: attendance})
        case _:
            assert_never(event)


def _listed(shift: Shift, event: SignedUp | SignUpPromoted | SignUpWithdrawn) -> Shift:
    signed_up = _without(shift.signed_up, event.person)
    waiting = _without(shift.waiting, event.person)
    match event:
        case SignedUp() if event.waiting:
            waiting = (*waiting, event.person)
        case SignedUp() | SignUpPromoted():
            signed_up = (*signed_up, event.person)
        case SignUpWithdrawn():
            pass
        case _:
            assert_never(event)
    return replace(shift, signed_up=signed_up, waiting=waiting)


def _without(listed: tuple[PersonId, ...], person: PersonId) -> tuple[PersonId, ...]:
    return tuple(each for each in listed if each != person)


def _attendance(
    shift: Shift, event: CheckedIn | CheckedOut | AttendanceAttested | AttendanceCorrected
) -> Attendance:
    match event:
        case CheckedIn():
            return Attendance(event.at, None, event.grade)
        case CheckedOut():
            came = shift.attendances[event.person]
            return replace(came, check_out=event.at, grade=event.grade)
        case AttendanceAttested() | AttendanceCorrected():
            return Attendance(event.check_in, event.check_out, EvidenceGrade.attested)
        case _:
            assert_never(event)
