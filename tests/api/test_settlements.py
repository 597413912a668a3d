"""Settlements over HTTP: what waits, what it comes to, what comes back, and who is shown it."""

import csv
from io import StringIO
from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.exemplary import Exemplary
from tests.api.town import Town, accepted, problem
from tests.builders import CANTEEN, JINNING, person

XILIAN = CommunityId("xilian")
JANUARY = f"settlements/{CANTEEN}/2026-01"
LISTS = ("settlements", "recoveries")


def lines(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


# -- the examples --------------------------------------------------------------------------------


def test_the_settlement_of_the_examples_was_presented_twice_and_paid(exemplary: Exemplary) -> None:
    (found,) = exemplary.town.found("settlements")["items"]
    assert (found["canteen"], found["month"], found["stage"]) == (CANTEEN, "2026-01", "approved")
    assert (found["submission"], found["meals"]) == (2, 2)
    assert (found["payable_fen"], found["paid_fen"], found["left_fen"]) == (1200, 1200, 0)
    assert (found["waiting_since"], found["days_waiting"]) == (None, None)


def test_one_settlement_is_told_with_its_payers_and_its_steps(exemplary: Exemplary) -> None:
    found = exemplary.town.found(JANUARY)["settlement"]
    (due,) = found["dues"]
    assert (due["payer"], due["shares_fen"], due["left_fen"]) == ("fund/jinning-meals", 1200, 0)
    steps = [(each["stage"], each["submission"], each["taken_by"]) for each in found["steps"]]
    clerk = found["steps"][0]["taken_by"]
    assert steps == [
        ("submitted", 1, clerk),
        ("returned", 1, person(2)),
        ("submitted", 2, clerk),
        ("checked", 2, person(2)),
        ("approved", 2, person(3)),
    ]
    assert found["steps"][1]["reason"] == "papers_missing"
    assert [
        (each["payment"], each["amount_fen"], each["entered_by"]) for each in found["payments"]
    ] == [
        (1, 1200, person(4)),
        (1, -1200, person(3)),
        (2, 1200, person(4)),
    ]
    assert found["payments"][1]["reason"] == "returned_by_the_payee"
    assert found["submission"]["days_without_plates"] == 1


def test_what_was_known_when_it_went_back_was_that_it_had(exemplary: Exemplary) -> None:
    back = exemplary.town.found(JANUARY)["settlement"]["steps"][1]
    then = exemplary.town.found(JANUARY, known_at=back["position"], day="2026-02-13")
    line = then["settlement"]["line"]
    assert (line["stage"], line["submission"], line["paid_fen"]) == ("returned", 1, 0)
    assert (line["waiting_since"], line["days_waiting"]) == ("2026-02-10", 3)
    before = exemplary.town.read(JANUARY, known_at="2026-02-09")
    problem(before, 404, "record_must_be_within_reach")
    assert exemplary.town.found("settlements", known_at="2026-02-09")["items"] == []


def test_a_settlement_is_told_as_of_a_day_by_either_basis(exemplary: Exemplary) -> None:
    whole = exemplary.town.found(JANUARY)["settlement"]
    approved, paid = whole["steps"][-1], whole["payments"][0]
    assert approved["occurred_on"] < paid["occurred_on"]
    for basis in ("occurred", "booked"):
        then = exemplary.town.found(JANUARY, as_of=approved["occurred_on"], basis=basis)
        told = then["settlement"]["line"]
        assert (told["stage"], told["paid_fen"], told["left_fen"]) == ("approved", 0, 1200)
        assert then["settlement"]["payments"] == []
        (row,) = exemplary.town.found("settlements", as_of=paid["occurred_on"], basis=basis)[
            "items"
        ]
        assert (row["stage"], row["paid_fen"], row["left_fen"]) == ("approved", 1200, 0)
    early = exemplary.town.read(JANUARY, as_of="2026-01-31")
    problem(early, 404, "record_must_be_within_reach")
    raised = exemplary.town.found("recoveries")["items"][0]["raised_on"]
    open_then = exemplary.town.found("recoveries", as_of=raised, only_open="true")["items"]
    assert [(each["ended"], each["days_open"]) for each in open_then][:1] == [(None, 0)]


def test_what_was_taken_back_after_it_was_settled_came_back_or_was_given_up(
    exemplary: Exemplary,
) -> None:
    found = exemplary.town.found("recoveries", canteen=CANTEEN)["items"]
    assert [(each["adjusts"], each["amount_fen"], each["ended"]) for each in found] == [
        ("2026-01", 600, "repaid"),
        ("2026-01", 600, "written_off"),
    ]
    assert exemplary.town.found("recoveries", only_open="true")["items"] == []
    raised = found[1]["position"]
    asked = {"only_open": "true", "known_at": raised, "day": "2026-02-22"}
    waiting = exemplary.town.found("recoveries", **asked)["items"]
    assert [(each["left_fen"], each["days_open"]) for each in waiting] == [(600, 10), (600, 10)]


def test_whose_meals_were_taken_back_is_not_in_the_register(exemplary: Exemplary) -> None:
    eater = "7c1d3b7e-0f4e-4c3a-9d53-2f6f1a0e8b11"
    for path in (*LISTS, JANUARY):
        assert eater not in exemplary.town.read(path).text
    assert eater in exemplary.town.read(f"canteens/{CANTEEN}/claims", month="2026-01").text


def test_plates_and_takings_are_told_by_day(exemplary: Exemplary) -> None:
    answer = exemplary.town.read(f"canteens/{CANTEEN}/plates", month="2026-01", format="csv")
    (day,) = lines(answer)
    assert (day["day"], day["plates"], day["attestations"]) == ("2026-01-08", "34", "1")
    assert (day["takings_fen"], day["countings"]) == ("1300", "1")
    empty = exemplary.town.found(f"canteens/{CANTEEN}/plates", month="2026-02")
    assert empty["items"] == []


def test_each_counting_of_cash_is_told_and_what_does_not_stand_of_it(exemplary: Exemplary) -> None:
    found = exemplary.town.found(f"canteens/{CANTEEN}/takings", month="2026-01")["items"]
    told = [(each["counting"], each["amount_fen"], each["reason"]) for each in found]
    assert told == [(1, 1400, None), (1, -1400, "counted_wrongly"), (2, 1300, None)]
    assert found[1]["entered_by"] == person(2)


def test_registers_can_be_tables(exemplary: Exemplary) -> None:
    (settlement,) = lines(exemplary.town.read("settlements", format="csv"))
    assert (settlement["month"], settlement["left_fen"]) == ("2026-01", "0")
    recoveries = lines(exemplary.town.read("recoveries", headers={"Accept": "text/csv"}))
    assert [each["ended"] for each in recoveries] == ["repaid", "written_off"]


def test_pages_go_on_where_the_last_one_ended(exemplary: Exemplary) -> None:
    town = exemplary.town
    first = town.found("recoveries", limit=1, canteen=CANTEEN)
    second = town.client.get(first["next"], headers=town.headers()).json()
    third = town.client.get(second["next"], headers=town.headers()).json()
    assert [each["recovery"] for each in (*first["items"], *second["items"])] == [1, 2]
    assert (third["items"], third["next"]) == ([], None)


# -- who is shown what ---------------------------------------------------------------------------


def test_another_communitys_canteen_is_not_there(exemplary: Exemplary) -> None:
    elsewhere = exemplary.town.token(Role.auditor, communities=(XILIAN,))
    named = [JANUARY, f"canteens/{CANTEEN}/plates?month=2026-01"]
    named += [f"canteens/{CANTEEN}/takings?month=2026-01"]
    for path in LISTS:
        named += [f"{path}?canteen={CANTEEN}", f"{path}?community={JINNING}"]
    for path in named:
        answer = exemplary.town.read(path, token=elsewhere)
        problem(answer, 404, "record_must_be_within_reach")
    for path in LISTS:
        assert exemplary.town.found(path, token=elsewhere)["items"] == []


@pytest.mark.parametrize("role", [Role.canteen_clerk, Role.publisher, Role.cashier, Role.auditor])
def test_whoever_has_to_do_with_settlements_reads_them(exemplary: Exemplary, role: Role) -> None:
    token = exemplary.town.token(role, communities=(JINNING,))
    assert len(exemplary.town.found("settlements", token=token)["items"]) == 1
    assert exemplary.town.found(JANUARY, token=token)["settlement"]["dues"]


@pytest.mark.parametrize("path", [*LISTS, JANUARY])
def test_others_do_not(exemplary: Exemplary, path: str) -> None:
    for role in (Role.volunteer, Role.registrar, Role.confirmer, Role.administrator):
        answer = exemplary.town.read(path, token=exemplary.town.token(role))
        problem(answer, 403, "reader_must_hold_a_role_for_this")


def test_a_month_that_was_never_presented_is_not_there(exemplary: Exemplary) -> None:
    for path in (f"settlements/{CANTEEN}/2026-02", "settlements/no-canteen/2026-01"):
        problem(exemplary.town.read(path), 404, "record_must_be_within_reach")


# -- a town of its own ---------------------------------------------------------------------------


def settled(town: Town, month: str, *steps: str) -> None:
    """Each step is taken by a person of its own."""
    accepted(town.give("canteens/close-claims", {"canteen": CANTEEN, "month": month}))
    for number, step in enumerate(steps):
        data = {"canteen": CANTEEN, "month": month} | ({"submission": 1} if number else {})
        accepted(town.give(f"settlements/{step}", data, token=town.token(person=person(number))))


def test_what_waits_is_asked_by_stage_and_the_newest_month_comes_first(town: Town) -> None:
    settled(town, "2026-01", "submit", "check", "approve")
    settled(town, "2026-02", "submit", "check")
    first = town.read("settlements", limit=1, day="2026-03-12")
    second = town.client.get(first.json()["next"], headers=town.headers()).json()
    pages = [(first.json()["items"]), second["items"]]
    assert [[each["month"] for each in page] for page in pages] == [["2026-02"], ["2026-01"]]
    assert [page[0]["days_waiting"] for page in pages] == [10, None]
    checked = town.found("settlements", stage="checked", community=JINNING)["items"]
    assert [each["month"] for each in checked] == ["2026-02"]
    assert town.found("settlements", stage="returned", canteen=CANTEEN)["items"] == []
