"""A change of a policy, from the wish for it to a version that is published, at a browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

HERE = "/policies/xianhu-canteen"


def opens_rule(she: Person, number: int) -> None:
    she.page.locator("details.rule > summary").filter(has_text=f"第 {number} 档").click()


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESKTOP, False)])
def test_what_a_yuan_more_would_have_cost_is_seen_at_once(
    chromium: Browser, demo: Demo, width: int, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        she.becomes("fund-manager")
        she.goes_to("/policies")
        she.page.locator(f"a[href='{HERE}']").click()
        she.page.get_by_role("link", name="试算调整").click()
        expect(she.page.locator("select[name=month]")).to_have_value("2026-03")
        opens_rule(she, 3)
        she.page.locator("[name='r3-a2']").fill("8")
        she.presses("试算")
        she.page.locator(".chart canvas" if scripts else "table[data-chart]").first.wait_for()
        assert "仍按当时计价的" not in she.reads()
        assert not scripts or she.barriers() == []
        opens_rule(she, 3)
        expect(she.page.locator("[name='r3-a2']")).to_have_value("8")
        assert not she.faults


def test_by_keyboard_alone_enter_tries_and_removes_nothing(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo) as she:
        she.becomes("fund-manager")
        she.goes_to(f"{HERE}/simulate")
        before = she.page.locator("details.rule > fieldset").count()
        she.page.locator("[name=price_yuan]").focus()
        she.page.keyboard.press("Control+A")
        she.page.keyboard.type("13")
        she.page.keyboard.press("Enter")
        she.page.locator("#result").wait_for()
        expect(she.page.locator("details.rule > fieldset")).to_have_count(before)
        assert "13" in she.page.locator("[name=price_yuan]").input_value()


def test_a_version_is_tried_carried_over_and_published(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo) as she:
        she.becomes("fund-manager")
        she.goes_to(f"{HERE}/withdraw/2")
        she.fills(valid_until="2080-01-01")
        she.presses("下一步：核对")
        she.presses("确认登记")
        she.goes_to(f"{HERE}/simulate")
        she.presses("增加一档")
        she.page.locator("[name='r7-code']").fill("AGE50")
        she.page.locator("[name='r7-age_least']").fill("50")
        she.page.locator("[name='r7-p1']").select_option("fund/xianhu-unrestricted")
        she.page.locator("[name='r7-a1']").fill("0.50")
        she.presses("带去发布")
        she.fills(valid_from="2080-01-01")
        she.presses("下一步：核对")
        she.sees("50 周岁及以上")
        assert she.barriers() == []
        she.presses("确认登记")
        she.arrives_at(HERE)
        she.sees("已发布，从生效日期起有效。")
        she.sees("第 3 版")
        assert not she.faults
