"""Fixtures: a database in which the model of a test module has folded some events."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from psycopg import Connection

from tests.projections.by_hand import Having, folded


@pytest.fixture
def having(database: str, request: pytest.FixtureRequest) -> Iterator[Having]:
    """Folds events into the tables of the module's MODEL; a second call begins anew."""
    with ExitStack() as stack:

        def have(*events: object) -> Connection[Any]:
            return stack.enter_context(folded(database, request.module.MODEL, *events))

        yield have
