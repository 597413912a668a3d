"""Language, size and colours are changed at any time: nothing typed is lost, no room gets lost."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

NOTE = "我从八点到十一点都在"

CANVAS = """() => {
    const probe = document.body.appendChild(document.createElement("hr"));
    probe.style.color = "Canvas";
    return getComputedStyle(probe).color;
}"""


def half_filled(she: Person) -> None:
    """An objection that was begun."""
    she.becomes("volunteer")
    she.goes_to("/me/objections/s1")
    she.page.locator("#reason").select_option(index=1)
    she.fills(note=NOTE)


@pytest.mark.parametrize("link", ["English", "长辈版"])
def test_what_is_half_filled_in_outlasts_a_change_of_language_or_size(
    chromium: Browser, demo: Demo, link: str
) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        half_filled(she)
        key = she.page.locator("[name=key]").input_value()
        reason = she.page.locator("#reason").input_value()
        she.page.get_by_role("link", name=link, exact=True).click()
        expect(she.page.locator("#note")).to_have_value(NOTE)
        expect(she.page.locator("#reason")).to_have_value(reason)
        assert she.page.locator("[name=key]").input_value() != key, "the form is a new one"
        assert she.page.evaluate("sessionStorage.length") == 0
        she.page.reload()
        expect(she.page.locator("#note")).to_have_value("")
        assert not she.faults


def test_what_a_refused_form_held_outlasts_it_too(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        half_filled(she)
        she.page.locator("#reason").evaluate("each => { each.form.noValidate = true; }")
        she.page.locator("#reason").select_option("")
        she.page.locator("main form button").click()
        expect(she.page.locator("#refused")).to_be_visible()
        she.page.get_by_role("link", name="English", exact=True).click()
        expect(she.page.locator("html")).to_have_attribute("lang", "en")
        expect(she.page.locator("#note")).to_have_value(NOTE)


def test_no_secret_is_kept_and_nothing_comes_into_another_page(
    chromium: Browser, demo: Demo
) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        she.goes_to("/slip")
        she.fills(number="1234 5678", secret="7KQ2-9FXM-3TDW", password="nobody's at all")
        she.page.evaluate(
            """document.querySelector("[data-switches] a")
            .addEventListener("click", (event) => event.preventDefault())"""
        )
        she.page.get_by_role("link", name="English", exact=True).click()
        kept = she.page.evaluate("JSON.stringify(sessionStorage)")
        assert "1234 5678" in kept
        assert "7KQ2" not in kept
        assert "nobody" not in kept
        she.goes_to("/sign-in")
        expect(she.page.locator("#number")).to_have_value("")
        assert she.page.evaluate("sessionStorage.length") == 0


def test_without_scripts_the_links_lead_where_they_did(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=PHONE, scripts=False) as she:
        half_filled(she)
        she.page.get_by_role("link", name="English", exact=True).click()
        she.sees("Something is wrong")


def test_the_room_one_is_in_is_told_in_colours_of_ones_own(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo, width=DESKTOP) as she:
        she.page.emulate_media(forced_colors="active")
        she.becomes("volunteer")
        edge = "each => getComputedStyle(each).borderBottomColor"
        present = she.page.locator(".rooms a[aria-current]").evaluate(edge)
        others = she.page.locator(".rooms a:not([aria-current])")
        ground = she.page.evaluate(CANVAS)
        assert others.count()
        for each in others.all():
            assert each.evaluate(edge) == ground
        assert present != ground
