"""The door: ids, headers, one line a request, and nothing personal in any of it."""

import json
from typing import Any

import pytest

from ledger.domain.authority import Role
from tests.api.town import NOON, Town, accepted
from tests.builders import CANTEEN, CLERK, JINNING, person


def lines(town: Town) -> list[dict[str, Any]]:
    return [json.loads(line) for line in town.noted().splitlines()]


def last(town: Town) -> dict[str, Any]:
    return lines(town)[-1]


@pytest.mark.parametrize("given", ["a", "4b9f-77.x_Y", "x" * 64])
def test_an_id_is_echoed(shared: Town, given: str) -> None:
    answer = shared.client.get("/healthz", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == last(shared)["request_id"] == given


@pytest.mark.parametrize("given", [None, "", "x" * 65, "a b", "陈阿好", 'a"b', "a,b"])
def test_what_is_no_id_is_replaced(shared: Town, given: str | None) -> None:
    headers = [] if given is None else [(b"X-Request-ID", given.encode())]
    answer = shared.client.get("/healthz", headers=headers)
    assert len(answer.headers["X-Request-ID"]) == 16
    assert answer.headers["X-Request-ID"] == last(shared)["request_id"]


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/v1/funds", "/openapi.json"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_carries_the_same_guards(shared: Town, path: str, *, signed_in: bool) -> None:
    answer = shared.client.get(path, headers=shared.headers() if signed_in else {})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Ledger-Kind"] == "test"
    assert "traceparent" not in answer.headers


def test_a_line_says_who_asked_for_what_and_what_became_of_it(shared: Town) -> None:
    claim = {"person": person(40), "canteen": CANTEEN, "served_on": "2026-03-02"}
    first = accepted(shared.give("meals/claim", claim))
    line = last(shared)
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/meals/claim", 201)
    assert (line["actor"], line["code"]) == (CLERK, None)
    assert line["position"] == first["position"]
    assert line["ms"] >= 0

    leader = shared.token(Role.leader, communities=(JINNING,), person=person(7))
    shared.give("meals/claim", claim, token=leader)
    line = last(shared)
    assert (line["status"], line["code"]) == (403, "actor_must_hold_a_role_for_this")
    assert line["actor"] == person(7)

    shared.read(f"persons/{person(40)}/statement")
    assert last(shared)["route"] == "/v1/persons/{person}/statement"


def test_no_name_no_birth_date_no_id_of_a_person_asked_about_and_no_token_is_noted(
    shared: Town,
) -> None:
    canary = {
        "person": person(500),
        "community": "jinning",
        "contact": {"name": "金丝雀陈", "phone": "13912345678"},
        "facts": {"born_on": "1931-07-17"},
    }
    accepted(shared.give("people/register", canary, at=NOON))
    shared.give("people/register", canary | {"facts": {"born_on": "1931-07-17x"}})
    shared.give("people/register", canary)
    shared.read(f"persons/{person(500)}/statement", as_of="1931-07-17")
    shared.client.get("/v1/金丝雀陈", headers=shared.headers())
    noted = shared.noted()
    figures = shared.client.get("/metrics", headers=shared.headers()).text
    for secret in ("金丝雀", "13912345678", "1931-07", person(500), shared.clerk, "lk_"):
        assert secret not in noted
        assert secret not in figures


def test_a_newline_in_a_header_forges_no_line(shared: Town) -> None:
    before = len(lines(shared))
    shared.client.get(
        "/healthz", headers=[(b"X-Request-ID", b'x%0a{"status":200}'), (b"Accept-Language", b"zh")]
    )
    assert len(lines(shared)) == before + 1
    assert last(shared)["route"] == "/healthz"


# -- health --------------------------------------------------------------------------------------


def test_health_tells_what_it_may(shared: Town) -> None:
    assert shared.client.get("/healthz").json() == {"status": "alive"}
    version = shared.client.get("/version").json()
    assert (version["kind"], version["simulated"]) == ("test", True)
    ready = shared.client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert set(ready["read_models"]) >= {"journal", "funds", "meals", "service", "shifts"}


def test_a_parked_read_model_makes_the_process_unready_and_is_named(
    shared: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.projections.projector import Parked

    parked = {"meals": Parked(7, "ZeroDivisionError: of the inside")}
    monkeypatch.setattr(shared.open_ledger.projector, "parked", parked)
    answer = shared.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["params"] == {"models": "meals"}
    assert "ZeroDivisionError" not in answer.text
    assert "Retry-After" in answer.headers


def test_nobody_makes_up_figures(shared: Town) -> None:
    for method in ("MADEUP", "MADEUP2"):
        assert shared.client.request(method, "/v1/funds").status_code == 405
    text = shared.client.get("/metrics", headers=shared.headers()).text
    assert "MADEUP" not in text + shared.noted()
    assert 'method="unknown",route="/v1/funds",status="405"} 2.0' in text


def test_a_journal_that_cannot_be_written_fails_nobody(
    shared: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shared.journal, "write", full, raising=False)
    assert shared.client.get("/healthz").status_code == 200


def test_figures_are_told_by_route_and_never_by_path(shared: Town) -> None:
    shared.read(f"persons/{person(1)}/statement")
    shared.client.get(f"/nowhere/{person(1)}")
    text = shared.client.get("/metrics", headers=shared.headers()).text
    assert 'route="/v1/persons/{person}/statement",status="200"' in text
    assert 'route="unknown",status="404"' in text
    assert person(1) not in text
    for name in (
        "jiefang_request_seconds_bucket",
        "jiefang_batch_commands_sum",
        "jiefang_batch_seconds_count",
        "jiefang_position",
        'jiefang_read_model_lag{model="journal"}',
        'jiefang_read_model_parked{model="journal"} 0.0',
        "jiefang_database_up 1.0",
        "jiefang_waiting_commands 0.0",
    ):
        assert name in text, name
