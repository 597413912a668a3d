"""The log grows by thousands of rows a second: what was planned when it was small must not scan it.

The trap is a plan that a connection keeps: PostgreSQL made it for tables of one page, and makes
it anew only after the next ANALYZE. Judged by the blocks touched, not by the clock.
"""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import NamedTuple

import pytest

from ledger.store.recorder import LedgerRecorder, Loaded
from tests.store.appends import (
    Connection,
    append,
    batch,
    command,
    count,
    created,
    earlier,
    event,
    recorder_of,
)

BLOCKS_MOST = 200
TOUCHED = """
SELECT sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0)
         + coalesce(idx_blks_hit, 0) + coalesce(idx_blks_read, 0))::int
FROM pg_statio_user_tables WHERE schemaname = 'ledger' AND relname
  IN ('stored_events', 'batches', 'command_keys', 'book')
"""
ANALYZE = "ANALYZE ledger.stored_events, ledger.command_keys, ledger.batches"
GROW = """
WITH tail AS (SELECT max(notification_id) AS position FROM ledger.stored_events),
     number AS (SELECT position + generate_series(1, 200000) AS n FROM tail),
     events AS (
        INSERT INTO ledger.stored_events
        SELECT 'grown-' || n, 1, 'noted.v1', convert_to('state ' || n, 'UTF8'), n FROM number),
     keys AS (
        INSERT INTO ledger.command_keys SELECT 'clerk', 'grown ' || n, 'x', n, 1 FROM number)
INSERT INTO ledger.batches
SELECT n, n, (SELECT max(recorded_at) FROM ledger.batches) + n * interval '1 microsecond'
FROM number
"""


class Grown(NamedTuple):
    worker: LedgerRecorder
    owner: Connection

    def blocks(self, call: Callable[[], object]) -> int:
        """How many blocks of the log the call touches."""
        before = self._blocks()
        call()
        return self._blocks() - before

    def _blocks(self) -> int:
        with self.worker.datastore.get_connection() as connection:
            connection.execute("SELECT pg_stat_force_next_flush()")
        row = self.owner.execute(TOUCHED).fetchone()
        assert row
        return int(row[0])


def work_a_day(worker: LedgerRecorder, day: str) -> None:
    """Single commands and long batches, so that every statement has met both."""
    for number in range(1, 17):
        size = 1 if number % 2 else 300
        streams = [f"{day}-{number}-{place}" for place in range(size)]
        seen = worker.load(0, streams)
        behind = earlier(worker, seen, size)
        worker.load(behind.tail, streams, behind.stamp)
        mine = (command(stream, event(stream, 1), event(stream, 2)) for stream in streams)
        assert worker.append(batch(behind, *mine)).status == "appended"
        worker.read(0, 100)
        worker.read_runs([(1, 2)])
        worker.select_events("monday-1-0")
        worker.select_notifications(number, 2)
        worker.max_notification_id()


@pytest.fixture(params=["never analysed", "analysed at its first event", "analysed after a day"])
def grown(each_database: str, owner: Connection, request: pytest.FixtureRequest) -> Iterator[Grown]:
    """A worker that made all its plans on the first day, on a log that has grown since."""
    owner.execute("ALTER TABLE ledger.stored_events SET (autovacuum_enabled = off)")
    owner.execute("ALTER TABLE ledger.command_keys SET (autovacuum_enabled = off)")
    owner.execute("ALTER TABLE ledger.batches SET (autovacuum_enabled = off)")
    with recorder_of(each_database, connections=1) as worker:
        append(worker, created("live"), key="begin")
        if request.param == "analysed at its first event":
            owner.execute(ANALYZE)
        work_a_day(worker, "monday")
        if request.param == "analysed after a day":
            owner.execute(ANALYZE)
        work_a_day(worker, "tuesday")
        owner.execute(GROW)
        assert count(owner, "ledger.stored_events") > 200_000
        yield Grown(worker, owner)


def test_what_was_read_is_compared_with_what_moved_in_one_pass(recorder: LedgerRecorder) -> None:
    """Each with each took a second for two long imports, and everybody waits meanwhile."""
    seen = recorder.load(0, [])
    many = [event(f"meals-{number}-2026-03", 1) for number in range(9_000)]
    append(recorder, *many)
    few, long = (
        min(seconds_to_refuse(recorder, seen, size) for _ in range(4)) for size in (10, 5_000)
    )
    assert long < 4 * few


def seconds_to_refuse(recorder: LedgerRecorder, seen: Loaded, size: int) -> float:
    read = [f"canteen-{number}-2026-03" for number in range(size)]
    start = perf_counter()
    assert recorder.append(batch(seen, command("refused"), read=read)).status == "appended"
    return perf_counter() - start


def test_no_way_into_the_log_or_out_of_it_scans_it(grown: Grown) -> None:
    worker = grown.worker
    seen = worker.load(0, [])
    behind = earlier(worker, seen, 5)
    some = ["grown-100", "grown-90000", "monday-1-0"]
    touched = {
        "load": grown.blocks(lambda: worker.load(seen.tail, some, seen.stamp)),
        "load, moved": grown.blocks(lambda: worker.load(behind.tail, some, behind.stamp)),
        "refused": grown.blocks(lambda: worker.append(batch(seen, command("a"), read=some))),
        "refused, moved": grown.blocks(lambda: worker.append(batch(behind, command("b")))),
        "known": grown.blocks(
            lambda: worker.append(batch(behind, command("grown 500", event("a-1", 1))))
        ),
        "appended": grown.blocks(
            lambda: worker.append(batch(seen, command("new", event("monday-1-0", 3))))
        ),
        "appended, moved": grown.blocks(
            lambda: worker.append(batch(behind, command("newer", event("monday-1-0", 4))))
        ),
        "read": grown.blocks(lambda: worker.read(behind.tail, 100)),
        "read_runs": grown.blocks(lambda: worker.read_runs([(5, 2), (90_000, 3)])),
        "select_events": grown.blocks(lambda: worker.select_events("monday-1-0")),
        "select_notifications": grown.blocks(lambda: worker.select_notifications(seen.tail, 5)),
        "max_notification_id": grown.blocks(worker.max_notification_id),
    }
    too_many = {what: blocks for what, blocks in touched.items() if blocks > BLOCKS_MOST}
    assert not too_many
