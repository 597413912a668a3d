"""Lists that go on: whoever changes the cursor is told so, and breaks nothing."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final

import pytest

from tests.grants import TRUSTED, grant
from tests.pages.site import MEI, Site, words_of

FUND: Final = "/funds/jinning-meals"
WHEN: Final = 12
"""A position at which the town had been founded."""
LISTS: Final = (
    *(("/me", "records"), ("/me", "waiting"), ("/me/print", "records"), ("/me/shifts", "mine")),
    *(("/me/shifts", "open"), ("/me/objections", "objections"), ("/me/objections", "past")),
    *(("/board/jinning/waiting", each) for each in ("came", "held", "disputed")),
    *((FUND, each) for each in ("months", "requests", "movements")),
    *(("/funds", each) for each in ("requested", "approved", "settling")),
    *(("/audit", each) for each in ("settlements", "payments")),
)
KEYS: Final[tuple[list[Any], ...]] = (
    *([], [None], ["\x00"], [10**40], [-1], [0], ["2026-01"], ["2026-01", "x"]),
    *(["2026-01-05T08:00:00", "x"], ["2026-01-05T08:00:00Z", "x"], ["2026-01-05", 1]),
    *(["2026-01-05T08:00:00", "x", "y"], ["2026-01-05T08:00:00Z", "x", "y"]),
)


def cursor(path: str, name: str, key: list[Any]) -> str:
    """A cursor of that list, as the application would write it; everybody can read how."""
    question = sha256(f"{path}?list={name}".encode()).hexdigest()[:12]
    written = json.dumps([question, WHEN, key]).encode()
    return urlsafe_b64encode(written).decode().rstrip("=")


@pytest.fixture
def signed_in(shared_site: Site) -> Site:
    """Whoever holds every role."""
    if not shared_site.browser.cookies:
        grant(shared_site.ledger, MEI, TRUSTED)
        shared_site.caught_up()
        shared_site.signed_in()
    return shared_site


@pytest.mark.parametrize(("path", "name"), LISTS)
def test_a_cursor_of_somebodys_own_making_breaks_nothing(
    signed_in: Site, path: str, name: str
) -> None:
    for key in KEYS:
        asked = {"list": name, "after": cursor(path, name, key)}
        answer = signed_in.browser.get(path, params=asked)
        assert answer.status_code in {200, 400}, (path, name, key)


@pytest.mark.parametrize(("path", "name"), LISTS)
def test_a_cursor_belongs_to_its_list(signed_in: Site, path: str, name: str) -> None:
    asked = {"list": name, "after": cursor(path, "another", [1])}
    answer = signed_in.browser.get(path, params=asked)
    assert answer.status_code == 400
    assert "清单的这一部分已找不到" in words_of(answer)


def test_a_list_that_nobody_knows_is_the_whole_page(signed_in: Site) -> None:
    whole = words_of(signed_in.browser.get(FUND))
    assert words_of(signed_in.browser.get(FUND, params={"list": "songs"})) == whole
    alone = words_of(signed_in.browser.get(FUND, params={"list": "movements"}))
    assert len(alone) < len(whole)
