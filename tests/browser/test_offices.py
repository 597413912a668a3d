"""Offices at a browser: a role is granted by keyboard alone, a slip goes through two hands."""

import re

import pytest
from playwright.sync_api import Browser, expect

from ledger.demo.personas import BY_WORD
from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

LEADER = BY_WORD["leader"].person
SLIP = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
PAGE = f"/offices/people/{LEADER}"


def tabs_to(she: Person, wanted: str) -> None:
    """Go on with the tab key until the control of that name or text has the focus."""
    for _ in range(60):
        she.page.keyboard.press("Tab")
        found = she.page.evaluate(
            "[document.activeElement.name, document.activeElement.innerText.trim()]"
        )
        if wanted in found:
            return
    raise AssertionError(f"{wanted} is not reached by the tab key")


def chooses(she: Person, wanted: str) -> None:
    """Go down a list by the arrow key."""
    for _ in range(20):
        she.page.keyboard.press("ArrowDown")
        chosen = she.page.evaluate("document.activeElement.selectedOptions[0].text")
        if chosen == wanted:
            return
    raise AssertionError(f"{wanted} is not in the list")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_role_is_granted_and_ended_by_keyboard_alone(
    chromium: Browser, demo: Demo, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP, scripts=scripts) as she:
        she.becomes("administrator")
        she.arrives_at("/offices")
        number = she.page.locator(f"[href='{PAGE}']").first.inner_text()
        tabs_to(she, "who")
        she.page.keyboard.type(number)
        she.page.keyboard.press("Enter")
        she.page.wait_for_url(f"**{PAGE}")
        tabs_to(she, "role")
        chooses(she, "出纳")
        tabs_to(she, "community")
        chooses(she, "金宁社区")
        tabs_to(she, "下一步：核对")
        she.page.keyboard.press("Enter")
        expect(she.page.locator("h1")).to_have_text("请核对")
        she.sees("金宁社区")
        tabs_to(she, "确认登记")
        she.page.keyboard.press("Enter")
        expect(she.page.locator("[role=status]")).to_have_text("已授予角色，立即生效。")
        row = she.page.locator("tr", has_text="出纳")
        row.get_by_role("button").press("Enter")
        she.presses("确认登记")
        she.sees("已终止角色，立即失效。")
        assert not she.faults


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_slip_goes_through_two_hands_on_a_telephone(
    chromium: Browser, demo: Demo, language: str
) -> None:
    signs, prints = {"zh": ("复核凭条", "打印凭条"), "en": ("Sign for the slip", "Print the slip")}[
        language
    ]
    issues, withdraws = {
        "zh": ("开具凭条", "收回凭条"),
        "en": ("Issue a slip", "Withdraw the slip"),
    }[language]
    with at_a_browser(chromium, demo, language=language, width=PHONE) as she:
        she.becomes("registrar")
        she.goes_to(PAGE)
        she.fills(purpose="reset")
        she.presses(issues)
        expect(she.page.get_by_role("button", name=prints)).to_have_count(0)
        assert she.barriers() == []
        she.becomes("administrator")
        she.goes_to(PAGE)
        she.presses(signs)
        expect(she.page.get_by_role("button", name=prints)).to_have_count(0)
        she.becomes("registrar")
        she.goes_to(PAGE)
        she.presses(prints)
        expect(she.page.locator("main")).to_have_text(SLIP)
        assert she.barriers() == []
        she.goes_to(PAGE)
        she.presses(withdraws)
        expect(she.page.get_by_role("button", name=issues)).to_have_count(1)
        assert not she.faults


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_is_registered_and_her_sheet_goes_on(
    chromium: Browser, demo: Demo, *, scripts: bool
) -> None:
    name = f"登记员登记的人{int(scripts)}"
    with at_a_browser(chromium, demo, width=PHONE, scripts=scripts) as she:
        she.becomes("registrar")
        she.page.get_by_role("link", name="登记人员").click()
        she.page.locator("#community").select_option("jinning")
        she.page.locator("[id='contact.name']").fill(name)
        she.page.locator("[id='facts.born_on']").fill("1948-02-29")
        she.page.locator("[id='facts.habitual.0.community']").select_option("jinning")
        she.presses("登记")
        she.sees("人员已登记。")
        she.sees(name)
        assert name not in she.page.url
        she.page.get_by_role("link", name="情况表").click()
        expect(she.page.locator("[id='facts.born_on']")).to_have_value("1948-02-29")
        she.page.locator("[id='facts.hardships.0.hardship']").select_option("living_alone")
        she.presses("登记")
        she.sees("新的情况表已登记")
        assert not scripts or she.barriers() == []
        assert not she.faults


def test_rules_of_approval_are_changed_on_a_telephone(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        she.becomes("registrar")
        she.goes_to("/offices/places/xilian")
        she.page.get_by_role("link", name="设定审批规则").click()
        she.page.locator("[id='bands.0.up_to_yuan']").fill("2000")
        she.presses("下一步：核对")
        assert she.barriers() == []
        she.presses("返回修改")
        expect(she.page.locator("[id='bands.0.up_to_yuan']")).to_have_value("2000")
        she.presses("下一步：核对")
        she.presses("确认登记")
        she.sees("不超过 2,000.00")
        assert she.barriers() == []
        assert not she.faults


def test_how_the_ledger_runs_is_followed_live(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo) as auditor, at_a_browser(chromium, demo) as she:
        auditor.becomes("auditor")
        auditor.goes_to("/offices/health")
        before = auditor.page.locator("#now tr").nth(1).inner_text()
        she.becomes("administrator")
        she.goes_to(PAGE)
        she.page.locator("#role").select_option("publisher")
        she.page.locator("#community").select_option("xilian")
        she.presses("下一步：核对")
        she.presses("确认登记")
        row = auditor.page.locator("#now tr").nth(1)
        expect(row).not_to_have_text(before, timeout=15_000)
        assert not auditor.faults
