"""Simulations over HTTP: a draft of a policy against a month, for whoever may publish it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from ledger.access import limits
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from tests.api.town import Town, accepted, open_town, problem
from tests.builders import CANTEEN, MEAL_FUND, person, registration
from tests.servers import Server, temporary_database

FUND = {"kind": "fund", "name": MEAL_FUND}
SIX = {"payer": FUND, "fixed_fen": 600}
AGE70 = {"order": 10, "code": "AGE70", "when": {"age_least": 70, "habitual": True}, "shares": [SIX]}
THEN = {"month": "2026-03", "price_fen": 1500, "tiers": [AGE70]}
PATH = f"/v1/policies/{CANTEEN}/simulation"
YOUNG = date(1960, 1, 1)


def raised(fen: int) -> dict[str, Any]:
    return THEN | {"tiers": [AGE70 | {"shares": [SIX | {"fixed_fen": fen}]}]}


def from_age(age: int) -> dict[str, Any]:
    return THEN | {"tiers": [AGE70 | {"when": {"age_least": age, "habitual": True}}]}


def register(town: Town, number: int, born_on: date) -> PersonId:
    facts = registration(number, born_on)
    lives = [{"community": "jinning"}]
    sheet = {"born_on": born_on.isoformat(), "registered": lives, "habitual": lives}
    data = {"person": facts.person, "community": "jinning", "facts": sheet}
    at = "2026-01-01T08:00:00+08:00"
    accepted(town.give("people/register", data | {"contact": {"name": f"第{number}人"}}, at=at))
    return facts.person


def claim(town: Town, who: PersonId) -> None:
    data = {"person": who, "canteen": CANTEEN, "served_on": "2026-03-02", "sitting": "lunch"}
    accepted(town.give("meals/claim", data))


@pytest.fixture(scope="module")
def eaten(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Seven who are 79 ate, and six who are 66; one claim was taken back."""
    folder: Path = tmp_path_factory.mktemp("simulations")
    with temporary_database(embedded) as database, open_town(database, folder, people=8) as town:
        for number in range(8):
            claim(town, person(number))
        for number in range(100, 106):
            claim(town, register(town, number, YOUNG))
        data = {"person": person(7), "month": "2026-03", "claim": 1, "kind": "void"}
        accepted(town.give("meals/reverse", data | {"reason": "not_eaten"}))
        yield town


def asked(town: Town, draft: object, *, token: str | None = None, path: str = PATH) -> Response:
    headers = town.headers(token) | {"Ledger-Position": str(town.position)}
    return town.client.post(path, headers=headers, json=draft)


def simulated(town: Town, draft: object, token: str | None = None) -> Any:
    answer = asked(town, draft, token=token)
    assert answer.status_code == 200, answer.text
    return answer.json()["simulation"]


def test_the_policy_of_then_comes_to_what_the_canteen_claimed(eaten: Town) -> None:
    found = simulated(eaten, THEN)
    totals = eaten.found(f"canteens/{CANTEEN}/totals", month="2026-03")["totals"]
    assert found["meals"] == totals["meals"] == 13
    assert found["price_fen"] == {"before": totals["price_fen"], "now": totals["price_fen"]}
    assert found["personal_fen"]["now"] == totals["personal_fen"]
    assert {each["payer"]: each["fen"]["now"] for each in found["payers"]} == totals["by_payer"]


def test_a_yuan_more_costs_the_fund_a_yuan_a_meal(eaten: Town) -> None:
    found = simulated(eaten, raised(700))
    assert found["payers"] == [
        {"payer": "fund/jinning-meals", "fen": {"before": 4200, "now": 4900}}
    ]
    assert found["rules"][0]["personal_fen"] == {"before": 6300, "now": 5600}
    assert found["left"] == 0


def test_who_would_newly_be_subsidised_is_counted_from_five_people_on(eaten: Town) -> None:
    assert simulated(eaten, from_age(66))["newly_subsidised"] == {"people": 6, "meals": 6}
    assert simulated(eaten, from_age(80))["no_longer_subsidised"] == {"people": 7, "meals": 7}
    claim(eaten, register(eaten, 200, date(1957, 1, 1)))
    few = simulated(eaten, from_age(68))
    assert few["newly_subsidised"] == {"people": 0, "meals": 0}
    assert few["left"] == "<5"


def test_two_ids_of_one_person_are_one_of_the_five(town: Town) -> None:
    for number in range(5):
        claim(town, person(number))
    assert simulated(town, from_age(80))["no_longer_subsidised"]["people"] == 5
    officer = town.token(Role.registrar, person=person(50))
    data = {"person": person(0), "duplicate": person(1)}
    accepted(town.give("duplicates/merge", data, token=officer))
    assert simulated(town, from_age(80))["left"] == "<5"


def test_nothing_is_written_and_facts_that_were_priced_are_noted(eaten: Town) -> None:
    before = eaten.open_ledger.ledger.recorder.max_notification_id()
    noted = eaten.noted().count("facts_priced")
    simulated(eaten, raised(800))
    assert eaten.noted().count("facts_priced") == noted
    simulated(eaten, from_age(66))
    assert eaten.noted().count("facts_priced") == noted + 1
    assert eaten.open_ledger.ledger.recorder.max_notification_id() == before


def test_whoever_asks_for_one_year_after_the_other_is_stopped(
    eaten: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EVEN_TRIES", {limits.Kind.facts: 2})
    token = eaten.token(Role.fund_manager, person=person(60))
    for age in (66, 80):
        simulated(eaten, from_age(age), token)
    answer = asked(eaten, from_age(81), token=token)
    told = problem(answer, 429, "facts_must_be_priced_less_often")
    assert answer.headers["Retry-After"] == str(told["params"]["seconds"])
    simulated(eaten, raised(900), token)


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.fund_manager])
def test_only_whoever_may_publish_a_policy_tries_one(eaten: Town, role: Role) -> None:
    answer = asked(eaten, THEN, token=eaten.token(role, person=person(61)))
    problem(answer, 403, "reader_must_hold_a_role_for_this")


def test_another_communitys_canteen_is_not_there(eaten: Town) -> None:
    token = eaten.token(Role.fund_manager, communities=(CommunityId("xilian"),), person=person(62))
    problem(asked(eaten, THEN, token=token), 404, "record_must_be_within_reach")
    answer = asked(eaten, THEN, path="/v1/policies/nowhere/simulation")
    problem(answer, 404, "record_must_be_within_reach")


def test_a_month_in_which_nobody_ate_comes_to_nothing(eaten: Town) -> None:
    found = simulated(eaten, THEN | {"month": "2026-07"})
    assert (found["people"], found["meals"], found["payers"], found["rules"]) == (0, 0, [], [])


def test_a_site_that_is_no_canteen_has_no_meals_to_price(eaten: Town) -> None:
    hall = {"site": "hall", "community": "jinning", "kind": "council_hall", "name": "议事厅"}
    accepted(eaten.give("sites/register", hall | {"opened_on": "2026-01-01"}))
    answer = asked(eaten, THEN, path="/v1/policies/hall/simulation")
    problem(answer, 422, "site_must_be_a_canteen")


WRONG: dict[str, tuple[dict[str, Any], int, str]] = {
    "more than the price": (raised(1600), 422, "shares_must_not_exceed_the_price"),
    "no price": (THEN | {"price_fen": 0, "tiers": []}, 422, "amount_must_be_positive"),
    "one rule twice": (
        THEN | {"tiers": [AGE70, AGE70]}, 422, "tiers_must_have_distinct_codes_and_orders"
    ),
    "a fund of nobody's": (
        THEN | {"residual": {"kind": "fund", "name": "no-such"}}, 422, "payer_must_be_known"
    ),
    "ages the wrong way": (
        THEN | {"tiers": [AGE70 | {"when": {"age_least": 80, "age_most": 70}}]},
        422,
        "ages_must_be_in_order",
    ),
    "no month": ({"price_fen": 1, "tiers": []}, 422, "command_must_be_well_formed"),
    "a colour": (THEN | {"colour": "green"}, 422, "command_must_be_well_formed"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_no_policy_could_be_is_not_priced(eaten: Town, wrong: str) -> None:
    draft, status, code = WRONG[wrong]
    problem(asked(eaten, draft), status, code)


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"", "application/json", 400, "body_must_be_json"),
        (b"{", "application/json", 400, "body_must_be_json"),
        (json.dumps(THEN).encode(), "text/plain", 415, "content_must_be_of_a_known_type"),
        (b" " * 65_537, "application/json", 413, "body_must_not_be_too_large"),
    ],
)
def test_what_is_no_draft_at_all_is_refused(
    eaten: Town, content: bytes, kind: str, status: int, code: str
) -> None:
    headers = eaten.headers() | {"Content-Type": kind}
    problem(eaten.client.post(PATH, headers=headers, content=content), status, code)
