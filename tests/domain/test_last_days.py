"""A shift over midnight, and a life that ended before it: no minute of the next day counts."""

from datetime import date, datetime

import pytest

from ledger.domain import service
from ledger.domain.attendance import AttestAttendance, CheckIn, CheckOut, CorrectAttendance
from ledger.domain.community_records import ServiceRules
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.decisions import Refused
from ledger.domain.facts import Note
from ledger.domain.holds import ReleaseForTown, ReleaseHeldService
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.record_state import Record
from ledger.domain.service import ConfirmService
from ledger.domain.service_records import LateReason, ServiceCredited, ServiceReinstated, Status
from ledger.domain.service_state import Service
from ledger.domain.shift_records import CorrectionReason
from ledger.domain.values import Minutes, NoteText
from tests.domain.shift_stories import (
    BERLIN,
    CHEN,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    PARTNERTOWN,
    PATROL,
    WU,
    at,
    attested,
    came,
    community,
    died,
    later,
    left,
    month_closed,
    ruled,
    scheduled,
)
from tests.story import Part, Story, Told, given

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
TEN, MIDNIGHT, SIX = at("03-02 22:00"), at("03-03 00:00"), at("03-03 06:00")
EVENING, MAY = at("03-03 20:00"), at("05-04 09:00")
NIGHT: Story = (*JINNING_EVENT, scheduled(TEN, SIX))
DEAD = died(CHEN, MONDAY)
CONFIRM = ConfirmService(KITCHEN, CHEN)
RECORD = RecordLateService(KITCHEN, CHEN, LateReason.forgotten, Note(NoteText("那天夜里")))


def then(story: Story, command: object, when: datetime = EVENING) -> Story:
    return (*story, given(*story).when(command, by=LEADER, at=when))


def until(end: datetime) -> Story:
    """Chen came at ten and left; nobody has confirmed it."""
    return (*NIGHT, attested(TEN, end))


def record(story: Story) -> Record:
    state: Service = given(*story).ledger[service.stream(CHEN)]
    return state.records[KITCHEN]


def judged(told: Told, *, alive: bool, day: date = TUESDAY) -> None:
    if alive:
        assert not isinstance(told.outcome, Refused), told.outcome
    else:
        told.refused("person_must_be_alive_on_the_day", day=day)


# -- attending ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "alive"), [(-1, True), (0, False), (60, False)])
def test_nobody_comes_on_the_day_after_her_death(minutes: int, alive: bool) -> None:
    command = CheckIn(KITCHEN, CHEN, later(MIDNIGHT, minutes))
    judged(given(*NIGHT, DEAD).when(command, at=EVENING), alive=alive)
    assert given(*NIGHT, died(CHEN, TUESDAY)).when(command, at=EVENING).decision


@pytest.mark.parametrize(("minutes", "alive"), [(-1, True), (0, True), (1, False)])
def test_her_last_minute_lies_before_the_midnight_after_her_death(
    minutes: int, alive: bool
) -> None:
    end = later(MIDNIGHT, minutes)
    for before, command in (
        ((came(TEN),), CheckOut(KITCHEN, CHEN, end)),
        ((), AttestAttendance(KITCHEN, CHEN, TEN, end)),
        (
            (attested(TEN, SIX),),
            CorrectAttendance(KITCHEN, CHEN, TEN, end, CorrectionReason.wrong_time),
        ),
    ):
        judged(given(*NIGHT, *before, DEAD).when(command, by=LEADER, at=EVENING), alive=alive)
        later_death = (*NIGHT, *before, died(CHEN, TUESDAY))
        assert given(*later_death).when(command, by=LEADER, at=EVENING).decision


def test_midnight_is_that_of_the_shifts_community() -> None:
    night = scheduled(at("03-02 22:00", BERLIN), at("03-03 06:00", BERLIN), PATROL, PARTNERTOWN)
    story = (*JINNING_EVENT, *community(PARTNERTOWN, BERLIN), night, DEAD)
    for minutes, alive in ((-1, True), (0, False)):
        come = CheckIn(PATROL, CHEN, later(at("03-03 00:00", BERLIN), minutes))
        judged(given(*story).when(come, at=EVENING), alive=alive)


# -- deciding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "alive"), [(0, True), (1, False)])
def test_nobody_is_confirmed_into_the_day_after_her_death(minutes: int, alive: bool) -> None:
    story = (*until(later(MIDNIGHT, minutes)), DEAD)
    judged(given(*story).when(CONFIRM, by=LEADER, at=EVENING), alive=alive)


def test_staying_on_after_the_shift_gives_no_minutes_and_hinders_none() -> None:
    story = (*JINNING_EVENT, scheduled(TEN, MIDNIGHT), came(TEN), left(later(MIDNIGHT, 30)))
    assert given(*story, DEAD).when(CONFIRM, by=LEADER, at=EVENING).decision


@pytest.mark.parametrize(("minutes", "alive"), [(0, True), (1, False)])
@pytest.mark.parametrize("over_town", [False, True])
def test_nothing_is_released_into_the_day_after_her_death(
    minutes: int, alive: bool, over_town: bool
) -> None:
    rules = ServiceRules(Minutes(60), Minutes(90)) if over_town else ServiceRules(Minutes(60))
    story = then((*until(later(MIDNIGHT, minutes)), ruled(rules)), CONFIRM)
    release = (ReleaseForTown if over_town else ReleaseHeldService)(KITCHEN, CHEN)
    judged(given(*story, DEAD).when(release, by=WU, at=EVENING), alive=alive)


@pytest.mark.parametrize(("minutes", "alive"), [(0, True), (1, False)])
def test_nothing_late_is_recorded_or_approved_into_the_day_after_her_death(
    minutes: int, alive: bool
) -> None:
    story: Story = (*until(later(MIDNIGHT, minutes)), month_closed("2026-03"))
    held = then(story, CONFIRM, when=MAY)
    judged(given(*held, DEAD).when(RECORD, by=LEADER, at=MAY), alive=alive)
    explained = then(held, RECORD, when=MAY)
    approve = ApproveLateService(KITCHEN, CHEN)
    judged(given(*explained, DEAD).when(approve, by=WU, at=MAY), alive=alive)


# -- a late death, and its correction ----------------------------------------------------------


@pytest.mark.parametrize(("minutes", "left_standing"), [(0, True), (1, False)])
@pytest.mark.parametrize("held", [False, True])
def test_a_late_death_takes_what_goes_on_after_its_day(
    minutes: int, left_standing: bool, held: bool
) -> None:
    low: tuple[Part, ...] = (ruled(ServiceRules(unit_minutes_most=Minutes(60))),) if held else ()
    story = then((*until(later(MIDNIGHT, minutes)), *low), CONFIRM)
    story = then(story, RecordDeath(CHEN, MONDAY))
    standing, fallen = (Status.held, Status.refused) if held else (Status.credited, Status.reversed)
    assert record(story).status is (standing if left_standing else fallen)


def test_what_she_did_until_midnight_is_corrected_and_confirmed_anew() -> None:
    story = then(then(until(SIX), CONFIRM), RecordDeath(CHEN, MONDAY))
    given(*story).when(CONFIRM, by=LEADER, at=EVENING).refused("person_must_be_alive_on_the_day")
    reason = CorrectionReason.wrong_time
    story = then(story, CorrectAttendance(KITCHEN, CHEN, TEN, MIDNIGHT, reason))
    (event,) = given(*story).when(CONFIRM, by=LEADER, at=EVENING).events
    assert isinstance(event, ServiceCredited)
    assert (event.service_minutes, [part.day for part in event.days]) == (120, [MONDAY])


@pytest.mark.parametrize(
    ("right", "stands"), [(None, True), (TUESDAY, True), (MONDAY, False), (date(2026, 3, 1), False)]
)
def test_what_goes_on_after_the_right_day_is_not_given_back(
    right: date | None, stands: bool
) -> None:
    wrong = date(2026, 2, 1)
    story = then(then(until(SIX), CONFIRM), RecordDeath(CHEN, wrong))
    story = then(story, CorrectDeath(CHEN, right))
    (*_, last) = story
    assert isinstance(last, Told)
    assert any(isinstance(event, ServiceReinstated) for event in last.events) is stands


def test_a_death_on_the_service_day_is_corrected_and_the_night_stands_again() -> None:
    story = then(
        then(then(until(SIX), CONFIRM), RecordDeath(CHEN, MONDAY)), CorrectDeath(CHEN, None)
    )
    assert record(story).status is Status.credited
