"""The list of refusals: closed, ordered, spoken in both languages, and each one shown by a test."""

import re
from pathlib import Path
from string import Formatter

import pytest

from ledger.domain.decisions import Refused, first_refusal
from ledger.domain.refusals import Code, sentence
from tests.shown import shown

HERE = Path(__file__).resolve().parents[1]


def braces(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_a_refusal_is_an_obligation_in_both_languages(code: Code) -> None:
    assert re.search(r"_(must|may)_", code.name), "a name states the obligation"
    assert code.status in (403, 404, 409, 422)
    assert all(
        text.endswith((".", "。")) for text in (code.en, code.en_remedy, code.zh, code.zh_remedy)
    )
    assert re.search(r"[\u4e00-\u9fff]", code.zh)
    assert re.search(r"[\u4e00-\u9fff]", code.zh_remedy)
    assert braces(code.zh + code.zh_remedy) <= braces(code.en + code.en_remedy)


def test_every_refusal_is_shown_by_a_test() -> None:
    stories = [path for path in HERE.rglob("test_*.py") if path != Path(__file__)]
    found = set[str]().union(*(shown(path.read_text(encoding="utf-8")) for path in stories))
    assert {code.name for code in Code} - found == set()


IN_A_TEST = "def test_a(told):\n    "
IN_A_TABLE = "@pytest.mark.parametrize(('day', 'code'), {})\ndef test_a(day, code):\n    {}"


@pytest.mark.parametrize(
    "story",
    [
        IN_A_TEST + "told.refused('x', day=1)",
        IN_A_TEST + "declined(told, 'x')",
        IN_A_TEST + "again = problem(told, 409, 'x')",
        IN_A_TEST + "assert told['code'] == 'x'",
        IN_A_TEST + "assert refusal(told) == Refused(Code.x, day=1)",
        IN_A_TEST + "code = None if told else 'x'\n    assert refusal(told) == code",
        IN_A_TEST + "for day, code in [(1, 'x')]:\n        told.refused(code)",
        IN_A_TABLE.format("[(1, 'x')]", "given(day).refused(code)"),
        "TABLE = [(1, 'x')]\n" + IN_A_TABLE.format("TABLE", "given(day).refused(code)"),
        (
            "CASES = {'x': 1}\n"
            "@pytest.mark.parametrize('code', CASES)\ndef test_a(code):\n    given().refused(code)"
        ),
    ],
)
def test_a_refusal_that_a_test_insists_on_is_shown(story: str) -> None:
    assert "x" in shown(story)


@pytest.mark.parametrize(
    "story",
    [
        "'x'\nassert told == 'x'",
        "def helper(told):\n    told.refused('x')",
        IN_A_TEST + "'x'",
        IN_A_TEST + "told.refused('y', day='x')",
        IN_A_TEST + "declined('x', 'y')",
        IN_A_TEST + "assert told != 'x'",
        IN_A_TEST + "assert told('x') == 'y'",
        IN_A_TEST + "assert Code.x.status == 409",
        IN_A_TABLE.format("[('x', 'y')]", "given(day).refused(code)"),
        IN_A_TABLE.format("[(1, 'x')]", "given(day, code).refused('y')"),
        "TABLE = [(1, 'x')]\n" + IN_A_TABLE.format("OTHER", "given(day).refused(code)"),
        "code = 'x'\n" + IN_A_TABLE.format("[(1, 'y')]", "given(day).refused(code)"),
    ],
)
def test_a_refusal_that_is_only_mentioned_is_not_shown(story: str) -> None:
    assert "x" not in shown(story)


def test_of_several_refusals_the_first_of_the_list_is_the_answer() -> None:
    late = Refused(Code.fund_must_cover_the_amount)
    early = Refused(Code.fund_must_be_known)
    assert first_refusal(None, late, early) is early
    assert first_refusal(None, None) is None


def test_a_sentence_names_the_values() -> None:
    values: dict[str, object] = {"day": "2026-03-02", "meals": 1, "meals_most": 1}
    code = Code.day_must_not_have_two_subsidised_meals
    assert "2026-03-02" in sentence(code, values, "en")[0]
    assert "每日上限为 1 次" in sentence(code, values, "zh-Hans")[0]
