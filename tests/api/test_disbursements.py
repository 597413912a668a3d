"""Disbursements over HTTP: what was asked for and decided, who is paid, and who is shown it."""

import csv
from io import StringIO

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.exemplary import Exemplary
from tests.api.town import Town, accepted, problem
from tests.builders import CLERK, JINNING, MEAL_FUND, person

XILIAN = CommunityId("xilian")
FUND, SHOP = "jinning-community", "xinhua-books"
ONE = f"disbursements/{FUND}/1"


# -- the examples --------------------------------------------------------------------------------


def test_the_examples_show_what_may_become_of_a_request(exemplary: Exemplary) -> None:
    found = exemplary.town.found("disbursements")["items"]
    assert [(each["disbursement"], each["purpose"], each["stage"]) for each in found] == [
        (3, "posters", "withdrawn"),
        (2, "chairs", "refused"),
        (1, "youth-reading", "reversed"),
    ]
    amounts = [(each["requested_fen"], each["approved_fen"], each["paid_fen"]) for each in found]
    assert amounts == [(9000, None, 0), (60_000, None, 0), (80_000, 78_000, 0)]


def test_one_disbursement_is_told_with_every_step(exemplary: Exemplary) -> None:
    steps = exemplary.town.found(ONE)["disbursement"]["steps"]
    assert [(each["step"], each["taken_by"]) for each in steps] == [
        ("requested", CLERK),
        ("approved", person(3)),
        ("paid", person(4)),
        ("reversed", person(3)),
    ]
    assert (steps[1]["approval"], steps[1]["approvals_needed"]) == (1, 1)
    assert steps[1]["sum_fen"] == 80_000
    assert steps[3]["reason"] == "returned_by_the_payee"


def test_what_was_known_before_a_step_was_that_it_waited_for_it(exemplary: Exemplary) -> None:
    steps = exemplary.town.found(ONE)["disbursement"]["steps"]
    waits = []
    for step in steps:
        asked = {"known_at": step["position"], "day": "2026-02-20"}
        line = exemplary.town.found(ONE, **asked)["disbursement"]["line"]
        waits.append((line["waiting_for"], line["days_waiting"], line["paid_fen"]))
    assert waits == [("approval", 4, 0), ("payment", 4, 0), (None, None, 78_000), (None, None, 0)]
    problem(exemplary.town.read(ONE, known_at="2026-02-15"), 404, "record_must_be_within_reach")


def test_the_register_is_asked_by_fund_payee_and_stage(exemplary: Exemplary) -> None:
    for asked, numbers in (
        ({"fund": FUND, "stage": "refused"}, [2]),
        ({"payee": SHOP}, [3, 2, 1]),
        ({"fund": MEAL_FUND}, []),
        ({"community": JINNING, "stage": "requested"}, []),
    ):
        found = exemplary.town.found("disbursements", **asked)["items"]
        assert [each["disbursement"] for each in found] == numbers, asked


def test_the_register_can_be_a_table_and_goes_on_page_by_page(exemplary: Exemplary) -> None:
    town = exemplary.town
    answer = town.read("disbursements", format="csv")
    rows = csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert [(row["stage"], row["approved_fen"]) for row in rows] == [
        ("withdrawn", ""),
        ("refused", ""),
        ("reversed", "78000"),
    ]
    first = town.found("disbursements", limit=2, fund=FUND)
    second = town.client.get(first["next"], headers=town.headers()).json()
    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert (second["items"][0]["disbursement"], second["next"]) == (1, None)


def test_a_requester_who_took_one_back_is_counted(exemplary: Exemplary) -> None:
    found = exemplary.town.found(f"funds/{FUND}/undone")["items"]
    assert found == [{"requester": CLERK, "requests": 3, "undone": 1}]
    known = exemplary.town.found("disbursements")["items"][0]["position"]
    before = exemplary.town.found(f"funds/{FUND}/undone", known_at=known)["items"]
    assert before == [{"requester": CLERK, "requests": 3, "undone": 0}]


# -- who is shown what ---------------------------------------------------------------------------


def test_another_communitys_money_is_not_there(exemplary: Exemplary) -> None:
    elsewhere = exemplary.town.token(Role.auditor, communities=(XILIAN,))
    for path, asked in (
        ("disbursements", {"community": JINNING}),
        ("disbursements", {"fund": FUND}),
        ("disbursements", {"payee": SHOP}),
        ("payees", {"community": JINNING}),
        (ONE, {}),
        (f"funds/{FUND}/undone", {}),
    ):
        answer = exemplary.town.read(path, token=elsewhere, **asked)
        problem(answer, 404, "record_must_be_within_reach")
    for path in ("disbursements", "payees"):
        assert exemplary.town.found(path, token=elsewhere)["items"] == []


@pytest.mark.parametrize("path", ["disbursements", ONE, f"funds/{FUND}/undone"])
def test_who_has_nothing_to_do_with_money_reads_no_disbursement(
    exemplary: Exemplary, path: str
) -> None:
    for role in (Role.volunteer, Role.registrar, Role.canteen_clerk, Role.administrator):
        answer = exemplary.town.read(path, token=exemplary.town.token(role))
        problem(answer, 403, "reader_must_hold_a_role_for_this")
    publisher = exemplary.town.token(Role.publisher, communities=(JINNING,))
    assert exemplary.town.read(path, token=publisher).status_code == 200


def test_a_registrar_sees_whom_she_registered_and_no_amount(exemplary: Exemplary) -> None:
    registrar = exemplary.town.token(Role.registrar, communities=(JINNING,))
    kitchen, shop = exemplary.town.found("payees", token=registrar)["items"]
    assert (shop["payee"], shop["payments"], shop["paid_fen"]) == (SHOP, None, None)
    assert (kitchen["payments"], kitchen["paid_fen"]) == (None, None)
    cashier = exemplary.town.token(Role.cashier, communities=(JINNING,))
    _, told = exemplary.town.found("payees", token=cashier)["items"]
    assert (told["payee"], told["payments"], told["paid_fen"]) == (SHOP, 0, 0)


def test_what_nobody_asked_for_is_not_there(exemplary: Exemplary) -> None:
    for path in (f"disbursements/{FUND}/4", "disbursements/no-fund/1"):
        problem(exemplary.town.read(path), 404, "record_must_be_within_reach")


# -- a town of its own ---------------------------------------------------------------------------


def test_a_private_payee_is_told_without_her_id(town: Town) -> None:
    teacher = {"payee": "teacher", "community": JINNING, "person": person(1)}
    accepted(town.give("payees/register", teacher))
    answer = town.read("payees", community=JINNING)
    assert answer.json()["items"][0]["name"] is None
    assert person(1) not in answer.text


def test_payees_go_on_page_by_page(town: Town) -> None:
    for payee in ("baker", "bookshop"):
        accepted(
            town.give("payees/register", {"payee": payee, "community": JINNING, "name": "商店"})
        )
    first = town.found("payees", limit=1)
    second = town.client.get(first["next"], headers=town.headers()).json()
    assert [each["payee"] for each in (*first["items"], *second["items"])] == ["baker", "bookshop"]
