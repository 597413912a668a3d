"""Which questions are answered as of a day, as it was known, and by either basis: nearly all."""

from typing import Any

import pytest

from tests.api.exemplary import Exemplary

ANY_VIEW = (
    *("balances", "entries", "persons/{person}/statement", "persons/{person}/credit", "league"),
    *("funds", "funds/{fund}", "funds/{fund}/statement", "funds/{fund}/months"),
    *("settlements", "settlements/{canteen}/{month}", "recoveries"),
    *("canteens/{canteen}/claims", "canteens/{canteen}/totals", "communities/{community}/meals"),
)
"""Balances, statements, settlements, funds and league tables, with the meals behind them."""

OF_NO_POSITION = {
    "problems/{code}": "a list of the program's own",
    "notices": "the public is shown what is on display, and chooses no time",
    "public/certificates/{certificate_number}": "the public is told what holds now",
    "shifts/{shift}/code": "a display shows what counts now",
    "broken-glass": "the public is shown all of it, and chooses no time",
    "notices/{notice}": "of the position that it names, and of now",
    **dict.fromkeys(
        [f"persons/{{person}}/{each}" for each in ("contact", "name", "facts", "notes", "export")],
        "what is personal is shown as it is now: what was corrected is not shown again",
    ),
    "funds/{fund}/forecast": "an estimate looks ahead, from now on",
    "settlements/{canteen}/{month}/later-facts": "the newest facts are those of now",
    "certificates/{certificate}.pdf": "a certificate on paper says what became of it by now",
    "funds/{fund}/receipts/{receipt}.pdf": "a receipt on paper says what became of it by now",
    "notices/{notice}.pdf": "of the position that it names, and of now",
    "communities/{community}/sample": "of the checkpoint that it names",
    "communities/{community}/sample.xlsx": "of the checkpoint that it names",
    "log/checkpoint": "the newest is the one that counts",
    "events": "as they are reached",
    "log/origins": "all of it, as of the glass that was broken",
    "log/tile/{level}/{tile}": "a tile never changes",
    "log/receipts/{entry}": "what stands at a position stands there for ever",
    "log/receipts/{entry}.tlog-proof": "the same",
    "persons/{person}/views": "looks are kept beside the log",
}
"""What is told of no position that the asker chooses."""


@pytest.fixture(scope="module")
def questions(exemplary: Exemplary) -> dict[str, set[str]]:
    """The parameters of each question, by the path below `/v1/`."""
    document: dict[str, Any] = exemplary.town.client.get("/openapi.json").json()
    return {
        path.removeprefix("/v1/"): {each["name"] for each in methods["get"].get("parameters", ())}
        for path, methods in document["paths"].items()
        if path.startswith("/v1/") and "get" in methods
    }


@pytest.mark.parametrize("path", ANY_VIEW)
def test_what_adds_up_is_told_in_any_view(questions: dict[str, set[str]], path: str) -> None:
    assert questions[path] >= {"as_of", "known_at", "basis"}


def test_everything_else_is_told_as_it_was_known(questions: dict[str, set[str]]) -> None:
    of_none = {path for path, names in questions.items() if "known_at" not in names}
    assert of_none == set(OF_NO_POSITION)


def test_gifts_are_followed_as_it_was_known(exemplary: Exemplary) -> None:
    town = exemplary.town
    (fund, *_) = town.found("funds")["items"]
    name = f"funds/{fund['fund']}"
    newest, *_, oldest = town.found(f"{name}/statement")["items"]
    before = {"known_at": newest["position"] - 1}
    then = town.found(name, **before)["fund"]["held_fen"]
    left = town.found(f"{name}/lots", **before)["items"]
    assert sum(each["left_fen"] for each in left) == then
    assert town.found(f"{name}/lots", known_at=oldest["position"] - 1)["items"] == []
    assert town.found(f"{name}/lots/1", known_at=0)["items"] == []
    voucher = next(
        each["number"]
        for each in town.found(f"{name}/statement")["items"]
        if each["kind"] in ("disbursement", "settlement")
    )
    path = f"{name}/vouchers/{voucher}"
    assert town.found(path)["items"] != town.found(path, known_at=0)["items"] == []


@pytest.mark.parametrize("path", ["held", "objections"])
def test_what_waits_now_did_not_before_anything_was(exemplary: Exemplary, path: str) -> None:
    asked = {"day": "2026-03-02", "known_at": 1}
    assert exemplary.town.found(f"communities/jinning/{path}", **asked)["items"] == []
