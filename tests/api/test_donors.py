"""A donor's report over HTTP: for herself, and for whoever must answer her."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, open_town, problem
from tests.builders import JINNING, MEAL_FUND, person
from tests.servers import Server, temporary_database

GIVER, STRANGER = person(1), person(2)
XILIAN = CommunityId("xilian")
YOUTH = "jinning-youth"
LI = "donors/donation/mr-li"


@pytest.fixture(scope="module")
def given(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A donor gave twice and a neighbour once; part was moved, part paid, one gift was returned."""
    folder: Path = tmp_path_factory.mktemp("given")
    with (
        temporary_database(embedded) as database,
        open_town(database, folder, people=4) as town,
    ):
        for name, data in commands():
            accepted(town.give(name, data))
        yield town


def commands() -> Iterator[tuple[str, dict[str, Any]]]:
    on = {"received_on": "2026-03-01"}
    yield "funds/open", {"fund": "general", "community": "jinning", "name": "社区基金"}
    yield "funds/open", {"fund": YOUTH, "community": "jinning", "name": "少年宫基金",
                         "restriction": "youth"}  # fmt: skip
    li = {"fund": "general", "kind": "donation", "source": "mr-li", **on}
    yield "funds/receive-money", li | {"amount_fen": 10_000}
    yield "contributions/record", {
        "contribution": "red-envelope", "community": "jinning", "given_on": "2026-03-01",
        "person": GIVER, "gift": {"kind": "cash", "fund": "general", "amount_fen": 500},
    }  # fmt: skip
    yield "funds/receive-money", li | {"amount_fen": 70}
    yield "receipts/reverse", {"fund": "general", "receipt": 3, "reason": "not_honoured"}
    yield "funds/move", {"from_fund": "general", "to_fund": YOUTH, "amount_fen": 4_000,
                         "moved_on": "2026-03-01"}  # fmt: skip
    book = {"payee": "bookshop", "purpose": "youth", "paid_on": "2026-03-01"}
    yield "funds/import-payment", book | {"fund": YOUTH, "amount_fen": 1_000}
    yield "funds/import-payment", book | {"fund": "general", "amount_fen": 6_200}


def test_what_a_donor_gave_is_spent_left_or_reversed(given: Town) -> None:
    told = given.found(f"{LI}/gifts")
    assert told["totals"] == {
        "gifts": 2, "given_fen": 10_070, "spent_fen": 7_000, "left_fen": 3_000,
        "reversed_fen": 70, "moved_fen": 4_000,
    }  # fmt: skip
    last, first = told["gifts"]
    assert (last["lot"], last["reversed_fen"]) == (3, 70)
    assert (first["fund"], first["restriction"], first["received_on"]) == (
        "general", "unrestricted", "2026-03-01",
    )  # fmt: skip


def test_the_payments_name_voucher_purpose_payee_and_day(given: Town) -> None:
    rows = given.found(f"{LI}/payments")["items"]
    assert [(row["fund"], row["voucher"], row["amount_fen"]) for row in rows] == [
        ("general", 2, 6_000),
        (YOUTH, 1, 1_000),
    ]
    assert {(row["payee"], row["purpose"], row["paid_on"]) for row in rows} == {
        ("bookshop", "youth", "2026-03-01")
    }
    assert {(row["gift_fund"], row["gift_lot"]) for row in rows} == {("general", 1)}


def test_both_are_told_at_a_position_and_page_by_page(given: Town) -> None:
    paid = given.found(f"{LI}/payments")["items"][-1]["position"]
    before = given.found(f"{LI}/gifts", known_at=paid - 1)
    assert (before["position"], before["totals"]["spent_fen"]) == (paid - 1, 0)
    assert given.found(f"{LI}/payments", known_at=paid - 1)["items"] == []
    for path, rows in (("gifts", "gifts"), ("payments", "items")):
        first = given.found(f"{LI}/{path}", limit=1)
        second = given.client.get(first["next"], headers=given.headers()).json()
        assert [*first[rows], *second[rows]] == given.found(f"{LI}/{path}")[rows]
    table = given.read(f"{LI}/gifts", format="csv").text.splitlines()
    assert (len(table), table[0].startswith("\ufefffund,lot,community,restriction")) == (3, True)


def test_a_giver_follows_her_own_gift(given: Town) -> None:
    herself = given.token(Role.volunteer, person=GIVER, communities=(XILIAN,))
    told = given.found(f"persons/{GIVER}/gifts", token=herself)
    assert told["totals"] == {
        "gifts": 1, "given_fen": 500, "spent_fen": 200, "left_fen": 300,
        "reversed_fen": 0, "moved_fen": 0,
    }  # fmt: skip
    assert told["gifts"][0]["source"] == "red-envelope"
    (row,) = given.found(f"persons/{GIVER}/gifts/payments", token=herself)["items"]
    assert (row["fund"], row["voucher"], row["amount_fen"]) == ("general", 2, 200)
    none = given.token(Role.volunteer, person=STRANGER)
    assert given.found(f"persons/{STRANGER}/gifts", token=none)["totals"]["gifts"] == 0
    assert given.found(f"persons/{STRANGER}/gifts/payments", token=none)["items"] == []


@pytest.mark.parametrize("path", ["gifts", "gifts/payments"])
def test_who_gave_and_how_much_is_told_to_few(given: Town, path: str) -> None:
    path = f"persons/{GIVER}/{path}"
    for role in Role:
        answer = given.read(path, token=given.token(role, person=STRANGER, communities=(JINNING,)))
        if role in (Role.fund_manager, Role.auditor):
            assert answer.status_code == 200
        else:
            problem(answer, 403, "reader_must_hold_a_role_for_this")
    elsewhere = given.token(Role.auditor, person=STRANGER, communities=(XILIAN,))
    problem(given.read(path, token=elsewhere), 404, "record_must_be_within_reach")
    nobody = path.replace(GIVER, person(3))
    problem(given.read(nobody, token=given.token(Role.auditor)), 404, "record_must_be_within_reach")


@pytest.mark.parametrize("path", [f"{LI}/gifts", f"{LI}/payments"])
def test_a_donor_is_read_about_by_whoever_reads_the_funds(given: Town, path: str) -> None:
    assert given.read(path, token=given.token(Role.publisher)).status_code == 200
    volunteer = given.token(Role.volunteer, person=GIVER)
    problem(given.read(path, token=volunteer), 403, "reader_must_hold_a_role_for_this")
    for away in (
        given.read(path, token=given.token(Role.auditor, communities=(XILIAN,))),
        given.read(path.replace("mr-li", "mr-nobody")),
        given.read(path.replace("donation", "award")),
    ):
        problem(away, 404, "record_must_be_within_reach")
    problem(given.read(path.replace("donation", "bribe")), 422, "query_must_be_well_formed")


def test_the_report_and_the_funds_books_agree(given: Town) -> None:
    (month,) = (each for each in given.found("funds/general/months", basis="booked")["items"])
    assert (month["donation_fen"], month["contribution_fen"], month["received_fen"]) == (
        10_000, 500, 10_500,
    )  # fmt: skip
    left = [given.found(f"funds/{fund}/lots")["items"] for fund in ("general", YOUTH)]
    hers = sum(lot["left_fen"] for lots in left for lot in lots if lot["source"] == "mr-li")
    assert hers == given.found(f"{LI}/gifts")["totals"]["left_fen"]
    assert MEAL_FUND not in given.read(f"{LI}/gifts").text
