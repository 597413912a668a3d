"""Later facts over HTTP: what a corrected sheet would have changed, and who is told."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ledger.access import limits
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from tests.api.test_simulations import register
from tests.api.town import Town, accepted, open_town, problem
from tests.builders import CANTEEN, JINNING, person
from tests.servers import Server, temporary_database

PATH = f"settlements/{CANTEEN}/2026-03/later-facts"
YOUNG, OLD = date(1960, 1, 1), date(1946, 1, 1)
READERS = {Role.settlement_checker, Role.auditor}


@pytest.fixture
def eaten(embedded: Server, tmp_path: Path) -> Iterator[Town]:
    """Two of 66, who paid the full price, and one of 79; each ate once."""
    with temporary_database(embedded) as database, open_town(database, tmp_path) as town:
        for number in (100, 101):
            claim(town, register(town, number, YOUNG))
        claim(town, person(0))
        yield town


def claim(town: Town, who: PersonId, at: str | None = None, day: str = "2026-03-02") -> None:
    data = {"person": who, "canteen": CANTEEN, "served_on": day, "sitting": "lunch"}
    accepted(town.give("meals/claim", data, at=at or f"{day}T12:00:00+08:00"))


def corrected(town: Town, who: PersonId, born_on: date = OLD, home: str = "jinning") -> None:
    lives = [{"community": home}]
    facts = {"born_on": born_on.isoformat(), "registered": lives, "habitual": lives}
    data = {"person": who, "facts": facts}
    accepted(town.give("people/record-facts", data, at="2026-03-03T12:00:00+08:00"))


def reversed_(town: Town, who: PersonId, kind: str) -> None:
    data = {"person": who, "month": "2026-03", "claim": 1, "kind": kind, "reason": "ineligible"}
    other = town.token(Role.canteen_clerk, person=person(65))
    accepted(town.give("meals/reverse", data, token=other, at="2026-03-04T12:00:00+08:00"))


def told(town: Town, role: Role = Role.settlement_checker) -> Any:
    return town.found(PATH, token=town.token(role, communities=(JINNING,), person=person(60)))


def test_a_corrected_birthday_lists_the_meal_and_changes_nothing(eaten: Town) -> None:
    before = eaten.found(f"canteens/{CANTEEN}/totals", month="2026-03")["totals"]
    corrected(eaten, person(100))
    found = told(eaten)
    (each,) = found["items"]
    assert (each["person"], each["month"], each["claim"]) == (person(100), "2026-03", 1)
    assert (each["rule"], each["newest_rule"]) == (None, "AGE70")
    assert (each["facts_version"], each["newest_version"]) == (1, 2)
    share = {"payer": "fund/jinning-meals", "fen": {"before": 0, "now": 600}}
    assert each["payers"] == [share]
    assert each["personal_fen"] == {"before": 1500, "now": 900}
    assert (found["meals"], found["otherwise"], found["left"]) == (3, 1, 0)
    after = eaten.found(f"canteens/{CANTEEN}/totals", month="2026-03")["totals"]
    assert after == before
    assert {each["payer"]: each["fen"]["before"] for each in found["payers"]} == before["by_payer"]
    assert found["personal_fen"]["before"] == before["personal_fen"]


def test_nothing_is_written_and_no_fact_is_told(eaten: Town) -> None:
    corrected(eaten, person(100))
    for role in READERS:
        text = str(told(eaten, role))
        assert "born" not in text
        assert "1946" not in text
    tail = eaten.open_ledger.ledger.recorder.max_notification_id()
    assert eaten.found(PATH)["otherwise"] == 1
    assert eaten.open_ledger.ledger.recorder.max_notification_id() == tail


def test_a_home_elsewhere_lists_the_meal_whose_subsidy_was_not_due(eaten: Town) -> None:
    corrected(eaten, person(0), home="xilian")
    (each,) = told(eaten)["items"]
    assert (each["rule"], each["newest_rule"]) == ("AGE70", None)
    assert each["payers"][0]["fen"] == {"before": 600, "now": 0}


@pytest.mark.parametrize("kind", ["void", "subsidy_withdrawn"])
def test_what_was_taken_back_is_decided_already(eaten: Town, kind: str) -> None:
    corrected(eaten, person(0), home="xilian")
    assert len(told(eaten)["items"]) == 1
    reversed_(eaten, person(0), kind)
    found = told(eaten)
    assert (found["items"], found["meals"]) == ([], 2)


def test_what_stands_again_after_a_death_that_was_none_is_counted_again(eaten: Town) -> None:
    corrected(eaten, person(0), home="xilian")
    died = {"person": person(0), "died_on": "2026-03-01"}
    accepted(eaten.give("deaths/record", died, at="2026-03-04T12:00:00+08:00"))
    assert told(eaten)["meals"] == 2
    alive = {"person": person(0), "died_on": None}
    accepted(eaten.give("deaths/correct", alive, at="2026-03-04T13:00:00+08:00"))
    found = told(eaten)
    assert (len(found["items"]), found["meals"]) == (1, 3)


def test_a_meal_that_was_recorded_anew_has_the_newest_facts(eaten: Town) -> None:
    corrected(eaten, person(100))
    reversed_(eaten, person(100), "void")
    claim(eaten, person(100), at="2026-03-04T12:30:00+08:00")
    assert told(eaten)["items"] == []


def test_whoever_asked_not_to_be_looked_at_is_left_and_counted(eaten: Town) -> None:
    corrected(eaten, person(100))
    corrected(eaten, person(101))
    officer = eaten.token(Role.data_officer, person=person(61))
    data = {"person": person(100), "reason": "use_contested"}
    accepted(eaten.give("rights/restrict", data, token=officer, at="2026-03-04T12:00:00+08:00"))
    found = told(eaten)
    assert [each["person"] for each in found["items"]] == [person(101)]
    assert found["left"] == "<5"


def test_a_meal_of_a_closed_month_is_of_the_settlement_that_has_it(eaten: Town) -> None:
    claim(eaten, person(101), at="2026-03-31T12:00:00+08:00", day="2026-03-31")
    for month in ("2026-01", "2026-02", "2026-03"):
        data = {"canteen": CANTEEN, "month": month}
        accepted(eaten.give("canteens/close-claims", data, at="2026-04-01T09:00:00+08:00"))
    claim(eaten, person(100), at="2026-04-01T10:00:00+08:00", day="2026-03-31")
    for who in (person(100), person(101)):
        corrected(eaten, who)
    march = told(eaten)["items"]
    days = [(each["person"], each["served_on"]) for each in march]
    first, second = (person(100), "2026-03-02"), (person(101), "2026-03-02")
    assert days == [first, second, (person(101), "2026-03-31")]
    (april,) = eaten.found(PATH.replace("03", "04"))["items"]
    assert (april["person"], april["served_on"]) == (person(100), "2026-03-31")


def test_it_comes_page_by_page_and_as_a_table(eaten: Town) -> None:
    for who in (person(100), person(101)):
        corrected(eaten, who)
    first = eaten.found(PATH, limit=1)
    assert (len(first["items"]), first["otherwise"]) == (1, 2)
    second = eaten.client.get(first["next"], headers=eaten.headers()).json()
    assert [each["person"] for each in (*first["items"], *second["items"])] == [
        person(100),
        person(101),
    ]
    text = eaten.read(PATH, format="csv").content.decode("utf-8-sig")
    assert [row["newest_rule"] for row in csv.DictReader(StringIO(text, newline=""))] == [
        "AGE70"
    ] * 2


def test_that_facts_were_looked_at_is_noted_and_limited(
    eaten: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(eaten)
    assert "facts_priced" not in eaten.noted(), "nobody's facts are newer"
    corrected(eaten, person(100))
    told(eaten)
    assert eaten.noted().count("facts_priced") == 1
    monkeypatch.setattr(limits, "EVEN_TRIES", {limits.Kind.facts: 1})
    token = eaten.token(Role.auditor, person=person(62))
    assert eaten.read(PATH, token=token).status_code == 200
    problem(eaten.read(PATH, token=token), 429, "facts_must_be_priced_less_often")


def test_only_who_checks_claims_and_who_audits_them_are_told(eaten: Town) -> None:
    for role in Role:
        answer = eaten.read(
            PATH, token=eaten.token(role, communities=(JINNING,), person=person(63))
        )
        if role in READERS:
            assert answer.status_code == 200, role
        else:
            problem(answer, 403, "reader_must_hold_a_role_for_this")
    elsewhere = eaten.token(
        Role.settlement_checker, communities=(CommunityId("xilian"),), person=person(64)
    )
    problem(eaten.read(PATH, token=elsewhere), 404, "record_must_be_within_reach")
    nowhere = eaten.read("settlements/no-such/2026-03/later-facts")
    problem(nowhere, 404, "record_must_be_within_reach")


def test_a_month_in_which_nobody_ate_comes_to_nothing(eaten: Town) -> None:
    found = eaten.found(PATH.replace("2026-03", "2031-03"))
    assert (found["meals"], found["items"], found["payers"], found["next"]) == (0, [], [], None)
