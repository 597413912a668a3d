"""Samples at a browser: the form, what is wrong with it, and the same sample that anybody draws."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from ledger.audit import sampling
from tests.pages.site import words_of
from tests.pages.test_audit import looked
from tests.pages.town import Town
from tests.signing import signed

ASKED: dict[str, Any] = {
    "community": "jinning",
    "population": "claims",
    "from_day": "2026-03-01",
    "to_day": "2026-03-31",
    "items": 2,
    "nonce": "2026-03 第一行 & more",
    "method": "simple",
    "by": "place",
}


@pytest.fixture(scope="module", autouse=True)
def is_signed(town: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    signed(town.here.url, tmp_path_factory.mktemp("log"))


def path(**asked: Any) -> str:
    return f"/audit/samples?{urlencode(ASKED | asked)}"


def test_what_is_drawn_is_what_the_api_draws(town: Town) -> None:
    told = words_of(looked(town, path()))
    query = urlencode({name: value for name, value in ASKED.items() if name != "community"})
    drawing = town.browser.get(f"/v1/communities/jinning/sample?{query}").json()["drawing"]
    assert "从 5 项中抽出 2 项" in told
    for item in drawing["sample"]["drawn"]:
        assert f"#{item['position']} " in told
    root, seed = drawing["checkpoint_root"], drawing["seed"]
    assert root in told
    assert seed in told
    assert seed == sampling.seed_of(bytes.fromhex(root), ASKED["nonce"])
    assert ASKED["nonce"] in told


@pytest.mark.parametrize(
    ("population", "trails"),
    [
        ("claims", {"/audit/settlements/jinning-canteen/2026-03"}),
        (
            "payments",
            {
                "/audit/settlements/jinning-canteen/2026-03",
                "/audit/payments/jinning-youth/1",
                "/funds/jinning-youth",
            },
        ),
        ("service", set()),
    ],
)
def test_what_is_drawn_leads_to_what_it_rests_on(
    town: Town, population: str, trails: set[str]
) -> None:
    days = {"from_day": "2020-01-01", "to_day": "2026-12-31"}
    drawn = looked(town, path(population=population, items=3, **days)).text
    shown = set(re.findall(r'<td data-label="地点"><div><a href="([^"]+)"', drawn))
    assert shown == trails
    for each in shown:
        looked(town, each)


def test_a_meal_whose_month_was_not_presented_leads_nowhere(town: Town) -> None:
    april = {"community": "xianhu", "from_day": "2026-04-01", "to_day": "2026-04-30"}
    drawn = looked(town, path(**april)).text
    assert "data-label" in drawn
    assert 'href="/audit/settlements' not in drawn


def test_its_address_draws_it_again_and_leads_to_the_working_paper(town: Town) -> None:
    answer = looked(town, path(method="monetary", checkpoint=""))
    (again,) = re.findall(r'href="(/audit/samples\?community=[^"]+checkpoint=\d+)"', answer.text)
    below = "怎样复算"
    first, second = (
        words_of(each).partition(below)[0]
        for each in (answer, looked(town, again.replace("&amp;", "&")))
    )
    assert first == second
    (paper,) = re.findall(r'href="(/v1/communities/jinning/sample\.xlsx[^"]+)"', answer.text)
    given = town.browser.get(paper.replace("&amp;", "&"))
    assert given.status_code == 200
    assert given.content.startswith(b"PK")


@pytest.mark.parametrize("population", ["claims", "payments", "service"])
@pytest.mark.parametrize("method", ["simple", "stratified", "monetary"])
def test_every_population_is_drawn_by_every_method(
    town: Town, population: str, method: str
) -> None:
    days = {"from_day": "2020-01-01", "to_day": "2026-12-31"}
    told = words_of(looked(town, path(population=population, method=method, items=3, **days)))
    assert re.search(r"从 \d+ 项中抽出 [123] 项", told)
    assert ("其中 " in told) == (method == "stratified")


def test_before_it_is_filled_in_nothing_is_wrong(town: Town) -> None:
    answer = looked(town, "/audit/samples?community=xianhu")
    assert 'role="alert"' not in answer.text
    assert '<option value="xianhu" selected>' in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("items", "0", "样本数，1 至 500"),
        ("items", "many", "样本数，1 至 500"),
        ("from_day", "2026-02-30", "存在的日期"),
        ("nonce", "", "随机语：缺少此项。"),
        ("nonce", "x" * 81, "1 至 80 个字符"),
        ("population", "people", "claims"),
        ("community", "A B", "小写字母"),
        ("checkpoint", "-1", "已签名检查点的条数"),
    ],
)
def test_what_is_not_as_it_must_be_is_named_and_the_rest_is_kept(
    town: Town, field: str, typed: str, said: str
) -> None:
    answer = looked(town, path(**{field: typed}), status=422)
    assert said in words_of(answer)
    assert f'id="{field}-wrong"' in answer.text
    assert 'value="2026-03-31"' in answer.text


def test_more_than_there_is_cannot_be_drawn(town: Town) -> None:
    answer = looked(town, path(items=6), status=422)
    assert "无法抽取 6 项：总体有 5 项" in words_of(answer)
    assert 'value="6"' in answer.text


def test_why_nothing_can_be_drawn_is_told(town: Town) -> None:
    empty = words_of(looked(town, path(from_day="2019-01-01", to_day="2019-01-02"), status=422))
    assert "2019年1月1日 至 2019年1月2日 没有此类有效记录" in empty
    turned = words_of(looked(town, path(from_day="2026-03-31", to_day="2026-03-01"), status=422))
    assert "先后颠倒。 请先填较早的日期。" in turned


def test_what_was_never_signed_is_no_checkpoint(town: Town) -> None:
    assert "没有签署过 9999 条的检查点" in words_of(looked(town, path(checkpoint=9999), status=404))


def test_another_communitys_items_are_not_there(town: Town) -> None:
    looked(town, path(community="atlantis"), status=404)
