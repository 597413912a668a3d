"""A connection that breaks around an append: sent again, it is answered what it did the first time.

Whether the first sending was carried out cannot be known from outside. The command's key tells.
"""

from collections.abc import Iterator
from time import sleep

import pytest
from eventsourcing.persistence import InterfaceError, OperationalError

from ledger.store.recorder import Appended, Batch, LedgerRecorder
from tests.store.appends import (
    Command,
    Connection,
    batch,
    command,
    count,
    event,
    everything,
    recorder_of,
    somebody_waits,
    wait_until,
)
from tests.store.proxy import Proxy, When

ROUNDS = 20
NEVER_DONE = {When.before_the_request, When.inside_the_request}
SURELY_DONE = {When.before_the_reply, When.inside_the_reply}


@pytest.fixture
def proxy(each_database: str) -> Iterator[Proxy]:
    with Proxy(each_database) as proxy:
        yield proxy


def sent_again(recorder: LedgerRecorder, same: Batch) -> Appended:
    """As the engine does; the other connections of the pool are as they were."""
    for _ in range(20):
        try:
            return recorder.append(same)
        except (OperationalError, InterfaceError):
            sleep(0.05)
    raise AssertionError("the pool did not recover")


def two_commands(name: str) -> tuple[Command, Command]:
    return (
        command(f"{name}-a", event(f"{name}-1", 1), event(f"{name}-1", 2)),
        command(f"{name}-b", event(f"{name}-2", 1), request=b"another"),
    )


@pytest.mark.parametrize("when", When)
def test_an_append_cut_short_is_answered_once_and_for_all_when_it_is_sent_again(
    proxy: Proxy, owner: Connection, when: When
) -> None:
    with recorder_of(proxy.url) as recorder:
        for number in range(ROUNDS):
            seen = recorder.load(0, [])
            name = f"{when.name}-{number}".replace("_", "-")
            same = batch(seen, *two_commands(name), read=[f"{name}-1"])
            proxy.cut(when, marker=f"{name}-a".encode())
            with pytest.raises((OperationalError, InterfaceError)):
                recorder.append(same)
            assert proxy.cuts == number + 1
            again = sent_again(recorder, same)
            if again.status == "known":
                assert when not in NEVER_DONE
                found = [(place, first.request, first.position, first.events)
                         for place, first in again.known.items()]  # fmt: skip
                assert found == [
                    (0, b"digest", seen.tail + 1, 2),
                    (1, b"another", seen.tail + 3, 1),
                ]
            else:
                assert when not in SURELY_DONE
                assert (again.status, again.tail) == ("appended", seen.tail)
            assert recorder.append(same).status == "known"
            assert len(everything(recorder)) == seen.tail + 3
    assert count(owner, "ledger.command_keys") == 2 * ROUNDS


def test_an_append_that_is_still_under_way_is_waited_for(proxy: Proxy, owner: Connection) -> None:
    """The first sending waits for the order lock while the second comes in behind it."""
    with recorder_of(proxy.url) as recorder:
        same = batch(recorder.load(0, []), command("key", event("person-1", 1)), read=["person-1"])
        with owner.transaction():
            owner.execute("SELECT ledger.take_order_lock()")
            proxy.cut(When.behind_the_request, marker=b"key")
            with pytest.raises((OperationalError, InterfaceError)):
                recorder.append(same)
            wait_until(lambda: somebody_waits(owner))
        assert sent_again(recorder, same).status == "known"
        assert len(everything(recorder)) == 1


def test_a_load_cut_short_is_simply_asked_again(proxy: Proxy) -> None:
    with recorder_of(proxy.url, connections=1) as recorder:
        recorder.append(batch(recorder.load(0, []), command("key", event("person-1", 1))))
        proxy.cut(When.before_the_reply, marker=b"person-1")
        with pytest.raises((OperationalError, InterfaceError)):
            recorder.load(0, ["person-1"])
        assert len(recorder.load(0, ["person-1"]).events) == 1


def test_without_a_key_nobody_can_tell_so_the_librarys_way_in_is_not_retried(
    proxy: Proxy,
) -> None:
    from eventsourcing.persistence import StoredEvent

    from tests.store.owner import OwnersDatastore

    with recorder_of(proxy.url, kind=OwnersDatastore) as recorder:
        proxy.cut(When.before_the_reply, marker=b"person-1")
        with pytest.raises((OperationalError, InterfaceError)):
            recorder.insert_events([StoredEvent("person-1", 1, "noted.v1", b"{}")])
        assert len(everything(recorder)) == 1
