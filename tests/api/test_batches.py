"""Batches: every command for itself, in order; or all as one."""

import json
from typing import Any

import pytest

from tests.api.town import NOON, Town, problem
from tests.builders import CANTEEN, person


def item(number: int, key: str, **changes: object) -> dict[str, Any]:
    data = {"person": person(number), "canteen": CANTEEN, "served_on": "2026-03-02"}
    return {"command": "meals/claim", "key": key, "at": NOON, "data": data | changes}


def told(town: Town, items: list[Any], **more: Any) -> Any:
    answer = town.give_batch(items, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def statuses(items: list[dict[str, Any]]) -> list[int]:
    return [each["status"] for each in items]


def tail(town: Town) -> int:
    return town.open_ledger.ledger.recorder.max_notification_id() or 0


def test_each_command_has_its_own_outcome_in_order(shared: Town) -> None:
    found = told(shared, [item(1, "a/1"), item(1, "a/2"), item(99_999, "a/3"), item(2, "a/4")])
    assert statuses(found["items"]) == [201, 409, 404, 201]
    assert [each["key"] for each in found["items"]] == ["a/1", "a/2", "a/3", "a/4"]
    assert found["items"][1]["problem"]["code"] == "day_must_not_have_two_subsidised_meals"
    assert (found["accepted"], found["refused"]) == (2, 2)
    assert found["position"] == max(
        each["outcome"]["position"] for each in found["items"] if "outcome" in each
    )


def test_a_malformed_command_leaves_the_others_alone(shared: Town) -> None:
    wrong = [
        item(3, "b/2", served_on="2026-02-30"),
        item(3, "b 3"),
        {"command": "meals/eat", "key": "b/4", "data": {}},
        {"command": "meals/claim", "data": item(3, "")["data"], "at": NOON},
        item(3, "b/6") | {"at": "2026-03-02T12:00:00"},
        item(3, "b/7") | {"actor": person(1)},
        "meals/claim",
        None,
    ]
    found = told(shared, [item(3, "b/1"), *wrong, item(4, "b/9")])
    assert statuses(found["items"]) == [201, *[422] * len(wrong), 201]
    pointers = [each["problem"]["errors"][0]["pointer"] for each in found["items"][1:-1]]
    assert pointers == ["/data/served_on", "/key", "/command", "/key", "/at", "/actor", "", ""]


def test_one_bad_line_among_lines(shared: Town) -> None:
    lines = [
        json.dumps(item(5, "c/1")).encode(),
        b'{"command": "meals/claim", "key": "c/2", "data": ',
        b'{"command": "meals/claim", "key": "\xff", "data": {}}',
        json.dumps(item(6, "c/4"), ensure_ascii=False).encode(),
    ]
    answer = shared.give_batch(b"\r\n".join(lines) + b"\n\n", lines=True)
    assert answer.headers["content-type"] == "application/x-ndjson"
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert statuses(found) == [201, 400, 400, 201]
    assert int(answer.headers["Ledger-Position"]) == found[-1]["outcome"]["position"]


def test_a_key_twice_in_a_batch_is_once(shared: Town) -> None:
    found = told(shared, [item(7, "d/1"), item(7, "d/1"), item(8, "d/1")])["items"]
    assert statuses(found) == [201, 201, 422]
    assert [each["outcome"]["replayed"] for each in found[:2]] == [False, True]
    assert found[2]["problem"]["code"] == "key_must_not_be_used_for_another_request"
    assert statuses(told(shared, [item(7, "d/1")])["items"]) == [201]


def test_the_time_of_the_request_is_that_of_commands_without_one(shared: Town) -> None:
    timeless = item(9, "e/1")
    del timeless["at"]
    answer = shared.give_batch([timeless], {"Ledger-Time": NOON})
    (only,) = answer.json()["items"]
    assert only["outcome"]["recorded_at"].startswith("2026-03-02T04:00:00")


def test_a_rehearsed_batch_sees_its_own_commands_and_writes_nothing(shared: Town) -> None:
    before = tail(shared)
    found = told(shared, [item(10, "f/1"), item(10, "f/2")], query="?dry_run=true")["items"]
    assert statuses(found) == [200, 409]
    assert found[0]["outcome"]["dry_run"]
    assert tail(shared) == before


# -- groups ------------------------------------------------------------------------------------


def group(town: Town, items: list[Any], key: str, *, query: str = "?atomic=true") -> Any:
    for each in items:
        if isinstance(each, dict):
            each.pop("key", None)
            each.pop("at", None)
    headers = {"Idempotency-Key": key, "Ledger-Time": NOON}
    return town.give_batch(items, headers, query=query)


def test_a_group_happens_whole_under_one_key(shared: Town) -> None:
    first = group(shared, [item(11, ""), item(12, "")], "g/1")
    assert first.status_code == 201
    assert len(first.json()["events"]) == 2
    again = group(shared, [item(11, ""), item(12, "")], "g/1")
    assert again.json() == first.json() | {"replayed": True}
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_refused_group_leaves_no_trace_and_says_which_command(shared: Town) -> None:
    before = tail(shared)
    answer = group(shared, [item(13, ""), item(14, ""), item(13, "")], "g/2")
    found = problem(answer, 409, "day_must_not_have_two_subsidised_meals")
    assert found["errors"][0]["pointer"] == "/2"
    assert tail(shared) == before


def test_a_malformed_group_is_told_whole(shared: Town) -> None:
    items = [item(15, ""), item(15, "", served_on="never"), 7]
    answer = group(shared, items, "g/3")
    found = problem(answer, 422, "command_must_be_well_formed")
    assert [each["pointer"] for each in found["errors"]] == ["/1/data/served_on", "/2"]


def test_a_group_has_one_key_and_one_time(shared: Town) -> None:
    problem(
        shared.give_batch([item(15, "x")], query="?atomic=true"),
        400,
        "idempotency_key_must_be_given",
    )
    keyed = shared.give_batch([item(15, "x")], {"Idempotency-Key": "g/4"}, query="?atomic=true")
    found = problem(keyed, 422, "command_must_be_well_formed")
    assert found["errors"][0]["pointer"] == "/0/key"


def test_a_group_can_be_rehearsed(shared: Town) -> None:
    before = tail(shared)
    answer = group(shared, [item(16, "")], "g/5", query="?atomic=true&dry_run=true")
    assert (answer.status_code, answer.json()["dry_run"]) == (200, True)
    assert tail(shared) == before


# -- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("items", "query", "most"), [(1_001, "?atomic=true", 1_000),
                                                      (10_001, "", 10_000)])  # fmt: skip
def test_a_batch_has_its_most(shared: Town, items: int, query: str, most: int) -> None:
    headers = {"Idempotency-Key": "long"}
    answer = shared.give_batch([0] * items, headers, query=query)
    assert problem(answer, 413, "batch_must_not_be_too_long")["params"] == {"items_most": most}


def test_the_largest_batch_is_answered_line_for_line(shared: Town) -> None:
    lines = b"\n".join([b"{}"] * 10_000)
    answer = shared.give_batch(lines, lines=True)
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == 10_000
    assert "Ledger-Position" not in answer.headers


def test_a_batch_over_16_mib_is_refused(shared: Town) -> None:
    answer = shared.give_batch(b"[" + b" " * (16 * 1024 * 1024) + b"]")
    problem(answer, 413, "body_must_not_be_too_large")


@pytest.mark.parametrize(("body", "lines"), [(b"[]", False), (b"", True), (b"\n \n", True)])
def test_an_empty_batch_is_refused(shared: Town, body: bytes, *, lines: bool) -> None:
    problem(shared.give_batch(body, lines=lines), 422, "batch_must_hold_a_command")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body_must_be_json"),
        (b"[{}", 400, "body_must_be_json"),
        (b"[1] 2", 400, "body_must_be_json"),
        (b"{}", 422, "command_must_be_well_formed"),
        (b'"meals/claim"', 422, "command_must_be_well_formed"),
        (b"null", 422, "command_must_be_well_formed"),
    ],
)
def test_an_array_is_an_array(shared: Town, body: bytes, status: int, code: str) -> None:
    problem(shared.give_batch(body), status, code)


def test_the_content_type_says_which_form(shared: Town) -> None:
    answer = shared.client.post(
        "/v1/commands", content=b"[]", headers=shared.headers() | {"Content-Type": "text/csv"}
    )
    found = problem(answer, 415, "content_must_be_of_a_known_type")
    assert found["params"]["content_types"] == "application/json, application/x-ndjson"
