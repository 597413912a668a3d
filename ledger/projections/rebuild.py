"""Folding anew: beside the old tables, then in their place; and the proof that both are the same.

    prepare  make what is missing, fold anew what a new version changed, put up the walls that are
             not there; run before serving
    rebuild  fold one model anew from the first event and swap it in
    verify   fold it into a third place and compare every row with what is stored

None of them goes back: tables of a newer version than this program's are refused with OtherVersion.
These create and drop schemas, so they act as the owner of the database, not as the application.
Nobody is thrown out: the projector of the model stands still for the last run only. The swap waits
for the readers under way, because one who began before it would see tables that are empty in her
snapshot. What is compared is a snapshot too, taken while both stand at the same position.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

import psycopg
from psycopg import Connection, IsolationLevel, sql

from ledger.projections import walls
from ledger.projections.model import OtherVersion, ReadModel, composed
from ledger.projections.projector import LEAD, RUN_MOST
from ledger.projections.writing import apply, writing_into
from ledger.store.codec import decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder

Progress = Callable[[str, int, int], None]
"""Told after each run: which model, how many events are folded, how many there are."""

VERSION: Final = "SELECT version FROM ledger.read_models WHERE name = %s"
SET_VERSION: Final = """
INSERT INTO ledger.read_models VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""
TRACK: Final = """
INSERT INTO ledger.notification_tracking VALUES (%s, %s)
ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
"""
TABLES: Final = (
    "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = %s AND table_type = 'BASE TABLE' ORDER BY 1"
)
SCHEMA: Final = "SELECT true FROM pg_namespace WHERE nspname = %s"
TAKE_THE_LEAD: Final = "SELECT pg_advisory_xact_lock" + LEAD
STOP: Final = "SELECT pg_advisory_lock" + LEAD
GO_ON: Final = "SELECT pg_advisory_unlock" + LEAD
SNAPSHOT: Final = "SELECT FROM ledger.notification_tracking"
"""The first statement of a transaction is what fixes all that it will ever see."""
ALONE: Final = "SELECT pg_advisory_lock(48468, hashtext(%s))"
"""Of two who fold the same model anew, the second waits; the lock ends with the connection."""
NOBODY_READS: Final = """
SET LOCAL lock_timeout = '15s';
LOCK TABLE ledger.read_models IN ACCESS EXCLUSIVE MODE
"""
"""Waits for every reader under way; whoever reads in a transaction begins by sharing this table.
One who never ends makes the rebuild give up, since all new readers wait behind it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A table whose stored rows are not what the log folds to."""

    model: str
    table: str
    stored_only: int
    folded_only: int


def _silent(name: str, done: int, total: int) -> None:
    """A progress that nobody is told."""


def prepare(url: str, models: Sequence[ReadModel], progress: Progress = _silent) -> None:
    """Make the tables of every model that has none of this version, and fold them up to now."""
    for model in models:
        with psycopg.connect(url) as connection:
            row = connection.execute(VERSION, (model.name,)).fetchone()
            walled = walls.stand(connection, model.name)
        if row is None or row[0] != model.version:
            rebuild(url, model, progress)
        elif not walled:
            wall_in(url, model)


def wall_in(url: str, model: ReadModel) -> None:
    """Put the walls around tables that are served; nobody reads or folds them meanwhile."""
    with _Owner(url) as owner:
        owner.be_alone_with(model)
        with owner.connection.transaction():
            owner.connection.execute(TAKE_THE_LEAD, (model.name,))
            owner.connection.execute(NOBODY_READS)
            walls.put_up(owner.connection, model.name, model.name)


def rebuild(url: str, model: ReadModel, progress: Progress = _silent) -> None:
    """Fold the model from the first event on, beside what is served, and put it in its place."""
    beside, before = f"{model.name}_next", f"{model.name}_before"
    with _Owner(url) as owner:
        owner.be_alone_with(model)
        owner.make(model, beside)
        position = owner.fold(model, beside, 0, progress)
        owner.drop(before)
        with owner.connection.transaction():
            owner.connection.execute(TAKE_THE_LEAD, (model.name,))
            position = owner.fold(model, beside, position, progress)
            owner.swap(model, beside, before, position)
        owner.drop(before)


def verify(url: str, model: ReadModel, progress: Progress = _silent) -> list[Difference]:
    """Fold the model anew and compare: the differences, none if replay gives what is stored."""
    aside = f"{model.name}_check"
    with _Owner(url) as owner:
        owner.be_alone_with(model)
        owner.make(model, aside)
        try:
            position = 0
            while (stored := owner.tracked(model.name)) - position > RUN_MOST:
                position = owner.fold(model, aside, position, progress, stored)
            owner.connection.execute(STOP, (model.name,))
            owner.fold(model, aside, position, progress, owner.tracked(model.name))
            with owner.one_snapshot():
                owner.connection.execute(GO_ON, (model.name,))
                return owner.compare(model, aside)
        finally:
            owner.drop(aside)


class _Owner:
    """The owner's connection, and the steps that only she may take."""

    def __init__(self, url: str) -> None:
        self.connection: Connection[Any] = psycopg.connect(url, autocommit=True)
        self._datastore = LedgerDatastore(url, pool_size=1)
        self._recorder = LedgerRecorder(self._datastore)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self._datastore.close()

    def be_alone_with(self, model: ReadModel) -> None:
        """Wait until nobody else folds this model anew. Raises OtherVersion if a newer one did."""
        self.connection.execute(ALONE, (model.name,))
        row = self.connection.execute(VERSION, (model.name,)).fetchone()
        if row is not None and row[0] > model.version:
            raise OtherVersion(model, row[0])

    def make(self, model: ReadModel, schema: str) -> None:
        """Empty tables in a schema of that name, writable by the application, with their walls."""
        self.drop(schema)
        name = sql.Identifier(schema)
        with self.connection.transaction():
            self.connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
            self.connection.execute(composed(model.tables, schema))
            for grant in (
                "GRANT USAGE ON SCHEMA {} TO jiefang_app",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO jiefang_app",
            ):
                self.connection.execute(sql.SQL(grant).format(name))
            walls.put_up(self.connection, model.name, schema)

    def drop(self, schema: str) -> None:
        """Drop a schema that nobody reads."""
        self.connection.execute(
            sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema))
        )

    def fold(
        self,
        model: ReadModel,
        schema: str,
        after: int,
        progress: Progress,
        stop: int | None = None,
    ) -> int:
        """Fold what the log holds after a position; the last position is answered."""
        total = self._recorder.max_notification_id() or 0
        while rows := self._recorder.read(after, RUN_MOST):
            events = [decode(*row) for row in rows if stop is None or row[0] <= stop]
            if not events:
                break
            cursor = self.connection.cursor()
            with self.connection.transaction(), writing_into(cursor, [schema]) as copies:
                apply(cursor, model.fold(events), schema, copies=copies)
            after = events[-1].position
            progress(model.name, after, stop or total)
        return after

    def swap(self, model: ReadModel, beside: str, before: str, position: int) -> None:
        """Put the schema in the place of the one that is served; inside a transaction.

        The old one is renamed, not dropped: whoever still reads it would be waited for in a ring.
        """
        self.connection.execute(NOBODY_READS)
        if self.connection.execute(SCHEMA, (model.name,)).fetchone():
            self._rename(model.name, before)
        self._rename(beside, model.name)
        self.connection.execute(TRACK, (model.name, position))
        self.connection.execute(SET_VERSION, (model.name, model.version))

    def _rename(self, schema: str, name: str) -> None:
        rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
        self.connection.execute(rename.format(sql.Identifier(schema), sql.Identifier(name)))

    @contextmanager
    def one_snapshot(self) -> Iterator[None]:
        """All statements inside see what is committed now, whatever is committed meanwhile."""
        self.connection.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            with self.connection.transaction():
                self.connection.execute(SNAPSHOT)
                yield
        finally:
            self.connection.isolation_level = None

    def tracked(self, name: str) -> int:
        """How far the served model has come."""
        row = self.connection.execute(
            "SELECT notification_id FROM ledger.notification_tracking WHERE application_name = %s",
            (name,),
        ).fetchone()
        return 0 if row is None else int(row[0])

    def compare(self, model: ReadModel, aside: str) -> list[Difference]:
        """The tables whose rows differ, and by how many rows on either side."""
        found = []
        for (table,) in self.connection.execute(TABLES, (aside,)).fetchall():
            stored, folded = sql.Identifier(model.name, table), sql.Identifier(aside, table)
            only = [self._only(*pair) for pair in ((stored, folded), (folded, stored))]
            if any(only):
                found.append(Difference(model.name, table, *only))
        return found

    def _only(self, these: sql.Identifier, those: sql.Identifier) -> int:
        query = sql.SQL("SELECT count(*) FROM (TABLE {} EXCEPT ALL TABLE {}) AS surplus")
        ((rows,),) = self.connection.execute(query.format(these, those)).fetchall()
        return int(rows)
