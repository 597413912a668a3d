"""Every error is a problem: the same shape, both languages, nothing of the inside."""

import re
from typing import Any

import pytest

from api.obstacles import Obstacle
from api.problem_examples import problem_examples
from api.problems import Problem, language_of, title
from ledger.domain.refusals import Code
from tests.api.town import Town, problem

ALL = (*Obstacle, *Code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/no-such-page", 404, "path_must_exist"),
        ("GET", "/v1", 404, "path_must_exist"),
        ("GET", "/v1/meals/claim/", 404, "path_must_exist"),
        ("GET", "/docs", 404, "path_must_exist"),
        ("POST", "/v1/meals/eat", 404, "path_must_exist"),
        ("GET", "/v1/problems/no_such_code", 404, "path_must_exist"),
        ("GET", "/v1/%2e%2e/etc/passwd", 404, "path_must_exist"),
        ("GET", "/v1/meals/claim", 405, "method_must_be_offered"),
        ("PUT", "/v1/meals/claim", 405, "method_must_be_offered"),
        ("DELETE", "/v1/commands", 405, "method_must_be_offered"),
        ("POST", "/v1/funds", 405, "method_must_be_offered"),
        ("PATCH", "/v1/funds/x", 405, "method_must_be_offered"),
        ("TRACE", "/healthz", 405, "method_must_be_offered"),
    ],
)
def test_what_no_route_serves(shared: Town, method: str, path: str, status: int, code: str) -> None:
    answer = shared.client.request(method, path, headers=shared.headers())
    told = problem(answer, status, code)
    if status == 405:
        assert answer.headers["Allow"] == told["params"]["methods"] != ""


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("en", "en"),
        ("zh", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.5, zh-Hans;q=0.7", "zh"),
        ("fr, de;q=0.9", "en"),
        ("fr, zh;q=0.1", "zh"),
        ("zh;q=0", "en"),
        ("zh;q=high, en;q=0.1", "en"),
        ("*", "en"),
        (";;,,q=", "en"),
    ],
)
def test_a_problem_is_told_in_the_callers_language(
    shared: Town, accepted: str, language: str
) -> None:
    assert language_of(accepted) == language
    answer = shared.client.get("/nowhere", headers={"Accept-Language": accepted})
    told = problem(answer, 404, "path_must_exist")
    assert told["detail"] == told["messages"][language]["detail"]
    assert answer.headers["Content-Language"] == {"zh": "zh-CN", "en": "en"}[language]


def test_the_type_of_a_problem_leads_to_its_meaning(shared: Town) -> None:
    told = problem(shared.client.get("/nowhere"), 404, "path_must_exist")
    meaning = shared.client.get(told["type"]).json()
    assert (meaning["code"], meaning["title"]) == (told["code"], told["title"])
    assert set(meaning["messages"]) == {"en", "zh"}


@pytest.mark.parametrize("code", ALL, ids=lambda code: code.name)
def test_every_code_can_be_looked_up(shared: Town, code: Obstacle | Code) -> None:
    answer = shared.client.get(f"/v1/problems/{code.name}")
    assert answer.status_code == 200
    assert answer.json()["status"] == code.status


def test_codes_and_titles_are_not_used_twice() -> None:
    assert len({code.name for code in ALL}) == len(ALL)
    assert len({title(code) for code in ALL}) == len(ALL)


def test_every_code_has_an_example_without_gaps() -> None:
    found: dict[str, Any] = dict(problem_examples())
    assert set(found) == {code.name for code in ALL}
    for example in found.values():
        for sentences in example["value"]["messages"].values():
            assert not re.search(r"[{}]", "".join(sentences.values()))


def test_both_languages_name_the_same_values() -> None:
    for code in Obstacle:
        names = [set(re.findall(r"\{(\w+)\}", text)) for text in (
            code.en + code.en_remedy, code.zh + code.zh_remedy)]  # fmt: skip
        assert names[0] == names[1], code


def test_a_mistake_of_ours_is_a_problem_without_a_trace(
    shared: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr("api.routes.funds.funds.funds", broken)
    answer = shared.read("funds")
    told = problem(answer, 500, "answer_must_not_fail")
    assert told["params"]["reference"] == answer.headers["X-Request-ID"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_question_that_takes_too_long_is_given_up(
    shared: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleepy(connection: Any, *_: object, **__: object) -> None:
        connection.execute("SET LOCAL statement_timeout = '50ms'")
        connection.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("api.routes.funds.funds.funds", sleepy)
    told = problem(shared.read("funds"), 504, "answer_must_come_in_time")
    assert told["params"] == {"seconds": 10}
    monkeypatch.undo()
    assert shared.read("funds").status_code == 200


def test_a_full_line_is_503_and_a_time_to_come_back(
    shared: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    batcher = shared.app.state.desk.batcher
    monkeypatch.setattr(batcher, "waiting", 20_000)
    answer = shared.give("funds/open", {"fund": "x", "community": "jinning", "name": "基金"})
    problem(answer, 503, "waiting_line_must_have_room")
    assert int(answer.headers["Retry-After"]) > 0


def test_values_of_a_problem_are_plain_json() -> None:
    from datetime import date

    problem = Problem(Code.month_must_be_over, {"month": "2026-03", "today": date(2026, 3, 2)})
    assert problem.told("en")["params"] == {"month": "2026-03", "today": "2026-03-02"}
