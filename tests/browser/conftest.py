"""Fixtures: the demo as it is served, and a real browser that looks at it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import open_browser
from tests.browser.demo import Demo, open_demo_site
from tests.browser.person import Person, at_a_browser
from tests.servers import Server, temporary_database


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; where it is not installed, a test that needs it says so."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def demo(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The worked example with everybody one can be, on a port of its own."""
    with (
        temporary_database(embedded) as database,
        open_demo_site(database, tmp_path_factory.mktemp("demo")) as served,
    ):
        yield served


@pytest.fixture
def clerk(chromium: Browser, demo: Demo) -> Iterator[Person]:
    """The clerk at her window."""
    with at_a_browser(chromium, demo) as she:
        she.becomes("clerk")
        yield she
