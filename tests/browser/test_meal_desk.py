"""A queue at the meal desk: by keyboard alone, two keys a meal beyond what is typed."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.keyboard import focus, goes_on
from tests.browser.offline import DESK as XIANHU_DESK
from tests.browser.offline import eats
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

DESK = "/desk/xilian-canteen/today/now"
RECORDED = {"zh": "已登记：{name}", "en": "Recorded: {name}"}
QUEUE = ("黎志强(例)", "梁婉仪(例)", "区兆基(例)")


class Keys:
    """A keyboard that counts; a character that an input method writes is one."""

    def __init__(self, she: Person) -> None:
        self.she, self.page = she, she.page
        self.pressed = 0
        self.looks()

    def looks(self) -> None:
        """Wait until the page has set the focus, as quick as she may be."""
        self.page.locator("[autofocus]:focus").wait_for()

    def types(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.pressed += len(text)

    def enters(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.looks()
        self.pressed += 1

    def goes_on(self) -> None:
        goes_on(self.she)
        self.pressed += 1


def takes_back(she: Person, keys: Keys, button: str) -> None:
    """Go on with the tab key to the newest meal, and take it back."""
    while button not in focus(she)["called"]:
        keys.goes_on()
        assert keys.pressed < 20
    keys.enters()
    keys.enters()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_queue_is_served_by_keyboard_alone(
    chromium: Browser, demo: Demo, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP, scripts=scripts) as she:
        she.becomes("clerk")
        she.goes_to(DESK)
        for name in QUEUE:
            keys = Keys(she)
            keys.types(name)
            keys.enters()
            she.sees("本人付款")
            keys.enters()
            she.sees(RECORDED["zh"].format(name=name))
            assert keys.pressed == len(name) + 2
        for _ in QUEUE:
            keys = Keys(she)
            takes_back(she, keys, "撤销")
            she.sees("已撤销。本人已付款的，请退还。")
        assert not she.faults


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_telephone_a_refusal_is_read_and_the_next_one_comes(
    chromium: Browser, demo: Demo, language: str
) -> None:
    with at_a_browser(chromium, demo, language=language, width=PHONE) as she:
        she.becomes("clerk")
        she.arrives_at("/desk")
        she.goes_to(DESK)
        keys = Keys(she)
        keys.types("欧阳家明(例)")
        keys.enters()
        told = {"zh": "之前已去世", "en": "The person died before"}
        she.sees(told[language])
        assert she.barriers() == []
        keys.types("没有这个人")
        keys.enters()
        she.sees("没有这个人")
        expect(she.page.locator("#who")).to_have_value("")
        assert focus(she, "#who")["is_it"]
        assert she.barriers() == []
        keys.types("何满(例)")
        keys.enters()
        assert she.barriers() == []
        assert not she.faults


@pytest.mark.parametrize("scripts", [True, False])
def test_one_more_meal_is_sold_at_the_full_price_by_keyboard_alone(
    chromium: Browser, demo: Demo, *, scripts: bool
) -> None:
    eats(demo, name := f"再买者{'有' if scripts else '无'}脚本")
    with at_a_browser(chromium, demo, width=DESKTOP, scripts=scripts) as she:
        she.becomes("clerk")
        she.goes_to(XIANHU_DESK)
        keys = Keys(she)
        keys.types(name)
        keys.enters()
        keys.enters()
        keys = Keys(she)
        keys.types(name)
        keys.enters()
        she.sees("请按全价记一餐")
        assert focus(she, "#who")["is_it"], "no key that she presses by habit sells a second meal"
        assert not scripts or she.barriers() == []
        while not focus(she, "form[action$='/claim'] button")["is_it"]:
            keys.goes_on()
            assert keys.pressed < len(name) + 4
        keys.enters()
        she.sees(RECORDED["zh"].format(name=name))
        she.sees("按全价购买")
        assert keys.pressed <= len(name) + 4
        assert not she.faults
