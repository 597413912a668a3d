"""Stars (星级): granted in order, for minutes that reach them, and never taken back."""

from datetime import date

import pytest

from ledger.domain import people
from ledger.domain.community_records import ServiceRules
from ledger.domain.decisions import Happening
from ledger.domain.person_records import PersonRegistered
from ledger.domain.service import (
    ConfirmService,
    RefuseService,
    ReverseService,
)
from ledger.domain.service_openings import ImportOpeningMinutes
from ledger.domain.service_records import OpeningGrade, RefusalReason, ReversalReason, StarGranted
from ledger.domain.stars import GrantStar
from ledger.domain.values import CommunityId, Count, Minutes
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    LONG_AGO,
    MUTUAL_AID,
    STRANGER,
    WU,
    XIANHU,
    at,
    community,
    month_closed,
    relative,
    ruled,
    served,
)
from tests.story import Part, Story, Told, given

MONDAY = date(2026, 3, 2)
EVENING = at("03-02 20:00")
CONFIRM = ConfirmService(KITCHEN, CHEN)
TWO_HOURS: Story = (*JINNING_EVENT, *served(at("03-02 09:00"), at("03-02 11:00")))


def stars_at(*minutes: int, since: date = LONG_AGO, where: CommunityId = JINNING) -> Happening:
    thresholds = tuple(Minutes(each) for each in minutes)
    return ruled(ServiceRules(star_thresholds=thresholds), since, where)


def then(story: Story, *commands: object) -> Story:
    for command in commands:
        story = (*story, given(*story).when(command, by=LEADER, at=EVENING))
    return story


def granted(*story: Part, star: int = 1) -> Told:
    return given(*story).when(GrantStar(CHEN, Count(star)), by=LEADER, at=EVENING)


CREDITED = then(TWO_HOURS, CONFIRM)


def test_a_star_says_which_minutes_it_was_granted_for() -> None:
    granted(*CREDITED, stars_at(60)).then(
        StarGranted(
            person=CHEN,
            community=JINNING,
            star=Count(1),
            threshold_minutes=Minutes(60),
            service_minutes=Minutes(120),
            occurred_on=MONDAY,
            decided_by=(LEADER,),
        )
    )


@pytest.mark.parametrize(("threshold", "reached"), [(120, True), (121, False)])
def test_a_star_is_reached_at_its_threshold(threshold: int, reached: bool) -> None:
    told = granted(*CREDITED, stars_at(threshold))
    if reached:
        assert told.decision
    else:
        told.refused("star_must_be_reached", service_minutes=120, minutes_least=threshold)


def test_minutes_count_that_are_credited_now_and_from_before_this_ledger() -> None:
    reverse = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
    granted(*then(CREDITED, reverse), stars_at(1)).refused("star_must_be_reached")
    refuse = RefuseService(KITCHEN, CHEN, RefusalReason.not_present)
    granted(*then(TWO_HOURS, refuse), stars_at(1)).refused("star_must_be_reached")
    low = ruled(ServiceRules(unit_minutes_most=Minutes(60), star_thresholds=(Minutes(1),)))
    granted(*then((*TWO_HOURS, low), CONFIRM)).refused("star_must_be_reached", service_minutes=0)
    opening = ImportOpeningMinutes(
        CHEN, MUTUAL_AID, Minutes(30), date(2025, 12, 31), OpeningGrade.imported
    )
    assert granted(*then(CREDITED, opening), stars_at(150)).decision
    granted(*then(CREDITED, opening), stars_at(151)).refused("star_must_be_reached")


def test_service_counts_wherever_it_was_given_by_the_rules_of_where_she_is_registered() -> None:
    elsewhere = served(at("03-02 09:00"), at("03-02 11:00"), where=XIANHU)
    story = then((*JINNING_EVENT, *community(XIANHU), *elsewhere), CONFIRM)
    assert granted(*story, stars_at(120), stars_at(999, where=XIANHU)).decision
    granted(*story, stars_at(121), stars_at(1, where=XIANHU)).refused("star_must_be_reached")


@pytest.mark.parametrize(("since", "reached"), [(2, True), (3, False)])
def test_thresholds_are_those_of_the_day_of_the_grant(since: int, reached: bool) -> None:
    story = (*CREDITED, stars_at(999), stars_at(120, since=date(2026, 3, since)))
    if reached:
        assert granted(*story).decision
    else:
        granted(*story).refused("star_must_be_reached", minutes_least=999)


def test_stars_are_granted_in_order_and_once() -> None:
    story: Story = (*CREDITED, stars_at(30, 60, 90))
    granted(*story, star=2).refused("stars_must_be_granted_in_order", star=2, next_star=1)
    story = (*story, granted(*story))
    granted(*story).refused("star_must_not_be_granted_twice", star=1)
    story = (*story, granted(*story, star=2))
    granted(*story, star=1).refused("star_must_not_be_granted_twice", star=1)
    assert granted(*story, star=3).decision


@pytest.mark.parametrize("star", [0, 2])
def test_a_star_is_one_of_those_there_are(star: int) -> None:
    granted(*CREDITED, stars_at(1), star=star).refused("star_must_exist", star=star, stars=1)


def test_a_star_stays_when_its_minutes_are_reversed() -> None:
    story: Story = (*CREDITED, stars_at(60, 90))
    story = (*story, granted(*story))
    reverse = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
    story = then(story, reverse)
    granted(*story).refused("star_must_not_be_granted_twice")
    granted(*story, star=2).refused("star_must_be_reached", service_minutes=0)


def test_nobody_grants_herself_a_star_or_a_relation() -> None:
    story: Story = (*CREDITED, stars_at(60))
    star = GrantStar(CHEN, Count(1))
    given(*story).when(star, by=CHEN, at=EVENING).refused("confirmer_must_not_be_the_volunteer")
    for sheet in (relative(CHEN, of=WU), relative(WU, of=CHEN)):
        given(*story, sheet).when(star, by=WU, at=EVENING).refused("confirmer_must_not_be_related")


def test_a_star_needs_a_person_and_no_open_month() -> None:
    unknown = GrantStar(STRANGER, Count(1))
    given(*CREDITED).when(unknown, by=LEADER).refused("person_must_be_known", person=STRANGER)
    assert granted(*CREDITED, stars_at(60), month_closed("2026-03")).decision
    fresh = PersonRegistered(STRANGER, XIANHU, Count(1), "commitment", LONG_AGO)
    registered: Happening = (people.stream(STRANGER), fresh)
    given(*JINNING_EVENT, *community(XIANHU), registered).when(unknown, by=LEADER).refused(
        "star_must_be_reached", service_minutes=0
    )
