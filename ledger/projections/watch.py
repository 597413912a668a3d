"""Watching: a thread that keeps the read models up to date and tells who waits for a position.

A third thread, where there is one, does the chores of the hour.
It wakes on NOTIFY and looks every second all the same, because a notification can be lost while
LISTEN starts or a connection breaks. It survives the database: it tries again with growing pauses.
"""

from collections.abc import Callable
from threading import Condition, Event, Lock
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg import Connection

from ledger.projections.projector import RUN_MOST, Projector
from ledger.store.supervised import Supervised

LOOK_SECONDS: Final = 1.0
CHORE_SECONDS: Final = 3_600.0
RESTS: Final = 3
REST_SECONDS_MOST: Final = 0.05
BUSY_SECONDS_MOST: Final = 0.5
BUSY_LOOK_SECONDS: Final = 0.005


class Watch:
    """Runs a projector until closed; `wait_for` is how a reader sees her own write."""

    def __init__(
        self,
        url: str,
        projector: Projector,
        busy: Callable[[], bool] = lambda: False,
        chore: Callable[[], object] | None = None,
    ) -> None:
        self._url = url
        self._projector = projector
        self._busy = busy
        self._chore = chore
        self._closing = Event()
        self._reached = Condition()
        self._looking = Lock()
        self._position = 0
        self._woken = Event()
        works = [(self._listen, "ledger-listen"), (self._project, "ledger-project")]
        if chore:
            works.append((self._tend, "ledger-tend"))
        self._threads = [Supervised(name, work, self._closing) for work, name in works]

    def start(self) -> "Watch":
        """Begin listening, projecting and tending."""
        for thread in self._threads:
            thread.start()
        return self

    def close(self) -> None:
        """Stop the threads and wait for the run under way to be committed."""
        self._closing.set()
        self._woken.set()
        for thread in self._threads:
            thread.join()

    @property
    def position(self) -> int:
        """Up to where every read model that is not parked has come, as last seen.

        Where all are parked, it stays what it was.
        """
        return self._position

    @property
    def fault(self) -> str | None:
        """Why one of the threads does not do its work just now; None if all do."""
        return next((thread.fault for thread in self._threads if thread.fault), None)

    def wait_for(self, position: int, seconds: float) -> bool:
        """Whether the read models have come to the position, waiting at most that long."""
        with self._reached:
            return self._reached.wait_for(lambda: self._position >= position, seconds)

    # -- the threads -----------------------------------------------------------------------

    def _listen(self, thread: Supervised) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("LISTEN stored_events")
            connection.execute("LISTEN projected")
            thread.well()
            self._woken.set()
            while not self._closing.is_set():
                self._hear(connection)

    def _hear(self, connection: Connection[Any]) -> None:
        channels = {
            each.channel for each in connection.notifies(timeout=LOOK_SECONDS / 2, stop_after=1)
        }
        if "stored_events" in channels:
            self._woken.set()
        if channels != {"stored_events"}:  # projected elsewhere, or nothing heard for a while
            self._look()

    def _project(self, thread: Supervised) -> None:
        while not self._closing.is_set():
            self._woken.clear()
            began = monotonic()
            folded = self._projector.step()
            thread.well()
            if not folded:
                self._woken.wait(LOOK_SECONDS)
                continue
            self._look()
            self._rest(folded, monotonic() - began)

    def _rest(self, folded: int, worked: float) -> None:
        """Commands go first: what gathers meanwhile is folded for hardly more than one event is.

        After a short run it rests three times as long as it worked, while commands are being
        decided until they are, but never for long.
        """
        if folded < RUN_MOST:
            self._closing.wait(min(RESTS * worked, REST_SECONDS_MOST))
        patience = monotonic() + BUSY_SECONDS_MOST
        while self._busy() and monotonic() < patience:
            self._closing.wait(BUSY_LOOK_SECONDS)

    def _tend(self, thread: Supervised) -> None:
        while self._chore and not self._closing.is_set():
            self._chore()
            thread.well()
            self._closing.wait(CHORE_SECONDS)

    def _look(self) -> None:
        with self._looking:  # both threads look, and the later answer is the truer one
            standing = self._projector.positions()
            for name in tuple(self._projector.parked):
                standing.pop(name, None)
            with self._reached:
                self._position = min(standing.values(), default=self._position)
                self._reached.notify_all()
