"""Fixtures: a town of its own for each test, or one for a file whose tests do not meet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.exemplary import Exemplary, open_exemplary
from tests.api.town import Town, open_town
from tests.servers import Server, temporary_database


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[Town]:
    """A town that nobody else touches."""
    with open_town(database, tmp_path) as town:
        yield town


@pytest.fixture(scope="module")
def shared(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town for tests that leave no trace which another one would notice."""
    with (
        temporary_database(embedded) as database,
        open_town(database, tmp_path_factory.mktemp("shared"), people=60) as town,
    ):
        yield town


@pytest.fixture(scope="module")
def exemplary(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exemplary]:
    """The town of the documentation's examples, for tests that only ask."""
    with (
        temporary_database(embedded) as database,
        open_exemplary(database, tmp_path_factory.mktemp("exemplary")) as exemplary,
    ):
        yield exemplary
