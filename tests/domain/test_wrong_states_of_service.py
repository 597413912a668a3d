"""What a record of service and an objection answer to each command, at each of their stages."""

from datetime import datetime
from typing import Any

from ledger.domain import service
from ledger.domain.attendance import CorrectAttendance
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.facts import Note
from ledger.domain.holds import ReleaseForTown, ReleaseHeldService
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.objection_records import ObjectionAnswer, ObjectionReason
from ledger.domain.objections import AnswerObjection, RaiseObjection
from ledger.domain.periods import ClosePeriod
from ledger.domain.service import (
    ConfirmService,
    RefuseService,
    ReverseService,
)
from ledger.domain.service_records import (
    Hold,
    LateReason,
    RefusalReason,
    ReversalReason,
    Status,
)
from ledger.domain.shift_records import CorrectionReason
from ledger.domain.values import Month, NoteText, PersonId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    at,
    came,
    later,
    person,
    scheduled,
    served,
)
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.story import Given, Ledger, Part, given

# -- records -------------------------------------------------------------------------------------

SIX = at("03-07 06:00")
"""On a Saturday."""
IN_TIME, LATE = at("03-08 20:00"), at("05-04 09:00")
NOTE = Note(NoteText("签到纸一张"))
confirm = ConfirmService(KITCHEN, CHEN)
refuse = RefuseService(KITCHEN, CHEN, RefusalReason.not_present)
reverse = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
release, release_for_town = ReleaseHeldService(KITCHEN, CHEN), ReleaseForTown(KITCHEN, CHEN)
record = RecordLateService(KITCHEN, CHEN, LateReason.kept_on_paper, NOTE)
approve = ApproveLateService(KITCHEN, CHEN)
object_ = RaiseObjection(KITCHEN, CHEN, ObjectionReason.other, NOTE)
uphold = AnswerObjection(KITCHEN, CHEN, ObjectionAnswer.upheld)
reject = AnswerObjection(KITCHEN, CHEN, ObjectionAnswer.rejected)
correct = CorrectAttendance(
    KITCHEN, CHEN, later(SIX, 1), later(SIX, 31), CorrectionReason.wrong_time
)
close_march = ClosePeriod(JINNING, Month("2026-03"))
died, lives = RecordDeath(CHEN, at("03-06 12:00").date()), CorrectDeath(CHEN, None)


def hours(number: int) -> tuple[Any, ...]:
    """Chen in the kitchen for so many hours of Saturday."""
    return served(SIX, later(SIX, 60 * number))


HOUR, NINE_HOURS, THIRTEEN_HOURS = hours(1), hours(9), hours(13)


def reached(at: datetime, parts: tuple[Part, ...], *steps: Any) -> Given:
    """Each step by somebody of her own, so that nobody has decided before."""
    story = given(*JINNING_EVENT, *map(person, HANDS), *parts)
    hands = iter(HANDS)
    for command in steps:
        for happening in story.when(command, by=next(hands), at=at).decision:
            story.ledger.fold(happening)
    return story


HANDS = tuple(PersonId(f"00000000-0000-4000-8000-0000000000{number}") for number in range(41, 47))


def in_time(parts: tuple[Part, ...], *steps: object) -> Row:
    return Row(lambda: reached(IN_TIME, parts, *steps), IN_TIME)


def late(*steps: object, parts: tuple[Part, ...] = HOUR) -> Row:
    return Row(lambda: reached(LATE, parts, *steps), LATE)


def stage_of_the_record(ledger: Ledger) -> str:
    it = ledger[service.stream(CHEN)].records.get(KITCHEN)
    if it is None:
        return "none"
    if it.hold is not None and it.status is Status.held:
        return f"held.{it.hold}.explained" if it.late else f"held.{it.hold}"
    return f"{it.status}.open" if it.stands_open() else it.status


RECORD = Machine(
    nouns=("holds", "lateness"),
    stage_of=stage_of_the_record,
    rows={
        "none.absent": in_time((scheduled(SIX, later(SIX, 60)),)),
        "none.there": in_time((scheduled(SIX, later(SIX, 60)), came(SIX))),
        "none": in_time(HOUR),
        "credited": in_time(HOUR, confirm),
        "held.day_over_unit_limit": in_time(NINE_HOURS, confirm),
        "held.day_over_town_limit": in_time(THIRTEEN_HOURS, confirm),
        "held.late_entry": late(confirm),
        "held.late_entry.explained": late(confirm, record),
        "held.month_closed": late(close_march, confirm),
        "held.month_closed.explained": late(close_march, confirm, record),
        "held.day_over_town_limit.explained": late(confirm, record, approve, parts=THIRTEEN_HOURS),
        "refused": in_time(HOUR, refuse),
        "refused.open": in_time(HOUR, refuse, object_, uphold),
        "reversed": in_time(HOUR, confirm, reverse),
        "reversed.open": in_time(HOUR, confirm, reverse, object_, uphold),
        "credited.again": in_time(HOUR, confirm, died, lives),
    },
    asked=by_anybody(confirm, refuse, reverse, release, release_for_town, record, approve, correct),
    words={
        "absent": "person_must_have_attended",
        "there": "attendance_must_have_an_end",
        "none": "record_must_be_known",
        "decided": "service_must_not_be_decided_twice",
        "uncredited": "service_must_be_credited",
        "unheld": "service_must_be_held",
        "other": "hold_must_be_ended_its_own_way",
        "first": "late_entry_must_be_recorded_first",
        "twice": "late_entry_must_not_be_recorded_twice",
        "standing": "service_must_be_taken_back_first",
    },
    table="""
                                        confirm    refuse     reverse     correct
    none.absent                         absent     absent     none        absent
    none.there                          there      >refused   none        there
    none                                >credited  >refused   none        >none
    credited                            decided    decided    >reversed   standing
    held.day_over_unit_limit            decided    >refused   uncredited  standing
    held.day_over_town_limit            decided    >refused   uncredited  standing
    held.late_entry                     decided    >refused   uncredited  standing
    held.late_entry.explained           decided    >refused   uncredited  standing
    held.month_closed                   decided    >refused   uncredited  standing
    held.month_closed.explained         decided    >refused   uncredited  standing
    held.day_over_town_limit.explained  decided    >refused   uncredited  standing
    refused                             decided    decided    uncredited  >refused.open
    refused.open                        >credited  >refused   uncredited  >refused.open
    reversed                            decided    decided    uncredited  >reversed.open
    reversed.open                       >credited  >refused   uncredited  >reversed.open
    credited.again                      decided    decided    >reversed   standing

                                        release    release-for-town  record          approve
    none.absent                         none       none              none            none
    none.there                          none       none              none            none
    none                                none       none              none            none
    credited                            unheld     unheld            unheld          unheld
    held.day_over_unit_limit            >credited  other             other           other
    held.day_over_town_limit            other      >credited         other           other
    held.late_entry                     other      other   >held.late_entry.explained    first
    held.late_entry.explained           other      other             twice           >credited
    held.month_closed                   other      other   >held.month_closed.explained  first
    held.month_closed.explained         other      other             twice           >credited
    held.day_over_town_limit.explained  other      >credited         other           other
    refused                             unheld     unheld            unheld          unheld
    refused.open                        unheld     unheld            unheld          unheld
    reversed                            unheld     unheld            unheld          unheld
    reversed.open                       unheld     unheld            unheld          unheld
    credited.again                      unheld     unheld            unheld          unheld
    """,
)


@each_cell(RECORD)
def test_service_is_decided_once_and_each_hold_has_its_own_way_out(cell: Cell) -> None:
    must_answer(RECORD, cell)


# -- objections ----------------------------------------------------------------------------------


def stage_of_the_objection(ledger: Ledger) -> str:
    objections = ledger[service.stream(CHEN)].objections.get(KITCHEN)
    if objections is None:
        return "none"
    if objections.reason is not None:
        return "raised"
    return "rejected" if objections.rejected else "answered"


OBJECTION = Machine(
    nouns=("objections",),
    stage_of=stage_of_the_objection,
    rows={
        "none.running": Row(lambda: reached(SIX, HOUR[:1]), SIX),
        "none.unrecorded": in_time(HOUR[:1]),
        "none": in_time(HOUR, refuse),
        "raised": in_time(HOUR, refuse, object_),
        "raised.again": in_time(HOUR, refuse, object_, uphold, object_),
        "rejected": in_time(HOUR, refuse, object_, reject),
        "answered": in_time(HOUR, refuse, object_, uphold),
        "answered.decided_anew": in_time(HOUR, refuse, object_, uphold, confirm),
    },
    asked=by_anybody(object_, uphold),
    words={
        "early": "shift_must_be_over",
        "open": "objection_must_be_answered_first",
        "closed": "objection_must_be_open",
        "new": "objection_must_have_a_new_reason",
    },
    table="""
                           raise    answer
    none.running           early    closed
    none.unrecorded        >raised  closed
    none                   >raised  closed
    raised                 open     >answered
    raised.again           open     >answered
    rejected               new      closed
    answered               >raised  closed
    answered.decided_anew  >raised  closed
    """,
)


@each_cell(OBJECTION)
def test_one_objection_is_open_at_a_time_and_answered_once(cell: Cell) -> None:
    must_answer(OBJECTION, cell)


def test_the_tables_of_service_are_total() -> None:
    must_be_total(RECORD, Status, "none")
    must_be_total(OBJECTION)
    held = {row.split(".")[1] for row, _, _ in RECORD.cells if row.startswith("held.")}
    assert held == set(Hold)
