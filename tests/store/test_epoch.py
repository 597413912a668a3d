"""A restored or failed-over ledger is another one: everybody is told, and drops what was known."""

from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from ledger.store.recorder import LedgerRecorder
from tests.servers import Server, temporary_database
from tests.store.appends import (
    Connection,
    Event,
    append,
    batch,
    command,
    count,
    event,
    everything,
    recorder_of,
)


def restored(owner: Connection) -> None:
    """What a restore does after it has put the copy in place."""
    owner.execute("UPDATE ledger.book SET epoch = gen_random_uuid()")


def test_a_ledger_keeps_its_epoch(recorder: LedgerRecorder) -> None:
    first = recorder.load(0, [])
    assert append(recorder, event("person-1", 1)).epoch == first.epoch
    assert recorder.load(0, []).epoch == first.epoch


@pytest.mark.parametrize("events", [(), (event("person-1", 2),)], ids=["refused", "accepted"])
def test_every_append_and_every_load_tells_of_a_new_epoch(
    recorder: LedgerRecorder, owner: Connection, events: tuple[Event, ...]
) -> None:
    append(recorder, event("person-1", 1))
    before = recorder.load(0, [])
    restored(owner)
    for key in ("key", "another"):  # even for a key that was answered before
        answer = recorder.append(batch(before, command(key, *events)))
        assert (answer.status, answer.tail, answer.known) == ("epoch", 1, {})
        assert answer.epoch == recorder.load(before.tail, [], before.stamp).epoch != before.epoch
    assert len(everything(recorder)) == 1
    after = recorder.load(0, [])
    assert recorder.append(batch(after, command("key", *events))).status == "known"
    assert recorder.append(batch(after, command("another", *events))).status == "appended"


def test_an_epoch_nobody_ever_had_is_not_taken_for_this_one(recorder: LedgerRecorder) -> None:
    stranger = batch(recorder.load(0, []), command("key", event("person-1", 1)))
    stranger.epoch = uuid4()
    assert recorder.append(stranger).status == "epoch"


def test_an_older_copy_is_noticed_although_its_epoch_is_the_same(
    each_server: Server, each_database: str
) -> None:
    """The copy was put in place by hand, and nobody gave it a new epoch."""
    name = psycopg.conninfo.conninfo_to_dict(each_database)["dbname"]
    with recorder_of(each_database) as recorder:
        append(recorder, event("person-1", 1), key="in the copy")
    with temporary_database(each_server, migrated=False) as elsewhere:
        copy = psycopg.conninfo.conninfo_to_dict(elsewhere)["dbname"]
        each_server.drop(str(copy))
        _copy(each_server, name, copy)
        with recorder_of(each_database) as recorder:
            append(recorder, event("person-1", 2), key="after the copy")
            seen = recorder.load(0, [])
        with recorder_of(elsewhere) as recorder:
            stale = recorder.load(seen.tail, ["person-1"], seen.stamp)
            assert (stale.tail, stale.moved, stale.epoch) == (1, None, seen.epoch)
            for events in ((), (event("person-1", 3),)):
                answer = recorder.append(batch(seen, command("next", *events)))
                assert (answer.status, answer.tail) == ("epoch", 1)
            assert len(everything(recorder)) == 1


def test_a_copy_that_has_come_as_far_by_another_way_is_noticed_too(
    each_server: Server, each_database: str
) -> None:
    """The copy went on by itself: as many events, or more, but other ones."""
    name = psycopg.conninfo.conninfo_to_dict(each_database)["dbname"]
    with recorder_of(each_database) as recorder:
        append(recorder, event("person-1", 1), key="in the copy")
    with temporary_database(each_server, migrated=False) as elsewhere:
        copy = psycopg.conninfo.conninfo_to_dict(elsewhere)["dbname"]
        each_server.drop(str(copy))
        _copy(each_server, name, copy)
        with recorder_of(each_database) as recorder:
            append(recorder, event("person-1", 2), key="after the copy")
            seen = recorder.load(0, [])
        with recorder_of(elsewhere) as recorder:
            another = event("person-2", 1, state=b'{"data":{},"nonce":"another"}')
            append(recorder, another, key="the copy went on")
            append(recorder, event("person-2", 2), key="and on")
            stale = recorder.load(seen.tail, ["person-1"], seen.stamp)
            assert (stale.tail, stale.moved, stale.epoch) == (3, None, seen.epoch)
            for events in ((), (event("person-3", 1),)):
                answer = recorder.append(batch(seen, command("next", *events)))
                assert (answer.status, answer.tail) == ("epoch", 3)


def _copy(server: Server, source: object, target: object) -> None:
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    server.execute(create.format(sql.Identifier(str(target)), sql.Identifier(str(source))))


def test_the_book_has_one_row_for_ever(owner: Connection) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute("INSERT INTO ledger.book (one) VALUES (true)")
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("INSERT INTO ledger.book (one) VALUES (false)")
    assert count(owner, "ledger.book") == 1
