"""Attendance corrected openly, and what becomes of the service that rested on it; no-shows."""

from datetime import date, datetime

import pytest

from ledger.domain import service, shifts
from ledger.domain.attendance import AttestAttendance, CheckIn, CorrectAttendance, MarkNoShow
from ledger.domain.community_records import ServiceRules
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.decisions import Happening
from ledger.domain.service import ConfirmService, RefuseService, ReverseService
from ledger.domain.service_records import (
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    ServiceReopened,
    Status,
)
from ledger.domain.service_state import Service
from ledger.domain.shift_records import (
    Attendance,
    AttendanceCorrected,
    CancelReason,
    CorrectionReason,
    EvidenceGrade,
    NoShowMarked,
    NoShowWithdrawn,
    Shift,
    ShiftCancelled,
)
from ledger.domain.shifts import CancelShift, SignUp, WithdrawSignUp
from ledger.domain.values import Minutes, PersonId, ShiftId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    LONG_AGO,
    STRANGER,
    WU,
    at,
    came,
    died,
    later,
    relative,
    ruled,
    scheduled,
    served,
)
from tests.story import Part, Story, Told, given

MONDAY = date(2026, 3, 2)
SUNDAY = date(2026, 3, 1)
NINE, HALF_PAST, ELEVEN = at("03-02 09:00"), at("03-02 09:30"), at("03-02 11:00")
EVENING = at("03-02 20:00")
REASON = CorrectionReason.wrong_time
SERVED: Story = (*JINNING_EVENT, *served(NINE, ELEVEN))
CONFIRM = ConfirmService(KITCHEN, CHEN)
REFUSE = RefuseService(KITCHEN, CHEN, RefusalReason.not_service)
REVERSE = ReverseService(KITCHEN, CHEN, ReversalReason.entered_by_mistake)
MARK = MarkNoShow(KITCHEN, CHEN)
CANCELLED: Happening = (
    shifts.stream(KITCHEN),
    ShiftCancelled(KITCHEN, CancelReason.weather, LONG_AGO),
)


def correction(come: datetime = HALF_PAST, leave: datetime = ELEVEN) -> CorrectAttendance:
    return CorrectAttendance(KITCHEN, CHEN, come, leave, REASON)


def corrected(*story: Part, command: CorrectAttendance | None = None) -> Told:
    return given(*story).when(command or correction(), by=WU, at=EVENING)


def then(story: Story, *commands: object) -> Story:
    for command in commands:
        story = (*story, given(*story).when(command, by=LEADER, at=EVENING))
    return story


def record(story: Story) -> Status:
    state: Service = given(*story).ledger[service.stream(CHEN)]
    return state.records[KITCHEN].status


# -- correcting --------------------------------------------------------------------------------


def test_corrected_times_stand_and_are_attested() -> None:
    told = corrected(*SERVED)
    told.then(
        AttendanceCorrected(
            shift=KITCHEN,
            person=CHEN,
            community=JINNING,
            check_in=HALF_PAST,
            check_out=ELEVEN,
            reason=REASON,
            occurred_on=MONDAY,
        )
    )
    shift: Shift = given(*SERVED, told).ledger[shifts.stream(KITCHEN)]
    assert shift.attendances[CHEN] == Attendance(HALF_PAST, ELEVEN, EvidenceGrade.attested)
    (event,) = given(*SERVED, told).when(CONFIRM, by=LEADER, at=EVENING).events
    assert (event.service_minutes, event.grade) == (90, EvidenceGrade.attested)


@pytest.mark.parametrize(
    ("come", "leave", "code"),
    [
        (NINE, ELEVEN, "correction_must_change_the_times"),
        (ELEVEN, NINE, "interval_must_have_length"),
        (NINE, later(EVENING, 1), "time_must_not_be_in_the_future"),
        (ELEVEN, later(ELEVEN, 60), "service_must_have_a_minute"),
        (datetime.min.replace(tzinfo=NINE.tzinfo), ELEVEN, "year_must_be_plausible"),
    ],
)
def test_corrected_times_are_possible_and_other_than_before(
    come: datetime, leave: datetime, code: str
) -> None:
    corrected(*SERVED, command=correction(come, leave)).refused(code)


def test_only_a_whole_attendance_of_a_shift_that_took_place_is_corrected() -> None:
    shift = scheduled(NINE, ELEVEN)
    corrected(*JINNING_EVENT, shift).refused("person_must_have_attended", shift=KITCHEN)
    corrected(*JINNING_EVENT, shift, came(NINE)).refused("attendance_must_have_an_end")
    corrected(*SERVED, CANCELLED).refused("shift_must_not_be_cancelled")
    corrected(*SERVED, died(CHEN, SUNDAY)).refused("person_must_be_alive_on_the_day")
    corrected(*JINNING_EVENT).refused("shift_must_be_known")


# -- the service that rests on it --------------------------------------------------------------


def test_service_that_counts_or_waits_is_taken_back_first() -> None:
    low = ruled(ServiceRules(unit_minutes_most=Minutes(60)))
    for status, story, end in (
        (Status.credited, then(SERVED, CONFIRM), REVERSE),
        (Status.held, then((*SERVED, low), CONFIRM), REFUSE),
    ):
        corrected(*story).refused("service_must_be_taken_back_first", shift=KITCHEN, status=status)
        _, reopened = corrected(*then(story, end)).events
        assert reopened == ServiceReopened(KITCHEN, CHEN, JINNING, MONDAY)


@pytest.mark.parametrize("before", [(CONFIRM, REVERSE), (REFUSE,)])
def test_after_the_correction_it_is_decided_anew_and_once(before: tuple[object, ...]) -> None:
    story = then(SERVED, *before)
    given(*story).when(CONFIRM, by=LEADER, at=EVENING).refused("service_must_not_be_decided_twice")
    story = (*story, corrected(*story))
    assert record(story) is not Status.credited
    (event,) = given(*story).when(CONFIRM, by=LEADER, at=EVENING).events
    assert (type(event), event.service_minutes) == (ServiceCredited, 90)
    for again in (then(story, CONFIRM), then(story, REFUSE)):
        given(*again).when(CONFIRM, by=LEADER, at=EVENING).refused(
            "service_must_not_be_decided_twice"
        )


def test_what_a_mistaken_death_ended_is_not_given_back_with_the_times_of_before() -> None:
    dead = then(then(SERVED, CONFIRM), RecordDeath(CHEN, SUNDAY))
    assert record(then(dead, CorrectDeath(CHEN, None))) is Status.credited
    low = ruled(ServiceRules(unit_minutes_most=Minutes(60)))
    alive = then((*dead, low), CorrectDeath(CHEN, None))
    assert record(alive) is Status.reversed, "the day is full by the limit of now"
    story = (*alive, corrected(*alive), ruled(ServiceRules()))
    story = then(story, RecordDeath(CHEN, SUNDAY), CorrectDeath(CHEN, None))
    assert record(story) is Status.reversed
    (event,) = given(*story).when(CONFIRM, by=LEADER, at=EVENING).events
    assert not isinstance(event, ServiceHeld)
    assert event.service_minutes == 90


@pytest.mark.parametrize("before", [(CONFIRM, REVERSE), (REFUSE,)])
def test_nobody_opens_her_own_service_again_or_a_relations(before: tuple[object, ...]) -> None:
    """She holds an office, and would have the confirmer decide anew, as often as she likes."""
    story = then(SERVED, *before)
    given(*story).when(correction(), by=CHEN, at=EVENING).refused(
        "confirmer_must_not_be_the_volunteer"
    )
    for sheet in (relative(CHEN, of=WU), relative(WU, of=CHEN)):
        corrected(*story, sheet).refused("confirmer_must_not_be_related")
    corrected(*story, died(CHEN, SUNDAY), relative(WU, of=CHEN)).refused(
        "person_must_be_alive_on_the_day"
    )


def test_before_anybody_decided_a_correction_decides_nothing() -> None:
    assert given(*SERVED).when(correction(), by=CHEN, at=EVENING).decision
    assert corrected(*SERVED, relative(WU, of=CHEN)).decision


# -- no-shows ----------------------------------------------------------------------------------


def signed_up(*who: PersonId, places: int | None = None) -> Story:
    """Chen, or these, signed up for the kitchen the evening before."""
    story: Story = (*JINNING_EVENT, scheduled(NINE, ELEVEN, places=places))
    for name in who or (CHEN,):
        sign_up = SignUp(KITCHEN, name)
        story = (*story, given(*story).when(sign_up, at=later(NINE, -600)))
    return story


def test_whoever_had_a_place_and_did_not_come_is_marked() -> None:
    told = given(*signed_up()).when(MARK, by=LEADER, at=EVENING)
    told.then(NoShowMarked(KITCHEN, CHEN, JINNING, MONDAY))
    given(*signed_up(), told).when(MARK, by=LEADER, at=EVENING).refused(
        "no_show_must_not_be_marked_twice", shift=KITCHEN
    )


@pytest.mark.parametrize(("moment", "over"), [(later(ELEVEN, -1), False), (ELEVEN, True)])
def test_nobody_is_absent_before_the_shift_is_over(moment: datetime, over: bool) -> None:
    told = given(*signed_up()).when(MARK, by=LEADER, at=moment)
    if over:
        assert told.decision
    else:
        told.refused("shift_must_be_over", shift=KITCHEN, ends_at=ELEVEN)


def test_nobody_is_absent_who_had_no_place_or_came_or_could_not() -> None:
    waiting = signed_up(WU, CHEN, places=1)
    gone = signed_up()
    gone = (*gone, given(*gone).when(WithdrawSignUp(KITCHEN, CHEN), at=later(NINE, -60)))
    for story in (signed_up(WU), waiting, gone):
        given(*story).when(MARK, by=LEADER, at=EVENING).refused("person_must_be_signed_up")
    given(*signed_up(), came(NINE)).when(MARK, by=LEADER, at=EVENING).refused(
        "person_must_not_have_come", at=NINE
    )
    given(*signed_up(), died(CHEN, SUNDAY)).when(MARK, by=LEADER, at=EVENING).refused(
        "person_must_be_alive_on_the_day"
    )
    given(*signed_up(), CANCELLED).when(MARK, by=LEADER, at=EVENING).refused(
        "shift_must_not_be_cancelled"
    )
    unknown = MarkNoShow(ShiftId("nothing"), STRANGER)
    given(*signed_up()).when(unknown, by=LEADER).refused("person_must_be_known")


@pytest.mark.parametrize(
    "command", [AttestAttendance(KITCHEN, CHEN, NINE, ELEVEN), CheckIn(KITCHEN, CHEN, NINE)]
)
def test_a_no_show_is_withdrawn_when_her_attendance_is_recorded_after_all(command: object) -> None:
    story = then(signed_up(), MARK)
    _, withdrawn = given(*story).when(command, by=LEADER, at=EVENING).events
    assert withdrawn == NoShowWithdrawn(KITCHEN, CHEN, JINNING, MONDAY)
    shift: Shift = given(*then(story, command)).ledger[shifts.stream(KITCHEN)]
    assert shift.no_shows == frozenset()
    assert len(given(*signed_up()).when(command, by=LEADER, at=EVENING).events) == 1


def test_nobody_has_missed_a_shift_that_was_called_off() -> None:
    """It was entered by mistake, and nobody could attest any more that she came."""
    cancel = CancelShift(KITCHEN, CancelReason.entered_by_mistake)
    story = then(signed_up(), MARK)
    given(*story).when(cancel, by=LEADER, at=EVENING).then(
        ShiftCancelled(KITCHEN, CancelReason.entered_by_mistake, MONDAY),
        NoShowWithdrawn(KITCHEN, CHEN, JINNING, MONDAY),
    )
    shift: Shift = given(*then(story, cancel)).ledger[shifts.stream(KITCHEN)]
    assert shift.no_shows == frozenset()
