"""Fixtures: a database in which the model of a test module has folded some events, and a town."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from psycopg import Connection

from tests.projections import histories
from tests.projections.by_hand import Having, folded
from tests.projections.history_views import Start
from tests.servers import Server


@pytest.fixture
def having(database: str, request: pytest.FixtureRequest) -> Iterator[Having]:
    """Folds events into the tables of the module's MODEL; a second call begins anew."""
    with ExitStack() as stack:

        def have(*events: object) -> Connection[Any]:
            return stack.enter_context(folded(database, request.module.MODEL, *events))

        yield have


@pytest.fixture(scope="session")
def start(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """The town of the histories before its first turn."""
    keys = tmp_path_factory.mktemp("keys")
    name = embedded.create(embedded.migrated)
    histories.found(embedded.url_of(name), keys)
    yield Start(embedded, name, keys)
    embedded.drop(name)
