"""The meal desk while the network is gone: kept as ids, sent once when it is back, never lost."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Response, expect

from ledger.demo import personas
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.values import (
    SiteId,
    Title,
)
from tests.browser.demo import Demo
from tests.browser.offline import (
    CLAIM,
    DESK,
    KEPT,
    ON_PAPER,
    RECORD,
    SLOWLY,
    STORED,
    XIANHU,
    back_online,
    eats,
    finds,
    gives,
    keeps,
    reads,
    signs_in,
    stored,
    unreachable,
)
from tests.browser.person import DESKTOP, Person, at_a_browser
from tests.pages.test_meal_desk import whatever_is_charged


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_meal_on_the_screen_is_kept_by_a_key_and_recorded_when_the_network_is_back(
    chromium: Browser, demo: Demo, language: str
) -> None:
    eats(demo, name := f"断网者{language}")
    with at_a_browser(chromium, demo, language=language, width=DESKTOP) as she:
        she.becomes("clerk")
        finds(she, name)
        listed = she.page.locator("form[action$='/undo']")
        number = listed.count()
        she.page.context.set_offline(True)
        before = demo.tail()
        she.page.keyboard.press("Enter")
        reads(she, KEPT[language])
        expect(she.page.get_by_role("button", name=RECORD[language])).not_to_be_visible()
        assert she.barriers() == []
        she.page.context.set_offline(False)
        reads(she, {"zh": "网络已恢复：已登记 1 份", "en": "back: 1 recorded"}[language])
        expect(listed).to_have_count(number + 1)
        assert demo.tail() == before + 1
        assert stored(she) == []
        assert she.barriers() == []
        assert not she.faults


def test_what_is_kept_says_nothing_of_her_but_her_id(demo: Demo, clerk: Person) -> None:
    eater = eats(demo, "名字不存")
    keeps(clerk, "名字不存")
    (meal,) = stored(clerk)
    assert set(meal) == STORED
    assert (meal["person"], meal["clerk"]) == (eater, personas.BY_WORD["clerk"].person)
    whole = clerk.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "名字不存" not in whole
    assert "AGE80" not in whole
    assert len(clerk.page.evaluate("Object.keys(localStorage)")) == 1
    back_online(clerk)


def test_what_is_kept_outlives_the_page(demo: Demo, clerk: Person) -> None:
    eats(demo, "重开页面")
    keeps(clerk, "重开页面")
    before = demo.tail()
    unreachable(clerk)
    clerk.page.context.set_offline(False)
    clerk.goes_to(DESK)
    reads(clerk, KEPT["zh"])
    clerk.page.unroute(f"**{CLAIM}")
    clerk.goes_to(DESK)
    reads(clerk, "已登记 1 份")
    assert demo.tail() == before + 1


def test_two_windows_send_it_once(demo: Demo, clerk: Person) -> None:
    eats(demo, "两个窗口")
    clerk.page.context.add_init_script(SLOWLY)  # so that each is at it while the other is
    other = clerk.page.context.new_page()
    other.goto(demo.origin + DESK)
    claims: list[int] = []

    def counts(answer: Response) -> None:
        if answer.url.endswith(CLAIM):
            claims.append(answer.status)

    clerk.page.context.on("response", counts)
    keeps(clerk, "两个窗口")
    expect(other.locator("#offline")).to_contain_text(KEPT["zh"])
    before = demo.tail()
    clerk.page.context.set_offline(False)
    for page in (clerk.page, other):
        expect(page.locator("#offline")).not_to_contain_text("暂存")
    assert demo.tail() == before + 1
    assert claims == [201]


def test_an_answer_that_was_lost_is_asked_for_again_and_is_one_meal(
    demo: Demo, clerk: Person
) -> None:
    eats(demo, "回执丢失")
    finds(clerk, "回执丢失")
    before = demo.tail()

    def loses_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()

    clerk.page.route(f"**{CLAIM}", loses_the_answer)
    clerk.presses("登记用餐")
    reads(clerk, KEPT["zh"])
    assert demo.tail() == before + 1
    clerk.page.unroute(f"**{CLAIM}")
    clerk.page.evaluate("dispatchEvent(new Event('online'))")
    reads(clerk, "已登记 1 份")
    assert demo.tail() == before + 1


def test_after_an_hour_it_is_not_sent_any_more_and_not_forgotten(demo: Demo, clerk: Person) -> None:
    eats(demo, "超过一小时")
    clerk.page.clock.install()
    keeps(clerk, "超过一小时")
    before = demo.tail()
    clerk.page.clock.fast_forward("01:01:00")
    reads(clerk, "暂存已超过一小时，不再发送")
    clerk.page.context.set_offline(False)
    clerk.goes_to(DESK)
    reads(clerk, "暂存已超过一小时，不再发送")
    assert clerk.barriers() == []
    clerk.presses(ON_PAPER["zh"])
    expect(clerk.page.locator("#offline-left li")).to_have_count(0)
    assert stored(clerk) == []
    assert demo.tail() == before


def test_another_clerk_sends_nothing_of_it_and_is_told(demo: Demo, clerk: Person) -> None:
    eats(demo, "别人暂存的")
    keeps(clerk, "别人暂存的")
    unreachable(clerk)
    clerk.page.context.set_offline(False)
    clerk.page.context.clear_cookies()
    signs_in(clerk)
    clerk.page.unroute(f"**{CLAIM}")
    before = demo.tail()
    clerk.goes_to(DESK)
    reads(clerk, "本机有另一位核销员暂存的 1 份，尚未登记")
    assert clerk.barriers() == []
    assert demo.tail() == before
    clerk.becomes("clerk")
    clerk.goes_to(DESK)
    reads(clerk, "已登记 1 份")


def test_whose_session_ended_signs_in_and_it_is_recorded(demo: Demo, clerk: Person) -> None:
    eats(demo, "登录失效")
    keeps(clerk, "登录失效")
    clerk.page.context.clear_cookies()
    clerk.page.context.set_offline(False)
    reads(clerk, "您的登录已失效")
    clerk.becomes("clerk")
    clerk.goes_to(DESK)
    reads(clerk, "已登记 1 份")


def test_signing_out_says_first_that_it_deletes_them(demo: Demo, clerk: Person) -> None:
    eats(demo, "退出登录")
    keeps(clerk, "退出登录")
    unreachable(clerk)
    clerk.page.context.set_offline(False)
    clerk.goes_to("/me")
    clerk.presses("退出登录")
    expect(clerk.page.locator("#kept-meals")).to_be_visible()
    assert clerk.barriers() == []
    clerk.presses("退出登录")
    clerk.page.wait_for_url(f"{demo.origin}/")
    assert stored(clerk) == []


def test_a_search_needs_the_network_and_what_was_typed_stays(clerk: Person) -> None:
    clerk.goes_to(DESK)
    clerk.page.context.set_offline(True)
    clerk.page.fill("#who", "区兆基(例)")
    clerk.presses("查找")
    reads(clerk, "其他人请用纸质当日登记表")
    assert clerk.page.input_value("#who") == "区兆基(例)"
    assert clerk.barriers() == []
    clerk.page.context.set_offline(False)
    clerk.presses("查找")
    clerk.page.wait_for_url("**/find")
    assert not clerk.faults


def test_no_more_are_kept_than_a_paper_sheet_has_lines(demo: Demo, clerk: Person) -> None:
    eats(demo, "第二十一")
    keeps(clerk, "第二十一")
    clerk.page.evaluate("""() => {
        const [place] = Object.keys(localStorage), meal = JSON.parse(localStorage[place]);
        localStorage.removeItem(place);
        for (let number = 0; number < 20; number += 1) {
            const key = `page-${String(number).padStart(32, "0")}`;
            localStorage[`jiefang.kept-meal.${key}`] = JSON.stringify({ ...meal, key });
        }
        document.querySelector("form[action$='/claim']").hidden = false;
    }""")
    clerk.presses("登记用餐")
    reads(clerk, "本机不能再暂存")
    assert len(stored(clerk)) == 20


@pytest.mark.parametrize("text", ["", "{", "{}", "null", '{"key": "page-1", "at": 1}'])
def test_what_is_no_meal_in_the_storage_is_none(clerk: Person, text: str) -> None:
    clerk.goes_to(DESK)
    clerk.page.evaluate("each => localStorage.setItem('jiefang.kept-meal.page-1', each)", text)
    clerk.goes_to(DESK)
    clerk.page.wait_for_load_state("networkidle")
    expect(clerk.page.locator("#offline")).to_have_text("", use_inner_text=True)
    assert not clerk.faults


def test_where_the_browser_keeps_nothing_it_says_so(demo: Demo, clerk: Person) -> None:
    eats(demo, "不能暂存")
    clerk.page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    finds(clerk, "不能暂存")
    clerk.page.context.set_offline(True)
    clerk.presses("登记用餐")
    reads(clerk, "这份餐未能暂存")
    expect(clerk.page.get_by_role("button", name="登记用餐")).to_be_visible()


def test_a_meal_whose_price_the_clerk_says_is_not_kept_for_a_price_is_no_id(
    demo: Demo, clerk: Person
) -> None:
    canteen = SiteId("xianhu-small")
    opened = date(2026, 1, 1)
    gives(demo, RegisterSite(canteen, XIANHU, SiteKind.canteen, Title("小食堂"), opened))
    gives(demo, whatever_is_charged(canteen))
    eats(demo, "价格另定")
    finds(clerk, "价格另定", f"/desk/{canteen}/today/now")
    clerk.page.context.set_offline(True)
    clerk.presses("登记用餐")
    reads(clerk, "这份餐未能暂存")
    assert stored(clerk) == []
    clerk.page.context.set_offline(False)
    clerk.presses("登记用餐")
    clerk.sees("已登记：价格另定")


def test_a_meal_at_the_full_price_is_kept_as_one_and_recorded_as_one(
    chromium: Browser, demo: Demo
) -> None:
    eats(demo, name := "断网再买者")
    with at_a_browser(chromium, demo, width=DESKTOP) as she:
        she.becomes("clerk")
        finds(she, name)
        she.presses(RECORD["zh"])
        she.sees(f"已登记：{name}")
        she.page.fill("#who", name)
        she.page.keyboard.press("Enter")
        she.sees("请按全价记一餐")
        she.page.wait_for_load_state()
        she.page.context.set_offline(True)
        before = demo.tail()
        she.page.locator("form[action$='/claim'] button").click()
        reads(she, KEPT["zh"])
        (kept,) = stored(she)
        assert kept["at_full_price"] is True
        she.page.context.set_offline(False)
        reads(she, "网络已恢复：已登记 1 份")
        assert (demo.tail(), stored(she)) == (before + 1, [])
        demo.caught_up()
        she.goes_to(DESK)
        she.sees("按全价购买")
        assert not she.faults
