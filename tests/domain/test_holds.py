"""Held service: released by somebody else, as the day is now, or held for more."""

from datetime import date

import pytest

from ledger.domain.authority import Role
from ledger.domain.communities import SetServiceRules
from ledger.domain.community_records import ServiceRules
from ledger.domain.facts import Note
from ledger.domain.holds import HoldCommand, ReleaseForTown, ReleaseHeldService
from ledger.domain.objection_records import ObjectionAnswer, ObjectionReason
from ledger.domain.objections import AnswerObjection, RaiseObjection
from ledger.domain.roles import ROLES_OF
from ledger.domain.service import ConfirmService, RefuseService, ReverseService
from ledger.domain.service_records import (
    Hold,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    Status,
)
from ledger.domain.values import Count, Minutes, NoteText, PersonId
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
SIX, NEXT_DAY = at("03-07 06:00"), at("03-08 20:00")
RELEASE, FOR_TOWN = ReleaseHeldService(KITCHEN, CHEN), ReleaseForTown(KITCHEN, CHEN)
NOTE = Note(NoteText("那天我在厨房"))
UNIT, TOWN = Hold.day_over_unit_limit, Hold.day_over_town_limit
PEOPLE = (*JINNING_EVENT, person(STRANGER), *community(XIANHU))


def held(minutes: int = 481, *before: Part) -> Story:
    """Chen's day in the kitchen, confirmed by the leader and held."""
    kitchen = served(SIX, later(SIX, minutes))
    story: Story = (*PEOPLE, *before, *kitchen)
    return (*story, given(*story).when(ConfirmService(KITCHEN, CHEN), by=LEADER, at=NEXT_DAY))


def with_patrol(story: Story, minutes: int) -> Story:
    """Meanwhile so many minutes of that day were credited in another community."""
    night = at("03-07 00:00")
    patrol = served(night, later(night, minutes), PATROL, XIANHU)
    confirm = ConfirmService(PATROL, CHEN)
    return (*story, *patrol, given(*story, *patrol).when(confirm, by=WU, at=NEXT_DAY))


def released(*story: Part, command: HoldCommand = RELEASE) -> Told:
    return given(*story).when(command, by=WU, at=NEXT_DAY)


def last(story: Story) -> Told:
    """What the last command of the story became."""
    told = story[-1]
    assert isinstance(told, Told)
    return told


def verdict(told: Told) -> Hold | None:
    """What it is held for after the release; None if it is credited."""
    (event,) = told.events
    return event.hold if isinstance(event, ServiceHeld) else None


def test_a_long_day_is_credited_when_a_second_confirmer_releases_it() -> None:
    story = held()
    (event,) = released(*story).events
    (confirmed,) = last(story).events
    assert isinstance(event, ServiceCredited)
    assert (event.service_minutes, event.days) == (confirmed.service_minutes, confirmed.days)
    assert (event.occurred_on, event.booked_in, event.adjusts) == (SATURDAY, "2026-03", None)
    assert (event.decided_by, event.late) == ((LEADER, WU), None)


@pytest.mark.parametrize(
    ("minutes", "command", "code"),
    [
        (480, RELEASE, "service_must_be_held"),
        (481, RELEASE, None),
        (720, RELEASE, None),
        (721, RELEASE, "hold_must_be_ended_its_own_way"),
        (480, FOR_TOWN, "service_must_be_held"),
        (720, FOR_TOWN, "hold_must_be_ended_its_own_way"),
        (721, FOR_TOWN, None),
    ],
)
def test_over_the_units_limit_a_confirmer_releases_and_over_the_towns_the_town(
    minutes: int, command: HoldCommand, code: str | None
) -> None:
    told = released(*held(minutes), command=command)
    if code is None:
        assert verdict(told) is None
    else:
        told.refused(code, shift=KITCHEN)


def test_only_the_town_may_release_for_the_town_and_it_may_refuse_as_well() -> None:
    assert Role.town_approver in ROLES_OF["service/refuse"].roles
    assert ROLES_OF["holds/release-for-town"].held_by(own=True) == {Role.town_approver}
    assert Role.town_approver not in ROLES_OF["holds/release"].held_by(own=True)


def test_whoever_confirmed_does_not_release() -> None:
    given(*held()).when(RELEASE, by=LEADER, at=NEXT_DAY).refused(
        "second_decision_must_be_another_persons", shift=KITCHEN
    )


def test_whoever_decided_about_it_before_does_not_release_even_if_she_was_overruled() -> None:
    """Wu refused it, an objection was upheld, and the leader confirmed it after all."""
    refuse = RefuseService(KITCHEN, CHEN, RefusalReason.not_present)
    for first in ((), (ConfirmService(KITCHEN, CHEN),)):
        story: Story = (*PEOPLE, *served(SIX, later(SIX, 481)))
        steps: tuple[tuple[object, PersonId], ...] = (
            *((confirm, LEADER) for confirm in first),
            (refuse, WU),
            (RaiseObjection(KITCHEN, CHEN, ObjectionReason.wrongly_refused, NOTE), CHEN),
            (AnswerObjection(KITCHEN, CHEN, ObjectionAnswer.upheld), STRANGER),
            (ConfirmService(KITCHEN, CHEN), LEADER),
        )
        for command, by in steps:
            story = (*story, given(*story).when(command, by=by, at=NEXT_DAY))
        released(*story).refused("second_decision_must_be_another_persons", shift=KITCHEN)
        (event,) = given(*story).when(RELEASE, by=STRANGER, at=NEXT_DAY).events
        assert event.decided_by == (LEADER, STRANGER)


def test_nobody_releases_her_own_service_or_a_relations() -> None:
    for command, minutes in ((RELEASE, 481), (FOR_TOWN, 721)):
        story = held(minutes)
        given(*story).when(command, by=CHEN, at=NEXT_DAY).refused(
            "confirmer_must_not_be_the_volunteer"
        )
        for sheet in (relative(CHEN, of=WU), relative(WU, of=CHEN)):
            released(*story, sheet, command=command).refused("confirmer_must_not_be_related")


def test_both_the_person_and_the_shift_must_be_known() -> None:
    released(command=FOR_TOWN).refused("person_must_be_known")
    released(*PEOPLE).refused("shift_must_be_known", shift=KITCHEN)


# -- decided anew ------------------------------------------------------------------------------


def test_a_death_recorded_meanwhile_keeps_it_from_being_released() -> None:
    released(*held(), died(CHEN, date(2026, 3, 6))).refused("person_must_be_alive_on_the_day")
    assert verdict(released(*held(), died(CHEN, SATURDAY))) is None


def test_what_was_credited_meanwhile_may_make_the_day_the_towns() -> None:
    story = with_patrol(held(600), 120)
    assert verdict(released(*story)) is None
    story = with_patrol(held(600), 121)
    told = released(*story)
    (event,) = told.events
    assert (event.hold, event.decided_by) == (TOWN, (LEADER,))
    again = (*story, told)
    released(*again).refused("hold_must_be_ended_its_own_way", hold=TOWN)
    given(*again).when(FOR_TOWN, by=LEADER, at=NEXT_DAY).refused(
        "second_decision_must_be_another_persons"
    )
    (event,) = released(*again, command=FOR_TOWN).events
    assert event.decided_by == (LEADER, WU), "to find that it has to wait is no decision"


def test_the_town_releases_a_day_that_is_only_over_the_units_limit_by_now() -> None:
    before = with_patrol(PEOPLE, 240)
    story = held(481, *before[len(PEOPLE) :])
    taken_back = given(*story).when(
        ReverseService(PATROL, CHEN, ReversalReason.found_false), by=WU, at=NEXT_DAY
    )
    assert verdict(released(*story, taken_back, command=FOR_TOWN)) is None


def test_a_month_closed_meanwhile_leaves_it_to_the_late_path() -> None:
    closed = month_closed("2026-03")
    for minutes, command in ((481, RELEASE), (721, FOR_TOWN)):
        told = released(*held(minutes), closed, command=command)
        assert verdict(told) is Hold.month_closed
        released(*held(minutes), closed, told, command=command).refused(
            "hold_must_be_ended_its_own_way", hold=Hold.month_closed
        )


def test_what_was_confirmed_in_time_is_not_late_when_it_is_released() -> None:
    assert verdict(given(*held()).when(RELEASE, by=WU, at=at("05-30 09:00"))) is None


def test_what_came_late_is_not_released() -> None:
    story = held(60, ruled(ServiceRules(late_entry_days=Count(0))))
    for command in (RELEASE, FOR_TOWN):
        released(*story, command=command).refused(
            "hold_must_be_ended_its_own_way", hold=Hold.late_entry
        )


def test_a_limit_raised_for_the_day_meanwhile_is_the_limit() -> None:
    higher = ruled(ServiceRules(Minutes(900), Minutes(900)))
    story = with_patrol((*held(600), higher), 300)
    assert verdict(released(*story)) is None


def test_no_limit_is_raised_for_a_day_that_has_begun() -> None:
    """Whoever raised it would let the day that was held for the town be released by a neighbour."""
    higher = SetServiceRules(JINNING, SATURDAY, ServiceRules(Minutes(1440), Minutes(1440)))
    story = with_patrol(held(600), 300)
    given(*story).when(higher, by=WU, at=NEXT_DAY).refused(
        "rules_must_start_on_a_coming_day", valid_from=SATURDAY
    )
    assert verdict(released(*story)) is TOWN


def test_nobody_is_in_two_places_even_if_both_are_on_record_somehow() -> None:
    """What is held takes its minutes, so only a log that was written otherwise holds this."""
    story = held()
    (confirmed,) = last(story).events
    patrol = served(SIX, later(SIX, 30), PATROL, XIANHU)
    alone: Story = (*PEOPLE, *patrol)
    elsewhere = given(*alone).when(ConfirmService(PATROL, CHEN), by=LEADER, at=NEXT_DAY)
    released(*story, *patrol, elsewhere).refused(
        "intervals_must_not_overlap", start=confirmed.starts_at
    )


# -- decided once ------------------------------------------------------------------------------


def test_what_was_released_or_refused_waits_no_more() -> None:
    story = held()
    refuse = RefuseService(KITCHEN, CHEN, RefusalReason.not_service)
    for told, status in (
        (released(*story), Status.credited),
        (given(*story).when(refuse, by=WU, at=NEXT_DAY), Status.refused),
    ):
        released(*story, told).refused("service_must_be_held", shift=KITCHEN, status=status)
    released(*PEOPLE, *served(SIX, NEXT_DAY)).refused("record_must_be_known", record=KITCHEN)


def test_a_released_day_counts_for_what_comes_after_it() -> None:
    story = held()
    assert verdict(last(with_patrol((*story, released(*story)), 1))) is UNIT
