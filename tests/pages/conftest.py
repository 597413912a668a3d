"""Fixtures: a site of its own for each test, or one for a file whose tests do not meet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.site import Site, open_site
from tests.pages.town import Town, open_town
from tests.servers import Server, temporary_database


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    """A site that nobody else looks at."""
    with open_site(database, tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def shared_site(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for tests that leave no trace which another one would notice."""
    with (
        temporary_database(embedded) as database,
        open_site(database, tmp_path_factory.mktemp("site")) as site,
    ):
        yield site


@pytest.fixture(scope="module")
def town(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo, for a file whose stories do not meet."""
    with open_town(embedded, tmp_path_factory.mktemp("town")) as town:
        yield town
