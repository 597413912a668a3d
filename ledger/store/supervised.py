"""Threads that do their work for as long as the ledger is open, and survive the database."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Final

import psycopg
from eventsourcing.persistence import PersistenceError

log: Final = logging.getLogger(__name__)

PAUSE_SECONDS_MOST: Final = 5.0


class Supervised:
    """Calls `work` again and again until `closing` is set, after growing pauses where it fails.

    `fault` says why the work is not done just now; the work itself says `well` when it is.
    """

    def __init__(self, name: str, work: Callable[["Supervised"], None], closing: Event) -> None:
        self.fault: str | None = None
        self._work = work
        self._closing = closing
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self) -> None:
        """Wait for the end of what is under way."""
        self._thread.join()

    def well(self) -> None:
        """The work is done as it should be."""
        self.fault = None

    def _run(self) -> None:
        pause = 0.1
        while not self._closing.is_set():
            began = monotonic()
            try:
                self._work(self)
            except (psycopg.Error, PersistenceError) as fault:
                self.fault = f"{type(fault).__name__}: {fault}"
                log.warning("the database fails (%s), trying again", self.fault)
            except Exception as fault:
                self.fault = f"{type(fault).__name__}: {fault}"
                log.exception("a thread of the ledger failed, trying again")
            lasted = monotonic() - began > PAUSE_SECONDS_MOST
            pause = 0.1 if lasted else min(2 * pause, PAUSE_SECONDS_MOST)
            self._closing.wait(pause)
