"""Whoever was entered twice is known from the first time on, under the id that is kept."""

from datetime import date, timedelta

from ledger.domain import identity
from ledger.domain.attendance import AttestAttendance
from ledger.domain.contribution_records import ContributionKind, Gift, IdeaTopic
from ledger.domain.contributions import RecordContribution
from ledger.domain.deaths import RecordDeath
from ledger.domain.meal_records import MealReversed
from ledger.domain.values import ContributionId, PersonId
from tests.domain import shift_stories
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    MONDAY,
    NEW_YEAR,
    XIANHU,
    after,
    eats,
    lunch,
    noon,
    registered,
    sheet,
)
from tests.domain.test_wrong_states_of_duplicates import merged, separated
from tests.story import Sheet, given

TUESDAY = MONDAY + timedelta(days=1)
KEPT = PersonId("00000000-0000-4000-8000-00000000000d")
ENTERED_AGAIN = (*eats(), registered(KEPT, TUESDAY), Sheet(KEPT, sheet()))
"""Chen since the new year, and once more on Tuesday under the id that will be kept."""
JOINED = (*ENTERED_AGAIN, *merged(KEPT, CHEN))
NOT_YET = "person_must_be_registered_on_the_day"


def test_she_is_known_since_the_first_of_her_registrations() -> None:
    joined, apart = given(*JOINED).ledger, given(*ENTERED_AGAIN).ledger
    assert identity.registered_on(KEPT, joined) == identity.registered_on(CHEN, joined) == NEW_YEAR
    assert identity.registered_on(KEPT, apart) == TUESDAY
    assert identity.registered_on(PersonId("nobody"), apart) is None


def test_a_meal_on_paper_from_before_the_second_entry_is_recorded_under_the_id_that_is_kept() -> (
    None
):
    paper = lunch(MONDAY, person=KEPT)
    given(*ENTERED_AGAIN).when(paper, at=noon(TUESDAY)).refused(NOT_YET, registered_on=TUESDAY)
    (meal,) = given(*JOINED).when(paper, at=noon(TUESDAY)).events
    assert (meal.person, meal.occurred_on) == (KEPT, MONDAY)
    too_early = NEW_YEAR - timedelta(days=1)
    given(*JOINED).when(lunch(too_early, person=KEPT), at=noon(NEW_YEAR)).refused(
        NOT_YET, registered_on=NEW_YEAR
    )
    parted = given(*JOINED, *separated(KEPT, CHEN))
    parted.when(paper, at=noon(TUESDAY)).refused(NOT_YET, registered_on=TUESDAY)


def test_a_death_takes_back_what_stands_from_before_the_second_entry() -> None:
    first, last = date(2026, 3, 31), date(2026, 4, 1)
    again = (*eats(), registered(KEPT, last), Sheet(KEPT, sheet()), *merged(KEPT, CHEN))
    story = after(*again, (lunch(first, person=KEPT), CLERK, noon(last)))
    death = RecordDeath(KEPT, date(2026, 3, 30))
    told = given(*story).when(death, at=noon(last))
    back = [event for event in told.events if isinstance(event, MealReversed)]
    assert [(event.person, event.occurred_on) for event in back] == [(KEPT, first)]


def test_where_she_came_before_and_what_she_gave_is_entered_too() -> None:
    town = shift_stories
    nine, eleven, evening = (town.at(f"03-02 {hour}:00") for hour in ("09", "11", "20"))
    people = (*town.community(), town.person(), town.person(town.WU, on=TUESDAY))
    story = (*people, town.scheduled(nine, eleven))
    came = AttestAttendance(town.KITCHEN, town.WU, nine, eleven)
    given(*story).when(came, at=evening).refused(NOT_YET)
    assert given(*story, *merged(town.WU, town.CHEN)).when(came, at=evening).decision


def test_what_she_gave_before_is_hers() -> None:
    gave = RecordContribution(
        ContributionId("gift-1"),
        XIANHU,
        Gift(ContributionKind.idea, topic=IdeaTopic.environment),
        MONDAY,
        person=KEPT,
    )
    given(*ENTERED_AGAIN).when(gave, at=noon(TUESDAY)).refused(NOT_YET)
    assert given(*JOINED).when(gave, at=noon(TUESDAY)).decision
