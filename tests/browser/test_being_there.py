"""A shift at the site: the display shows a code, a telephone reads it, and a time is checked."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser
from tests.browser.test_board import announces


def shows_the_code(leader: Person, activity: str) -> str:
    """The leader hangs up the code of a shift that has begun; the page of the shift."""
    announces(leader, activity, -5, 90)
    leader.page.get_by_role("link", name="签到表", exact=True).click()
    leader.page.get_by_role("link", name="让大家自己签到：显示签到码").click()
    leader.sees(activity)
    return leader.page.url.removesuffix("/code")


def read_by_a_telephone(leader: Person) -> str:
    """What a camera reads in the picture on the display."""
    seen = Image.open(BytesIO(leader.page.locator(".picture").screenshot()))
    (found,) = zxingcpp.read_barcodes(seen)
    return found.text


def test_a_telephone_that_reads_the_display_checks_her_in(chromium: Browser, demo: Demo) -> None:
    with (
        at_a_browser(chromium, demo, width=DESKTOP) as leader,
        at_a_browser(chromium, demo, width=PHONE) as she,
    ):
        shows_the_code(leader, "河道巡护")
        she.becomes("volunteer")
        address = read_by_a_telephone(leader)
        assert address.startswith(demo.origin + "/me/shifts/")
        she.page.goto(address)
        she.page.wait_for_url(address.partition("#")[0])  # no history keeps the code
        she.presses("我到了")
        she.sees("您已签到。")
        she.sees("现场签到")
        assert "现场签到、签退" not in she.reads()
        leader.page.get_by_role("link", name="签到表", exact=True).click()
        leader.sees("1 人仍在现场")
        assert not she.faults + leader.faults


@pytest.mark.parametrize(("waits", "is_told"), [(0, False), (60_000, True)])
def test_what_she_read_before_she_signed_in_is_in_the_field_or_to_be_read_again(
    chromium: Browser, demo: Demo, waits: int, *, is_told: bool
) -> None:
    with (
        at_a_browser(chromium, demo, width=DESKTOP) as leader,
        at_a_browser(chromium, demo, width=PHONE) as she,
    ):
        shows_the_code(leader, f"林道巡护 {waits}")
        address = read_by_a_telephone(leader)
        she.page.clock.install()
        she.page.goto(address)
        she.page.wait_for_url(lambda url: "/sign-in" in url and "#" not in url)
        she.page.clock.fast_forward(waits)
        she.page.click("form[action='/demo/volunteer'] button")
        she.page.wait_for_url(address.partition("#")[0])
        code = "" if is_told else address.partition("#")[2]
        expect(she.page.locator("#code")).to_have_value(code)
        expect(she.page.locator("#read-again")).to_be_visible(visible=is_told)
        assert she.page.evaluate("sessionStorage.length") == 0
        assert not she.barriers() + she.faults


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_scripts_the_digits_are_typed_by_keyboard_alone(
    chromium: Browser, demo: Demo, language: str
) -> None:
    with (
        at_a_browser(chromium, demo, width=PHONE) as leader,
        at_a_browser(chromium, demo, width=PHONE, language=language, scripts=False) as she,
    ):
        page = shows_the_code(leader, f"河道巡护 {language}")
        she.becomes("volunteer")
        she.goes_to(f"/me/shifts/{page.rpartition('/')[2]}/here")
        she.page.locator("[name=code]").focus()
        shown = leader.page.locator(".display").inner_text()
        she.page.keyboard.type(" ".join(shown.split()))  # a new line would press Enter
        she.page.keyboard.press("Enter")
        she.sees({"zh": "您已签到。", "en": "You are checked in."}[language])
        assert not she.faults + leader.faults


def test_the_display_goes_on_to_the_next_code_by_itself(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP) as leader:
        shows_the_code(leader, "敬老探访")
        first = leader.page.locator(".display").inner_text()
        leader.page.wait_for_function(
            "first => document.querySelector('.display').innerText !== first",
            arg=first,
            timeout=45_000,
        )
        assert not leader.barriers()
        assert not leader.faults


def test_digits_that_are_followed_by_none_are_hidden_and_why_is_said(
    chromium: Browser, demo: Demo
) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP) as leader:
        page = shows_the_code(leader, "堤岸巡查")
        digits, title = leader.page.locator(".display"), leader.page.title()
        leader.page.context.set_offline(True)
        leader.sees("网络恢复后会自动显示")
        expect(digits).to_be_hidden()
        leader.page.context.set_offline(False)
        expect(digits).to_be_visible()
        expect(leader.page.locator("[data-away=network]")).to_be_hidden()
        leader.page.context.clear_cookies()
        leader.sees("登录已过期")
        expect(digits).to_be_hidden()
        assert leader.page.title() == title
        assert not leader.barriers()
        leader.page.locator("[data-away] a").click()
        leader.sees("密码")
        assert leader.page.locator("[name=next]").first.get_attribute(
            "value"
        ) == f"{page}/code".removeprefix(demo.origin)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [PHONE, PHONE // 2])
def test_who_has_not_checked_out_sees_her_hours_within_her_screen(
    chromium: Browser, demo: Demo, language: str, width: int
) -> None:
    with (
        at_a_browser(chromium, demo, width=DESKTOP) as leader,
        at_a_browser(chromium, demo, width=width, language=language) as she,
    ):
        page = shows_the_code(leader, f"河道清漂 {language} {width}")
        she.becomes("volunteer")
        she.goes_to(f"/me/shifts/{page.rpartition('/')[2]}/here")
        she.page.locator("main form[action$='/check-in'] button").click()
        for path in ("/me?elder=0", "/me/print", "/me?elder=1", "/me/print?elder=1"):
            she.goes_to(path)
            she.sees({"zh": "未签退", "en": "without a time of leaving"}[language])
            assert not she.barriers(), path
        for path in ("/me/sessions", "/me/objections", "/me?task=records", "/me?task=stars"):
            she.goes_to(path)
            assert not she.barriers(), path
