"""What a shift, and a person in it, answers to each command: before it, during it and after it."""

from typing import Any

from ledger.domain import shifts
from ledger.domain.attendance import (
    AttestAttendance,
    CheckIn,
    CheckOut,
    CorrectAttendance,
    MarkNoShow,
)
from ledger.domain.shift_records import CancelReason, CorrectionReason
from ledger.domain.shifts import CancelShift, ScheduleShift, SignUp, WithdrawSignUp
from ledger.domain.values import Count, Title
from tests.domain.shift_stories import CHEN, JINNING, JINNING_EVENT, KITCHEN, LEADER, WU, at
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.story import Given, Ledger, given

EARLY, TEN, ELEVEN, EVENING = (
    at(text) for text in ("03-02 08:00", "03-02 10:00", "03-02 11:00", "03-02 14:00")
)
schedule = ScheduleShift(
    KITCHEN, JINNING, Title("长者饭堂帮厨"), at("03-02 09:00"), ELEVEN, places=Count(1)
)
cancel = CancelShift(KITCHEN, CancelReason.weather)
sign_up, withdraw = SignUp(KITCHEN, CHEN), WithdrawSignUp(KITCHEN, CHEN)
come, leave = CheckIn(KITCHEN, CHEN, at("03-02 09:05")), CheckOut(KITCHEN, CHEN, at("03-02 09:50"))
attest = AttestAttendance(KITCHEN, CHEN, at("03-02 09:00"), at("03-02 09:55"))
correct = CorrectAttendance(
    KITCHEN, CHEN, at("03-02 09:10"), at("03-02 09:45"), CorrectionReason.wrong_time
)
mark = MarkNoShow(KITCHEN, CHEN)
TAKEN = SignUp(KITCHEN, WU)
"""The one place."""


def reached(*commands: Any) -> Given:
    """Each given as early as it can be: before the shift, during it, or when it is over."""
    story = given(*JINNING_EVENT)
    for command in commands:
        moment = {MarkNoShow: EVENING, ScheduleShift: EARLY, SignUp: EARLY, WithdrawSignUp: EARLY}
        told = story.when(command, by=LEADER, at=moment.get(type(command), TEN))
        for happening in told.decision:
            story.ledger.fold(happening)
    return story


def during(*commands: Any) -> Row:
    return Row(lambda: reached(*commands), TEN)


def afterwards(*commands: Any) -> Row:
    return Row(lambda: reached(*commands), EVENING)


def stage_of_the_person(ledger: Ledger) -> str:
    """What the shift knows of Chen, the strongest first."""
    shift = ledger[shifts.stream(KITCHEN)]
    attendance = shift.attendances.get(CHEN)
    facts = {
        "none": not shift.community,
        "cancelled": shift.cancelled,
        "came": attendance is not None and attendance.check_out is None,
        "whole": attendance is not None,
        "no_show": CHEN in shift.no_shows,
        "signed_up": CHEN in shift.signed_up,
        "waiting": CHEN in shift.waiting,
    }
    return next((name for name, holds in facts.items() if holds), "absent")


ROWS = {
    "none": during(),
    "cancelled": during(schedule, cancel),
    "cancelled.signed_up": during(schedule, sign_up, cancel),
    "absent": during(schedule),
    "absent.full": during(schedule, TAKEN),
    "absent.withdrawn": during(schedule, sign_up, withdraw),
    "signed_up": during(schedule, sign_up),
    "waiting": during(schedule, TAKEN, sign_up),
    "signed_up.from_the_list": during(schedule, TAKEN, sign_up, WithdrawSignUp(KITCHEN, WU)),
    "came": during(schedule, come),
    "came.signed_up": during(schedule, sign_up, come),
    "whole": during(schedule, come, leave),
    "whole.attested": during(schedule, sign_up, attest),
    "whole.corrected": during(schedule, attest, CorrectAttendance(
        KITCHEN, CHEN, at("03-02 09:20"), at("03-02 09:40"), CorrectionReason.other
    )),
    "absent.over": afterwards(schedule),
    "signed_up.over": afterwards(schedule, sign_up),
    "waiting.over": afterwards(schedule, TAKEN, sign_up),
    "came.over": afterwards(schedule, sign_up, come),
    "whole.over": afterwards(schedule, sign_up, come, leave),
    "no_show": afterwards(schedule, sign_up, mark),
    "whole.after_all": afterwards(schedule, sign_up, mark, attest),
}  # fmt: skip
SHIFT = Machine(
    nouns=("shifts",),
    stage_of=stage_of_the_person,
    rows=ROWS,
    asked=by_anybody(schedule, cancel, sign_up, withdraw),
    words={
        "known": "shift_must_be_known",
        "new": "shift_must_be_new",
        "off": "shift_must_not_be_cancelled",
        "over": "shift_must_not_be_over",
        "attended": "shift_must_not_have_attendance",
        "twice": "person_must_not_be_signed_up_twice",
        "unlisted": "person_must_be_signed_up",
        "there": "person_must_not_have_come",
    },
    table="""
                             schedule  cancel      sign-up     withdraw-sign-up
    none                     >absent   known       known       known
    cancelled                new       off         off         off
    cancelled.signed_up      new       off         off         off
    absent                   new       >cancelled  >signed_up  unlisted
    absent.full              new       >cancelled  >waiting    unlisted
    absent.withdrawn         new       >cancelled  >signed_up  unlisted
    signed_up                new       >cancelled  twice       >absent
    waiting                  new       >cancelled  twice       >absent
    signed_up.from_the_list  new       >cancelled  twice       >absent
    came                     new       attended    >came       unlisted
    came.signed_up           new       attended    twice       there
    whole                    new       attended    >whole      unlisted
    whole.attested           new       attended    twice       there
    whole.corrected          new       attended    >whole      unlisted
    absent.over              new       >cancelled  over        over
    signed_up.over           new       >cancelled  over        over
    waiting.over             new       >cancelled  over        over
    came.over                new       attended    over        over
    whole.over               new       attended    over        over
    no_show                  new       >cancelled  over        over
    whole.after_all          new       attended    over        over
    """,
)
ATTENDANCE = Machine(
    nouns=("attendance",),
    stage_of=stage_of_the_person,
    rows=ROWS,
    asked=by_anybody(come, leave, attest, correct, mark),
    words={
        "known": "shift_must_be_known",
        "off": "shift_must_not_be_cancelled",
        "once": "check_in_must_come_only_once",
        "first": "check_out_must_follow_a_check_in",
        "twice": "attendance_must_not_be_recorded_twice",
        "absent": "person_must_have_attended",
        "half": "attendance_must_have_an_end",
        "early": "shift_must_be_over",
        "unlisted": "person_must_be_signed_up",
        "there": "person_must_not_have_come",
        "marked": "no_show_must_not_be_marked_twice",
    },
    table="""
                             check-in  check-out  attest  correct  mark-no-show
    none                     known     known      known   known    known
    cancelled                off       off        off     off      off
    cancelled.signed_up      off       off        off     off      off
    absent                   >came     first      >whole  absent   early
    absent.full              >came     first      >whole  absent   early
    absent.withdrawn         >came     first      >whole  absent   early
    signed_up                >came     first      >whole  absent   early
    waiting                  >came     first      >whole  absent   early
    signed_up.from_the_list  >came     first      >whole  absent   early
    came                     once      >whole     >whole  half     early
    came.signed_up           once      >whole     >whole  half     early
    whole                    once      first      twice   >whole   early
    whole.attested           once      first      twice   >whole   early
    whole.corrected          once      first      twice   >whole   early
    absent.over              >came     first      >whole  absent   unlisted
    signed_up.over           >came     first      >whole  absent   >no_show
    waiting.over             >came     first      >whole  absent   unlisted
    came.over                once      >whole     >whole  half     there
    whole.over               once      first      twice   >whole   there
    no_show                  >came     first      >whole  absent   marked
    whole.after_all          once      first      twice   >whole   there
    """,
)


@each_cell(SHIFT)
def test_a_shift_is_announced_once_and_signed_up_for_until_it_is_over(cell: Cell) -> None:
    must_answer(SHIFT, cell)


@each_cell(ATTENDANCE)
def test_a_person_comes_and_leaves_once_or_did_not_come(cell: Cell) -> None:
    must_answer(ATTENDANCE, cell)


def test_the_tables_of_shifts_are_total() -> None:
    must_be_total(SHIFT)
    must_be_total(ATTENDANCE)
