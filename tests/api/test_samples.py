"""Samples over HTTP: drawn from what was sealed, the same for whoever asks again."""

import re
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from ledger.audit import sampling
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.exemplary import Exemplary
from tests.api.town import problem
from tests.builders import JINNING

PATH = "communities/jinning/sample"
ASKED: dict[str, Any] = {
    "population": "service",
    "from_day": "2026-01-01",
    "to_day": "2026-12-31",
    "items": 1,
    "nonce": "2026-03 no. 1",
}


def drawn(exemplary: Exemplary, **asked: Any) -> Any:
    return exemplary.town.found(PATH, **ASKED | asked)["drawing"]


def test_a_sample_tells_all_that_it_takes_to_draw_it_again(exemplary: Exemplary) -> None:
    found = drawn(exemplary)
    note = exemplary.town.client.get("/v1/log/checkpoint").text
    assert note.split("\n")[:2] == [found["origin"], str(found["checkpoint_size"])]
    seed = sampling.seed_of(bytes.fromhex(found["checkpoint_root"]), found["how"]["nonce"])
    assert found["seed"] == seed
    assert found["population_items"] >= len(found["sample"]["drawn"]) == 1
    assert found["unit"] == "minute"
    (item,) = found["sample"]["drawn"]
    receipt = exemplary.town.found(f"log/receipts/{item['position']}")["receipt"]
    assert receipt
    assert drawn(exemplary) == found


@pytest.mark.parametrize("population", ["payments", "service"])
def test_every_population_can_be_drawn_whole(exemplary: Exemplary, population: str) -> None:
    count = drawn(exemplary, population=population)["population_items"]
    whole = drawn(exemplary, population=population, items=count)
    items = whole["sample"]["drawn"]
    assert len(items) == count > 0
    assert sum(item["amount"] for item in items) == whole["population_amount"]


@pytest.mark.parametrize("method", ["simple", "stratified", "monetary"])
def test_every_method_is_drawn_by_place_or_rule(exemplary: Exemplary, method: str) -> None:
    for by in ("place", "rule"):
        found = drawn(exemplary, population="payments", method=method, by=by, items=2)
        assert 1 <= len(found["sample"]["drawn"]) <= 2
        names = [each["name"] for each in found["sample"]["strata"]]
        assert bool(names) == (method == "stratified")


def test_of_an_earlier_checkpoint_the_sample_is_what_it_was(exemplary: Exemplary) -> None:
    newest = drawn(exemplary, population="payments")
    for size in signed(exemplary)[-3:]:
        found = drawn(exemplary, population="payments", checkpoint=size)
        assert found["checkpoint_size"] == size == found["wanted"]["size"]
        assert all(item["position"] <= size for item in found["sample"]["drawn"])
    again = drawn(exemplary, population="payments", checkpoint=newest["checkpoint_size"])
    assert again == newest


def signed(exemplary: Exemplary) -> list[int]:
    with exemplary.town.owner() as connection:
        rows = connection.execute("SELECT size FROM proof.checkpoints ORDER BY size").fetchall()
    return [size for (size,) in rows]


def test_what_was_never_signed_is_no_checkpoint(exemplary: Exemplary) -> None:
    sizes = signed(exemplary)
    for size in (sizes[-1] + 1, 10**17, *({sizes[-1] - 1} - {*sizes})):
        answer = exemplary.town.read(PATH, **ASKED, checkpoint=size)
        problem(answer, 404, "checkpoint_must_be_signed")


def test_more_than_there_is_cannot_be_drawn(exemplary: Exemplary) -> None:
    count = drawn(exemplary)["population_items"]
    told = problem(
        exemplary.town.read(PATH, **ASKED | {"items": count + 1}),
        422,
        "sample_must_fit_its_population",
    )
    assert told["params"] == {"items": count + 1, "least": 1, "most": count}
    all_taken_back = ASKED | {"population": "claims"}
    problem(exemplary.town.read(PATH, **all_taken_back), 422, "population_must_not_be_empty")
    nothing = ASKED | {"from_day": "2019-01-01", "to_day": "2019-01-02"}
    problem(exemplary.town.read(PATH, **nothing), 422, "population_must_not_be_empty")


def test_days_the_wrong_way_round_are_named(exemplary: Exemplary) -> None:
    turned = ASKED | {"from_day": "2019-01-02", "to_day": "2019-01-01"}
    told = problem(exemplary.town.read(PATH, **turned), 422, "sample_must_begin_before_it_ends")
    assert told["params"] == {"from_day": "2019-01-02", "to_day": "2019-01-01"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("nonce", " x"), ("nonce", ""), ("nonce", "x" * 81), ("nonce", "a\nb"), ("items", "0"),
     ("items", "501"), ("items", "1.0"), ("population", "people"), ("method", "best"),
     ("by", "person"), ("checkpoint", "-1"), ("from_day", "yesterday")],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told(exemplary: Exemplary, name: str, value: str) -> None:
    told = problem(
        exemplary.town.read(PATH, **ASKED | {name: value}), 422, "query_must_be_well_formed"
    )
    assert told["errors"][0]["parameter"] == name


def test_only_the_audit_draws_and_only_where_it_reaches(exemplary: Exemplary) -> None:
    for role in Role:
        token = exemplary.town.token(role, communities=(JINNING,))
        answer = exemplary.town.read(PATH, token=token, **ASKED)
        if role is Role.auditor:
            assert answer.status_code == 200
        else:
            problem(answer, 403, "reader_must_hold_a_role_for_this")
    elsewhere = exemplary.town.token(Role.auditor, communities=(CommunityId("xilian"),))
    answer = exemplary.town.read(PATH, token=elsewhere, **ASKED)
    problem(answer, 404, "record_must_be_within_reach")


def test_the_steps_are_written_down_where_the_sample_is_drawn() -> None:
    told = sampling.__doc__ or ""
    for word in (*sampling.Method, "jiefang-ledger/sample@v1", "below n", "block i"):
        assert re.search(rf"{re.escape(word)}", told), word


def test_the_working_paper_holds_the_same_sample(exemplary: Exemplary) -> None:
    found = drawn(exemplary, items=2, population="payments")
    answer = exemplary.town.read(f"{PATH}.xlsx", **ASKED | {"items": 2, "population": "payments"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    size = found["checkpoint_size"]
    assert (
        f'filename="sample-jinning-payments-{size}.xlsx"' in answer.headers["Content-Disposition"]
    )
    cover, items = CalamineWorkbook.from_filelike(BytesIO(answer.content)).sheet_names
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    told = {row[0]: row[1] for row in book.get_sheet_by_name(cover).to_python()}
    assert told["种子 seed"] == found["seed"]
    rows = book.get_sheet_by_name(items).to_python()[1:]
    assert [row[1] for row in rows] == [item["position"] for item in found["sample"]["drawn"]]


def test_what_cannot_be_drawn_has_no_working_paper(exemplary: Exemplary) -> None:
    answer = exemplary.town.read(f"{PATH}.xlsx", **ASKED | {"items": 500})
    problem(answer, 422, "sample_must_fit_its_population")
    token = exemplary.town.token(Role.cashier)
    problem(exemplary.town.read(f"{PATH}.xlsx", token=token, **ASKED), 403,
            "reader_must_hold_a_role_for_this")  # fmt: skip
