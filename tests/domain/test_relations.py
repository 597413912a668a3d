"""A relation that is declared after one of the two has decided about the other's service."""

from datetime import date
from typing import Any

import pytest

from ledger.domain import people
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.people import RecordFacts
from ledger.domain.person_records import FactsRecorded
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes, ReverseOpeningMinutes
from ledger.domain.service_records import (
    DeciderFoundRelated,
    OpeningGrade,
    OpeningReversalReason,
    ReversalReason,
)
from ledger.domain.stars import GrantStar
from ledger.domain.values import Count, Minutes, PersonId
from tests.domain.shift_stories import (
    CHEN,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    MUTUAL_AID,
    WU,
    at,
    person,
    served,
)
from tests.domain.test_wrong_states_of_duplicates import merged
from tests.story import Given, Sheet, Story, given

MONDAY = at("03-02 20:00").date()
BORN = at("01-01 00:00").date().replace(year=1970)
NOBODY_HERE = PersonId("00000000-0000-4000-8000-000000000000")
CONFIRMED = given(*JINNING_EVENT, *served(at("03-02 09:00"), at("03-02 11:00"))).when(
    ConfirmService(KITCHEN, CHEN), by=LEADER, at=at("03-02 20:00")
)


def related_to(*others: PersonId) -> FactSheet:
    return FactSheet(BORN, relations=tuple(Relation(each, Kinship.child) for each in others))


def recorded(who: PersonId, *others: PersonId) -> RecordFacts:
    return RecordFacts(who, related_to(*others))


def confirmed(*happened: Any) -> Given:
    """Chen's service was confirmed by the leader, who is registered as well."""
    return given(
        *JINNING_EVENT,
        person(LEADER),
        *served(at("03-02 09:00"), at("03-02 11:00")),
        CONFIRMED,
        *happened,
    )


def said(who: PersonId, version: int = 1) -> FactsRecorded:
    return FactsRecorded(who, Count(version), "commitment-to-facts", MONDAY)


FOUND = DeciderFoundRelated(CHEN, LEADER, MONDAY)


def late(told: Any) -> list[DeciderFoundRelated]:
    return [event for event in told.events if isinstance(event, DeciderFoundRelated)]


@pytest.mark.parametrize("who", [CHEN, LEADER])
def test_either_of_the_two_may_declare_it_and_the_volunteers_service_says_so(
    who: PersonId,
) -> None:
    other = LEADER if who == CHEN else CHEN
    told = confirmed().when(recorded(who, other), at=at("03-02 21:00"))
    assert late(told) == [FOUND]
    stream, _ = told.decision[-1]
    assert stream == f"service-{CHEN}"


def test_it_is_told_once() -> None:
    known = Sheet(CHEN, related_to(LEADER))
    for who, other in ((CHEN, LEADER), (LEADER, CHEN)):
        told = confirmed(known).when(recorded(who, other), at=at("03-02 21:00"))
        assert late(told) == []


def test_of_people_who_never_decided_about_each_other_the_log_says_nothing() -> None:
    told = confirmed().when(recorded(CHEN, WU, NOBODY_HERE), at=at("03-02 21:00"))
    assert late(told) == []
    assert not [event for event in told.events if not isinstance(event, FactsRecorded)]


def test_what_was_taken_back_rests_on_nobodys_word() -> None:
    reverse = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
    reversed_ = confirmed().when(reverse, by=WU, at=at("03-02 20:30"))
    told = confirmed(reversed_).when(recorded(CHEN, LEADER), at=at("03-02 21:00"))
    assert late(told) == []


def told_of(who: PersonId, *steps: tuple[PersonId, object]) -> list[DeciderFoundRelated]:
    """What a relation to that person says, once all this was decided about Chen."""
    story: Story = JINNING_EVENT
    for by, command in steps:
        told = given(*story).when(command, by=by, at=at("03-02 20:00"))
        assert told.decision
        story = (*story, told)
    return late(given(*story).when(recorded(CHEN, who), at=at("03-02 21:00")))


def test_whoever_brought_minutes_or_granted_a_star_decided_as_well() -> None:
    brought = ImportOpeningMinutes(
        CHEN, MUTUAL_AID, Minutes(6000), date(2025, 12, 31), OpeningGrade.estimated
    )
    steps = ((LEADER, brought), (WU, GrantStar(CHEN, Count(1))))
    assert told_of(LEADER, *steps) == [FOUND]
    assert told_of(WU, *steps) == [DeciderFoundRelated(CHEN, WU, MONDAY)]
    reverse = ReverseOpeningMinutes(CHEN, MUTUAL_AID, OpeningReversalReason.found_false)
    assert told_of(LEADER, *steps, (WU, reverse)) == [], "the balance is gone"
    assert told_of(WU, *steps, (WU, reverse)) != [], "the star is hers"


def test_it_follows_by_itself() -> None:
    assert frozenset({DeciderFoundRelated}) == people.CONSEQUENCES


def test_a_relation_is_found_of_what_stands_under_any_id_of_the_two() -> None:
    """Chen is kept as Wu, who declares that the leader is hers."""
    story = confirmed(*merged(WU, CHEN))
    _, found = story.when(recorded(WU, LEADER)).events
    assert found == DeciderFoundRelated(CHEN, LEADER, MONDAY)
    _, found = story.when(recorded(LEADER, WU)).events
    assert found == DeciderFoundRelated(CHEN, LEADER, MONDAY)
