"""One append: everything or nothing, in positions without gaps, answered once per key for ever."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest
from eventsourcing.persistence import DataError, IntegrityError, PersistenceError

from ledger.store.arrays import blobs, integers, texts
from ledger.store.recorder import NO_PAPERS, Appended, LedgerRecorder
from tests.store.appends import (
    Connection,
    Event,
    append,
    batch,
    command,
    count,
    created,
    event,
    everything,
    nothing_is_written,
)

MARCH = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


# -- all or nothing ----------------------------------------------------------------------------


def test_a_batch_writes_its_events_its_keys_and_its_time(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    seen = recorder.load(0, [])
    answer = recorder.append(
        batch(
            seen,
            command("first", event("person-1", 1), event("shift-1", 1, state=b'{"\xe8":1}')),
            command("second", event("person-1", 2), actor="cashier", request=b"\x00\xff"),
        )
    )
    assert (answer.status, answer.tail, answer.moved, answer.known) == (
        "appended", 0, frozenset(), {},
    )  # fmt: skip
    (recorded,) = answer.recorded
    assert everything(recorder) == [
        (1, recorded, "person-1", 1, "noted.v1", b'{"data":{}}'),
        (2, recorded, "shift-1", 1, "noted.v1", b'{"\xe8":1}'),
        (3, recorded, "person-1", 2, "noted.v1", b'{"data":{}}'),
    ]
    assert owner.execute("SELECT * FROM ledger.batches").fetchall() == [(1, 3, recorded)]
    assert owner.execute("SELECT * FROM ledger.command_keys ORDER BY key").fetchall() == [
        ("clerk", "first", b"digest", 1, 2),
        ("cashier", "second", b"\x00\xff", 3, 1),
    ]


def test_load_gives_whole_streams_and_where_the_log_ends(recorder: LedgerRecorder) -> None:
    append(recorder, event("person-1", 1), event("person-2", 1), event("person-1", 2))
    seen = recorder.load(3, ["person-1", "person-3"], recorder.load(0, []).stamp)
    assert (seen.tail, seen.moved) == (3, frozenset())
    assert seen.events == [
        ("person-1", 1, "noted.v1", b'{"data":{}}'),
        ("person-1", 2, "noted.v1", b'{"data":{}}'),
    ]


@pytest.mark.parametrize(
    ("why", "events"),
    [
        ("a version that is there", [event("person-1", 1)]),
        ("a version twice", [event("person-2", 1), event("person-2", 1)]),
        ("a gap after what is there", [event("person-1", 3)]),
        ("a gap in a new stream", [event("person-2", 2)]),
        ("a gap inside the batch", [event("person-2", 1), event("person-2", 3)]),
        ("a gap inside a batch that goes on", [event("person-1", 2), event("person-1", 4)]),
        ("versions out of order", [event("person-2", 2), event("person-2", 1)]),
        ("version zero", [event("person-2", 0)]),
        ("a version below zero", [event("person-2", -1)]),
    ],
)
def test_a_stream_goes_on_where_it_ends(
    recorder: LedgerRecorder, why: str, events: list[Event]
) -> None:
    append(recorder, event("person-1", 1), key="before")
    with pytest.raises(IntegrityError):
        append(recorder, event("person-9", 1), *events)
    assert len(everything(recorder)) == 1
    assert append(recorder, event("person-1", 2)).status == "appended"


def test_an_event_may_take_60_000_bytes_and_no_more(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    with pytest.raises(IntegrityError, match="state"):
        append(recorder, event("person-1", 1), event("person-2", 1, state=b"x" * 60_001))
    assert nothing_is_written(owner)
    append(recorder, event("person-2", 1, state=b"x" * 60_000))
    assert len(everything(recorder)[0][5]) == 60_000


def test_a_stream_is_named_in_small_ascii_letters(recorder: LedgerRecorder) -> None:
    for stream in ("街坊", "person-é", "Person-1", "person 1", 'person-"1"', "person-1\n", ""):
        with pytest.raises(IntegrityError, match="originator_id"):
            append(recorder, event(stream, 1))


def test_an_event_is_named_in_small_ascii_letters(recorder: LedgerRecorder) -> None:
    for name in ("就餐.v1", "Meal-claimed.v1", 'meal".v1', "meal.v1\n", ""):
        with pytest.raises(IntegrityError, match="topic"):
            append(recorder, event("person-1", 1, name))


@pytest.mark.parametrize("counts", [[1], [3], [2, 1], [-1, 3], [0], []])
def test_counts_that_are_not_those_of_the_events_are_refused(
    recorder: LedgerRecorder, owner: Connection, counts: list[int]
) -> None:
    uneven = batch(recorder.load(0, []), command("key", event("person-1", 1), event("person-1", 2)))
    uneven.counts = counts
    uneven.actors = ["clerk"] * len(counts)
    uneven.keys = [f"key-{place}" for place, _ in enumerate(counts)]
    uneven.requests = [b""] * len(counts)
    with pytest.raises(PersistenceError):
        recorder.append(uneven)
    assert nothing_is_written(owner)


def test_vault_rows_are_written_with_the_batch_or_not_at_all(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    wrapped = b"w" * 40
    key = (texts(["person-1"]), blobs([wrapped]), texts(["master"]))
    paper = (texts(["person-1"]), texts(["facts"]), integers([1]), blobs([b"sealed"]))
    whole = batch(recorder.load(0, []), command("key", event("person-1", 1)))
    whole.vault = (*key, *paper, *NO_PAPERS[7:])
    broken = batch(recorder.load(0, []), command("key", event("person-1", 1)))
    unfit = (*paper[:2], integers([0]), blobs([b"no paper has version 0"]))
    broken.vault = (*key, *unfit, *NO_PAPERS[7:])
    with pytest.raises(IntegrityError, match="paper"):
        recorder.append(broken)
    assert nothing_is_written(owner)
    assert count(owner, "vault.person_key") == 0
    assert recorder.append(whole).status == "appended"
    assert count(owner, "vault.person_key") == count(owner, "vault.paper") == 1


def test_a_persons_key_is_written_even_before_her_first_paper(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    alone = batch(recorder.load(0, []), command("key", event("person-1", 1)))
    alone.vault = (texts(["person-1"]), blobs([b"w" * 40]), texts(["master"]), *NO_PAPERS[3:])
    recorder.append(alone)
    assert count(owner, "vault.person_key") == 1


def test_positions_have_no_gap_after_batches_that_were_rolled_back(
    recorder: LedgerRecorder,
) -> None:
    for number in range(1, 6):
        append(recorder, event("person-1", number), key=f"key-{number}")
        with pytest.raises(IntegrityError):
            append(recorder, event("person-2", 1), event("person-1", 1), key="fails")
    assert len(everything(recorder)) == 5


def test_a_transaction_that_is_taken_back_leaves_nothing(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    with recorder.datastore.get_connection() as connection, connection.transaction() as undone:
        connection.execute(
            "SELECT ledger.append(epoch, 0, NULL, '{}', '{a}', '{k}', '{x}', '{1}',"
            " '{person-1}', '{1}', '{noted.v1}', '{x}', now(), NULL,"
            " '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')"
            " FROM ledger.book"
        )
        raise psycopg.Rollback(undone)
    assert nothing_is_written(owner)


# -- time --------------------------------------------------------------------------------------


def test_time_is_equal_within_a_batch_and_rises_between_batches(recorder: LedgerRecorder) -> None:
    for number in range(20):
        append(recorder, *(event(f"person-{number}", v) for v in (1, 2, 3)), key=f"key-{number}")
    rows = everything(recorder)
    times = [rows[start][1] for start in range(0, 60, 3)]
    assert [row[1] for row in rows] == [time for time in times for _ in range(3)]
    assert all(earlier < later for earlier, later in pairwise(times))


def test_nothing_is_recorded_before_it_was_decided(recorder: LedgerRecorder) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=50)
    seen = recorder.load(0, [])
    recorder.append(batch(seen, command("a", event("person-1", 1)), decided_at=soon))
    append(recorder, event("person-1", 2), key="b")
    first, second = everything(recorder)
    assert first[1] == soon
    assert second[1] == soon + timedelta(microseconds=1)


def test_a_clock_a_minute_ahead_is_refused(recorder: LedgerRecorder, owner: Connection) -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=70)
    seen = recorder.load(0, [])
    with pytest.raises(DataError, match="set the clocks"):
        recorder.append(batch(seen, command("a", event("person-1", 1)), decided_at=ahead))
    assert nothing_is_written(owner)


def simulated(recorder: LedgerRecorder, number: int, *times: datetime) -> Appended:
    commands = [
        command(f"key-{number}-{place}", event(f"person-{number}-{place}", 1))
        for place, _ in enumerate(times)
    ]
    return recorder.append(batch(recorder.load(0, []), *commands, times=list(times)))


def test_a_test_ledger_brings_its_times_along_and_they_rise_when_its_clock_goes_back(
    recorder: LedgerRecorder,
) -> None:
    begin = command("begin", created("test"))
    recorder.append(batch(recorder.load(0, []), begin, times=[MARCH]))
    microsecond = timedelta(microseconds=1)
    day = timedelta(days=1)
    assert simulated(recorder, 1, MARCH + day, MARCH).recorded == [
        MARCH + day,
        MARCH + day + microsecond,
    ]
    assert simulated(recorder, 2, MARCH, MARCH + 2 * day).recorded == [
        MARCH + day + 2 * microsecond,
        MARCH + 2 * day,
    ]
    assert simulated(recorder, 3, MARCH + 2 * day).recorded == [MARCH + 2 * day + microsecond]
    assert [row[1] for row in everything(recorder)] == sorted(
        row[1] for row in everything(recorder)
    )


def test_a_test_ledger_may_live_in_the_future(recorder: LedgerRecorder) -> None:
    later = datetime(2036, 3, 2, tzinfo=UTC)
    begin = command("begin", created("demo"))
    answer = recorder.append(batch(recorder.load(0, []), begin, decided_at=later, times=[later]))
    assert answer.recorded == [later]


def test_commands_without_events_take_no_time(recorder: LedgerRecorder) -> None:
    seen = recorder.load(0, [])
    day = timedelta(days=1)
    answer = recorder.append(
        batch(
            seen,
            command("begin", created("test")),
            command("refused"),
            command("last", event("person-1", 1), event("person-1", 2)),
            times=[MARCH, MARCH + day],
        )
    )
    assert answer.recorded == [MARCH, MARCH + day]
    assert [row[1] for row in everything(recorder)] == [MARCH, MARCH + day, MARCH + day]


@pytest.mark.parametrize("times", [[], [MARCH], [MARCH] * 3])
def test_times_are_one_for_each_command_that_becomes_events(
    recorder: LedgerRecorder, owner: Connection, times: list[datetime]
) -> None:
    uneven = batch(
        recorder.load(0, []),
        command("begin", created("test")),
        command("refused"),
        command("last", event("person-1", 1)),
        times=times,
    )
    with pytest.raises(DataError, match="times"):
        recorder.append(uneven)
    assert nothing_is_written(owner)


@pytest.mark.parametrize("first", [created("live"), event("person-1", 1)])
def test_only_a_ledger_that_says_so_simulates_its_clock(
    recorder: LedgerRecorder, owner: Connection, first: Event
) -> None:
    seen = recorder.load(0, [])
    with pytest.raises(DataError, match="does not simulate its clock"):
        recorder.append(batch(seen, command("begin", first), times=[MARCH]))
    assert nothing_is_written(owner)
    append(recorder, first, key="begin")
    with pytest.raises(DataError, match="does not simulate its clock"):
        simulated(recorder, 2, MARCH)


def test_a_live_ledger_stays_one_for_ever(recorder: LedgerRecorder) -> None:
    append(recorder, created("live"), key="begin")
    with pytest.raises(IntegrityError):
        append(recorder, created("test"), key="again")
    elsewhere = event("ledger-2", 1, created("test").name, created("test").state)
    append(recorder, elsewhere, key="elsewhere")
    with pytest.raises(DataError, match="does not simulate its clock"):
        simulated(recorder, 2, MARCH)


def test_a_ledger_with_events_does_not_become_a_test(recorder: LedgerRecorder) -> None:
    append(recorder, event("person-1", 1), key="first")
    late = batch(recorder.load(0, []), command("begin", created("test")), times=[MARCH])
    with pytest.raises(DataError, match="does not simulate its clock"):
        recorder.append(late)


def test_read_goes_on_where_it_ended(recorder: LedgerRecorder) -> None:
    for number in range(1, 8):
        append(recorder, event("person-1", number), key=f"key-{number}")
    pages = [recorder.read(0, 3), recorder.read(3, 3), recorder.read(6, 3), recorder.read(7, 3)]
    assert [[position for position, *_ in page] for page in pages] == [
        [1, 2, 3], [4, 5, 6], [7], [],
    ]  # fmt: skip
    assert recorder.read(10**15, 3) == []
