"""Grounds over HTTP: what a payment rests on, page by page, and for whom."""

import csv
from io import StringIO
from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.exemplary import Exemplary
from tests.api.town import problem
from tests.builders import CANTEEN, JINNING, person

JANUARY = f"settlements/{CANTEEN}/2026-01/trail"
PAYMENT = "disbursements/jinning-community/1/trail"


def test_a_settlement_leads_to_its_papers_and_to_its_vouchers(exemplary: Exemplary) -> None:
    found = exemplary.town.found(JANUARY)
    trail = found["trail"]
    assert (trail["submission"], trail["meals"], trail["price_fen"]) == (2, 2, 3000)
    (payer,) = trail["payers"]
    assert (payer["due"]["due_fen"], payer["approved_fen"], payer["paid_fen"]) == (1200, 1200, 1200)
    assert [each["amount_fen"] for each in payer["vouchers"]] == [1200, -1200, 1200]
    assert [each["voucher"] for each in payer["vouchers"]] == [1, 3, 4]
    (policy,) = trail["policies"]
    (resolution,) = trail["resolutions"]
    assert (policy["version"], policy["entries"]) == (1, len(found["items"]))
    assert policy["resolutions"][0]["resolution"] == resolution["resolution"] == "jn-2026-01"
    told = exemplary.town.found("resolutions/jn-2026-01")["resolution"]
    assert resolution["document"] == told["document"]
    assert trail["duties"] == []


def test_every_step_is_by_whom_the_log_says_and_has_a_receipt(exemplary: Exemplary) -> None:
    trail = exemplary.town.found(JANUARY)["trail"]
    by = {each["event"].partition(".")[0]: each["taken_by"] for each in trail["steps"]}
    assert by["settlement-checked"] == person(2)
    assert by["settlement-approved"] == person(3)
    assert by["settlement-paid"] == person(4)
    for step in (
        *trail["steps"],
        *trail["policies"][0]["steps"],
        *trail["resolutions"][0]["steps"],
    ):
        assert exemplary.town.found(f"log/receipts/{step['position']}")["receipt"]


def test_its_claims_come_page_by_page_in_the_order_of_the_log(exemplary: Exemplary) -> None:
    town, path = exemplary.town, f"/v1/{JANUARY}?limit=3"
    rows: list[Any] = []
    while path:
        page = town.client.get(path, headers=town.headers()).json()
        assert page["trail"]["entries"] == 4
        rows, path = [*rows, *page["items"]], page["next"]
    assert rows == town.found(JANUARY)["items"]
    assert [each["sign"] for each in rows] == [1, -1, 1, 1]
    sums = [each["sign"] * share["amount_fen"] for each in rows for share in each["shares"]]
    assert sum(sums) == 1200


def test_its_claims_can_be_a_table(exemplary: Exemplary) -> None:
    text = exemplary.town.read(JANUARY, format="csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert [row["claim_position"] for row in rows] == ["43", "43", "57", "58"]


def test_what_was_known_before_the_payment_had_none(exemplary: Exemplary) -> None:
    steps = exemplary.town.found(JANUARY)["trail"]["steps"]
    approved = next(each["position"] for each in steps if "approved" in each["event"])
    (payer,) = exemplary.town.found(JANUARY, known_at=approved)["trail"]["payers"]
    assert (payer["approved_fen"], payer["paid_fen"], payer["vouchers"]) == (1200, 0, [])
    (payer,) = exemplary.town.found(JANUARY, known_at=approved - 1)["trail"]["payers"]
    assert payer["approved_fen"] == 0
    submitted = steps[1]["position"]
    before = exemplary.town.read(JANUARY, known_at=submitted - 1)
    problem(before, 404, "record_must_be_within_reach")


def test_a_disbursement_leads_to_who_asked_agreed_and_paid(exemplary: Exemplary) -> None:
    trail = exemplary.town.found(PAYMENT)["trail"]
    told = exemplary.town.found(PAYMENT.removesuffix("/trail"))["disbursement"]["steps"]
    assert [each["position"] for each in trail["steps"]] == [each["position"] for each in told]
    assert (trail["requested_fen"], trail["approved_fen"], trail["paid_fen"]) == (80000, 78000, 0)
    assert [each["amount_fen"] for each in trail["vouchers"]] == [78000, -78000]
    assert trail["duties"] == []


@pytest.mark.parametrize("path", [JANUARY, PAYMENT])
def test_the_audit_and_who_answers_for_the_fund_are_told(exemplary: Exemplary, path: str) -> None:
    for role in Role:
        answer = exemplary.town.read(path, token=exemplary.town.token(role, communities=(JINNING,)))
        if role in {Role.auditor, Role.fund_manager}:
            assert answer.status_code == 200, role
        else:
            problem(answer, 403, "reader_must_hold_a_role_for_this")
    elsewhere = exemplary.town.token(Role.auditor, communities=(CommunityId("xilian"),))
    problem(exemplary.town.read(path, token=elsewhere), 404, "record_must_be_within_reach")


@pytest.mark.parametrize(
    "path",
    [
        f"settlements/{CANTEEN}/2026-02/trail",
        "settlements/no-such/2026-01/trail",
        "disbursements/jinning-community/99/trail",
        "disbursements/no-such/1/trail",
    ],
)
def test_what_is_not_there_has_no_trail(exemplary: Exemplary, path: str) -> None:
    problem(exemplary.town.read(path), 404, "record_must_be_within_reach")


# -- recheck -------------------------------------------------------------------------------------


def test_a_settlement_is_worked_out_anew_and_every_difference_has_its_reason(
    exemplary: Exemplary,
) -> None:
    found = exemplary.town.found(f"settlements/{CANTEEN}/2026-01/recheck")["recheck"]
    assert (found["presented"], found["explained"], found["unexplained_fen"]) == (True, True, 0)
    told = {each["question"]: each for each in found["comparisons"]}
    assert (told["asked"]["expected_fen"], told["asked"]["told_fen"]) == (1200, 1200)
    settled = told["settled"]
    assert (settled["expected_fen"], settled["told_fen"]) == (0, 1200)
    (why,) = settled["reasons"]
    assert (why["cause"], why["amount_fen"], why["positions"]) == (
        "reversed_later",
        1200,
        [119, 121],
    )
    assert {each["payer"] for each in found["comparisons"]} == {"fund/jinning-meals"}


def test_a_recheck_is_of_what_was_known(exemplary: Exemplary) -> None:
    path = f"settlements/{CANTEEN}/2026-01/recheck"
    before = exemplary.town.found(path, known_at=118)["recheck"]
    told = {each["question"]: each for each in before["comparisons"]}
    assert (told["settled"]["expected_fen"], told["settled"]["reasons"]) == (1200, [])
    early = exemplary.town.found(path, known_at=62)["recheck"]
    assert (early["presented"], early["explained"], early["claims"]) == (False, True, 3)
    empty = exemplary.town.found(f"settlements/{CANTEEN}/2019-01/recheck")["recheck"]
    assert (empty["claims"], empty["comparisons"], empty["explained"]) == (0, [], True)
    problem(
        exemplary.town.read("settlements/no-such/2026-01/recheck"),
        404,
        "record_must_be_within_reach",
    )
