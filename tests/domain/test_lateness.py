"""Late service (补录): evidence and a reason, a second person, and the first open month."""

from datetime import date

import pytest

from ledger.domain import service
from ledger.domain.community_records import ServiceRules
from ledger.domain.facts import Note
from ledger.domain.holds import ReleaseForTown, ReleaseHeldService
from ledger.domain.lateness import ApproveLateService, LatenessCommand, RecordLateService
from ledger.domain.service import ConfirmService, RefuseService
from ledger.domain.service_records import (
    Hold,
    LateReason,
    LateServiceRecorded,
    RefusalReason,
    ServiceCredited,
    ServiceHeld,
    Status,
)
from ledger.domain.values import Count, NoteText
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    PATROL,
    STRANGER,
    WU,
    XIANHU,
    at,
    community,
    died,
    later,
    month_closed,
    person,
    relative,
    ruled,
    served,
)
from tests.story import Part, Story, Told, given

SATURDAY = date(2026, 3, 7)
SIX, MAY = at("03-07 06:00"), at("05-04 09:00")
REASON = LateReason.kept_on_paper
RECORD = RecordLateService(KITCHEN, CHEN, REASON, Note(NoteText("签到纸一张,夹在三月册第 4 页")))
APPROVE = ApproveLateService(KITCHEN, CHEN)
CLOSED = month_closed("2026-03")
PEOPLE: Story = (*JINNING_EVENT, person(STRANGER), *community(XIANHU))


def late(minutes: int = 60, *before: Part) -> Story:
    """Chen in the kitchen in March, confirmed by the leader in May, when March is closed."""
    story: Story = (*PEOPLE, *before, CLOSED, *served(SIX, later(SIX, minutes)))
    return (*story, given(*story).when(ConfirmService(KITCHEN, CHEN), by=LEADER, at=MAY))


def recorded(story: Story, reason: LateReason = REASON) -> Story:
    """The leader has brought the evidence as well."""
    command = RecordLateService(KITCHEN, CHEN, reason, RECORD.note)
    return (*story, given(*story).when(command, by=LEADER, at=MAY))


def approved(*story: Part) -> Told:
    return given(*story).when(APPROVE, by=WU, at=MAY)


def test_evidence_is_a_numbered_note_and_a_reason() -> None:
    given(*late()).when(RECORD, by=LEADER, at=MAY).then(
        LateServiceRecorded(
            shift=KITCHEN,
            person=CHEN,
            community=JINNING,
            reason=REASON,
            note_version=Count(1),
            note_commitment="commitment-to-note",
            recorded_by=LEADER,
            occurred_on=SATURDAY,
        )
    )


def test_approved_late_service_is_booked_in_the_first_open_month_and_says_why() -> None:
    (event,) = approved(*recorded(late())).events
    assert isinstance(event, ServiceCredited)
    assert (event.occurred_on, event.booked_in, event.adjusts) == (SATURDAY, "2026-04", "2026-03")
    assert (event.late, event.decided_by) == (REASON, (LEADER, WU))


def test_late_service_of_an_open_month_is_booked_in_it() -> None:
    strict = ruled(ServiceRules(late_entry_days=Count(1)))
    story: Story = (*PEOPLE, strict, *served(SIX, later(SIX, 60)))
    story = (*story, given(*story).when(ConfirmService(KITCHEN, CHEN), by=LEADER, at=MAY))
    (event,) = approved(*recorded(story)).events
    assert (event.booked_in, event.adjusts) == ("2026-03", None)


# -- two persons -------------------------------------------------------------------------------


def test_neither_who_confirmed_nor_who_brought_the_evidence_approves() -> None:
    story = late()
    story = (*story, given(*story).when(RECORD, by=WU, at=MAY))
    for who in (LEADER, WU):
        given(*story).when(APPROVE, by=who, at=MAY).refused(
            "second_decision_must_be_another_persons", shift=KITCHEN
        )
    (event,) = given(*story).when(APPROVE, by=STRANGER, at=MAY).events
    assert event.decided_by == (LEADER, WU, STRANGER)


def test_nobody_records_or_approves_her_own_late_service_or_a_relations() -> None:
    for command, story in ((RECORD, late()), (APPROVE, recorded(late()))):
        given(*story).when(command, by=CHEN, at=MAY).refused("confirmer_must_not_be_the_volunteer")
        for sheet in (relative(CHEN, of=WU), relative(WU, of=CHEN)):
            given(*story, sheet).when(command, by=WU, at=MAY).refused(
                "confirmer_must_not_be_related"
            )


def test_evidence_comes_before_approval_and_once() -> None:
    approved(*late()).refused("late_entry_must_be_recorded_first", shift=KITCHEN)
    given(*recorded(late())).when(RECORD, by=WU, at=MAY).refused(
        "late_entry_must_not_be_recorded_twice", shift=KITCHEN
    )


# -- decided anew ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [RECORD, APPROVE])
def test_only_what_came_late_takes_this_path(command: LatenessCommand) -> None:
    shift = served(SIX, later(SIX, 481))
    given(*PEOPLE, *shift).when(command, by=WU).refused("record_must_be_known", record=KITCHEN)
    confirm = ConfirmService(KITCHEN, CHEN)
    too_long = given(*PEOPLE, *shift).when(confirm, by=LEADER, at=at("03-08 20:00"))
    given(*PEOPLE, *shift, too_long).when(command, by=WU, at=MAY).refused(
        "hold_must_be_ended_its_own_way", hold=Hold.day_over_unit_limit
    )
    given().when(command, by=WU).refused("person_must_be_known")


def test_a_death_recorded_meanwhile_keeps_it_from_being_approved() -> None:
    dead = died(CHEN, date(2026, 3, 6))
    approved(*recorded(late()), dead).refused("person_must_be_alive_on_the_day")
    given(*late(), dead).when(RECORD, by=LEADER, at=MAY).refused("person_must_be_alive_on_the_day")


def test_what_was_refused_meanwhile_waits_no_more() -> None:
    story = recorded(late())
    refuse = RefuseService(KITCHEN, CHEN, RefusalReason.not_service)
    refused = given(*story).when(refuse, by=WU, at=MAY)
    approved(*story, refused).refused("service_must_be_held", status=Status.refused)


def test_the_approval_is_the_second_one_of_a_day_over_the_units_limit() -> None:
    (event,) = approved(*recorded(late(600))).events
    assert isinstance(event, ServiceCredited)


def test_a_day_over_the_towns_limit_is_left_to_the_town_and_still_booked_in_an_open_month() -> None:
    story = recorded(late(721))
    told = approved(*story)
    (event,) = told.events
    assert isinstance(event, ServiceHeld)
    assert (event.hold, event.late) == (Hold.day_over_town_limit, REASON)
    release = ReleaseForTown(KITCHEN, CHEN)
    (event,) = given(*story, told).when(release, by=STRANGER, at=MAY).events
    assert (event.booked_in, event.adjusts, event.late) == ("2026-04", "2026-03", REASON)
    assert event.decided_by == (LEADER, WU, STRANGER)


def test_a_hold_that_a_closed_month_took_over_ends_here() -> None:
    story: Story = (*PEOPLE, *served(SIX, later(SIX, 481)))
    confirm, next_day = ConfirmService(KITCHEN, CHEN), at("03-08 20:00")
    story = (*story, given(*story).when(confirm, by=LEADER, at=next_day), CLOSED)
    story = (*story, given(*story).when(ReleaseHeldService(KITCHEN, CHEN), by=WU, at=MAY))
    story = (*story, given(*story).when(RECORD, by=LEADER, at=MAY))
    (event,) = given(*story).when(APPROVE, by=WU, at=MAY).events
    assert event.decided_by == (LEADER, WU)


def test_nobody_is_in_two_places_even_if_both_are_on_record_somehow() -> None:
    patrol = served(SIX, later(SIX, 30), PATROL, XIANHU)
    alone: Story = (*PEOPLE, *patrol)
    elsewhere = given(*alone).when(ConfirmService(PATROL, CHEN), by=LEADER, at=at("03-08 20:00"))
    approved(*recorded(late()), *patrol, elsewhere).refused("intervals_must_not_overlap")


def test_what_waits_for_approval_takes_its_minutes() -> None:
    story = recorded(late())
    patrol = served(SIX, later(SIX, 30), PATROL, XIANHU)
    given(*story, *patrol).when(ConfirmService(PATROL, CHEN), by=WU, at=MAY).refused(
        "intervals_must_not_overlap"
    )
    assert approved(*story, *patrol).decision


def test_notes_are_numbered_on_for_each_person() -> None:
    story = recorded(late())
    told = approved(*story)
    assert given(*story, told).ledger[service.stream(CHEN)].notes == 1
    patrol = served(later(SIX, 300), later(SIX, 360), PATROL)
    story = (*story, told, *patrol)
    story = (*story, given(*story).when(ConfirmService(PATROL, CHEN), by=LEADER, at=MAY))
    again = RecordLateService(PATROL, CHEN, LateReason.forgotten, RECORD.note)
    (event,) = given(*story).when(again, by=LEADER, at=MAY).events
    assert event.note_version == 2
