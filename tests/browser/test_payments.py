"""A payment, from the wish for it to the money that is gone, by three people at a browser."""

import pytest
from playwright.sync_api import Browser

from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

FUND = "/funds/jinning-unrestricted"


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_money_is_asked_for_approved_and_paid_by_three_people(
    chromium: Browser, demo: Demo, width: int, *, scripts: bool
) -> None:
    with at_a_browser(chromium, demo, width=width, scripts=scripts) as she:
        number = asks(she, "12.50")
        she.becomes("approver")
        she.goes_to(f"{FUND}/payments/{number}")
        she.presses("批准")
        she.presses("确认登记")
        she.sees("已批准。")
        she.becomes("cashier")
        she.goes_to(f"{FUND}/payments/{number}")
        she.presses("登记付款")
        she.sees("现在还没有登记")
        she.presses("确认登记")
        she.sees("已登记付款。")
        assert not she.faults


def asks(she: Person, yuan: str) -> str:
    """Ask the fund for so much; the number of the request."""
    she.becomes("fund-manager")
    she.goes_to(FUND)
    she.page.get_by_role("link", name="申请拨付").click()
    she.fills(payee="xinhua-books", amount_yuan=yuan, purpose="books")
    she.presses("下一步：核对")
    she.sees(f"{yuan}")
    she.presses("确认登记")
    she.page.wait_for_url(f"**{FUND}/payments/*")
    she.sees("已提交申请")
    return she.page.url.partition("?")[0].rpartition("/")[2]
