"""Guardians: who speaks for a child, for what, and until which day."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import people, shifts, speaking
from ledger.domain.consents import GiveConsent
from ledger.domain.decisions import Context
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.guardianship import guardians_of, is_minor, may_not_consent
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RecordFacts, SetLeagueVisibility
from ledger.domain.rights_records import (
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    PersonRestricted,
    RestrictionReason,
)
from ledger.domain.shift_records import SignedUp, SignUpPromoted, SignUpWithdrawn
from ledger.domain.shifts import SignUp, WithdrawSignUp
from ledger.domain.values import PersonId, SiteId
from tests.domain.shift_stories import (
    CHEN,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    STRANGER,
    WU,
    at,
    scheduled,
)
from tests.story import NOON, Sheet, Story, given

TODAY = date(2026, 3, 2)
EIGHTEEN, FOURTEEN = date(2008, 3, 2), date(2012, 3, 2)
ONE_DAY = timedelta(days=1)
GROWN_UP = Sheet(WU, FactSheet(date(1980, 1, 1)))
SERVICE = ConsentPurpose.service_of_a_minor
NINE, ELEVEN = at("03-02 14:00"), at("03-02 16:00")
SIGN_UP = SignUp(KITCHEN, CHEN)


def child(born_on: date = EIGHTEEN + ONE_DAY, guardian: PersonId = WU) -> FactSheet:
    return FactSheet(born_on, relations=(Relation(guardian, Kinship.guardian),))


def family(born_on: date = EIGHTEEN + ONE_DAY) -> Story:
    """Chen is a child, Wu her guardian, and there is a shift in the afternoon with one place."""
    shift = scheduled(NINE, ELEVEN, places=1)
    return (*JINNING_EVENT, shift, Sheet(CHEN, child(born_on)), GROWN_UP)


def consented(purpose: ConsentPurpose = SERVICE, who: PersonId = CHEN) -> Any:
    return (people.stream(who), ConsentGiven(who, purpose, WU, TODAY))


@pytest.mark.parametrize(
    ("born_on", "minor", "child"),
    [
        (EIGHTEEN, False, False),
        (EIGHTEEN + ONE_DAY, True, False),
        (FOURTEEN, True, False),
        (FOURTEEN + ONE_DAY, True, True),
        (TODAY, True, True),
    ],
)
def test_one_is_of_age_on_the_eighteenth_birthday_and_consents_from_the_fourteenth_on(
    born_on: date, *, minor: bool, child: bool
) -> None:
    sheet = FactSheet(born_on)
    assert (is_minor(sheet, TODAY), may_not_consent(sheet, TODAY)) == (minor, child)


def test_guardians_are_those_declared_as_such_until_the_day_before_she_is_of_age() -> None:
    both = (Relation(WU, Kinship.guardian), Relation(LEADER, Kinship.parent))
    sheet = FactSheet(EIGHTEEN, relations=both)
    assert guardians_of(sheet, TODAY - ONE_DAY) == {WU}
    assert guardians_of(sheet, TODAY) == frozenset()


def test_of_whom_there_is_no_sheet_nobody_is_the_guardian() -> None:
    assert guardians_of(None, TODAY) == frozenset()
    assert not is_minor(None, TODAY)
    assert not may_not_consent(None, TODAY)


# -- on the sheet ------------------------------------------------------------------------------


def test_a_guardian_is_registered_and_of_age() -> None:
    command = RecordFacts(CHEN, child())
    assert given(*JINNING_EVENT, GROWN_UP).when(command).events
    given(*JINNING_EVENT).when(command).refused("guardian_must_be_of_age", guardian=WU)
    young = Sheet(WU, FactSheet(EIGHTEEN + ONE_DAY))
    given(*JINNING_EVENT, young).when(command).refused("guardian_must_be_of_age", guardian=WU)


def test_whoever_is_of_age_needs_no_guardian_who_is() -> None:
    assert given(*JINNING_EVENT).when(RecordFacts(CHEN, child(EIGHTEEN))).events


# -- whose command it is -------------------------------------------------------------------------


def is_own(name: str, command: object, by: PersonId, story: Story) -> bool:
    """Read what tells so, and nothing else."""
    ledger, context = given(*story).ledger, Context(by, NOON)
    ledger.allowed = set()
    while wanted := set(speaking.needs(command, by, ledger)) - ledger.allowed:
        ledger.allowed |= wanted
    return speaking.is_own(name, command, ledger, context)


@pytest.mark.parametrize(
    ("by", "born_on", "own"),
    [
        (CHEN, EIGHTEEN, True),
        (WU, EIGHTEEN + ONE_DAY, True),
        (WU, EIGHTEEN, False),
        (LEADER, EIGHTEEN + ONE_DAY, False),
    ],
)
def test_what_is_a_childs_own_is_her_guardians_too(
    by: PersonId, born_on: date, *, own: bool
) -> None:
    assert is_own("shifts/sign-up", SIGN_UP, by, family(born_on)) is own


def test_what_nobody_does_for_herself_no_guardian_does_either() -> None:
    meal = ClaimMeal(CHEN, SiteId("canteen"), TODAY)
    assert is_own("meals/claim", meal, CHEN, family())
    assert not is_own("meals/claim", meal, WU, family())


def test_of_somebody_who_is_not_registered_nothing_is_anybodys() -> None:
    assert not is_own("shifts/sign-up", SignUp(KITCHEN, STRANGER), WU, family())


# -- consent -----------------------------------------------------------------------------------


def test_a_guardian_consents_to_a_childs_service_and_an_office_writes_down_that_she_did() -> None:
    expected = ConsentGiven(CHEN, SERVICE, WU, TODAY)
    given(*family()).when(GiveConsent(CHEN, SERVICE), by=WU).then(expected)
    given(*family()).when(GiveConsent(CHEN, SERVICE, guardian=WU), by=LEADER).then(expected)


@pytest.mark.parametrize("by", [CHEN, LEADER])
def test_nobody_else_consents_to_it(by: PersonId) -> None:
    code = "consent_must_be_given_by_a_guardian"
    given(*family()).when(GiveConsent(CHEN, SERVICE), by=by).refused(code)


def test_whose_word_it_is_must_be_a_guardians() -> None:
    command = GiveConsent(CHEN, SERVICE, guardian=LEADER)
    given(*family()).when(command).refused("guardian_must_be_declared", guardian=LEADER)


def test_nobody_consents_to_the_service_of_whoever_is_of_age() -> None:
    command = GiveConsent(CHEN, SERVICE)
    given(*family(EIGHTEEN)).when(command).refused("consent_must_be_for_a_minor")


@pytest.mark.parametrize(
    ("born_on", "code"),
    [(FOURTEEN + ONE_DAY, "consent_must_be_given_by_a_guardian"), (FOURTEEN, None)],
)
def test_under_fourteen_a_guardian_consents_to_everything(born_on: date, code: str | None) -> None:
    for command in (
        GiveConsent(CHEN, ConsentPurpose.public_name),
        GiveConsent(CHEN, ConsentPurpose.league_name),
        SetLeagueVisibility(CHEN, visible=True),
    ):
        hers = given(*family(born_on)).when(command, by=CHEN)
        if code is None:
            assert hers.events
        else:
            hers.refused(code)
        assert given(*family(born_on)).when(command, by=WU).events


def test_a_child_may_hide_her_name_by_herself() -> None:
    hide = SetLeagueVisibility(CHEN, visible=False)
    assert given(*family(FOURTEEN + ONE_DAY)).when(hide, by=CHEN).events


# -- signing up --------------------------------------------------------------------------------


def test_a_minor_signs_up_with_a_guardians_consent_on_record() -> None:
    given(*family()).when(SIGN_UP, by=CHEN).refused(
        "minor_must_have_a_guardians_consent", day=TODAY
    )
    assert given(*family(), consented()).when(SIGN_UP, by=CHEN).events
    assert given(*family(EIGHTEEN)).when(SIGN_UP, by=CHEN).events


def test_a_consent_that_was_withdrawn_counts_no_more() -> None:
    taken_back = (people.stream(CHEN), ConsentWithdrawn(CHEN, SERVICE, WU, TODAY))
    code = "minor_must_have_a_guardians_consent"
    given(*family(), consented(), taken_back).when(SIGN_UP).refused(code)


RESTRICTED = PersonRestricted(CHEN, RestrictionReason.use_contested, None, None, (), TODAY)


@pytest.mark.parametrize(
    ("happened", "promoted"),
    [
        ((consented(),), True),
        ((), False),
        ((consented(), (people.stream(CHEN), RESTRICTED)), False),
    ],
)
def test_who_must_not_be_signed_up_any_more_does_not_move_up(
    happened: Story, *, promoted: bool
) -> None:
    shift = shifts.stream(KITCHEN)
    waiting = [
        (shift, SignedUp(KITCHEN, LEADER, waiting=False, occurred_on=TODAY)),
        (shift, SignedUp(KITCHEN, CHEN, waiting=True, occurred_on=TODAY)),
    ]
    told = given(*family(), *waiting, *happened).when(WithdrawSignUp(KITCHEN, LEADER))
    withdrawn = SignUpWithdrawn(KITCHEN, LEADER, TODAY)
    moved_up = (SignUpPromoted(KITCHEN, CHEN, TODAY),) if promoted else ()
    told.then(withdrawn, *moved_up)
