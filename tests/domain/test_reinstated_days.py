"""Long days and a death recorded wrongly: what two persons had approved, they need not again."""

from datetime import date, datetime

import pytest

from ledger.domain import service
from ledger.domain.community_records import ServiceRules
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.facts import Note
from ledger.domain.holds import HoldCommand, ReleaseForTown, ReleaseHeldService
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.service import ConfirmService
from ledger.domain.service_records import LateReason, Status
from ledger.domain.service_state import Service
from ledger.domain.values import Count, Minutes, NoteText, PersonId, ShiftId
from tests.domain.shift_stories import (
    CHEN,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    PATROL,
    WU,
    at,
    later,
    ruled,
    served,
)
from tests.story import Story, given

SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)
EIGHT, NEXT_DAY = at("03-02 08:00"), at("03-03 20:00")
HOUR = 60
GONE, BACK = RecordDeath(CHEN, SUNDAY), CorrectDeath(CHEN, None)


def then(story: Story, *steps: tuple[PersonId, object]) -> Story:
    for by, command in steps:
        story = (*story, given(*story).when(command, by=by, at=NEXT_DAY))
    return story


def attended(name: ShiftId, start: datetime, hours: int) -> Story:
    return served(start, later(start, hours * HOUR), name)


def confirms(name: ShiftId) -> tuple[PersonId, object]:
    return LEADER, ConfirmService(name, CHEN)


def releases(name: ShiftId) -> tuple[PersonId, object]:
    return WU, ReleaseHeldService(name, CHEN)


def standing(story: Story) -> set[ShiftId]:
    state: Service = given(*story).ledger[service.stream(CHEN)]
    return {name for name, each in state.records.items() if each.status is Status.credited}


@pytest.mark.parametrize(("hours", "release"), [(9, ReleaseHeldService), (13, ReleaseForTown)])
def test_a_long_day_that_was_released_stands_again(hours: int, release: type[HoldCommand]) -> None:
    story: Story = (*JINNING_EVENT, *attended(KITCHEN, EIGHT, hours))
    story = then(story, confirms(KITCHEN), (WU, release(KITCHEN, CHEN)))
    assert standing(then(story, (LEADER, GONE), (LEADER, BACK))) == {KITCHEN}


TWO: Story = (
    *JINNING_EVENT,
    *attended(KITCHEN, EIGHT, 9),
    *attended(PATROL, later(EIGHT, 10 * HOUR), 2),
)
"""Nine hours in the kitchen, two on patrol."""


def test_each_of_two_finds_the_day_as_it_was_when_it_was_credited() -> None:
    """The kitchen was confirmed first and released last, so patrol had the day for itself."""
    story = then(TWO, confirms(KITCHEN), confirms(PATROL), releases(KITCHEN))
    assert standing(story) == {KITCHEN, PATROL}
    assert standing(then(story, (LEADER, GONE), (LEADER, BACK))) == {KITCHEN, PATROL}


def test_what_took_the_late_path_had_two_persons_as_well() -> None:
    strict = ruled(ServiceRules(late_entry_days=Count(0)))
    note = Note(NoteText("签到纸一张"))
    story = then(
        (*JINNING_EVENT, strict, *attended(KITCHEN, EIGHT, 9)),
        confirms(KITCHEN),
        (LEADER, RecordLateService(KITCHEN, CHEN, LateReason.forgotten, note)),
        (WU, ApproveLateService(KITCHEN, CHEN)),
    )
    assert standing(then(story, (LEADER, GONE), (LEADER, BACK))) == {KITCHEN}


@pytest.mark.parametrize(("minutes", "back"), [(150, {KITCHEN, PATROL}), (151, {PATROL})])
def test_a_release_of_the_unit_does_not_fill_a_day_over_the_towns_limit(
    minutes: int, back: set[ShiftId]
) -> None:
    """Ten hours over midnight, released; meanwhile other service fills their first day."""
    story: Story = (*JINNING_EVENT, *attended(KITCHEN, at("03-02 14:30"), 10))
    story = then(story, confirms(KITCHEN), releases(KITCHEN), (LEADER, RecordDeath(CHEN, MONDAY)))
    assert standing(story) == set()
    patrol = served(EIGHT, later(EIGHT, minutes), PATROL)
    story = then((*story, *patrol), confirms(PATROL))
    assert standing(then(story, (LEADER, BACK))) == back


def test_what_was_confirmed_anew_has_lost_its_first_hold() -> None:
    """Held and never released, it was credited on one word while the limit was higher."""
    story = then((*JINNING_EVENT, *attended(KITCHEN, EIGHT, 9)), confirms(KITCHEN))
    story = then(story, (LEADER, GONE), (LEADER, BACK))
    higher, usual = ruled(ServiceRules(unit_minutes_most=Minutes(540))), ruled(ServiceRules())
    story = then((*story, higher), confirms(KITCHEN))
    assert standing(story) == {KITCHEN}
    assert standing(then((*story, usual), (LEADER, GONE), (LEADER, BACK))) == set()
