"""Bad input: a precise problem each, in both languages, and nothing written."""

import json
from typing import Any

import pytest

from tests.api.town import Town, problem
from tests.builders import CANTEEN, MEAL_FUND, person

CLAIM = {"person": person(1), "canteen": CANTEEN, "served_on": "2026-03-02"}
MOVE = {"from_fund": MEAL_FUND, "to_fund": "other", "amount_fen": 1, "moved_on": "2026-03-02"}
SHIFT = {
    "shift": "sweep", "community": "jinning", "activity": "清洁",
    "starts_at": "2026-03-03T09:00:00+08:00", "ends_at": "2026-03-03T11:00:00+08:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("command", "data", "pointer"),
    [
        ("meals/claim", CLAIM | {"serve_on": "2026-03-02"}, "/serve_on"),
        ("meals/claim", {"person": person(1), "canteen": CANTEEN}, "/served_on"),
        ("meals/claim", CLAIM | {"person": 1}, "/person"),
        ("meals/claim", CLAIM | {"person": None}, "/person"),
        ("meals/claim", CLAIM | {"person": person(1).upper()[:-1] + "G"}, "/person"),
        ("meals/claim", CLAIM | {"canteen": "x" * 41}, "/canteen"),
        ("meals/claim", CLAIM | {"canteen": "Jinning Canteen"}, "/canteen"),
        ("meals/claim", CLAIM | {"served_on": "2026-02-30"}, "/served_on"),
        ("meals/claim", CLAIM | {"served_on": "2026-3-2"}, "/served_on"),
        ("meals/claim", CLAIM | {"served_on": "0001-01-01"}, "/served_on"),
        ("meals/claim", CLAIM | {"sitting": "brunch"}, "/sitting"),
        ("meals/claim", CLAIM | {"charged_fen": 15.0}, "/charged_fen"),
        ("meals/claim", CLAIM | {"charged_fen": "1500"}, "/charged_fen"),
        ("meals/claim", CLAIM | {"charged_fen": True}, "/charged_fen"),
        ("meals/claim", CLAIM | {"charged_fen": -1}, "/charged_fen"),
        ("funds/move", MOVE | {"amount_fen": 10**12 + 1}, "/amount_fen"),
        ("funds/move", MOVE | {"amount_fen": 10**40}, "/amount_fen"),
        ("funds/move", MOVE | {"amount_fen": 0.5}, "/amount_fen"),
        ("shifts/schedule", SHIFT | {"starts_at": "2026-03-03T09:00:00"}, "/starts_at"),
        ("shifts/schedule", SHIFT | {"activity": "清" * 61}, "/activity"),
        ("shifts/schedule", SHIFT | {"activity": "清\n洁"}, "/activity"),
        ("policies/withdraw", [CANTEEN, 1, "2026-12-01"], ""),
        ("policies/withdraw", "text", ""),
        ("policies/withdraw", None, ""),
    ],
)
def test_a_command_of_the_wrong_form_is_told_where(
    shared: Town, command: str, data: object, pointer: str
) -> None:
    told = problem(
        shared.give(
            command, content=json.dumps(data), headers={"Content-Type": "application/json"}
        ),
        422,
        "command_must_be_well_formed",
    )
    assert told["errors"][0]["pointer"] == pointer
    assert set(told["errors"][0]["messages"]) == {"en", "zh"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'person': 1}",
        b'{"person": "\xff"}',
        b"[" * 5_000,
        b'{"a":' * 5_000,
        "{}".encode("utf-16"),
        b'{"served_on": NaN}',
        b"{} {}",
    ],
    ids=repr,
)
def test_what_is_not_json_in_utf_8_is_told(shared: Town, content: bytes) -> None:
    answer = shared.give(
        "meals/claim", content=content, headers={"Content-Type": "application/json"}
    )
    problem(answer, 400, "body_must_be_json")


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/xml", "multipart/form-data", "application/json; charset=gbk",
     "application/x-ndjson", "application/jsonp"],
)  # fmt: skip
def test_another_content_type_is_refused(shared: Town, kind: str) -> None:
    answer = shared.give("meals/claim", content=json.dumps(CLAIM), headers={"Content-Type": kind})
    told = problem(answer, 415, "content_must_be_of_a_known_type")
    assert told["params"]["content_types"] == "application/json"


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=UTF-8"])
def test_json_is_json_with_or_without_its_charset(shared: Town, kind: str) -> None:
    answer = shared.give("meals/claim", content=b"{}", headers={"Content-Type": kind})
    problem(answer, 422, "command_must_be_well_formed")


def test_a_body_over_the_limit_is_refused_before_it_is_read(shared: Town) -> None:
    body = json.dumps(CLAIM).encode()
    fits = body + b" " * (64 * 1024 - len(body))
    json_type = {"Content-Type": "application/json"}
    assert shared.give("meals/claim", content=fits, headers=json_type).status_code == 201
    answer = shared.give("meals/claim", content=fits + b" ", headers=json_type)
    told = problem(answer, 413, "body_must_not_be_too_large")
    assert told["params"]["bytes_most"] == 64 * 1024


def test_a_body_without_a_declared_length_is_counted(shared: Town) -> None:
    def drip() -> Any:
        for _ in range(65):
            yield b" " * 1024

    answer = shared.give(
        "meals/claim", content=drip(), headers={"Content-Type": "application/json"}
    )
    problem(answer, 413, "body_must_not_be_too_large")


@pytest.mark.parametrize("key", ["", " ", "x" * 81, "café", "a b", "陈", "tab\there"])
def test_a_key_is_1_to_80_visible_characters(shared: Town, key: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in shared.headers().items()]
    given = [(b"Idempotency-Key", key.encode())] if key else []
    answer = shared.client.post("/v1/meals/claim", headers=headers + given, json=CLAIM)
    problem(answer, 400, "idempotency_key_must_be_given")


@pytest.mark.parametrize("query", ["?dryrun=true", "?dry_run=yes", "?dry_run=true&dry_run=true"])
def test_a_parameter_that_nobody_knows_is_refused(shared: Town, query: str) -> None:
    told = problem(shared.give("meals/claim", CLAIM, query=query), 422, "query_must_be_well_formed")
    assert told["errors"][0]["parameter"] in ("dryrun", "dry_run")


def test_nothing_malformed_leaves_a_trace(shared: Town) -> None:
    before = shared.open_ledger.ledger.recorder.max_notification_id()
    shared.give("meals/claim", CLAIM | {"charged_fen": 1.5})
    shared.give_batch([CLAIM, 1, None, []])
    assert shared.open_ledger.ledger.recorder.max_notification_id() == before
