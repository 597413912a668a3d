"""The shifts of a day: who signs up, comes, is late, or does not come; who confirms it and when.

A shift is announced a week before. Where attendance is kept on paper, a leader enters it the next
day; everywhere she does so for whoever forgot to check in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from ledger.demo.scale.acts import Act
from ledger.demo.scale.cast import Volunteer
from ledger.demo.scale.days import Calendar, moment
from ledger.demo.scale.places import Place
from ledger.domain.attendance import (
    AttestAttendance,
    CheckIn,
    CheckOut,
    CorrectAttendance,
    MarkNoShow,
)
from ledger.domain.facts import Note
from ledger.domain.holds import ReleaseHeldService
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.objection_records import ObjectionAnswer, ObjectionReason
from ledger.domain.objections import AnswerObjection, RaiseObjection
from ledger.domain.service import ConfirmService, RefuseService, ReverseService
from ledger.domain.service_records import LateReason, RefusalReason, ReversalReason
from ledger.domain.shift_records import CancelReason, CorrectionReason
from ledger.domain.shifts import CancelShift, ScheduleShift, SignUp
from ledger.domain.values import NoteText, PersonId, ShiftId, Title

ANNOUNCED: Final = timedelta(days=7)
ACTIVITIES: Final = (
    "清洁家园",
    "长者探访",
    "饭堂帮厨",
    "文明劝导",
    "亲子阅读",
    "河涌巡查",
    "义诊协助",
    "楼道整理",
)
STARTS: Final = ((8, 30), (9, 0), (14, 30), (16, 0), (19, 0))
LENGTHS: Final = (90, 120, 150, 180)
CLEANING_UP_MINUTES: Final = 540
"""After a typhoon people work longer than a day may count without a second look."""
TEAM: Final = 8
ATTESTED_PERCENT: Final = 14
"""Of a hundred who come, so many forget to check in, where people check in at all."""
MISSING_PERMILLE: Final = 30
CORRECTED_PERMILLE: Final = 5
REFUSED_PERMILLE: Final = 4
REVERSED_PERMILLE: Final = 2
LATE_PERMILLE: Final = 3
SIGNED_UP_PERCENT: Final = 70
CONFIRMED_AFTER_MOST: Final = 4
TOO_LATE: Final = timedelta(days=33)
"""A confirmation after so long is held, and takes the late path."""
PAPER: Final = Note(NoteText("示例：见活动签到纸。Example: see the sheet of the activity."))


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift and the acts that it consists of."""

    name: ShiftId
    place: Place
    begin: datetime
    end: datetime

    def announced(self) -> Act:
        """The leader announces it."""
        leader = self.place.offices.leaders[self.begin.day % len(self.place.offices.leaders)]
        activity = Title(ACTIVITIES[self.begin.toordinal() % len(ACTIVITIES)])
        here, unit = self.place.community, self.place.unit
        command = ScheduleShift(self.name, here, activity, self.begin, self.end, unit=unit)
        return Act(self.begin - ANNOUNCED, leader, command)


def served(
    place: Place, day: date, year: Calendar, people: Sequence[Volunteer], random: Random
) -> Iterator[Act]:
    """Everything that becomes of the shifts of a day, from a week before it to weeks after."""
    percent = year.neighbourly_percent(day)
    weights = [volunteer.serves for volunteer in people]
    everybody = sum(weights) * (percent or 75)
    count = everybody // 36_500 + (random.randrange(36_500) < everybody % 36_500)
    chosen = list(dict.fromkeys(random.choices(people, weights, k=count))) if count else []
    for number in range(0, len(chosen), TEAM):
        shift = _shift(place, day, number // TEAM, random, long=percent > 200)
        yield shift.announced()
        if percent:
            for volunteer in chosen[number : number + TEAM]:
                yield from _taking_part(shift, volunteer.person, random, long=percent > 200)
        else:
            leader = place.offices.leaders[0]
            yield Act(shift.begin - timedelta(hours=14), leader, _called_off(shift))


def _called_off(shift: Shift) -> CancelShift:
    return CancelShift(shift.name, CancelReason.weather)


def _shift(place: Place, day: date, number: int, random: Random, *, long: bool) -> Shift:
    hour, minute = (8, 0) if long else random.choice(STARTS)
    begin = moment(day, hour, minute)
    length = CLEANING_UP_MINUTES if long else random.choice(LENGTHS)
    name = ShiftId(f"{place.community}-{day:%m%d}-{number}")
    return Shift(name, place, begin, begin + timedelta(minutes=length))


def _taking_part(shift: Shift, person: PersonId, random: Random, *, long: bool) -> Iterator[Act]:
    office = shift.place.offices
    if random.randrange(100) < SIGNED_UP_PERCENT:
        before = timedelta(hours=random.randrange(3, 140))
        yield Act(shift.begin - before, person, SignUp(shift.name, person))
        if random.randrange(1000) < MISSING_PERMILLE:
            missing = MarkNoShow(shift.name, person)
            yield Act(shift.end + timedelta(hours=1), office.leaders[0], missing)
            return
    came = shift.begin + timedelta(minutes=random.randrange(-12, 9))
    left = shift.end + timedelta(minutes=random.randrange(-10, 20))
    attested = shift.place.on_paper or random.randrange(100) < ATTESTED_PERCENT
    yield from _attended(shift, person, came, left, random, attested=attested)
    yield from _decided(shift, person, random, long=long)


def _attended(
    shift: Shift,
    person: PersonId,
    came: datetime,
    left: datetime,
    random: Random,
    *,
    attested: bool,
) -> Iterator[Act]:
    leader = random.choice(shift.place.offices.leaders)
    if attested:
        if random.randrange(4) == 0:
            came, left = shift.begin, shift.end  # nobody looked at the clock
        yield whole(shift, person, leader, came, left)
    else:
        yield Act(came, leader, CheckIn(shift.name, person, came))  # who stands at the door
        yield Act(left, leader, CheckOut(shift.name, person, left))
    if random.randrange(1000) < CORRECTED_PERMILLE:
        earlier = left - timedelta(minutes=15)
        corrected = CorrectAttendance(
            shift.name, person, came, earlier, CorrectionReason.wrong_time
        )
        yield Act(shift.end + timedelta(hours=17), leader, corrected)


def whole(shift: Shift, person: PersonId, leader: PersonId, came: datetime, left: datetime) -> Act:
    """What a leader enters the evening after the shift, or the morning after."""
    attested = AttestAttendance(shift.name, person, came, left)
    return Act(shift.end + timedelta(hours=2), leader, attested)


# -- confirming --------------------------------------------------------------------------------


def confirmers(place: Place, person: PersonId, random: Random) -> tuple[PersonId, PersonId]:
    """Who confirms, and somebody else who decides a second time."""
    others = [each for each in place.offices.confirmers if each != person]
    first = random.choice(others)
    return first, next(
        each for each in (*others, *place.offices.leaders) if each not in (first, person)
    )


def _decided(shift: Shift, person: PersonId, random: Random, *, long: bool) -> Iterator[Act]:
    first, second = confirmers(shift.place, person, random)
    wait = timedelta(hours=20 + 24 * random.randrange(CONFIRMED_AFTER_MOST))
    at = shift.end + wait + timedelta(minutes=random.randrange(90))
    fate = random.randrange(1000)
    confirmed = Act(at, first, ConfirmService(shift.name, person))
    if fate < LATE_PERMILLE and not long:
        yield from _late(shift, person, first, second)
    elif fate < LATE_PERMILLE + REFUSED_PERMILLE:
        yield Act(at, first, RefuseService(shift.name, person, RefusalReason.not_present))
        yield from _disputed(shift, person, second, at)
    else:
        yield confirmed
        if long:
            release = ReleaseHeldService(shift.name, person)
            yield Act(at + timedelta(hours=3), second, release)
        elif fate >= 1000 - REVERSED_PERMILLE:
            reverse = ReverseService(shift.name, person, ReversalReason.entered_by_mistake)
            yield Act(at + timedelta(hours=5), second, reverse)


def _late(shift: Shift, person: PersonId, first: PersonId, second: PersonId) -> Iterator[Act]:
    at = shift.end + TOO_LATE
    recorded = RecordLateService(shift.name, person, LateReason.forgotten, PAPER)
    yield Act(at, first, ConfirmService(shift.name, person))  # held, for it is too late
    yield Act(at + timedelta(hours=1), first, recorded)
    yield Act(at + timedelta(days=1), second, ApproveLateService(shift.name, person))


def _disputed(shift: Shift, person: PersonId, second: PersonId, at: datetime) -> Iterator[Act]:
    raised = RaiseObjection(shift.name, person, ObjectionReason.wrongly_refused, PAPER)
    yield Act(at + timedelta(days=2), person, raised)
    answered = AnswerObjection(shift.name, person, ObjectionAnswer.rejected)
    yield Act(at + timedelta(days=6), second, answered)
