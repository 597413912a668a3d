"""A thread that seals what is added to the log, while the ledger is open.

It wakes on NOTIFY and looks every second all the same, as readers of the log do. After each
checkpoint it rests, so that under load many commands share one signature. Of several processes one
seals, whoever holds the lock; the others see what it has sealed.
"""

import logging
from collections.abc import Sequence
from threading import Condition, Event
from typing import Final

import psycopg
from psycopg import Connection

from ledger.audit import sealed
from ledger.audit.log_folder import LogFolderFault
from ledger.audit.notes import Verifier
from ledger.audit.sealer import RUN_MOST, Sealer, SealingRefused
from ledger.store.supervised import Supervised

log: Final = logging.getLogger(__name__)

REST_SECONDS: Final = 0.2
LOOK_SECONDS: Final = 0.5
REFUSED_SECONDS: Final = 30.0
"""How long it waits before it looks whether what it refuses was set right."""


class Sealing:
    """Seals until closed; `wait_for` is how whoever wants a receipt waits for it."""

    def __init__(self, url: str, sealer: Sealer) -> None:
        self._url = url
        self._sealer = sealer
        self._closing = Event()
        self._reached = Condition()
        self._size = 0
        self._refused: str | None = None
        self._thread = Supervised("ledger-seal", self._work, self._closing)

    def start(self) -> "Sealing":
        """Begin."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop when the checkpoint under way is kept."""
        self._closing.set()
        self._thread.join()

    @property
    def size(self) -> int:
        """How many entries are sealed, as last seen."""
        return self._size

    @property
    def verifiers(self) -> Sequence[Verifier]:
        """The public keys that it seals with. Raises LogFolderFault."""
        return self._sealer.verifiers

    @property
    def fault(self) -> str | None:
        """Why nothing is sealed just now; None if all is well."""
        return self._refused or self._thread.fault

    def wait_for(self, position: int, seconds: float) -> bool:
        """Whether the position is sealed, waiting at most that long."""
        with self._reached:
            return self._reached.wait_for(lambda: self._size >= position, seconds)

    # -- the thread ------------------------------------------------------------------------

    def _work(self, thread: Supervised) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SET ROLE jiefang_app")
            connection.execute("LISTEN stored_events")
            while not self._closing.is_set():
                before = self._size
                try:
                    self._seal(connection)
                except (SealingRefused, LogFolderFault) as refused:
                    self._refuse(str(refused))
                    self._closing.wait(REFUSED_SECONDS)
                    continue
                self._refused = None
                thread.well()
                if self._size - before < RUN_MOST:  # else there is more
                    self._closing.wait(REST_SECONDS)
                    _await_events(connection)

    def _seal(self, connection: Connection[tuple[object, ...]]) -> None:
        checkpoint = self._sealer.seal(connection)
        size = checkpoint.size if checkpoint else _sealed_elsewhere(connection)
        with self._reached:
            self._size = size
            self._reached.notify_all()

    def _refuse(self, why: str) -> None:
        if why != self._refused:
            log.error("nothing is sealed: %s", why)
        self._refused = why


def _sealed_elsewhere(connection: Connection[tuple[object, ...]]) -> int:
    found = sealed.newest_of(connection)
    return found.checkpoint.size if found else 0


def _await_events(connection: Connection[tuple[object, ...]]) -> None:
    for _ in connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
        pass
