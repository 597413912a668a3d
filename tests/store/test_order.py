"""Eight writers and a tailing reader: what is read once is read for good, and nothing is missed."""

from collections.abc import Callable
from itertools import pairwise
from threading import Event as Signal
from threading import Thread
from time import monotonic

import pytest
from eventsourcing.persistence import StoredEvent

from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder, Row
from tests.store.appends import append, batch, command, event, everything, recorder_of
from tests.store.owner import OwnersDatastore

SECONDS = 2.0
WRITERS = 8


class Tail(Thread):
    """Reads on from the last position it has seen, by one of the two ways of reading."""

    def __init__(self, read: Callable[[int], list[int]]) -> None:
        super().__init__()
        self.read = read
        self.seen: list[int] = []
        self.done = Signal()

    def run(self) -> None:
        last_look = False
        while not last_look:
            last_look = self.done.is_set()
            while found := self.read(self.seen[-1] if self.seen else 0):
                self.seen += found

    def all_of_it(self) -> list[int]:
        self.done.set()
        self.join()
        return self.seen


def by_read(recorder: LedgerRecorder) -> Callable[[int], list[int]]:
    return lambda after: [row[0] for row in recorder.read(after, 100)]


def by_notifications(recorder: LedgerRecorder) -> Callable[[int], list[int]]:
    return lambda after: [
        int(found.id)
        for found in recorder.select_notifications(after, 100, inclusive_of_start=False)
    ]


def write(url: str, name: int, acknowledged: list[int]) -> None:
    """Batches of one to five events; writer 0 goes the library's way, as the tables' owner."""
    until = monotonic() + SECONDS
    done = 0
    with recorder_of(url, kind=OwnersDatastore if name == 0 else LedgerDatastore) as recorder:
        while monotonic() < until:
            size = 1 + done % 5
            stream = f"writer-{name}-{done}"
            if name == 0:
                stored = [StoredEvent(stream, v, "noted.v1", b"{}") for v in range(1, size + 1)]
                assert recorder.insert_events(stored)
            else:
                append(recorder, *(event(stream, v) for v in range(1, size + 1)), key=stream)
            acknowledged.append(size)
            done += 1


def test_a_tailing_reader_misses_nothing_of_eight_writers(each_database: str) -> None:
    acknowledged: list[int] = []
    writers = [
        Thread(target=write, args=(each_database, name, acknowledged)) for name in range(WRITERS)
    ]
    with recorder_of(each_database) as recorder:
        readers = [Tail(by_read(recorder)), Tail(by_notifications(recorder))]
        for thread in (*readers, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        expected = list(range(1, sum(acknowledged) + 1))
        assert [reader.all_of_it() == expected for reader in readers] == [True, True]
        assert_each_batch_is_whole(everything(recorder))


def assert_each_batch_is_whole(rows: list[Row]) -> None:
    """Batches do not interleave, their times rise, and every stream is complete."""
    streams = [stream for _, _, stream, *_ in rows]
    changes = sum(a != b for a, b in pairwise(streams))
    assert changes + 1 == len(set(streams)) == len({row[1] for row in rows})
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)


def test_a_reader_sees_a_batch_whole_or_not_at_all(each_database: str) -> None:
    def write_pairs() -> None:
        with recorder_of(each_database) as recorder:
            for number in range(100):
                pair = event(f"person-{number}", 1), event(f"person-{number}", 2)
                append(recorder, *pair, key=f"key-{number}")

    writer = Thread(target=write_pairs)
    writer.start()
    with recorder_of(each_database) as recorder:
        while writer.is_alive():
            seen = recorder.load(0, [f"person-{number}" for number in range(100)])
            assert seen.tail % 2 == 0
            assert len(seen.events) == seen.tail
            assert recorder.append(batch(seen, command("refused"))).tail % 2 == 0
    writer.join()


@pytest.mark.parametrize("events", [1, 3])
def test_the_librarys_way_in_stands_in_the_same_log(each_database: str, events: int) -> None:
    with (
        recorder_of(each_database) as worker,
        recorder_of(each_database, kind=OwnersDatastore) as owner,
    ):
        append(worker, event("person-1", 1), key="before")
        stored = [StoredEvent("person-1", 2 + n, "noted.v1", b"{}") for n in range(events)]
        assert owner.insert_events(stored) == list(range(2, 2 + events))
        append(worker, event("person-1", 2 + events), key="after")
        rows = everything(worker)
        assert len(rows) == events + 2
        assert len({row[1] for row in rows[1 : 1 + events]}) == 1
        assert rows[0][1] < rows[1][1] < rows[-1][1]


def test_who_listens_is_woken_with_the_new_end_of_the_log(
    each_database: str,
) -> None:
    with (
        recorder_of(each_database) as worker,
        worker.datastore.get_connection() as listener,
    ):
        listener.execute("LISTEN stored_events")
        append(worker, event("person-1", 1), event("person-1", 2))
        append(worker, event("person-1", 3), key="next")
        payloads = [woken.payload for woken in listener.notifies(timeout=5, stop_after=2)]
        assert payloads == ["2", "3"]
