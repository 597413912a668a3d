"""A restored or failed-over ledger is another one: everybody is told, and drops what was known."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from ledger.store.recorder import LedgerRecorder, Loaded
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


@contextmanager
def copied(server: Server, url: str) -> Iterator[tuple[LedgerRecorder, Loaded]]:
    """A copy made after the first event, and what was known of the original after the second.

    The copy was put in place by hand, and nobody gave it a new epoch.
    """
    with recorder_of(url) as recorder:
        append(recorder, event("person-1", 1), key="in the copy")
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with temporary_database(server, migrated=False) as elsewhere:
        copy = psycopg.conninfo.conninfo_to_dict(elsewhere)["dbname"]
        server.drop(str(copy))
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(create.format(sql.Identifier(str(copy)), sql.Identifier(str(name))))
        with recorder_of(url) as recorder:
            append(recorder, event("person-1", 2), key="after the copy")
            seen = recorder.load(0, [])
        with recorder_of(elsewhere) as recorder:
            yield recorder, seen


@pytest.mark.parametrize("events", [(), (event("person-3", 1),)], ids=["refused", "accepted"])
def test_an_older_copy_is_noticed_although_its_epoch_is_the_same(
    each_server: Server, each_database: str, events: tuple[Event, ...]
) -> None:
    with copied(each_server, each_database) as (recorder, seen):
        stale = recorder.load(seen.tail, ["person-1"], seen.stamp)
        assert (stale.tail, stale.moved, stale.epoch) == (1, None, seen.epoch)
        answer = recorder.append(batch(seen, command("next", *events)))
        assert (answer.status, answer.tail) == ("epoch", 1)
        assert len(everything(recorder)) == 1


@pytest.mark.parametrize("events", [(), (event("person-3", 1),)], ids=["refused", "accepted"])
def test_a_copy_that_has_come_as_far_by_another_way_is_noticed_too(
    each_server: Server, each_database: str, events: tuple[Event, ...]
) -> None:
    """The copy went on by itself: as many events, or more, but other ones."""
    another = event("person-2", 1, state=b'{"data":{},"nonce":"another"}')
    with copied(each_server, each_database) as (recorder, seen):
        append(recorder, another, key="the copy went on")
        append(recorder, event("person-2", 2), key="and on")
        stale = recorder.load(seen.tail, ["person-1"], seen.stamp)
        assert (stale.tail, stale.moved, stale.epoch) == (3, None, seen.epoch)
        answer = recorder.append(batch(seen, command("next", *events)))
        assert (answer.status, answer.tail) == ("epoch", 3)


def test_the_book_has_one_row_for_ever(owner: Connection) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute("INSERT INTO ledger.book (one) VALUES (true)")
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("INSERT INTO ledger.book (one) VALUES (false)")
    assert count(owner, "ledger.book") == 1
