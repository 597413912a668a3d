"""Names on pages: whole and escaped, as short, as long, as rare or like markup as they may be."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final

import pytest
from httpx2 import Response
from markupsafe import escape

from tests.pages import names_in_town as hard
from tests.pages.names_in_town import NAMES, PERSONS, live_there
from tests.pages.site import words_of
from tests.pages.town import Town, open_town
from tests.servers import Server

SHIFT: Final = f"/board/{hard.LONG}/shifts/{hard.SHIFT}"
EVERYBODY_ON: Final = {
    "leader": (SHIFT, f"{SHIFT}/sheet"),
    "approver": (SHIFT, f"/board/{hard.LONG}/waiting"),
}
TITLES_ON: Final = {
    "/board": ("leader", (hard.COMMUNITY, "甲")),
    f"/board/{hard.LONG}": ("leader", (hard.COMMUNITY, hard.ACTIVITY, hard.WORD, hard.SITE, "扫")),
    SHIFT: ("leader", (hard.ACTIVITY, hard.SITE, hard.UNIT_NAME)),
    f"/board/{hard.LONG}/new": ("leader", (hard.SITE, hard.UNIT_NAME, hard.COMMUNITY)),
    f"/board/{hard.LONG}/waiting": ("approver", (hard.COMMUNITY, hard.ACTIVITY)),
    "/desk": ("clerk", (hard.COMMUNITY, hard.SITE)),
    f"/desk/{hard.CANTEEN}/today/now": ("clerk", (hard.COMMUNITY, hard.SITE)),
    f"/desk/{hard.CANTEEN}/today": ("clerk", (hard.COMMUNITY, hard.SITE)),
    f"/funds?community={hard.LONG}": ("fund-manager", (hard.COMMUNITY, hard.FUND_NAME)),
    f"/funds?community={hard.SHORT}": ("fund-manager", ("甲", "丙")),
    f"/funds/{hard.FUND}": ("fund-manager", (hard.COMMUNITY, hard.FUND_NAME)),
    f"/funds/{hard.FUND}/request": ("fund-manager", (hard.FUND_NAME,)),
    f"/funds/{hard.FUND}/forecast": ("fund-manager", (hard.FUND_NAME,)),
    "/policies": ("fund-manager", (hard.COMMUNITY, hard.SITE)),
    f"/policies/{hard.CANTEEN}": ("fund-manager", (hard.COMMUNITY, hard.SITE)),
    f"/policies/{hard.CANTEEN}/publish": ("fund-manager", (hard.SITE,)),
    "/months": ("fund-manager", (hard.COMMUNITY, "甲")),
    f"/months/{hard.LONG}/2026-03": ("fund-manager", (hard.COMMUNITY,)),
    f"/settlements/{hard.CANTEEN}/2026-03": ("fund-manager", (hard.COMMUNITY, hard.SITE)),
    "/offices/places": ("registrar", (hard.COMMUNITY, "甲")),
    f"/offices/places/{hard.LONG}": ("registrar", (hard.COMMUNITY, hard.SITE, hard.UNIT_NAME)),
    f"/offices/places/{hard.SHORT}": ("registrar", ("甲", "乙")),
    f"/offices/sites/{hard.CANTEEN}": ("registrar", (hard.COMMUNITY, hard.SITE)),
    "/audit": ("auditor", (hard.COMMUNITY, "甲")),
    f"/audit?community={hard.LONG}": ("auditor", (hard.COMMUNITY,)),
}
"""By page: who asks for it, and the titles that it shows."""


@pytest.fixture(scope="module")
def named(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo, and two communities whose names are hard."""
    folder: Path = tmp_path_factory.mktemp("named")
    with open_town(embedded, folder) as town:
        live_there(town.here)
        yield town


def shows(answer: Response, text: str) -> None:
    """It stands there whole, and nowhere as markup."""
    assert str(escape(text)) in answer.text or text in unescape(words_of(answer))
    assert text in words_of(answer)
    assert "<b>&" not in answer.text
    assert "<i>&" not in answer.text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", EVERYBODY_ON)
def test_a_person_is_called_by_her_whole_name(named: Town, word: str, name: str) -> None:
    named.becomes(word)
    for path in EVERYBODY_ON[word]:
        shows(named.browser.get(path), name)


@pytest.mark.parametrize("name", NAMES)
def test_her_own_pages_in_the_offices_have_it_too(named: Town, name: str) -> None:
    named.becomes("registrar")
    page = f"/offices/people/{PERSONS[name]}"
    shows(named.browser.get(page), name)
    contact = named.browser.get(f"{page}/contact")
    assert f'value="{escape(name)}"' in contact.text
    named.becomes("approver")
    shows(named.browser.get(f"{SHIFT}/people/{PERSONS[name]}"), name)


@pytest.mark.parametrize("name", NAMES)
def test_she_is_found_by_it_at_the_desk_on_a_shift_and_in_the_offices(
    named: Town, name: str
) -> None:
    named.becomes("clerk")
    desk = f"/desk/{hard.CANTEEN}/today/lunch"
    shows(named.post(f"{desk}/find", who=name), name)
    named.becomes("leader")
    shows(named.post(f"/board/{hard.LONG}/shifts/{hard.TINY}/find", by="name", text=name), name)
    named.becomes("registrar")
    found = named.post("/offices/find", who=name)
    shows(found, name)
    assert f"/offices/people/{PERSONS[name]}" in found.text


@pytest.mark.parametrize("path", TITLES_ON)
def test_what_is_called_by_a_title_has_all_of_it(named: Town, path: str) -> None:
    word, titles = TITLES_ON[path]
    named.becomes(word)
    answer = named.browser.get(path)
    assert answer.status_code == 200
    for title in titles:
        shows(answer, title)


@pytest.mark.parametrize(
    "name", ["", " ", "王\x00", "王\n五", "a" * 61, "\N{RIGHT-TO-LEFT OVERRIDE}" * 61]
)
def test_what_is_no_name_is_refused_with_the_form_as_it_was(named: Town, name: str) -> None:
    named.becomes("registrar")
    page = f"/offices/people/{PERSONS['王']}/contact"
    answer = named.post(page, **{"contact.name": name, "key": f"no-name-{name.encode().hex()}"})
    assert answer.status_code == 422
    shows(named.browser.get(f"/offices/people/{PERSONS['王']}"), "王")
