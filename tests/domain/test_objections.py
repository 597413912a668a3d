"""Objections (异议): hers to raise, somebody else's to answer, one at a time and by a day."""

from datetime import date, datetime

import pytest

from ledger.domain import service
from ledger.domain.attendance import CorrectAttendance
from ledger.domain.authority import Authority, Role
from ledger.domain.community_records import ServiceRules
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.facts import Note
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.objection_records import (
    ObjectionAnswer,
    ObjectionAnswered,
    ObjectionRaised,
    ObjectionReason,
)
from ledger.domain.objections import AnswerObjection, ObjectionCommand, RaiseObjection
from ledger.domain.permissions import refusal
from ledger.domain.service import ConfirmService, RefuseService, ReverseService
from ledger.domain.service_records import (
    LateReason,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceReopened,
    Status,
)
from ledger.domain.shift_records import CorrectionReason
from ledger.domain.values import Count, Minutes, NoteText, PersonId
from tests.domain.shift_stories import (
    BERLIN,
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    PARTNERTOWN,
    PATROL,
    STRANGER,
    WU,
    at,
    community,
    died,
    later,
    person,
    relative,
    ruled,
    scheduled,
    served,
)
from tests.story import Story, Told, given

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
NINE, ELEVEN, NEXT_DAY = at("03-02 09:00"), at("03-02 11:00"), at("03-03 20:00")
WRONGLY, MINUTES = ObjectionReason.wrongly_refused, ObjectionReason.minutes_wrong
NOTE = Note(NoteText("那天我从九点做到十一点"))
UPHELD, REJECTED = ObjectionAnswer.upheld, ObjectionAnswer.rejected
CLERK, OUTSIDER = (PersonId(f"00000000-0000-4000-8000-00000000001{n}") for n in (1, 2))
PEOPLE: Story = (*JINNING_EVENT, person(STRANGER))
CONFIRM = ConfirmService(KITCHEN, CHEN)
REFUSE = RefuseService(KITCHEN, CHEN, RefusalReason.not_present)
REVERSE = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)


def objection(reason: ObjectionReason = WRONGLY) -> RaiseObjection:
    return RaiseObjection(KITCHEN, CHEN, reason, NOTE)


def answer(found: ObjectionAnswer) -> AnswerObjection:
    return AnswerObjection(KITCHEN, CHEN, found)


def then(story: Story, *commands: object, by: PersonId = LEADER) -> Story:
    for command in commands:
        story = (*story, given(*story).when(command, by=by, at=NEXT_DAY))
    return story


def raised(story: Story, reason: ObjectionReason = WRONGLY) -> Story:
    return then(story, objection(reason), by=CHEN)


def answered(story: Story, found: ObjectionAnswer = UPHELD, by: PersonId = WU) -> Told:
    return given(*story).when(answer(found), by=by, at=NEXT_DAY)


SERVED: Story = (*PEOPLE, *served(NINE, ELEVEN))
REFUSED = then(SERVED, REFUSE)


def test_an_objection_is_a_reason_and_a_note_with_a_day_for_its_answer() -> None:
    given(*REFUSED).when(objection(), by=CHEN, at=NEXT_DAY).then(
        ObjectionRaised(
            shift=KITCHEN,
            person=CHEN,
            community=JINNING,
            reason=WRONGLY,
            note_version=Count(1),
            note_commitment="commitment-to-note",
            raised_by=CHEN,
            answer_by=date(2026, 3, 18),
            occurred_on=TUESDAY,
        )
    )


def test_the_days_for_an_answer_are_those_of_the_day_on_which_it_is_raised() -> None:
    fewer = ruled(ServiceRules(objection_days=Count(5)), since=TUESDAY)
    for moment, answer_by in ((NEXT_DAY, date(2026, 3, 8)), (later(ELEVEN, 5), date(2026, 3, 17))):
        (event,) = given(*SERVED, fewer).when(objection(), by=CHEN, at=moment).events
        assert event.answer_by == answer_by


def test_days_are_the_local_days_of_the_shifts_community() -> None:
    night = (*community(PARTNERTOWN, BERLIN), *served(NINE, ELEVEN, PATROL, PARTNERTOWN))
    raise_it = RaiseObjection(PATROL, CHEN, ObjectionReason.not_recorded, NOTE)
    (event,) = given(*PEOPLE, *night).when(raise_it, by=CHEN, at=at("03-03 01:00")).events
    assert (event.occurred_on, event.answer_by) == (MONDAY, date(2026, 3, 17))


@pytest.mark.parametrize(("moment", "over"), [(later(ELEVEN, -1), False), (ELEVEN, True)])
def test_a_shift_where_nothing_is_recorded_is_objected_to_once_it_is_over(
    moment: datetime, over: bool
) -> None:
    story = (*PEOPLE, scheduled(NINE, ELEVEN))
    command = objection(ObjectionReason.not_recorded)
    told = given(*story).when(command, by=CHEN, at=moment)
    if over:
        assert told.decision
    else:
        told.refused("shift_must_be_over", shift=KITCHEN)


def test_both_the_person_and_the_shift_must_be_known() -> None:
    commands: tuple[ObjectionCommand, ...] = (objection(), answer(UPHELD))
    for command in commands:
        given().when(command, by=CHEN).refused("person_must_be_known")
        given(*PEOPLE).when(command, by=CHEN).refused("shift_must_be_known")


def test_she_raises_it_herself_or_somebody_of_her_community_does() -> None:
    def may(role: Role, *, own: bool) -> bool:
        caller = Authority.alike(CHEN, frozenset({role}), frozenset({JINNING}))
        return refusal(caller, "objections/raise", JINNING, own=own) is None

    assert may(Role.volunteer, own=True)
    assert not may(Role.volunteer, own=False)
    assert may(Role.leader, own=False)
    assert may(Role.registrar, own=False)


# -- one at a time -----------------------------------------------------------------------------


def test_there_is_one_open_objection_about_a_record() -> None:
    given(*raised(REFUSED)).when(objection(MINUTES), by=CHEN, at=NEXT_DAY).refused(
        "objection_must_be_answered_first", shift=KITCHEN, reason=WRONGLY
    )
    patrol = served(ELEVEN, later(ELEVEN, 60), PATROL)
    elsewhere = RaiseObjection(PATROL, CHEN, WRONGLY, NOTE)
    (event,) = given(*raised(REFUSED), *patrol).when(elsewhere, by=CHEN, at=NEXT_DAY).events
    assert event.note_version == 2


def test_what_was_rejected_is_raised_again_for_another_reason_alone() -> None:
    story = raised(REFUSED)
    story = (*story, answered(story, REJECTED))
    given(*story).when(objection(), by=CHEN, at=NEXT_DAY).refused(
        "objection_must_have_a_new_reason", shift=KITCHEN, reason=WRONGLY
    )
    story = raised(story, MINUTES)
    story = (*story, answered(story, REJECTED))
    for reason in (WRONGLY, MINUTES):
        given(*story).when(objection(reason), by=CHEN, at=NEXT_DAY).refused(
            "objection_must_have_a_new_reason", reason=reason
        )


def test_what_was_decided_since_then_may_be_disputed_for_any_reason() -> None:
    story = raised(then(SERVED, CONFIRM), MINUTES)
    story = (*story, answered(story, REJECTED))
    assert given(*then(story, REVERSE)).when(objection(MINUTES), by=CHEN, at=NEXT_DAY).decision


def test_what_was_upheld_may_be_raised_again_until_something_follows() -> None:
    story = raised(then(SERVED, CONFIRM), MINUTES)
    story = (*story, answered(story))
    assert given(*story).when(objection(MINUTES), by=CHEN, at=NEXT_DAY).decision


# -- the answer --------------------------------------------------------------------------------


def test_an_objection_is_answered_once() -> None:
    answered(REFUSED).refused("objection_must_be_open", shift=KITCHEN)
    story = raised(REFUSED)
    told = answered(story, REJECTED)
    told.then(ObjectionAnswered(KITCHEN, CHEN, JINNING, REJECTED, TUESDAY))
    answered((*story, told)).refused("objection_must_be_open")


def test_whoever_decided_about_the_record_does_not_answer() -> None:
    credited = then(SERVED, CONFIRM)
    for story in (REFUSED, credited, then(credited, REVERSE)):
        answered(raised(story), by=LEADER).refused("answer_must_be_another_persons", shift=KITCHEN)
        assert answered(raised(story)).decision
    low = ruled(ServiceRules(unit_minutes_most=Minutes(60)))
    held = then((*SERVED, low), CONFIRM)
    answered(raised(held), by=LEADER).refused("answer_must_be_another_persons")


def test_whoever_decided_earlier_does_not_answer_either() -> None:
    """Confirmed by one, explained and approved by two others, reversed by a fourth."""
    strict = ruled(ServiceRules(late_entry_days=Count(0)))
    late = RecordLateService(KITCHEN, CHEN, LateReason.forgotten, NOTE)
    story = then((*SERVED, person(CLERK), strict), CONFIRM)
    story = then(then(story, late, by=WU), ApproveLateService(KITCHEN, CHEN), by=STRANGER)
    story = raised(then(story, REVERSE, by=CLERK), ObjectionReason.wrongly_reversed)
    for who in (LEADER, WU, STRANGER, CLERK):
        answered(story, by=who).refused("answer_must_be_another_persons", shift=KITCHEN)
    assert answered(story, by=OUTSIDER).decision


def test_whoever_was_overruled_once_does_not_answer_when_it_was_decided_anew() -> None:
    story = raised(then(SERVED, REFUSE))
    story = then((*story, answered(story)), CONFIRM, by=STRANGER)
    story = raised(then(story, REVERSE, by=STRANGER), ObjectionReason.wrongly_reversed)
    answered(story, by=LEADER).refused("answer_must_be_another_persons", shift=KITCHEN)
    assert answered(story, by=WU).decision


def test_whoever_raised_it_for_her_does_not_answer_it() -> None:
    story = then(REFUSED, objection(), by=WU)
    answered(story).refused("answer_must_be_another_persons", shift=KITCHEN)
    assert answered(story, by=STRANGER).decision


def test_nobody_answers_her_own_objection_or_a_relations() -> None:
    answered(raised(REFUSED), by=CHEN).refused("confirmer_must_not_be_the_volunteer")
    for sheet in (relative(CHEN, of=WU), relative(WU, of=CHEN)):
        answered((*raised(REFUSED), sheet)).refused("confirmer_must_not_be_related")


def test_it_may_be_raised_for_the_dead_and_answered_after_its_day() -> None:
    story = then((*REFUSED, died(CHEN, MONDAY)), objection(), by=WU)
    late = given(*story).when(answer(REJECTED), by=STRANGER, at=at("05-01 09:00"))
    (event,) = late.events
    assert event.occurred_on == date(2026, 5, 1)


# -- what follows ------------------------------------------------------------------------------


def test_upheld_it_opens_what_was_refused_or_reversed_again() -> None:
    for story in (REFUSED, then(SERVED, CONFIRM, REVERSE)):
        told = answered(raised(story))
        _, reopened = told.events
        assert reopened == ServiceReopened(KITCHEN, CHEN, JINNING, MONDAY)
        (event,) = given(*raised(story), told).when(CONFIRM, by=LEADER, at=NEXT_DAY).events
        assert isinstance(event, ServiceCredited)
        rejected = answered(raised(story), REJECTED)
        given(*raised(story), rejected).when(CONFIRM, by=LEADER, at=NEXT_DAY).refused(
            "service_must_not_be_decided_twice"
        )


def test_upheld_it_leaves_credited_minutes_to_be_reversed_and_corrected() -> None:
    story = raised(then(SERVED, CONFIRM), MINUTES)
    told = answered(story)
    assert len(told.events) == 1
    story = (*story, told)
    assert given(*story).ledger[service.stream(CHEN)].records[KITCHEN].takes_time()
    reason = CorrectionReason.objection_upheld
    correct = CorrectAttendance(KITCHEN, CHEN, NINE, later(NINE, 30), reason)
    given(*story).when(correct, by=LEADER, at=NEXT_DAY).refused("service_must_be_taken_back_first")
    (event,) = given(*then(story, REVERSE, correct)).when(CONFIRM, by=WU, at=NEXT_DAY).events
    assert event.service_minutes == 30


def test_upheld_it_takes_nothing_from_the_correction_of_a_mistaken_death() -> None:
    story = then(SERVED, CONFIRM, RecordDeath(CHEN, date(2026, 3, 1)))
    story = raised(story, ObjectionReason.wrongly_reversed)
    told = answered(story)
    told.then(ObjectionAnswered(KITCHEN, CHEN, JINNING, UPHELD, TUESDAY))
    story = then((*story, told), CorrectDeath(CHEN, None))
    assert given(*story).ledger[service.stream(CHEN)].records[KITCHEN].status is Status.credited


def test_upheld_where_nothing_is_recorded_changes_nothing_by_itself() -> None:
    story = raised((*PEOPLE, scheduled(NINE, ELEVEN)), ObjectionReason.not_recorded)
    assert len(answered(story).events) == 1
