"""Rights of the person: restricted as she asks, erased when nothing keeps her papers any longer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain import payees, people
from ledger.domain.decisions import Happening
from ledger.domain.facts import Kinship, Relation
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ReverseMeal
from ledger.domain.payees import PaymentRequested
from ledger.domain.person_records import FactsRecorded, LeagueVisibilitySet
from ledger.domain.rights import ErasePerson, HoldCase, LiftRestriction, ReleaseCase, RestrictPerson
from ledger.domain.rights_records import (
    CaseReason,
    CaseReleased,
    CashGiven,
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    Discard,
    ErasureBasis,
    NamedAsPayee,
    PersonErased,
    PersonRestricted,
    RestrictionLifted,
    RestrictionReason,
)
from ledger.domain.values import ContributionId, Count, Fen, FundId, Month, PersonId, Slug
from tests.domain import test_objections as disputes
from tests.domain.canteen_town import (
    CHEN,
    CLERK,
    MONDAY,
    TOWN,
    after,
    claimed,
    eats,
    noon,
    registered,
    sheet,
)
from tests.domain.shift_stories import CHEN as VOLUNTEER
from tests.domain.shift_stories import LEADER, served
from tests.domain.test_service import CONFIRM as CONFIRM_SERVICE
from tests.domain.test_service import ELEVEN, EVENING, NINE
from tests.domain.test_wrong_states_of_duplicates import merged
from tests.story import NOON, Sheet, Story, Told, given

BASIS, CONTESTED = ErasureBasis.participation_ended, RestrictionReason.accuracy_contested
ERASE, ERASED = ErasePerson(CHEN, BASIS), PersonErased(CHEN, BASIS, MONDAY)
SHOP = Slug("bookshop")
HERE = people.stream(CHEN)
NEIGHBOUR: Story = (*TOWN, registered())
ONE_DAY = timedelta(days=1)


def told(*events: Any, who: PersonId = CHEN) -> tuple[Happening, ...]:
    """In the stream of the person."""
    return tuple((people.stream(who), event) for event in events)


def waiting(until: date, on: date = MONDAY) -> PersonRestricted:
    return PersonRestricted(CHEN, None, BASIS, until, (Discard.search_keys,), on)


def erasing(*story: Any, at: datetime = NOON) -> Told:
    return given(*NEIGHBOUR, *story).when(ERASE, at=at)


# -- restricting -------------------------------------------------------------------------------


def test_data_are_kept_and_not_used_as_long_as_she_asks_for_it() -> None:
    restricted = given(*NEIGHBOUR).when(RestrictPerson(CHEN, CONTESTED))
    restricted.then(PersonRestricted(CHEN, CONTESTED, None, None, (), MONDAY))
    lifted = given(*NEIGHBOUR, restricted).when(LiftRestriction(CHEN))
    lifted.then(RestrictionLifted(CHEN, MONDAY))
    rights = given(*NEIGHBOUR, restricted, lifted).ledger[HERE].rights
    assert (rights.restricted, rights.awaits) == (False, None)


def test_what_is_not_restricted_cannot_be_lifted_nor_what_is_be_restricted_again() -> None:
    given(*NEIGHBOUR).when(LiftRestriction(CHEN)).refused("person_must_be_restricted", person=CHEN)
    kept = given(*NEIGHBOUR).when(RestrictPerson(CHEN, CONTESTED))
    again = RestrictPerson(CHEN, RestrictionReason.use_contested)
    given(*NEIGHBOUR, kept).when(again).refused("person_must_not_be_restricted", person=CHEN)


def test_whoever_was_entered_twice_is_restricted_and_free_again_under_both_ids() -> None:
    twice = given(*NEIGHBOUR, registered(CLERK), merged(CHEN, CLERK))
    kept = twice.when(RestrictPerson(CHEN, CONTESTED))
    kept.then(*[PersonRestricted(who, CONTESTED, None, None, (), MONDAY) for who in (CHEN, CLERK)])
    lifted = given(*NEIGHBOUR, registered(CLERK), merged(CHEN, CLERK), kept).when(
        LiftRestriction(CHEN)
    )
    lifted.then(RestrictionLifted(CHEN, MONDAY), RestrictionLifted(CLERK, MONDAY))


@pytest.mark.parametrize(
    "command",
    [
        RestrictPerson(CHEN, CONTESTED),
        ErasePerson(CHEN, BASIS),
        HoldCase(CHEN, CaseReason.audit_sample),
    ],
)
def test_no_officer_decides_in_her_own_matter_or_a_relations(command: object) -> None:
    given(*NEIGHBOUR).when(command, by=CHEN).refused("officer_must_not_be_the_person")
    sister = Sheet(CLERK, sheet(relations=(Relation(CHEN, Kinship.sibling),)))
    given(*NEIGHBOUR, sister).when(command, by=CLERK).refused(
        "officer_must_not_be_related_to_the_person"
    )


# -- erasing -----------------------------------------------------------------------------------


def test_of_whom_nothing_is_to_be_kept_is_erased_at_once() -> None:
    erasing().then(ERASED)


def test_whoever_is_erased_has_neither_facts_nor_consents_and_stays_registered() -> None:
    consent = ConsentGiven(CHEN, ConsentPurpose.public_name, CHEN, MONDAY)
    facts = FactsRecorded(CHEN, Count(3), "commitment", MONDAY)
    shown = LeagueVisibilitySet(CHEN, visible=True, occurred_on=MONDAY)
    person = given(*NEIGHBOUR, *told(facts, consent, shown, ERASED)).ledger[HERE]
    assert (person.facts_version, person.facts_commitment) == (0, "")
    assert (person.league_visible, dict(person.rights.consents)) == (False, {})
    assert person.rights.erased
    assert person.registered_on is not None


def test_while_a_term_runs_an_erasure_restricts_and_what_nothing_keeps_goes_at_once() -> None:
    consent = ConsentGiven(CHEN, ConsentPurpose.public_name, CHEN, MONDAY)
    shown = LeagueVisibilitySet(CHEN, visible=True, occurred_on=MONDAY)
    gift = CashGiven(CHEN, ContributionId("gift-0302"), MONDAY)
    erasing(*told(consent, shown, gift)).then(
        waiting(date(2056, 12, 31)),
        LeagueVisibilitySet(CHEN, visible=False, occurred_on=MONDAY),
        ConsentWithdrawn(CHEN, ConsentPurpose.public_name, CHEN, MONDAY),
    )


def test_the_same_command_erases_her_the_day_after_the_term() -> None:
    end = date(2056, 12, 31)
    story = told(CashGiven(CHEN, ContributionId("gift-0302"), MONDAY), waiting(end))
    erasing(*story, at=noon(end)).refused("erasure_must_wait_for_its_term", until=end)
    day_after = end + ONE_DAY
    erasing(*story, at=noon(day_after)).then(PersonErased(CHEN, BASIS, day_after))


def test_the_day_is_the_communitys_own() -> None:
    story = told(CashGiven(CHEN, ContributionId("gift-0302"), MONDAY))
    new_years_eve_in_greenwich = datetime(2056, 12, 31, 16, 0, tzinfo=UTC)
    assert isinstance(erasing(*story, at=new_years_eve_in_greenwich).events[-1], PersonErased)


# -- what keeps her papers -----------------------------------------------------------------------


MEAL = after(*eats(), claimed(MONDAY))
WITHDRAWN = (
    ReverseMeal(
        CHEN,
        Month("2026-03"),
        Count(1),
        ReversalKind.void,
        MealReversalReason.not_eaten,
    ),
    CLERK,
    noon(MONDAY),
)


@pytest.mark.parametrize(
    ("year", "until"),
    [(2026, date(2056, 12, 31)), (2040, date(2056, 12, 31)), (2056, date(2056, 12, 31))],
)
def test_a_subsidised_meal_keeps_its_voucher_for_thirty_years(year: int, until: date) -> None:
    on = date(year, 12, 31)
    (event,) = given(*MEAL).when(ERASE, at=noon(on)).events
    assert event == waiting(until, on)


def test_a_meal_of_thirty_one_years_ago_keeps_nothing() -> None:
    (event,) = given(*MEAL).when(ERASE, at=noon(date(2057, 1, 1))).events
    assert isinstance(event, PersonErased)


def test_a_subsidised_meal_that_was_taken_back_has_a_voucher_too() -> None:
    story = after(*eats(), claimed(MONDAY), WITHDRAWN)
    (event,) = given(*story).when(ERASE).events
    assert event == waiting(date(2056, 12, 31))


def test_a_meal_at_full_price_keeps_nothing() -> None:
    story = after(*eats(born_on=date(1990, 1, 1)), claimed(MONDAY))
    given(*story).when(ERASE).then(ERASED)


def test_service_keeps_the_name_for_the_certificate() -> None:
    story = (*disputes.PEOPLE, *served(NINE, ELEVEN))
    confirmed = given(*story).when(CONFIRM_SERVICE, by=LEADER, at=EVENING)
    (event,) = given(*story, confirmed).when(ErasePerson(VOLUNTEER, BASIS), at=EVENING).events
    assert event.until == date(2036, 12, 31)


def test_what_she_was_to_be_paid_keeps_its_voucher() -> None:
    named, shop = NamedAsPayee(CHEN, SHOP, MONDAY), payees.stream(SHOP)
    day = date(2025, 6, 1)
    asked = (
        shop,
        PaymentRequested(SHOP, FundId("meals"), Count(1), Slug("books"), Fen(500), day),
    )
    (event,) = erasing(*told(named), asked).events
    assert event.until == date(2055, 12, 31)
    erasing(*told(named)).then(ERASED)


# -- a case ------------------------------------------------------------------------------------


def test_an_open_objection_is_answered_before_anybody_is_erased() -> None:
    erase = ErasePerson(VOLUNTEER, BASIS)
    open_ = disputes.raised(disputes.REFUSED)
    given(*open_).when(erase, at=disputes.NEXT_DAY).refused(
        "erasure_must_wait_for_the_case", case="objection"
    )
    answered = disputes.answered(open_)
    assert given(*open_, answered).when(erase, at=disputes.NEXT_DAY).events


def test_nobody_is_erased_while_an_auditor_looks_into_her_records() -> None:
    held = given(*NEIGHBOUR).when(HoldCase(CHEN, CaseReason.fraud_suspected))
    erasing(held).refused("erasure_must_wait_for_the_case", case="audit")
    assert given(*NEIGHBOUR, held).when(RestrictPerson(CHEN, CONTESTED)).events


def test_one_case_at_a_time_is_held_and_released() -> None:
    given(*NEIGHBOUR).when(ReleaseCase(CHEN)).refused("case_must_be_held", person=CHEN)
    held = given(*NEIGHBOUR).when(HoldCase(CHEN, CaseReason.audit_sample))
    given(*NEIGHBOUR, held).when(HoldCase(CHEN, CaseReason.proceedings)).refused(
        "case_must_not_be_held_twice", case=CaseReason.audit_sample
    )
    released = given(*NEIGHBOUR, held).when(ReleaseCase(CHEN))
    released.then(CaseReleased(CHEN, MONDAY))
    erasing(held, released).then(ERASED)


def test_what_a_canteen_is_to_be_paid_or_pay_back_is_younger_than_the_term_of_the_meal() -> None:
    """So whoever ate with a subsidy is restricted and not erased, however her meal is settled."""
    for story in (MEAL, after(*eats(), claimed(MONDAY), WITHDRAWN)):
        assert isinstance(given(*story).when(ERASE).events[-1], PersonRestricted)
