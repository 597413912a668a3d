"""Rights over HTTP: who reads what, and on whose behalf, when data are only kept, or gone."""

from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import PersonId
from tests.api.town import Town, accepted, problem
from tests.builders import person
from tests.grants import TRUSTED

CHILD, GUARDIAN, OFFICER = person(201), person(202), person(203)
SHIFT = "tidy-0303"
READS = ("statement", "credit", "unconfirmed", "gifts", "gifts/payments")


def register(town: Town, who: PersonId, born_on: str, *guardians: PersonId) -> None:
    relations = [{"person": each, "kinship": "guardian"} for each in guardians]
    facts = {"born_on": born_on, "relations": relations}
    told = {"person": who, "community": "jinning", "contact": {"name": "某某"}, "facts": facts}
    accepted(town.give("people/register", told | {"registered_on": "2026-01-01"}))


@pytest.fixture
def family(town: Town) -> Town:
    """A child who is eighteen on 1 June 2026, her guardian, and a shift on 3 March."""
    register(town, GUARDIAN, "1980-01-01")
    register(town, CHILD, "2008-06-01", GUARDIAN)
    shift = {"shift": SHIFT, "community": "jinning", "activity": "清洁日"}
    times = {"starts_at": "2026-03-03T09:00:00+08:00", "ends_at": "2026-03-03T11:00:00+08:00"}
    accepted(town.give("shifts/schedule", shift | times))
    return town


def volunteer(town: Town, who: PersonId) -> str:
    return town.token(Role.volunteer, person=who, granted=False)


def restrict(town: Town, who: PersonId) -> None:
    token = town.token(Role.data_officer, person=OFFICER)
    told = {"person": who, "reason": "accuracy_contested"}
    accepted(town.give("rights/restrict", told, token=token))


def erase(town: Town, who: PersonId, *, at: str | None = None) -> Any:
    token = town.token(Role.data_officer, person=OFFICER)
    told = {"person": who, "basis": "participation_ended"}
    moment = {} if at is None else {"at": at}
    return town.give("rights/erase", told, token=token, **moment)


# -- on behalf of a child ------------------------------------------------------------------------


def test_a_guardian_consents_and_signs_a_child_up_as_if_it_were_she(family: Town) -> None:
    token, told = volunteer(family, GUARDIAN), {"shift": SHIFT, "person": CHILD}
    refused = family.give("shifts/sign-up", told, token=token)
    problem(refused, 409, "minor_must_have_a_guardians_consent")
    consent = {"person": CHILD, "purpose": "service_of_a_minor"}
    accepted(family.give("consents/give", consent, token=token))
    accepted(family.give("shifts/sign-up", told, token=token))


def test_a_volunteer_who_is_no_guardian_does_nothing_for_a_child(family: Town) -> None:
    told = {"shift": SHIFT, "person": CHILD}
    refused = family.give("shifts/sign-up", told, token=volunteer(family, person(1)))
    problem(refused, 403, "actor_must_hold_a_role_for_this")


@pytest.mark.parametrize("path", [*READS, "rights"])
def test_a_guardian_reads_a_childs_record_until_she_is_of_age(family: Town, path: str) -> None:
    token = volunteer(family, GUARDIAN)
    assert family.read(f"persons/{CHILD}/{path}", token=token).status_code == 200
    stranger = family.read(f"persons/{CHILD}/{path}", token=volunteer(family, person(1)))
    problem(stranger, 403, "reader_must_hold_a_role_for_this")
    rules = {"community": "jinning", "valid_from": "2026-07-01", "rules": {}}
    accepted(family.give("communities/set-service-rules", rules, at="2026-06-01T09:00:00+08:00"))
    grown_up = family.read(f"persons/{CHILD}/{path}", token=token)
    problem(grown_up, 403, "reader_must_hold_a_role_for_this")


# -- what is only kept ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", READS)
def test_what_is_only_kept_is_read_by_herself_and_the_data_officer(town: Town, path: str) -> None:
    who = person(1)
    restrict(town, who)
    for token in (volunteer(town, who), town.token(Role.data_officer, person=OFFICER)):
        assert town.read(f"persons/{who}/{path}", token=token).status_code in (200, 404)
    others = [role for role in TRUSTED if role is not Role.data_officer]
    refused = town.read(f"persons/{who}/{path}", token=town.token(*others, person=person(2)))
    problem(refused, 403, "reader_must_hold_a_role_for_this")


def test_what_may_be_done_with_her_data_is_told_her_and_the_office(town: Town) -> None:
    who = person(1)
    told = town.found(f"persons/{who}/rights", token=volunteer(town, who))
    assert (told["standing"], told["label"], told["until"]) == ("in_use", None, None)
    consents = {each["purpose"]: each["given"] for each in told["consents"]}
    assert consents == dict.fromkeys(consents, False)
    accepted(town.give("consents/give", {"person": who, "purpose": "league_name"}))
    restrict(town, who)
    told = town.found(f"persons/{who}/rights")
    assert told["standing"] == "restricted"
    given = [each["purpose"] for each in told["consents"] if each["given"]]
    assert given == ["league_name"]


# -- what is gone --------------------------------------------------------------------------------


def test_whoever_is_erased_is_asked_nothing_any_more_and_never_comes_back(town: Town) -> None:
    who = person(1)
    accepted(erase(town, who))
    told = town.found(f"persons/{who}/rights")
    assert (told["standing"], told["label"]) == ("erased", "已注销人员")
    problem(erase(town, who), 409, "person_must_not_be_erased")
    again = {"person": who, "community": "jinning", "contact": {"name": "某某"}}
    facts = {"facts": {"born_on": "1946-05-06"}}
    problem(town.give("people/register", again | facts), 409, "person_must_not_be_erased")
    meal = {"person": who, "canteen": "jinning-canteen", "served_on": "2026-03-02"}
    problem(town.give("meals/claim", meal | {"sitting": "lunch"}), 409, "person_must_not_be_erased")


def test_a_meal_keeps_her_papers_and_the_day_of_the_end_is_told(town: Town) -> None:
    who = person(1)
    meal = {"person": who, "canteen": "jinning-canteen", "served_on": "2026-03-02"}
    accepted(town.give("meals/claim", meal | {"sitting": "lunch"}))
    accepted(erase(town, who))
    told = town.found(f"persons/{who}/rights")
    assert (told["standing"], told["until"]) == ("restricted", "2056-12-31")
    refused = problem(erase(town, who), 409, "erasure_must_wait_for_its_term")
    assert refused["params"]["until"] == "2056-12-31"
