"""Every page, in both languages, in both sizes of type, on a phone and on a desk: no barrier."""

from http import HTTPMethod

import pytest
from playwright.sync_api import Browser

from api.app import PAGES as NOUNS_OF_PAGES
from api.pages.routing import PageRoute
from ledger.demo.personas import BY_WORD
from ledger.demo.staff import VOLUNTEER
from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, at_a_browser

IN_A_SHIFT = f"/board/jinning/shifts/s2/people/{VOLUNTEER}"
CASHIER = BY_WORD["cashier"].person
HELD = f"/board/jinning/shifts/s7/people/{VOLUNTEER}"
PAGES = {
    None: (
        *("/", "/sign-in", "/slip", "/card", "/check", "/check/jinning-2026-0001?code=x"),
        *(
            "/receipt",
            "/public",
            "/public/league",
            "/public/league/2026-03/volunteers",
            "/public/notices",
        ),
        *("/public/reopenings", "/log", "/log/111"),
    ),
    "volunteer": (
        *("/", "/me", "/me/print", "/me/sessions", "/me/password"),
        *(
            "/me/shifts",
            "/me/shifts/s1/here",
            "/me/certificates",
            "/me/objections",
            "/me/objections/s1",
        ),
    ),
    "leader": (
        *("/board", "/board/jinning", "/board/jinning?from=2026-03-02", "/board/jinning/new"),
        *("/board/jinning/shifts/s2", f"{IN_A_SHIFT}/correct", f"{HELD}/late"),
        *("/board/jinning/shifts/s2/sheet", "/board/jinning/shifts/s2/code"),
    ),
    "clerk": (
        *("/desk", "/desk/xianhu-canteen"),
        "/desk/xianhu-canteen/today/now",
        "/desk/xianhu-canteen/2026-03-13/lunch",
        *("/desk/xianhu-canteen/2026-03-13", "/desk/xianhu-canteen/2026-03-13/meals/137"),
        "/import",
    ),
    "fund-manager": (
        "/funds",
        "/funds/jinning-unrestricted",
        "/funds/jinning-unrestricted/request",
        "/funds/jinning-unrestricted/payments/1",
        *("/payees", "/payees/jinning", "/payees/jinning/named/xinhua-books"),
        *("/contributions", "/contributions/jinning", "/contributions/jinning/record/cash"),
        *("/policies", "/policies/xianhu-canteen", "/policies/xianhu-canteen/simulate"),
        *("/policies/xianhu-canteen/publish", "/policies/xianhu-canteen/withdraw/2"),
        *("/funds/jinning-unrestricted/forecast", "/funds/jinning-youth/forecast"),
        *("/months", "/months/jinning/2026-03", "/months/xianhu/2026-04"),
    ),
    "administrator": (
        *("/offices", "/offices?community=jinning", f"/offices/people/{CASHIER}"),
        "/offices/health",
    ),
    "registrar": (
        *("/councils", "/councils/places/xianhu", "/councils/places/xianhu/resolution"),
        "/councils/places/xianhu/resolution?document=ab",
        "/councils/resolutions/xianhu-xh-yst-2025-11-70739fd1",
        *("/offices", "/offices/places", "/offices/places/jinning", "/offices/people/new"),
        *(f"/offices/places/jinning/{each}" for each in ("rules", "bands", "unit", "site")),
        *(f"/contributions/jinning/record/{each}" for each in ("cash", "goods", "labour", "idea")),
        *("/contributions/jinning", "/contributions/jinning/open", "/payees/jinning"),
        *("/contributions/jinning/promise/cash", "/payees/jinning/register"),
        *("/offices/sites/jinning-canteen", "/offices/sites/jinning-canteen/days"),
        *(
            f"/offices/people/{VOLUNTEER}{each}"
            for each in ("", "/certificates", "/duplicate", "/contact", "/facts", "/death")
        ),
    ),
    "checker": (
        *("/months/jinning/2026-03/notice", "/settlements/xianhu-canteen/2026-04"),
        *("/months/jinning/2026-04/notice", "/settlements/xianhu-canteen/2026-03/later-facts"),
    ),
    "cashier": ("/settlements/xilian-canteen/2026-03?payer=fund/xilian-unrestricted",),
    "auditor": (
        *("/audit", "/audit?month=2026-03&community=xianhu", "/audit/exports"),
        "/audit/settlements/xianhu-canteen/2026-03?looked=1",
        *("/audit/settlements/xianhu-canteen/2026-03", "/audit/payments/jinning-youth/1"),
        "/audit/exceptions?looked=1",
        "/audit/exceptions/payment_past_approval?looked=1",
        *("/audit/exceptions", "/audit/exceptions/payment_past_approval", "/audit/samples"),
    ),
    "approver": (
        *("/funds", "/funds/jinning-unrestricted/payments/1", "/board/jinning/waiting?all=1"),
        *(IN_A_SHIFT, f"{IN_A_SHIFT}/not-service"),
    ),
}
ELSEWHERE = {
    "/contributions/{community}/gifts/{contribution}",  # test_contributions
    "/contributions/{community}/promises/{contribution}",  # test_promises
    "/councils/meetings/{meeting}",  # test_councils
    "/public/notices/{notice}",  # test_public
}
"""What must be written first, and is looked at where it is."""
NO_PAGES = {"/sign-in/oidc", "/sign-in/oidc/back", "/static/{name}", "/receipt/{entry}"}


def test_every_page_is_looked_at() -> None:
    seen = [path.partition("?")[0] for paths in PAGES.values() for path in paths]
    missing = {
        route.path
        for noun in NOUNS_OF_PAGES
        for route in noun.router.routes
        if isinstance(route, PageRoute)
        and HTTPMethod.GET in (route.methods or ())
        and not any(route.path_regex.fullmatch(path) for path in seen)
    }
    assert missing == ELSEWHERE | NO_PAGES


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("elder", [False, True])
def test_no_page_has_a_barrier(
    chromium: Browser, demo: Demo, language: str, width: int, *, elder: bool
) -> None:
    found = {}
    with at_a_browser(chromium, demo, language=language, width=width) as she:
        she.goes_to(f"/?elder={int(elder)}")
        for word, paths in PAGES.items():
            if word is not None:
                she.becomes(word)
            for path in paths:
                she.goes_to(path)
                found[word, path] = she.barriers()
        assert not she.faults
    assert {key: barriers for key, barriers in found.items() if barriers} == {}
