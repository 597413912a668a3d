"""The desk for who had her subsidised meal: told before she pays, and offered the full price."""

import re
from datetime import timedelta

from tests.pages.test_meal_desk import (
    CANTEEN,
    DESK,
    arrives,
    fields_of,
    finds,
    records,
    registers,
    today,
    told,
)
from tests.pages.town import Town, key_of

OFFERED = "按全价记一餐（12.00 元）"


def test_whoever_had_her_meal_is_offered_the_full_price_before_anybody_presses(town: Town) -> None:
    registers(town, "再买一份", born=1940)
    arrives(town)
    records(town, finds(town, "再买一份"))
    again = finds(town, "再买一份")
    for said in (
        "该人员已享受 1 次补助餐",
        "请按全价记一餐",
        "本人付款 12.00 元 按全价购买",
        OFFERED,
    ):
        assert said in told(again)
    assert "登记用餐" not in told(again)
    assert "autofocus>按全价" not in again.text
    before = town.tail()
    first, second = records(town, again), records(town, again)
    assert first.headers["Location"] == second.headers["Location"]
    assert town.tail() == before + 1
    window = told(town.browser.get(first.headers["Location"]))
    assert "已登记：再买一份，本人付 12.00 元。" in window
    assert "按全价购买" in window
    third = told(finds(town, "再买一份"))
    assert OFFERED in third, "she may have as many as she pays"
    assert "当日已按全价记 1 餐" in third, "and is told how many she has"
    assert "当日已按全价记" not in told(again)


def test_a_claim_that_comes_second_is_refused_with_the_full_price_beside_it(town: Town) -> None:
    registers(town, "同时两窗", born=1940)
    arrives(town)
    one, other = finds(town, "同时两窗"), finds(town, "同时两窗")
    records(town, one)
    before = town.tail()
    late = records(town, other)
    assert late.status_code == 409
    assert "该人员已享受 1 次补助餐" in told(late)
    assert OFFERED in told(late)
    assert "同时两窗 本人付款 12.00 元" in told(late)
    assert town.tail() == before
    done = records(town, late)
    assert done.headers["Location"].startswith(DESK)
    assert town.tail() == before + 1


def test_it_is_in_the_till_of_the_day_and_taken_back_like_any_other(town: Town) -> None:
    registers(town, "买后撤销", born=1940)
    arrives(town)
    sheet = f"{CANTEEN}/{today() - timedelta(days=5)}/lunch"
    for _ in range(2):
        records(town, finds(town, "买后撤销", sheet), sheet)
    address = f"{sheet.rpartition('/')[0]}?at_least={{}}"
    of_day = told(town.browser.get(address.format(town.tail())))
    assert "有效用餐数 2 个人自付 23.00 元" in of_day
    assert "由各方承担 1.00 元" in of_day
    assert "按全价购买 1 12.00 元 12.00 元" in of_day
    window = town.browser.get(f"{DESK}?at_least={town.tail()}")
    asked = town.post(f"{DESK}/undo", **fields_of(window, "undo"))
    assert "应退还本人 12.00 元" in told(asked)
    assert "当日保留的全价用餐" not in told(asked)
    *_, first = re.findall(r'name="claim" value="([^"]*)"', window.text)
    of_first = told(town.post(f"{DESK}/undo", **fields_of(window, "undo") | {"claim": first}))
    assert "当日保留的全价用餐（份） 1" in of_first
    sure = fields_of(window, "undo") | {"key": key_of(asked), "sure": "1"}
    town.post(f"{DESK}/undo", **sure)
    assert "有效用餐数 1" in told(town.browser.get(address.format(town.tail())))


def test_in_the_elder_version_and_in_english_it_is_offered_too(town: Town) -> None:
    registers(town, "大字再买", born=1940)
    arrives(town)
    records(town, finds(town, "大字再买"))
    town.browser.get(f"{DESK}?lang=en&elder=1")
    shown = finds(town, "大字再买")
    town.browser.get(f"{DESK}?lang=zh&elder=0")
    assert "Record at the full price (¥12.00)" in told(shown)
    assert 'class="elder"' in shown.text
