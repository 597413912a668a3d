"""Facts are corrected after the meals: the checker reads what would be otherwise, and the sums."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import psycopg
import pytest

from tests.pages.months_in_town import reads, takes
from tests.pages.site import words_of
from tests.pages.test_meal_reversals import APRIL_1, meals_of, takes_back
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server

XILIAN = "/settlements/xilian-canteen/2026-03"
XIANHU = "/settlements/xianhu-canteen/2026-03"
OPEN = "/settlements/xianhu-canteen/2026-04"
EATER: Final = (
    "SELECT person FROM meals.claims WHERE canteen = %s AND served_on = %s ORDER BY position"
)


def corrects(town: Town, canteen: str, day: date, eater: int = 0, **facts: str) -> str:
    """The registrar records another sheet of somebody who ate there; what she reads then."""
    with psycopg.connect(town.here.url) as connection:
        person = connection.execute(EATER, (canteen, day)).fetchall()[eater][0]
    sheet = {f"facts.{name}": value for name, value in facts.items()}
    done = takes(town, "registrar", f"/offices/people/{person}/facts", **sheet)
    assert done.status_code == 303, words_of(done)
    return words_of(town.browser.get(done.headers["Location"]))


@pytest.fixture(scope="module")
def corrected(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Whoever ate at Xilian on 3 March was 20 years old, and lived nowhere near."""
    with open_town(embedded, tmp_path_factory.mktemp("town")) as town:
        told = corrects(town, "xilian-canteen", date(2026, 3, 3), born_on="2006-01-01")
        assert "按新情况计价不同的用餐，结算审核人可以看到。" in told
        yield town


def shown(town: Town, word: str, path: str = f"{XILIAN}/later-facts") -> str:
    return reads(town, word, path).replace("\N{NO-BREAK SPACE}", " ")


def test_the_sums_go_on_from_those_of_the_settlement(corrected: Town) -> None:
    told, settlement = shown(corrected, "checker"), shown(corrected, "checker", XILIAN)
    assert "计价不同的用餐 1 " in told
    for payer, before, now, difference in (
        ("西联第一经济社(虚构)", "3.33", "0.00", "−3.33"),
        ("西联第二经济社(虚构)", "2.50", "2.50", "0.00"),
        ("社区基金", "5.83", "2.50", "−3.33"),
    ):
        assert f"{payer} {before} 元 {now} 元 {difference} 元" in told
        assert f"{payer} {before} 元 0.00 元 {before} 元" in settlement
    assert "个人自付 18.34 元 25.00 元 6.66 元" in told
    assert "个人自付 18.34 元" in settlement


def test_each_meal_says_its_tier_and_shares_twice_and_nothing_is_changed(corrected: Town) -> None:
    told = shown(corrected, "checker")
    assert re.search(
        r"2026年3月3日 就餐人 \w{8} · #\d+ 80 周岁及以上，本社区经济社成员 "
        r"西联第一经济社\(虚构\) 3\.33 元 社区基金 3\.33 元 本人 3\.34 元 第 1 号情况表 "
        r"全价 西联第一经济社\(虚构\) 0\.00 元 社区基金 0\.00 元 本人 10\.00 元 第 2 号情况表 ",
        told,
    )
    assert "每餐仍按登记时的价格。" in told
    assert "维持不变：按当时所知，计价没有错，无须办理。" in told
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4", told), "no id in full"
    assert "2006" not in told


def test_the_checker_and_the_auditor_are_led_there(corrected: Town) -> None:
    link = f'href="{XILIAN}/later-facts"'
    audited = f"/audit{XILIAN}"
    for word, path in (
        ("checker", XILIAN),
        ("auditor", XILIAN),
        ("auditor", "/audit?month=2026-03&community=xilian"),
        ("auditor", audited),
        ("auditor", f"{audited}?looked=1"),
    ):
        corrected.becomes(word)
        assert link in corrected.browser.get(path).text, (word, path)
    assert "计价不同的用餐 1 " in shown(corrected, "auditor")


@pytest.mark.parametrize("word", ["clerk", "cashier", "approver", "registrar", "volunteer"])
def test_nobody_else_is(corrected: Town, word: str) -> None:
    corrected.becomes(word)
    assert "later-facts" not in corrected.browser.get(XILIAN).text
    assert corrected.browser.get(f"{XILIAN}/later-facts").status_code == 403


def test_a_month_without_any_says_so(corrected: Town) -> None:
    told = shown(corrected, "checker", f"{XIANHU}/later-facts")
    assert "本月没有计价不同的用餐。" in told
    assert "逐餐" not in told
    corrected.becomes("checker")
    nowhere = corrected.browser.get("/settlements/no-such/2026-03/later-facts")
    assert nowhere.status_code == 404


def test_claims_go_on_where_the_page_before_ended(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for eater in range(2):
        corrects(town, "xilian-canteen", date(2026, 3, 3), eater, born_on="2006-01-01")
    monkeypatch.setattr("api.pages.later_facts.CLAIMS_SHOWN", 1)
    town.becomes("auditor")
    first = town.browser.get(f"{XILIAN}/later-facts")
    (more,) = re.findall(rf'href="({XILIAN}/later-facts\?[^"#]+)#claims"', first.text)
    second = town.browser.get(more.replace("&amp;", "&"))
    assert "#claims" not in second.text
    assert [each.text.count('data-label="用餐"') for each in (first, second)] == [1, 1]


def test_before_it_is_presented_the_sums_are_of_its_meals_until_one_is_taken_back(
    town: Town,
) -> None:
    corrects(town, "xianhu-canteen", date(2026, 4, 1), born_on="2006-01-01")
    told = shown(town, "checker", f"{OPEN}/later-facts")
    assert "计价不同的用餐 1 " in told
    assert "即结算所列金额" not in told
    for sums in ("13.00 元 6.00 元 −7.00 元", "社区基金 9.00 元 6.00 元 −3.00 元"):
        assert sums in told
    town.becomes("clerk")
    meal = meals_of(town, APRIL_1)[0]
    taken = {"reason": "ineligible", "kind": "subsidy_withdrawn"}
    asked = takes_back(town, meal, **taken)
    assert takes_back(town, meal, **taken, sure="1", key=key_of(asked)).status_code == 303
    told = shown(town, "checker", f"{OPEN}/later-facts?at_least={town.tail()}")
    assert "本月没有计价不同的用餐。" in told
    # What its eater paid stays with the canteen, and in what the eaters paid.
    corrects(town, "xianhu-canteen", date(2026, 4, 1), eater=1, born_on="2006-01-01")
    told = shown(town, "checker", f"{OPEN}/later-facts?at_least={town.tail()}")
    assert "个人自付 2.00 元 14.00 元 12.00 元" in told
