"""A shift at a browser: announced, signed up for, attended, confirmed; by three people."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from api.pages.languages import typed
from ledger.domain.community_records import SHANGHAI
from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

BOARD = "/board/jinning"


def clock(minutes: int) -> str:
    return typed(datetime.now(UTC) + timedelta(minutes=minutes), SHANGHAI)


def announces(she: Person, activity: str, begins: int, minutes: int) -> None:
    """Announce a shift, and stay on its page."""
    she.becomes("leader")
    she.goes_to(BOARD)
    she.page.get_by_role("link", name="安排班次").click()
    she.fills(activity=activity, starts_at=clock(begins), ends_at=clock(begins + minutes))
    she.presses("安排")
    she.sees("班次已安排。")


def enters_the_times(she: Person, activity: str, begins: int) -> None:
    """Announce an hour that has passed, find somebody by name, and say that she was there."""
    announces(she, activity, begins, 60)
    she.fills(text="冯出纳(例)")
    she.presses("查找")
    she.page.get_by_role("link", name="冯出纳(例)", exact=True).click()
    she.page.get_by_role("link", name="登记到达和离开时间").click()
    she.presses("登记到达和离开时间")
    she.sees("时间已登记，待另一人确认。")


@pytest.mark.parametrize(("scripts", "width"), [(True, PHONE), (False, DESKTOP)])
def test_a_volunteer_takes_a_place_and_gives_it_back(
    chromium: Browser, demo: Demo, width: int, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        activity = f"护苗行动 {width}"
        announces(she, activity, 60, 90)
        she.becomes("volunteer")
        she.goes_to("/me/shifts")
        she.presses(f"报名：{activity}")
        she.sees("您已报名。")
        she.presses(f"取消报名：{activity}")
        she.sees("您已取消报名。")
        assert not she.faults


@pytest.mark.parametrize(("scripts", "width"), [(True, DESKTOP), (False, PHONE)])
def test_somebody_is_found_by_name_her_times_are_entered_and_another_confirms_them(
    chromium: Browser, demo: Demo, width: int, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        activity = f"敬老探访 {width}"
        enters_the_times(she, activity, -width)
        she.becomes("approver")
        she.goes_to(f"{BOARD}/waiting")
        she.page.locator("tr", has_text=activity).get_by_role("checkbox").check()
        she.presses("确认所勾选的人")
        she.sees("已确认。")
        assert activity not in she.reads()
        assert not she.faults


def test_a_confirmer_needs_no_mouse(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP) as she:
        enters_the_times(she, "清洁家园", -90)
        she.becomes("approver")
        she.goes_to(f"{BOARD}/waiting")
        before = she.page.get_by_role("checkbox").count()
        box = she.page.locator("tr", has_text="清洁家园").get_by_role("checkbox")
        tabs_to(she, f"[name={box.get_attribute('name')}]")
        she.page.keyboard.press("Space")
        tabs_to(she, "main form button")
        she.page.keyboard.press("Enter")
        she.page.wait_for_url("**/waiting?at_least=*")
        she.sees("已确认。")
        expect(she.page.get_by_role("checkbox")).to_have_count(before - 1)


def tabs_to(she: Person, selector: str) -> None:
    """Press Tab until the focus is there; it is never stuck."""
    for _ in range(40):
        she.page.keyboard.press("Tab")
        if she.page.evaluate(f"document.activeElement.matches('{selector}')"):
            return
    raise AssertionError(f"no way to {selector} by the keyboard")
