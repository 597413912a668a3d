"""The end of a month, from the open claims to the notice on display, each step by whose it is."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.keyboard import tabs_to_name
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

MONTHS = {
    True: ("xianhu", PHONE, ("fund/xianhu-unrestricted", "cooperative/xianhu/xh-e1")),
    False: ("jinning", DESKTOP, ()),
}
"""With scripts and without: a month with meals on a phone, and one without any on a desk."""


@pytest.mark.parametrize("scripts", [True, False])
def test_a_month_ends_with_its_notice_on_display(
    chromium: Browser, demo: Demo, *, scripts: bool
) -> None:
    community, width, payers = MONTHS[scripts]
    month, settlement = f"/months/{community}/2026-04", f"/settlements/{community}-canteen/2026-04"
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        she.becomes("checker")
        she.page.locator("nav.rooms").get_by_role("link", name="月末结账").click()
        she.page.locator(f"a[href='{month}']").first.click()
        she.arrives_at(month)
        she.page.get_by_role("link", name="用餐登记截止").click()
        is_sure(she, "截止当月用餐登记", "当月用餐登记已截止。")
        at(she, "clerk", settlement, "提交结算", "结算已提交。")
        at(she, "checker", settlement, "审核结算", "结算已审核。")
        done = "结算已批准，可以付款。" if payers else "结算已批准，没有应付的款项。"
        at(she, "approver", settlement, "批准结算", done)
        for payer in payers:
            at(she, "cashier", f"{settlement}?payer={payer}", "登记付款", "已登记付款。")
        at(she, "fund-manager", month, "结账", "该月已结账。")
        publishes(she, month)
        she.page.context.clear_cookies()
        she.goes_to("/public/notices")
        she.sees("2026年4月")
        assert not she.faults


def at(she: Person, word: str, path: str, button: str, done: str) -> None:
    """Somebody takes her step."""
    she.becomes(word)
    she.goes_to(path)
    is_sure(she, button, done)


def is_sure(she: Person, button: str, done: str) -> None:
    she.presses(button)
    she.sees("现在还没有登记")
    she.presses("确认登记")
    she.sees(done)


def publishes(she: Person, month: str) -> None:
    """The publisher looks at the draft and puts it on display to the last day that there may be."""
    she.becomes("checker")
    she.goes_to(month)
    she.page.get_by_role("link", name="发布公示").click()
    until = she.page.locator("[name=until]").get_attribute("max")
    assert until
    she.fills(until=until)
    is_sure(she, "发布公示", "公示已发布。")


def test_a_month_is_closed_by_keyboard_alone(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, language="en", width=DESKTOP) as she:
        she.becomes("fund-manager")
        she.goes_to("/months/xilian/2026-04")
        tabs_to_name(she, "Close the month")
        she.page.keyboard.press("Enter")
        she.page.wait_for_selector("button[name=sure]")
        tabs_to_name(she, "Yes, record it")
        she.page.keyboard.press("Enter")
        she.page.wait_for_selector(".good")
        she.sees("The month is closed.")
        assert not she.faults


@pytest.mark.parametrize("scripts", [True, False])
def test_an_estimate_is_drawn_where_scripts_run_and_stands_in_a_table_anyway(
    chromium: Browser, demo: Demo, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, scripts=scripts) as she:
        she.becomes("fund-manager")
        she.goes_to("/funds/jinning-unrestricted/forecast")
        expect(she.page.locator(".chart canvas")).to_have_count(int(scripts))
        expect(she.page.locator("table[data-chart] tbody tr")).to_have_count(4)
        assert not she.faults
