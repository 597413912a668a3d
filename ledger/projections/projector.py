"""The projector: folds the log into the read models, exactly once, in batches.

A run of events, its rows and the position it reaches are one transaction. One leader for each
model, whoever holds its lock; a process that does not lead waits for the other's commits.
A model that an event or its own fold makes fail is parked where it stands, told in `/readyz`, and
does not stop the rest. What fails for want of a disk, a lock or a writable server is tried again.
Tables of another version are another program's: they are left alone, and the model is parked too.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from eventsourcing.persistence import PersistenceError, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from psycopg import Cursor
from psycopg.rows import DictRow

from ledger.projections.model import OtherVersion, ReadModel
from ledger.projections.writing import apply, writing_into
from ledger.store.codec import Recorded, decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LOST, LedgerRecorder

log: Final = logging.getLogger(__name__)

RUN_MOST: Final = 5_000
"""Events folded in one transaction."""

LEAD: Final = "(48467, hashtext(%s))"
"""The lock of a model, taken by whoever writes into its tables."""
TRY_TO_LEAD: Final = "SELECT pg_try_advisory_xact_lock" + LEAD + " AS leads"
POSITIONS: Final = """
SELECT application_name AS name, notification_id AS position
FROM ledger.notification_tracking WHERE application_name = ANY(%s)
"""
VERSIONS: Final = "SELECT name, version FROM ledger.read_models"
PROJECTED: Final = "SELECT pg_notify('projected', %s)"

LASTING: Final = ("22", "23", "42")
"""Classes of SQLSTATE that come back with the same event: its data break a rule of the tables, or
the statement names what is not there. All others may pass."""


class LedgerTracking(PostgresTrackingRecorder):
    """The library's tracking: a position goes with the rows it stands for, in one transaction."""

    def create_table(self) -> None:
        """Nothing: schema changes are `migrate`'s."""

    def track(self, cursor: Cursor[DictRow], name: str, position: int) -> None:
        """Say that a model has come this far. IntegrityError if it was there already."""
        self._insert_tracking(cursor, Tracking(name, position))


@dataclass(frozen=True, slots=True)
class Parked:
    """A model that could not fold, or must not: where it stands and why."""

    position: int
    reason: str


class Projector:
    """Folds what is new, for every model it can lead."""

    def __init__(
        self, datastore: LedgerDatastore, models: Sequence[ReadModel], *, schema_suffix: str = ""
    ) -> None:
        self._datastore = datastore
        self._recorder = LedgerRecorder(datastore)
        self._tracking = LedgerTracking(datastore)
        self._models = {model.name + schema_suffix: model for model in models}
        self.parked: dict[str, Parked] = {}

    def positions(self) -> dict[str, int]:
        """How far each model has come."""
        with self._datastore.get_connection() as connection:
            return self._positions(connection.cursor(), list(self._models))

    def catch_up(self) -> int:
        """Fold until nothing is new; how many events were folded."""
        total = 0
        while folded := self.step():
            total += folded
        return total

    def step(self) -> int:
        """Fold the next run for the models that stand lowest; 0 when nothing is to do here.

        Raises PersistenceError for what may pass, to be called again in a while.
        """
        try:
            return self._step(list(self._models))
        except LOST:
            self._datastore.pool.check()  # what cut one connection has likely cut the others
            raise
        except Exception:  # noqa: BLE001 - whose it is, each alone will show
            return self._step_each_alone()

    def _step_each_alone(self) -> int:
        folded = 0
        passing: PersistenceError | None = None
        for name in self._models:
            try:
                folded = max(folded, self._step_alone(name))
            except LOST:
                raise
            except PersistenceError as fault:
                passing = passing or fault
        if passing is not None:
            raise passing
        return folded

    def _step_alone(self, name: str) -> int:
        if name in self.parked:
            return 0
        try:
            return self._step([name])
        except Exception as fault:
            if not _lasts(fault):
                raise
            position = self.positions().get(name, 0)
            self.parked[name] = Parked(position, f"{type(fault).__name__}: {fault}")
            log.exception("read model %s is parked at %d", name, position)
            return 0

    def _step(self, names: list[str]) -> int:
        with self._transaction() as cursor:
            led = [name for name in names if name not in self.parked and _leads(cursor, name)]
            positions = self._positions(cursor, names)
            self._park_other_versions(cursor, positions)
            led = [name for name in led if name not in self.parked]
            if not led:
                return 0
            lowest = min(positions[name] for name in led)
            events = self._read(lowest)
            if events:
                together = [name for name in led if positions[name] == lowest]
                self._fold(cursor, together, events)
        return len(events)

    def _park_other_versions(self, cursor: Cursor[DictRow], positions: dict[str, int]) -> None:
        """Told once; asked with the lead taken, under which nobody can put other tables there."""
        cursor.execute(VERSIONS, prepare=True)
        versions = {row["name"]: row["version"] for row in cursor.fetchall()}
        for name, position in positions.items():
            model, stored = self._models[name], versions.get(name)
            if name not in self.parked and stored != model.version:
                self.parked[name] = Parked(position, str(OtherVersion(model, stored)))
                log.error("%s", self.parked[name].reason)

    def _read(self, after: int) -> list[Recorded]:
        return [decode(*row) for row in self._recorder.read(after, RUN_MOST)]

    def _fold(self, cursor: Cursor[DictRow], names: list[str], events: list[Recorded]) -> None:
        last = events[-1].position
        with writing_into(cursor, names) as copies:
            for name in names:
                apply(cursor, self._models[name].fold(events), name, copies=copies)
        for name in names:
            self._tracking.track(cursor, name, last)
        cursor.execute(PROJECTED, (str(last),))

    def _positions(self, cursor: Cursor[DictRow], names: list[str]) -> dict[str, int]:
        cursor.execute(POSITIONS, (names,), prepare=True)
        return dict.fromkeys(names, 0) | {row["name"]: row["position"] for row in cursor.fetchall()}

    @contextmanager
    def _transaction(self) -> Iterator[Cursor[DictRow]]:
        with self._datastore.transaction(commit=True) as cursor:
            yield cursor


def _lasts(fault: Exception) -> bool:
    """Whether the same event would fail again: a fold raised it, or its rows broke a rule."""
    if not isinstance(fault, PersistenceError):
        return True
    match fault.__cause__:
        case psycopg.Error(sqlstate=str(sqlstate)):
            return sqlstate.startswith(LASTING)
        case psycopg.DataError() | psycopg.ProgrammingError():  # refused before it was sent
            return True
        case _:
            return False


def _leads(cursor: Cursor[DictRow], name: str) -> bool:
    row = cursor.execute(TRY_TO_LEAD, (name,), prepare=True).fetchone()
    return row is not None and bool(row["leads"])
