"""What happens to everybody at a browser: twice, back, late, in two windows; nothing is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser
from tests.browser.test_board import announces
from tests.browser.test_payments import FUND
from tests.pages.site import PASSWORD
from tests.pages.town import with_a_password

NEXT = {"zh": "下一步：核对", "en": "Look at it once more"}
SURE = {"zh": "确认登记", "en": "Yes, record it"}
ASKED = {"zh": "已提交申请", "en": "It was asked for."}
APPROVE = {"zh": "批准", "en": "Approve"}
REFUSE = {"zh": "否决", "en": "Refuse"}
REFUSED = {"zh": "已否决", "en": "refused"}
KEPT = {"zh": "您填写的内容都还在", "en": "What you had filled in is kept"}
GO_ON = {"zh": "继续填写", "en": "Go on with what I had filled in"}
A_REQUEST = 2
"""Events: it is asked for, and the money is reserved."""


@pytest.fixture(params=[("zh", PHONE), ("en", DESKTOP)], ids=["zh", "en"])
def she(chromium: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Person]:
    language, width = request.param
    with at_a_browser(chromium, demo, language=language, width=width) as someone:
        yield someone


def test_a_double_click_asks_once(she: Person) -> None:
    looks_over_a_request(she, "7.01")
    before = she.demo.tail()
    she.page.get_by_role("button", name=SURE[she.language], exact=True).dblclick()
    she.sees(ASKED[she.language])
    assert she.demo.tail() == before + A_REQUEST
    assert not she.faults


def test_going_back_leads_to_the_form_and_asks_nothing_again(she: Person) -> None:
    looks_over_a_request(she, "7.02")
    before = she.demo.tail()
    she.presses(SURE[she.language])
    she.sees(ASKED[she.language])
    she.page.go_back()
    expect(she.page.locator("[name=amount_yuan]")).to_be_visible()
    she.page.go_forward()
    she.sees("7.02")
    assert ASKED[she.language] not in she.reads(), "that was told"
    assert she.demo.tail() == before + A_REQUEST
    assert not she.faults


def test_what_was_done_is_told_once_and_not_by_the_back_button(
    chromium: Browser, demo: Demo
) -> None:
    with at_a_browser(chromium, demo) as she:
        announces(she, "苗圃养护", 100, 60)
        she.becomes("volunteer")
        she.goes_to("/me/shifts")
        she.presses("报名：苗圃养护")
        she.sees("您已报名。")
        she.page.wait_for_url(lambda url: "done=" not in url)
        she.presses("取消报名：苗圃养护")
        she.sees("您已取消报名。")
        she.page.go_back()
        she.sees("未来四周可以报名的班次")
        expect(she.page.locator("main .good")).to_have_count(0)
        assert not she.faults


def test_loading_what_is_to_be_confirmed_once_more_leads_to_the_form(she: Person) -> None:
    looks_over_a_request(she, "7.05")
    before = she.demo.tail()
    she.page.wait_for_load_state()  # nobody is as quick as a page that is half there
    she.page.reload()
    expect(she.page.locator("[name=amount_yuan]")).to_be_visible()
    assert she.demo.tail() == before
    assert not she.faults


def test_a_session_that_ended_loses_nothing_that_was_typed(she: Person) -> None:
    fills_in_a_request(she, "7.03")
    before = she.demo.tail()
    she.page.context.clear_cookies()
    she.presses(NEXT[she.language])
    she.sees(KEPT[she.language])
    assert she.barriers() == []
    she.fills(number=with_a_password(she.demo.here.url, "fund-manager"), password=PASSWORD)
    she.page.locator("form[action='/sign-in'] button").click()
    she.presses(GO_ON[she.language])
    expect(she.page.locator("[name=amount_yuan]")).to_have_value("7.03")
    expect(she.page.locator("[name=payee]")).to_have_value("xinhua-books")
    assert she.demo.tail() == before
    she.presses(NEXT[she.language])
    she.presses(SURE[she.language])
    she.sees(ASKED[she.language])
    assert she.demo.tail() == before + A_REQUEST


def test_a_second_window_is_told_what_happened_in_the_first(she: Person) -> None:
    looks_over_a_request(she, "7.04")
    she.presses(SURE[she.language])
    she.sees(ASKED[she.language])
    payment = she.page.url.partition("?")[0].removeprefix(she.demo.origin)
    she.becomes("approver")
    she.goes_to(payment)
    other = Person(she.demo, she.page.context.new_page(), she.faults, she.language)
    other.page.route("**/v1/events", lambda route: route.abort())  # it is not told by itself
    other.goes_to(payment)
    she.page.locator("[name=reason]").select_option("too_much")
    she.presses(REFUSE[she.language])
    she.presses(SURE[she.language])
    she.sees(REFUSED[she.language])
    before = she.demo.tail()
    other.presses(APPROVE[she.language])
    other.sees(REFUSED[she.language])
    assert other.barriers() == []
    assert she.demo.tail() == before


# -- short words ---------------------------------------------------------------------------------


def fills_in_a_request(she: Person, yuan: str) -> None:
    she.becomes("fund-manager")
    she.goes_to(f"{FUND}/request")
    she.fills(payee="xinhua-books", amount_yuan=yuan, purpose="books")


def looks_over_a_request(she: Person, yuan: str) -> None:
    fills_in_a_request(she, yuan)
    she.presses(NEXT[she.language])
    she.sees(yuan)
