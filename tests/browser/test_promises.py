"""Promises at a browser: by touch, by keyboard alone, without scripts, and in the elder version."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.keyboard import enters, tabs_to
from tests.browser.person import DESKTOP, PHONE, at_a_browser

HERE = "/contributions/jinning"


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_volunteer_finds_the_way_promises_and_takes_it_back(
    chromium: Browser, demo: Demo, width: int, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        she.becomes("volunteer")
        she.goes_to("/me")
        she.page.get_by_role("link", name="居民贡献").click()
        she.page.get_by_role("link", name="金宁社区").click()
        she.page.locator("#promise ~ nav").get_by_role("link", name="劳务").click()
        she.page.fill("[name='gift.labour_minutes']", "45")
        she.presses("下一步：核对")
        she.sees("现在还没有登记", "45")
        she.page.go_back()
        expect(she.page.locator("[name='gift.labour_minutes']")).to_be_visible()
        she.page.fill("[name='gift.labour_minutes']", "50")
        she.presses("下一步：核对")
        she.sees("现在还没有登记", "50")
        she.presses("确认登记")
        she.sees("承诺已登记。", "50 分钟")
        she.presses("撤回承诺")
        she.presses("确认登记")
        she.sees("已撤回")
        expect(she.page.get_by_role("button", name="撤回承诺", exact=True)).to_have_count(0)
        assert not she.faults


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("elder", [False, True])
def test_no_step_of_a_promise_has_a_barrier(
    chromium: Browser, demo: Demo, language: str, *, elder: bool
) -> None:
    with at_a_browser(chromium, demo, language=language) as she:
        she.goes_to(f"/?elder={int(elder)}")
        she.becomes("registrar")
        she.goes_to(f"{HERE}/promise/premises")
        she.fills(organisation="-".join(["noodles"] * 5))
        she.page.locator("main form > button").last.click()
        expect(she.page.locator("[name=sure]")).to_be_visible()
        assert she.barriers() == []
        she.page.click("[name=sure]")
        she.sees("noodles-noodles")
        assert she.barriers() == []
        she.goes_to(f"{HERE}/open")
        she.sees("noodles-noodles")
        assert she.barriers() == []
        assert not she.faults


def test_a_promise_is_kept_by_keyboard_alone(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, language="en", width=DESKTOP) as she:
        she.becomes("registrar")
        she.goes_to(f"{HERE}/promise/cash")
        tabs_to(she, "[name='gift.fund']")
        she.page.keyboard.press("ArrowDown")
        tabs_to(she, "[name='gift.amount_yuan']")
        she.page.keyboard.type("70")
        tabs_to(she, "form > button:last-child")
        enters(she)
        she.sees("Nothing is recorded yet.", "70")
        tabs_to(she, "[name=sure]")
        enters(she)
        she.sees("The promise is entered.", "promised, and not given yet")
        tabs_to(she, "[name='gift.amount_yuan']")
        she.page.keyboard.type("80")
        tabs_to(she, "[action$=give] > button:last-child")
        enters(she)
        she.sees("Nothing is recorded yet.", "80")
        tabs_to(she, "[name=sure]")
        enters(she)
        she.sees("The contribution is entered.")
        assert not she.faults
