"""What a form is refused for is in sight, has the focus, and names the fields that it leads to."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.person import PHONE, at_a_browser

IN_SIGHT = """each => {
    const is = each.getBoundingClientRect();
    return is.top >= 0 && is.top < innerHeight;
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_password_that_is_too_weak_is_told_where_she_looks(
    chromium: Browser, demo: Demo, language: str
) -> None:
    with at_a_browser(chromium, demo, width=PHONE, language=language) as she:
        she.goes_to("/slip?elder=1")
        she.fills(number="1234 5678", secret="7KQ2-9FXM-3TDW", password="123")
        she.page.locator("main button").click()
        told = she.page.locator("#refused")
        expect(told).to_be_focused()
        assert told.evaluate(IN_SIGHT)
        assert not she.barriers()
        expect(she.page.locator("#secret")).to_have_value("7KQ2-9FXM-3TDW")
        told.get_by_role("link").click()
        expect(she.page.locator("#password")).to_be_focused()


def test_a_sentence_at_the_door_has_the_focus(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo) as she:
        for path, fields in (
            ("/sign-in", {"number": "1", "password": "nobody's at all"}),
            ("/card", {"code": "x", "pin": "1"}),
        ):
            she.goes_to(path)
            she.fills(**fields)
            she.page.locator(f"form[action='{path}'] button").click()
            expect(she.page.locator("[role=alert]")).to_be_focused()
            assert not she.barriers()


@pytest.mark.parametrize(
    ("language", "reason", "note"),
    [
        ("zh", "哪里有误：须填写。", "请写明情况：须填写。"),
        ("en", "What is wrong: this", "In your words: this"),
    ],
)
def test_an_objection_that_says_nothing_is_told_by_the_names_of_its_fields(
    chromium: Browser, demo: Demo, language: str, reason: str, note: str
) -> None:
    with at_a_browser(chromium, demo, language=language) as she:
        she.becomes("volunteer")
        she.goes_to("/me/objections/s1?elder=1")
        she.page.locator("main form").evaluate("each => { each.noValidate = true; }")
        she.page.locator("main form button").click()
        expect(she.page.locator("#refused")).to_be_focused()
        she.sees(reason, note)
        assert not she.barriers()
        she.page.locator("#refused").get_by_role("link").first.click()
        expect(she.page.locator("#reason")).to_be_focused()
