"""Positions are told as they are reached, to whoever may ask anything at all."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx2 import Response

from api.routes import events
from tests.api.town import Town, accepted, problem
from tests.builders import person

FOR_A_SECOND = {"seconds": "1"}
AS_LINES = {"Accept": "application/x-ndjson"}
LUNCH = {
    "person": person(1),
    "canteen": "jinning-canteen",
    "sitting": "lunch",
    "served_on": "2026-03-02",
}


def told(answer: Response) -> list[int]:
    return [json.loads(line)["position"] for line in answer.text.splitlines()]


def reached(town: Town) -> int:
    """The last position, once every read model has come to it."""
    last = town.open_ledger.ledger.recorder.max_notification_id() or 0
    assert town.open_ledger.watch is not None
    assert town.open_ledger.watch.wait_for(last, 20.0)
    return last


def test_the_present_position_comes_first(town: Town) -> None:
    last = reached(town)
    answer = town.read("events", **FOR_A_SECOND)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.split("\n\n")[0].splitlines() == [
        "event: position",
        f'data: {{"position":{last}}}',
        f"id: {last}",
    ]


def test_a_program_is_told_in_lines(town: Town) -> None:
    last = reached(town)
    answer = town.read("events", headers=AS_LINES, **FOR_A_SECOND)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert told(answer) == [last]


def test_whoever_comes_back_is_told_of_what_came_since(town: Town) -> None:
    seen = reached(town)
    come_back = AS_LINES | {"Last-Event-ID": str(seen)}
    assert told(town.read("events", headers=come_back, **FOR_A_SECOND)) == []
    accepted(town.give("meals/claim", LUNCH))
    assert told(town.read("events", headers=come_back, **FOR_A_SECOND)) == [reached(town)]


def test_what_happens_meanwhile_is_told_at_once(town: Town) -> None:
    before = reached(town)
    with ThreadPoolExecutor(1) as beside:
        stream = beside.submit(town.read, "events", headers=AS_LINES, seconds="3")
        accepted(town.give("meals/claim", LUNCH))
        after = reached(town)
        positions = told(stream.result())
    assert positions[-1] == after > before
    assert positions == sorted(set(positions))


def test_a_sign_of_life_is_given_where_nothing_happens(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.3)
    headers = {"Last-Event-ID": str(reached(town))}
    answer = town.read("events", headers=headers, **FOR_A_SECOND)
    assert answer.text.split("\n\n")[0] == ": alive"


def test_whoever_comes_when_too_many_follow_tries_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "STREAMS_MOST", 0)
    answer = town.read("events", **FOR_A_SECOND)
    problem(answer, 503, "streams_must_have_room")
    assert answer.headers["Retry-After"] == "2"


def test_a_stream_that_ended_makes_room(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "STREAMS_MOST", 1)
    for _ in range(3):
        assert town.read("events", **FOR_A_SECOND).status_code == 200


@pytest.mark.parametrize("seconds", ["0", "301", "-1", "1.5", "soon", ""])
def test_how_long_it_lasts_is_a_number_of_seconds(town: Town, seconds: str) -> None:
    problem(town.read("events", seconds=seconds), 422, "query_must_be_well_formed")


def test_nobody_follows_without_saying_who_she_is(town: Town) -> None:
    problem(town.client.get("/v1/events"), 401, "caller_must_be_known")
