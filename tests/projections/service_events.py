"""Events of service, by hand: Chen in the kitchen of Jinning on 2 March, unless told otherwise."""

from datetime import UTC, date, datetime, timedelta

from ledger.domain.intervals import DayMinutes
from ledger.domain.objection_records import (
    ObjectionAnswer,
    ObjectionAnswered,
    ObjectionRaised,
    ObjectionReason,
)
from ledger.domain.service_records import (
    Hold,
    LateReason,
    LateServiceRecorded,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    OpeningReversalReason,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReopened,
    ServiceReversed,
)
from ledger.domain.shift_records import (
    AttendanceCorrected,
    CorrectionReason,
    EvidenceGrade,
    NoShowMarked,
    NoShowWithdrawn,
)
from ledger.domain.values import (
    CommunityId,
    Count,
    Minutes,
    Month,
    PersonId,
    ShiftId,
    UnitId,
    month_of,
)
from tests.projections.by_hand import LEADER

JINNING = CommunityId("jinning")
MUTUAL_AID = UnitId("jinning/mutual-aid")
CHEN = PersonId("00000000-0000-4000-8000-00000000000a")
WU = PersonId("00000000-0000-4000-8000-00000000000b")
KITCHEN, PATROL = ShiftId("kitchen"), ShiftId("patrol")
MARCH_2 = date(2026, 3, 2)
MARCH, APRIL = Month("2026-03"), Month("2026-04")
NEW_YEAR = date(2026, 1, 1)


def credited(
    minutes: int = 120,
    shift: ShiftId = KITCHEN,
    on: date = MARCH_2,
    grade: EvidenceGrade = EvidenceGrade.checked,
    *,
    who: PersonId = CHEN,
    where: CommunityId = JINNING,
) -> ServiceCredited:
    start = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
    return ServiceCredited(
        shift,
        who,
        where,
        MUTUAL_AID,
        start,
        start + timedelta(minutes=minutes),
        Minutes(minutes),
        (DayMinutes(on, Minutes(minutes)),),
        grade,
        time_bank=False,
        occurred_on=on,
        booked_in=month_of(on),
        adjusts=None,
        decided_by=(LEADER,),
        late=None,
    )


def held(
    minutes: int = 600, shift: ShiftId = KITCHEN, on: date = MARCH_2, why: Hold = Hold.late_entry
) -> ServiceHeld:
    like = credited(minutes, shift, on)
    return ServiceHeld(
        shift,
        CHEN,
        JINNING,
        MUTUAL_AID,
        like.starts_at,
        like.ends_at,
        like.service_minutes,
        like.days,
        EvidenceGrade.attested,
        why,
        on,
        like.decided_by,
        None,
    )


def reversed_(
    minutes: int = 120,
    shift: ShiftId = KITCHEN,
    on: date = MARCH_2,
    booked_in: Month | None = None,
    reason: ReversalReason = ReversalReason.found_false,
) -> ServiceReversed:
    return ServiceReversed(
        shift,
        CHEN,
        JINNING,
        Minutes(minutes),
        time_bank=False,
        reason=reason,
        occurred_on=on,
        booked_in=booked_in or month_of(on),
        adjusts=None,
        decided_by=(LEADER,),
    )


def reinstated(
    minutes: int = 120,
    shift: ShiftId = KITCHEN,
    on: date = MARCH_2,
    booked_in: Month | None = None,
) -> ServiceReinstated:
    return ServiceReinstated(
        shift,
        CHEN,
        JINNING,
        MUTUAL_AID,
        Minutes(minutes),
        time_bank=False,
        occurred_on=on,
        booked_in=booked_in or month_of(on),
        adjusts=None,
    )


def late_recorded(shift: ShiftId = KITCHEN) -> LateServiceRecorded:
    return LateServiceRecorded(
        shift, CHEN, JINNING, LateReason.forgotten, Count(1), "commitment", LEADER, MARCH_2
    )


def corrected(shift: ShiftId = KITCHEN) -> AttendanceCorrected:
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    reason = CorrectionReason.wrong_time
    end = start + timedelta(minutes=90)
    return AttendanceCorrected(shift, CHEN, JINNING, start, end, reason, MARCH_2)


def reopened(shift: ShiftId = KITCHEN) -> ServiceReopened:
    return ServiceReopened(shift, CHEN, JINNING, MARCH_2)


def missed(shift: ShiftId = KITCHEN) -> NoShowMarked:
    return NoShowMarked(shift, CHEN, JINNING, MARCH_2)


def came_after_all(shift: ShiftId = KITCHEN) -> NoShowWithdrawn:
    return NoShowWithdrawn(shift, CHEN, JINNING, MARCH_2)


def disputed(shift: ShiftId = KITCHEN, answer_by: date = date(2026, 3, 18)) -> ObjectionRaised:
    reason = ObjectionReason.minutes_wrong
    note = (Count(1), "commitment")
    return ObjectionRaised(shift, CHEN, JINNING, reason, *note, CHEN, answer_by, MARCH_2)


def answered(
    shift: ShiftId = KITCHEN,
    answer: ObjectionAnswer = ObjectionAnswer.rejected,
    on: date = MARCH_2,
) -> ObjectionAnswered:
    return ObjectionAnswered(shift, CHEN, JINNING, answer, on)


def refused(
    shift: ShiftId = KITCHEN, reason: RefusalReason = RefusalReason.not_present
) -> ServiceRefused:
    return ServiceRefused(shift, CHEN, JINNING, reason, MARCH_2, (LEADER,))


def opening(minutes: int, unit: str = "mutual-aid") -> OpeningMinutesImported:
    return OpeningMinutesImported(
        CHEN,
        UnitId(f"jinning/{unit}"),
        JINNING,
        Minutes(minutes),
        EvidenceGrade.estimated,
        NEW_YEAR,
        month_of(NEW_YEAR),
        None,
        (LEADER,),
    )


def opening_reversed(
    minutes: int, unit: str = "mutual-aid", booked_in: Month | None = None
) -> OpeningMinutesReversed:
    like = opening(minutes, unit)
    return OpeningMinutesReversed(
        CHEN,
        like.unit,
        JINNING,
        like.service_minutes,
        OpeningReversalReason.figure_wrong,
        NEW_YEAR,
        booked_in or like.booked_in,
        None,
        (WU,),
    )
