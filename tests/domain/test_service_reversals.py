"""Service and a death recorded wrongly: the correction gives back what the death took, no more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import pytest

from ledger.domain import service
from ledger.domain.community_records import ServiceRules
from ledger.domain.deaths import CorrectDeath, DeathCommand, RecordDeath
from ledger.domain.decisions import Happening
from ledger.domain.person_records import DeathCorrected
from ledger.domain.service import ConfirmService, RefuseService, ReverseService
from ledger.domain.service_records import (
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    ServiceReinstated,
    ServiceReversed,
    Status,
)
from ledger.domain.service_state import Service
from ledger.domain.values import CommunityId, Minutes, Month, ShiftId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    MUTUAL_AID,
    PATROL,
    XIANHU,
    at,
    attested,
    community,
    later,
    month_closed,
    ruled,
    scheduled,
)
from tests.story import Told, given

THURSDAY, FRIDAY = date(2026, 3, 5), date(2026, 3, 6)
SATURDAY, SUNDAY = date(2026, 3, 7), date(2026, 3, 8)
MONDAY = at("03-09 12:00")
NIGHT = ShiftId("night")
LATE = ("06 23:30", 60)
"""From before midnight until after it: it falls with a death on Friday."""
Story = tuple[Happening | Told, ...]

TOWN: Story = (
    *JINNING_EVENT,
    *community(XIANHU),
    ruled(ServiceRules(unit_minutes_most=Minutes(120), time_bank=True)),
)


def then(story: Story, *commands: object) -> Story:
    """The story goes on with these commands, each decided on what was before it."""
    for command in commands:
        story = (*story, given(*story).when(command, by=LEADER, at=MONDAY))
    return story


def attends(
    name: ShiftId, start: datetime, minutes: int, where: CommunityId = JINNING
) -> tuple[Happening, ...]:
    end = later(start, minutes)
    unit = MUTUAL_AID if where == JINNING else None
    return (scheduled(start, end, name, where, unit=unit), attested(start, end, name))


def serves(
    story: Story, name: ShiftId, start: str, minutes: int = 60, where: CommunityId = JINNING
) -> Story:
    """Somebody confirms what Chen attended from then on."""
    story = (*story, *attends(name, at(f"03-{start}"), minutes, where))
    return then(story, ConfirmService(name, CHEN))


def dies(on: date) -> DeathCommand:
    return RecordDeath(CHEN, on)


def moved(to: date | None) -> DeathCommand:
    return CorrectDeath(CHEN, to)


def last(story: Story) -> Told:
    assert isinstance(story[-1], Told)
    return story[-1]


def state(story: Story) -> Service:
    return given(*story).ledger[service.stream(CHEN)]


def standing(story: Story) -> list[str]:
    return [name for name, each in state(story).records.items() if each.status is Status.credited]


def given_back(events: Iterable[object]) -> list[str]:
    return [event.shift for event in events if isinstance(event, ServiceReinstated)]


SERVED = serves(TOWN, KITCHEN, "07 09:00")
ALIVE = then(SERVED, dies(FRIDAY), moved(None))
REINSTATED = ServiceReinstated(
    shift=KITCHEN,
    person=CHEN,
    community=JINNING,
    unit=MUTUAL_AID,
    service_minutes=Minutes(60),
    time_bank=True,
    occurred_on=SATURDAY,
    booked_in=Month("2026-03"),
    adjusts=None,
)


def test_whoever_is_alive_after_all_has_her_service_again() -> None:
    last(ALIVE).then(DeathCorrected(CHEN, None, FRIDAY), REINSTATED)


def test_what_stands_again_stands_as_before() -> None:
    assert state(ALIVE) == state(SERVED)
    confirm = given(*ALIVE).when(ConfirmService(KITCHEN, CHEN), by=LEADER, at=MONDAY)
    confirm.refused("service_must_not_be_decided_twice", status=Status.credited)
    same_hour = (*ALIVE, *attends(PATROL, at("03-07 09:59"), 60, XIANHU))
    elsewhere = given(*same_hour).when(ConfirmService(PATROL, CHEN), by=LEADER, at=MONDAY)
    elsewhere.refused("intervals_must_not_overlap")
    found_false = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
    assert isinstance(last(then(ALIVE, found_false)).events[0], ServiceReversed)


@pytest.mark.parametrize(
    ("to", "back"),
    [
        (None, [FRIDAY, SATURDAY, SUNDAY]),
        (SUNDAY, [FRIDAY, SATURDAY, SUNDAY]),
        (SATURDAY, [FRIDAY, SATURDAY]),
        (FRIDAY, [FRIDAY]),
        (date(2026, 3, 4), []),
    ],
)
def test_what_no_longer_lies_after_the_death_is_given_back_up_to_the_day_itself(
    to: date | None, back: list[date]
) -> None:
    story = TOWN
    for day in (6, 7, 8):
        story = serves(story, ShiftId(f"day-{day}"), f"{day:02} 09:00")
    events = last(then(story, dies(THURSDAY), moved(to))).events
    assert [event.occurred_on for event in events[1:]] == back
    assert len(given_back(events)) == len(back)


def test_a_death_corrected_twice_gives_back_the_rest_the_second_time() -> None:
    story = serves(serves(TOWN, KITCHEN, "06 09:00"), PATROL, "08 09:00", where=XIANHU)
    story = then(story, dies(THURSDAY), moved(FRIDAY))
    assert given_back(last(story).events) == [KITCHEN]
    story = then(story, moved(None))
    assert given_back(last(story).events) == [PATROL]


def test_a_correction_that_was_wrong_itself_takes_the_service_back_again() -> None:
    moved_twice = then(SERVED, dies(FRIDAY), moved(SUNDAY), moved(FRIDAY))
    for story in (then(ALIVE, dies(FRIDAY)), moved_twice):
        _, event = last(story).events
        assert (type(event), event.reason) == (ServiceReversed, ReversalReason.after_death)
        assert standing(then(story, moved(None))) == [KITCHEN]


def test_what_is_given_back_is_booked_in_the_first_open_month_of_its_community() -> None:
    story = serves(serves(TOWN, KITCHEN, "07 09:00"), PATROL, "08 09:00", where=XIANHU)
    story = (*then(story, dies(FRIDAY)), month_closed("2026-03"))
    _, kitchen, patrol = last(then(story, moved(None))).events
    assert kitchen == replace(REINSTATED, booked_in=Month("2026-04"), adjusts=Month("2026-03"))
    assert (patrol.community, patrol.booked_in, patrol.adjusts) == (XIANHU, "2026-03", None)


# -- what stays with people --------------------------------------------------------------------


def test_what_people_took_back_or_refused_stays_so() -> None:
    by_hand = then(SERVED, ReverseService(KITCHEN, CHEN, ReversalReason.found_false))
    wrongly = then(by_hand, dies(FRIDAY), moved(None))
    assert len(last(wrongly).events) == 1
    meanwhile = then(SERVED, dies(FRIDAY), RefuseService(KITCHEN, CHEN, RefusalReason.not_service))
    assert len(last(then(meanwhile, moved(None))).events) == 1


@pytest.mark.parametrize(("minutes", "back"), [(30, [KITCHEN]), (31, [])])
def test_what_was_confirmed_for_the_same_minutes_meanwhile_is_not_taken_from_it(
    minutes: int, back: list[str]
) -> None:
    """A shift of her supposed last day goes on into the time of the one that fell with it."""
    story = serves(then(serves(TOWN, KITCHEN, *LATE), dies(FRIDAY)), NIGHT, "06 23:00", minutes)
    story = then(story, moved(None))
    assert given_back(last(story).events) == back
    assert standing(story) == [*back, NIGHT]


def test_what_was_left_reversed_is_decided_by_people() -> None:
    story = serves(then(serves(TOWN, KITCHEN, *LATE), dies(FRIDAY)), NIGHT, "06 23:00")
    story = then(story, moved(None))
    confirm = ConfirmService(KITCHEN, CHEN)
    given(*story).when(confirm, by=LEADER, at=MONDAY).refused("intervals_must_not_overlap")
    refused = then(story, RefuseService(KITCHEN, CHEN, RefusalReason.not_present))
    assert state(refused).records[KITCHEN].status is Status.refused
    story = then(story, ReverseService(NIGHT, CHEN, ReversalReason.found_false), confirm)
    assert standing(story) == [KITCHEN]
    later_on = then(story, dies(FRIDAY), moved(SATURDAY))
    assert standing(later_on) == [KITCHEN]


def test_what_was_left_once_is_not_given_back_by_a_later_correction_of_another_day() -> None:
    story = serves(then(serves(TOWN, KITCHEN, *LATE), dies(FRIDAY)), NIGHT, "06 23:00")
    story = then(story, moved(SATURDAY), ReverseService(NIGHT, CHEN, ReversalReason.other))
    assert given_back(last(then(story, moved(None))).events) == []


@pytest.mark.parametrize(("minutes", "back"), [(90, [KITCHEN]), (91, [])])
def test_a_day_that_is_full_by_now_is_not_filled_over_its_limit(
    minutes: int, back: list[str]
) -> None:
    story = then(serves(TOWN, KITCHEN, *LATE), dies(FRIDAY))
    story = then(serves(story, NIGHT, "06 09:00", minutes), moved(None))
    assert given_back(last(story).events) == back
    if not back:
        anew = then(story, ConfirmService(KITCHEN, CHEN))
        assert isinstance(last(anew).events[0], ServiceHeld)


def test_of_two_in_each_others_way_the_one_confirmed_first_is_given_back() -> None:
    story = then(serves(TOWN, KITCHEN, *LATE), dies(FRIDAY))
    story = then(serves(story, NIGHT, "06 23:00"), moved(THURSDAY))
    assert standing(story) == []
    story = then(story, moved(None))
    assert (given_back(last(story).events), standing(story)) == ([KITCHEN], [KITCHEN])


def test_what_was_only_held_is_confirmed_anew() -> None:
    story = then(serves(TOWN, KITCHEN, "07 09:00", 121), dies(FRIDAY), moved(None))
    assert len(last(story).events) == 1
    assert state(story).records[KITCHEN].status is Status.refused
    higher = (*story, ruled(ServiceRules(unit_minutes_most=Minutes(121))))
    (event,) = last(then(higher, ConfirmService(KITCHEN, CHEN))).events
    assert isinstance(event, ServiceCredited)


def test_a_death_is_not_given_as_a_reason_but_recorded() -> None:
    by_hand = ReverseService(KITCHEN, CHEN, ReversalReason.after_death)
    given(*SERVED).when(by_hand, by=LEADER, at=MONDAY).refused(
        "reason_must_not_be_left_to_the_ledger", reason="after_death"
    )
    gone = then(SERVED, dies(FRIDAY))
    given(*gone).when(by_hand, by=LEADER, at=MONDAY).refused("service_must_be_credited")


def test_nothing_is_refused_by_hand_for_a_death_whether_she_lives_or_not() -> None:
    """It would stand open for whoever confirms the living, though a person had refused it."""
    by_hand = RefuseService(KITCHEN, CHEN, RefusalReason.after_death)
    attended = (*TOWN, *attends(KITCHEN, at("03-07 09:00"), 121))
    for story in (
        attended,
        then(attended, ConfirmService(KITCHEN, CHEN)),
        then(attended, dies(FRIDAY)),
    ):
        given(*story).when(by_hand, by=LEADER, at=MONDAY).refused(
            "reason_must_not_be_left_to_the_ledger", reason="after_death"
        )
    given(*SERVED).when(by_hand, by=LEADER, at=MONDAY).refused("service_must_not_be_decided_twice")
