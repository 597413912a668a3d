"""Councils at a browser: a resolution goes from its paper to what rests on it, and is revoked."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ledger.demo.staff import VOLUNTEER
from tests.browser.demo import Demo
from tests.browser.keyboard import chooses, tabs_to_name
from tests.browser.person import DESKTOP, PHONE, at_a_browser


@pytest.mark.parametrize(("scripts", "width"), [(True, PHONE), (False, DESKTOP)])
def test_a_resolution_is_recorded_from_its_paper_and_revoked(
    chromium: Browser, demo: Demo, tmp_path: Path, width: int, *, scripts: bool
) -> None:
    paper = tmp_path / "决议.pdf"
    paper.write_bytes(b"%PDF-1.7 signed")
    name = f"jinning-browser-{int(scripts)}"
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        she.becomes("registrar")
        she.page.get_by_role("link", name="议事与决议").first.click()
        she.page.get_by_role("link", name="金宁社区").first.click()
        she.page.get_by_role("link", name="登记决议").click()
        she.page.locator("#file").set_input_files(paper)
        she.presses("计算摘要")
        expect(she.page.locator("#document")).to_have_value(re.compile(r"^[0-9a-f]{64}$"))
        she.page.locator("#resolution").fill(name)
        she.page.locator("#body").select_option("residents_assembly")
        she.page.locator("#decided_on").fill("2026-03-20")
        she.page.locator("[id='votes.in_favour']").fill("40")
        she.page.locator("[id='votes.against']").fill("41")
        she.page.locator("[id='payments.0.fund']").select_option("jinning-unrestricted")
        she.page.locator("[id='payments.0.amount_most_yuan']").fill("800")
        she.presses("下一步：核对")
        she.sees("决议未获通过")
        assert not scripts or she.barriers() == []
        she.page.locator("[id='votes.against']").fill("4")
        she.presses("下一步：核对")
        assert not scripts or she.barriers() == []
        she.presses("返回修改")
        expect(she.page.locator("[id='payments.0.amount_most_yuan']")).to_have_value("800")
        she.presses("下一步：核对")
        she.presses("确认登记")
        she.sees("决议已登记。")
        she.page.locator("#reason").select_option("entered_by_mistake")
        she.presses("下一步：核对")
        she.presses("确认登记")
        she.sees("登记有误")
        assert not scripts or she.barriers() == []


def test_a_meeting_and_who_came_by_keyboard_alone(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP) as she:
        she.becomes("registrar")
        she.goes_to("/councils/places/jinning")
        tabs_to_name(she, "meeting")
        she.page.keyboard.type("jinning-by-keyboard")
        tabs_to_name(she, "body")
        chooses(she, "村（居）民议事厅")
        tabs_to_name(she, "下一步：核对")
        she.page.keyboard.press("Enter")
        expect(she.page.locator("h1")).to_have_text("请核对")
        tabs_to_name(she, "确认登记")
        she.page.keyboard.press("Enter")
        expect(she.page.locator("[role=status]")).to_contain_text("会议已登记。")
        tabs_to_name(she, "who")
        she.page.keyboard.type("冯出纳(例)")
        she.page.keyboard.press("Enter")
        she.page.get_by_role("button", name="登记冯出纳(例)到会").press("Enter")
        expect(she.page.locator("[role=status]")).to_have_text("已登记此人到会。")
        assert "冯出纳" not in she.reads()
        assert she.barriers() == []
        assert not she.faults


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_certificate_is_issued_after_a_look(chromium: Browser, demo: Demo, language: str) -> None:
    looks, issues, issued = {
        "zh": ("下一步：查看证明内容", "确认登记", "证明已开具。"),
        "en": ("See what it would say", "Yes, record it", "The certificate is issued."),
    }[language]
    with at_a_browser(chromium, demo, language=language, width=PHONE) as she:
        she.becomes("approver")
        she.goes_to(f"/offices/people/{VOLUNTEER}/certificates")
        she.page.locator("#community").select_option("jinning/mutual-aid")
        she.presses(looks)
        expect(she.page.locator("main")).to_have_text(re.compile(r"jinning-\d{4}-\d{4}"))
        assert she.barriers() == []
        she.presses(issues)
        she.sees(issued)
        assert she.barriers() == []
        assert not she.faults


def test_a_card_is_handed_out_printed_and_lost(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        she.becomes("registrar")
        she.goes_to(f"/offices/people/{VOLUNTEER}")
        she.presses("发放查询卡")
        she.presses("打印查询卡")
        pin = she.page.locator(".number").inner_text()
        assert re.fullmatch(r"\d{6}", pin)
        assert she.barriers() == []
        she.page.emulate_media(media="print")
        expect(she.page.get_by_text(pin)).not_to_be_visible()
        expect(she.page.locator("svg")).to_be_visible()
        she.page.emulate_media(media="screen")
        she.goes_to(f"/offices/people/{VOLUNTEER}")
        she.page.locator("section[aria-labelledby=card] select").select_option("lost")
        she.presses("注销查询卡")
        she.presses("确认登记")
        she.sees("查询卡已注销")
        assert not she.faults


def test_who_was_entered_twice_is_joined_and_parted_on_a_telephone(
    chromium: Browser, demo: Demo
) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        she.becomes("registrar")
        for name in ("重复的人一(例)", "重复的人二(例)"):
            she.goes_to("/offices/people/new")
            she.page.locator("#community").select_option("jinning")
            she.page.locator("[id='contact.name']").fill(name)
            she.page.locator("[id='facts.born_on']").fill("1950-01-01")
            she.presses("登记")
        she.page.get_by_role("link", name="重复登记").click()
        she.page.locator("#who").fill("重复的人一(例)")
        she.presses("查找")
        assert "重复的人一" not in she.page.url
        assert she.barriers() == []
        she.presses("下一步：核对是否同一人")
        assert she.barriers() == []
        she.presses("确认登记")
        she.sees("已合并。")
        assert she.barriers() == []
        she.presses("其实是两个人")
        she.presses("确认登记")
        she.sees("已分开。")
        assert not she.faults
