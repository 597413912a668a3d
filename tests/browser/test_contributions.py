"""Contributions and payees at a browser: by touch, without scripts, and by keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.keyboard import enters, tabs_to
from tests.browser.person import DESKTOP, PHONE, at_a_browser
from tests.pages.shifts_in_town import CASHIERS_NAME

HERE = "/contributions/jinning"
LONG = "-".join(["noodles"] * 5)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_cash_of_a_resident_is_entered_and_taken_back(
    chromium: Browser, demo: Demo, width: int, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        she.becomes("registrar")
        she.page.get_by_role("link", name="居民贡献").first.click()
        she.page.get_by_role("link", name="金宁社区").click()
        she.page.locator("#record ~ ul").get_by_role("link", name="现金").click()
        she.page.fill("#who", CASHIERS_NAME)
        enters(she)
        expect(she.page.get_by_role("radio", name=CASHIERS_NAME)).to_be_checked()
        she.page.select_option("[name='gift.fund']", "jinning-unrestricted")
        she.page.fill("[name='gift.amount_yuan']", "66")
        she.presses("下一步：核对")
        she.sees("现在还没有登记", CASHIERS_NAME, "66")
        she.presses("返回修改")
        expect(she.page.locator("[name='gift.amount_yuan']")).to_have_value("66")
        expect(she.page.get_by_role("radio", name=CASHIERS_NAME)).to_be_checked()
        she.presses("下一步：核对")
        she.presses("确认登记")
        she.sees("贡献已登记。", "前可撤销")
        she.presses("撤销")
        she.presses("确认登记")
        she.sees("已撤回")
        expect(she.page.get_by_role("button", name="撤销", exact=True)).to_have_count(0)
        assert not she.faults


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("elder", [False, True])
def test_what_is_entered_has_no_barrier_however_long_its_names(
    chromium: Browser, demo: Demo, language: str, *, elder: bool
) -> None:
    with at_a_browser(chromium, demo, language=language) as she:
        she.goes_to(f"/?elder={int(elder)}")
        she.becomes("registrar")
        she.goes_to(f"{HERE}/record/idea")
        she.page.fill("#who", "W" * 60)
        she.page.click("[name=look]")
        expect(she.page.get_by_role("alert")).to_be_visible()
        assert she.barriers() == []
        she.page.fill("#who", CASHIERS_NAME)
        she.page.click("[name=look]")
        expect(she.page.get_by_role("radio")).to_have_count(2)
        assert she.barriers() == []
        she.page.get_by_role("radio").last.check()
        she.fills(organisation=LONG)
        she.page.select_option("[name='gift.topic']", "elders")
        she.page.locator("main form > button").last.click()
        expect(she.page.locator("[name=sure]")).to_be_visible()
        assert she.barriers() == []
        she.page.click("[name=sure]")
        she.sees(LONG)
        assert she.barriers() == []
        she.goes_to(HERE)
        she.sees(LONG)
        assert she.barriers() == []
        assert not she.faults


def test_a_payee_is_registered_by_keyboard_alone(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, language="en", width=DESKTOP) as she:
        she.becomes("registrar")
        she.goes_to("/payees/jinning")
        tabs_to(she, "a.button")
        enters(she)
        she.arrives_at("/payees/jinning/register")
        tabs_to(she, "[name=payee]")
        she.page.keyboard.type("jn-bakery")
        tabs_to(she, "[name=name]")
        she.page.keyboard.type("长乐面包房（例）")
        tabs_to(she, "[name=who]")
        she.page.keyboard.type(CASHIERS_NAME)
        tabs_to(she, "[name=look]")
        enters(she)
        expect(she.page.get_by_role("radio", name=CASHIERS_NAME)).to_be_checked()
        tabs_to(she, "form > button:last-child")
        enters(she)
        she.sees("Nothing is recorded yet.", CASHIERS_NAME)
        tabs_to(she, "[name=sure]")
        enters(she)
        she.sees("The payee is registered.", "长乐面包房（例）", CASHIERS_NAME)
        assert not she.faults


def test_an_idea_is_answered_by_keyboard_alone(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, scripts=False) as she:
        she.becomes("registrar")
        she.goes_to(f"{HERE}/record/idea")
        tabs_to(she, '[name="gift.topic"]')
        she.page.keyboard.press("ArrowDown")
        tabs_to(she, "form > button:last-child")
        enters(she)
        tabs_to(she, "[name=sure]")
        enters(she)
        she.sees("贡献已登记。", "尚未答复")
        tabs_to(she, "[name=answer]")
        she.page.keyboard.press("ArrowDown")
        tabs_to(she, "[name=reason]")
        she.page.keyboard.press("ArrowDown")
        tabs_to(she, "[action$=answer] button")
        enters(she)
        she.sees("答复已登记。")
        expect(she.page.locator("main")).to_contain_text(re.compile("答复.*已采纳"))
