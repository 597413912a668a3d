"""What happens is seen without asking again, and a broken connection does no harm."""

from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.person import at_a_browser
from tests.browser.test_payments import FUND, asks


def test_what_another_does_is_seen_at_once(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo) as approver, at_a_browser(chromium, demo) as manager:
        approver.becomes("approver")
        approver.goes_to("/funds")
        number = asks(manager, "3.21")
        link = approver.page.locator(f"[href='{FUND}/payments/{number}']")
        line = approver.page.locator("tr", has=link)
        expect(line).to_contain_text("3.21", timeout=15_000)
        expect(line).to_contain_text("等您办理")
        approver.arrives_at("/funds")
        assert not approver.faults


def test_without_a_connection_the_page_is_as_it_was(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo) as she:
        she.page.route("**/v1/events", lambda route: route.abort())
        she.becomes("approver")
        she.goes_to("/funds")
        before = she.reads()
        she.page.wait_for_timeout(1_500)
        assert she.reads() == before
        she.page.get_by_role("link", name="社区基金", exact=True).first.click()
        she.sees("逐月")


def test_a_chart_stands_above_its_table(chromium: Browser, demo: Demo) -> None:
    with at_a_browser(chromium, demo) as she:
        she.becomes("fund-manager")
        she.goes_to(FUND)
        expect(she.page.locator(".chart canvas")).to_be_visible()
        expect(she.page.locator(".chart + table")).to_be_visible()
        assert not she.faults
