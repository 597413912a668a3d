"""Names as long and as odd as the rules allow, on a telephone: nothing runs off the side."""

import pytest
from playwright.sync_api import Browser

from tests.browser.demo import Demo
from tests.browser.person import PHONE, at_a_browser
from tests.pages import names_in_town as hard
from tests.pages.names_in_town import NAMES, PERSONS, live_there
from tests.pages.test_names_on_pages import EVERYBODY_ON, SHIFT, TITLES_ON

HER_PAGES = {
    "registrar": [f"/offices/people/{each}{more}" for each in PERSONS.values()
                  for more in ("", "/contact")],
    "approver": [f"{SHIFT}/people/{each}" for each in PERSONS.values()],
    "leader": [f"{SHIFT}/people/{each}" for each in PERSONS.values()],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def hard_names(demo: Demo) -> None:
    live_there(demo.here)


def by_word() -> dict[str, set[str]]:
    """Whose pages have such names."""
    found = {word: {*EVERYBODY_ON.get(word, ()), *paths} for word, paths in HER_PAGES.items()}
    for path, (word, _) in TITLES_ON.items():
        found.setdefault(word, set()).add(path)
    return found


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("word", by_word())
def test_nothing_runs_off_the_side(
    chromium: Browser, demo: Demo, word: str, *, elder: bool
) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        she.goes_to(f"/?elder={int(elder)}")
        she.becomes(word)
        found = {}
        for path in sorted(by_word()[word]):
            she.goes_to(path)
            found[path] = she.barriers()
        assert not she.faults
    assert {path: barriers for path, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("elder", [False, True])
def test_whoever_is_found_by_such_a_name_is_all_there(
    chromium: Browser, demo: Demo, *, elder: bool
) -> None:
    with at_a_browser(chromium, demo, width=PHONE) as she:
        she.goes_to(f"/?elder={int(elder)}")
        she.becomes("clerk")
        for name in NAMES:
            she.goes_to(f"/desk/{hard.CANTEEN}/today/lunch")
            she.page.locator("#who").fill(name)
            she.page.keyboard.press("Enter")
            she.sees(name)
            assert she.barriers() == []
