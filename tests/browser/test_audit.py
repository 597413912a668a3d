"""An auditor at a browser, by keyboard alone: from a month to each meal behind it, and back."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.demo import Demo
from tests.browser.keyboard import enters, tabs_to
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser
from tests.signing import signed

TRAIL = "/audit/settlements/xianhu-canteen/2026-03"
WORDS = {
    "zh": (
        "每一餐",
        "由日志重新计算：每个数都能由前一个数推出。",
        "长者饭堂",
        "仙湖社区 2026年3月",
    ),
    "en": (
        "Every meal",
        "Worked out once more from the log, every figure follows from the one before.",
        "长者饭堂",
        "仙湖社区, March 2026",
    ),
}


@pytest.fixture(scope="module", autouse=True)
def is_signed(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> None:
    signed(demo.here.url, tmp_path_factory.mktemp("log"))


def follows(she: Person, href: str) -> None:
    """Go there by the keyboard alone."""
    tabs_to(she, f"[href^='{href}']")
    if href.startswith("#"):
        she.page.keyboard.press("Enter")
    else:
        enters(she)


@pytest.mark.parametrize(("language", "width"), [("zh", PHONE), ("en", DESKTOP)])
def test_from_a_month_to_every_meal_and_back_by_keyboard_alone(
    chromium: Browser, demo: Demo, language: str, width: int
) -> None:
    every_meal, holds, canteen, month = WORDS[language]
    with at_a_browser(chromium, demo, language=language, width=width) as she:
        she.becomes("auditor")
        she.arrives_at("/audit")
        follows(she, "/audit?month=2026-03&community=xianhu")
        she.sees(month)
        follows(she, TRAIL)
        she.arrives_at(TRAIL)
        she.sees(holds)
        she.sees(canteen)
        follows(she, "#claims")
        she.page.wait_for_url("**#claims")
        expect(she.page.get_by_role("heading", name=every_meal)).to_be_in_viewport()
        follows(she, "/log/138?")
        she.arrives_at("/log/138")
        she.page.go_back()
        follows(she, "/audit?month=2026-03&community=xianhu")
        she.sees(month)
        assert not she.faults


@pytest.mark.parametrize("answer", ["500", "no connection", "signed out"])
@pytest.mark.parametrize("path", [TRAIL, "/audit/exceptions", "/audit"])
def test_what_does_not_come_says_so_and_is_a_link_away(
    chromium: Browser, demo: Demo, path: str, answer: str
) -> None:
    def fails(route: Route) -> None:
        if answer == "500":
            route.fulfill(status=500, content_type="text/html", body="<p>nothing</p>")
        elif answer == "signed out":
            she.page.context.clear_cookies()
            route.continue_()
        else:
            route.abort()

    with at_a_browser(chromium, demo) as she:
        she.becomes("auditor")
        expect(she.page.locator("[href='/audit/exceptions/meals_after_death']")).to_be_visible()
        she.page.route("**looked=1**", fails)
        she.goes_to(path)
        expect(she.page.get_by_text("未能取得结果。")).to_be_visible()
        she.page.unroute("**looked=1**")
        if answer == "signed out":
            return
        she.page.locator("[href*='/audit/exceptions'], [href*='looked=1']").last.click()
        she.page.wait_for_load_state()
        assert "未能取得结果。" not in she.reads()


def test_exceptions_come_beside_the_month_and_without_scripts_they_are_a_step_away(
    chromium: Browser, demo: Demo
) -> None:
    with at_a_browser(chromium, demo) as she:
        she.becomes("auditor")
        kind = she.page.locator("[href='/audit/exceptions/meals_after_death']")
        expect(kind).to_be_visible()
        kind.click()
        she.sees("请向饭堂核实由谁就餐")
        assert not she.faults
    with at_a_browser(chromium, demo, scripts=False) as she:
        she.becomes("auditor")
        she.page.click("main [href='/audit/exceptions']")
        she.page.get_by_role("link", name="开始查找").click()
        she.page.click("[href='/audit/exceptions/meals_after_death']")
        she.page.get_by_role("link", name="开始查找").click()
        she.sees("请向饭堂核实由谁就餐")


@pytest.mark.parametrize(("scripts", "width"), [(True, PHONE), (False, DESKTOP)])
def test_a_sample_is_drawn_and_drawn_again_by_its_address(
    chromium: Browser, demo: Demo, width: int, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        she.becomes("auditor")
        she.page.click("[href^='/audit/samples?']")
        she.fills(community="jinning", from_day="2026-03-01", to_day="2026-03-31", items="2")
        she.fills(nonce="三月第一行")
        she.presses("抽样")
        drawn = she.page.locator("#drawn ~ table").text_content()
        she.sees("从 5 项中抽出 2 项")
        with she.page.expect_navigation():
            she.page.click("text=固定网址")
        assert she.page.locator("#drawn ~ table").text_content() == drawn
        assert not she.faults


def test_on_paper_a_trail_is_its_tables_without_the_ways_elsewhere(
    chromium: Browser, demo: Demo
) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP) as she:
        she.becomes("auditor")
        she.goes_to(TRAIL)
        she.page.emulate_media(media="print")
        expect(she.page.locator("main table").first).to_be_visible()
        expect(she.page.locator(".choose").first).not_to_be_visible()
