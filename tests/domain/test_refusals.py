"""The list of refusals: closed, ordered, spoken in both languages, and each one shown by a test."""

import re
from pathlib import Path
from string import Formatter

import pytest

from ledger.domain.decisions import Refused, first_refusal
from ledger.domain.refusals import Code, sentence

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


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_every_refusal_is_shown_by_a_test(code: Code) -> None:
    stories = [path for path in HERE.rglob("test_*.py") if path != Path(__file__)]
    assert any(f'"{code.name}"' in path.read_text(encoding="utf-8") for path in stories)


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
