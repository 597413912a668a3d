"""Consents: one purpose each, withdrawn as easily as given, and heeded at once."""

from typing import Any

import pytest

from ledger.domain import people
from ledger.domain.consents import GiveConsent, WithdrawConsent
from ledger.domain.facts import Hardship, HardshipSpell
from ledger.domain.people import RecordFacts, SetLeagueVisibility
from ledger.domain.person_records import LeagueVisibilitySet
from ledger.domain.rights_records import ConsentGiven, ConsentPurpose, ConsentWithdrawn
from ledger.domain.tiers import Condition
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    FUND_PAYS,
    MONDAY,
    TOWN,
    line,
    lunch,
    noon,
    published,
    registered,
    served,
    sheet,
    tier,
)
from tests.story import Told, given

NAME, LEAGUE = ConsentPurpose.public_name, ConsentPurpose.league_name
SENSITIVE = ConsentPurpose.sensitive_facts
POOR = (HardshipSpell(Hardship.subsistence),)


def asked(*commands: object) -> Told:
    """Chen's commands one after another; what became of the last one."""
    story: list[Any] = [*TOWN, registered()]
    *before, last = commands
    for command in before:
        story.append(given(*story).when(command, by=CHEN))
    return given(*story).when(last, by=CHEN)


def test_a_consent_is_to_one_purpose_and_says_whose_word_it_is() -> None:
    asked(GiveConsent(CHEN, NAME)).then(ConsentGiven(CHEN, NAME, CHEN, MONDAY))
    ledger = given(*TOWN, registered(), asked(GiveConsent(CHEN, NAME))).ledger
    rights = ledger[people.stream(CHEN)].rights
    assert [purpose for purpose in ConsentPurpose if rights.consents_to(purpose)] == [NAME]


def test_a_consent_is_withdrawn_once_and_may_be_given_again() -> None:
    give, withdraw = GiveConsent(CHEN, NAME), WithdrawConsent(CHEN, NAME)
    asked(give, withdraw).then(ConsentWithdrawn(CHEN, NAME, CHEN, MONDAY))
    asked(give, withdraw, withdraw).refused("consent_must_not_be_withdrawn_twice", consent=NAME)
    assert asked(give, withdraw, give).events
    asked(give, give).refused("consent_must_not_be_given_twice", consent=NAME)


def test_whoever_was_never_asked_may_say_no() -> None:
    assert asked(WithdrawConsent(CHEN, SENSITIVE)).events


@pytest.mark.parametrize("other", [SetLeagueVisibility(CHEN, visible=True)])
def test_of_the_name_in_the_league_there_is_one_truth(other: object) -> None:
    shown = LeagueVisibilitySet(CHEN, visible=True, occurred_on=MONDAY)
    asked(GiveConsent(CHEN, LEAGUE)).then(shown)
    asked(other, GiveConsent(CHEN, LEAGUE)).refused("consent_must_not_be_given_twice")
    asked(other, WithdrawConsent(CHEN, LEAGUE)).then(
        LeagueVisibilitySet(CHEN, visible=False, occurred_on=MONDAY)
    )
    asked(WithdrawConsent(CHEN, LEAGUE)).refused("consent_must_not_be_withdrawn_twice")


def test_whoever_said_no_to_sensitive_facts_has_none_recorded() -> None:
    poor, no = RecordFacts(CHEN, sheet(hardships=POOR)), WithdrawConsent(CHEN, SENSITIVE)
    asked(no, poor).refused("sensitive_facts_must_not_be_objected_to")
    assert asked(poor).events
    assert asked(no, RecordFacts(CHEN, sheet())).events
    assert asked(no, GiveConsent(CHEN, SENSITIVE), poor).events


@pytest.mark.parametrize(("purpose", "rule"), [(SENSITIVE, None), (NAME, "POOR")])
def test_a_class_she_said_no_to_gives_no_tier_from_that_moment_on(
    purpose: ConsentPurpose, rule: str | None
) -> None:
    for_the_poor = tier(10, "POOR", Condition(hardship=True), line(FUND_PAYS, 500))
    story = served(published(tiers=(for_the_poor,)), hardships=POOR)
    before = given(*story).when(lunch(), by=CLERK, at=noon(MONDAY))
    assert before.events[0].rule == "POOR"
    no = given(*story).when(WithdrawConsent(CHEN, purpose), by=CHEN)
    (after,) = given(*story, no).when(lunch(), by=CLERK, at=noon(MONDAY)).events
    assert after.rule == rule
    assert after.facts_version == before.events[0].facts_version
