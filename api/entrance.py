"""The entrance: where secrets are compared, away from the event loop and few at a time.

Each comparison takes a quarter of a second of both cores and 64 MiB, so two go on at once and some
more wait; whoever comes then is told to come back. What else is asked about accounts is quick.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from api.obstacles import Obstacle
from api.problems import obstacle
from ledger.access.doors import Door
from ledger.access.passwords import AT_ONCE_MOST
from ledger.access.ways import Ways
from ledger.projections.reading import LOOK, connected
from ledger.store.datastore import LedgerDatastore

WAITING_MOST: Final = 24
"""Whoever comes last waits three seconds or four on two cores."""
OUTSIDE_MOST: Final = 8
"""So many wait for the identity provider at once."""

T = TypeVar("T")


class Entrance:
    """Asks the tables of accounts; `Any` is a connection that commits by itself."""

    def __init__(self, datastore: LedgerDatastore, ways: Ways, readers: CapacityLimiter) -> None:
        self._datastore = datastore
        self._ways = ways
        self._readers = readers
        self._hashing = CapacityLimiter(AT_ONCE_MOST)
        self._outside = CapacityLimiter(OUTSIDE_MOST)
        self._inside = 0

    async def compare(self, request: Request, ask: Callable[[Any, Door], T]) -> T:
        """What a question answers that computes hashes. Raises the problem 503 if many wait."""
        if self._inside >= AT_ONCE_MOST + WAITING_MOST:
            raise obstacle(Obstacle.entrance_must_have_room)
        door = Door(self._ways.limits, request.client.host if request.client else "")
        self._inside += 1
        try:
            asked = partial(self._connected, lambda connection: ask(connection, door))
            return await to_thread.run_sync(asked, limiter=self._hashing)
        finally:
            self._inside -= 1

    async def look(self, ask: Callable[[Any], T]) -> T:
        """What a question answers that computes nothing."""
        return await to_thread.run_sync(partial(self._connected, ask), limiter=self._readers)

    async def ask_outside(self, ask: Callable[[], T]) -> T:
        """What somebody outside answers, who may take long: no connection is held meanwhile."""
        return await to_thread.run_sync(ask, limiter=self._outside)

    def _connected(self, ask: Callable[[Any], T]) -> T:
        with connected(self._datastore, LOOK) as connection:
            return ask(connection)
