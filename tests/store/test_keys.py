"""What a command became is answered for ever; a refusal or dry run only has its key looked up."""

from threading import Barrier, Thread

import pytest
from eventsourcing.persistence import IntegrityError

from ledger.store.recorder import Appended, First, LedgerRecorder
from tests.store.appends import (
    Connection,
    append,
    batch,
    command,
    count,
    event,
    everything,
    nothing_is_written,
    recorder_of,
)


def test_a_known_key_gets_its_first_answer_whatever_else_comes_with_it(
    recorder: LedgerRecorder,
) -> None:
    append(recorder, event("person-1", 1), key="other")
    append(recorder, event("person-1", 2), event("person-1", 3), key="known")
    before = everything(recorder)
    answer = recorder.append(
        batch(
            recorder.load(0, []),
            command("new", event("person-2", 1)),
            command("known", event("person-2", 2), request=b"another"),
            command("refused"),
        )
    )
    assert answer.status == "known"
    assert answer.known == {1: First(request=b"digest", position=2, events=2)}
    assert everything(recorder) == before


def test_a_known_key_is_answered_before_a_moved_stream_or_a_conflict(
    recorder: LedgerRecorder,
) -> None:
    seen = recorder.load(0, [])
    same = batch(seen, command("key", event("person-1", 1)), read=["person-1"])
    assert recorder.append(same).status == "appended"
    again = recorder.append(same)
    assert (again.status, again.moved, again.tail) == ("known", frozenset({"person-1"}), 1)
    assert again.known == {0: First(b"digest", 1, 1)}


def test_a_command_without_events_only_has_its_key_looked_up(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    append(recorder, event("person-1", 1), key="known")
    seen = recorder.load(0, [])
    asked = recorder.append(batch(seen, command("unknown"), command("known")))
    assert asked.known == {1: First(b"digest", 1, 1)}
    assert recorder.append(batch(seen, command("unknown"))).status == "appended"
    assert count(owner, "ledger.command_keys") == 1
    assert append(recorder, event("person-1", 2), key="unknown").status == "appended"


def test_the_same_key_of_another_actor_is_another_key(recorder: LedgerRecorder) -> None:
    append(recorder, event("person-1", 1))
    seen = recorder.load(0, [])
    other = batch(seen, command("key", event("person-1", 2), actor="cashier"))
    assert recorder.append(other).status == "appended"


def test_the_same_key_twice_in_a_batch_is_the_callers_mistake(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    twice = (command("key", event("person-1", 1)), command("key", event("person-1", 2)))
    with pytest.raises(IntegrityError):
        recorder.append(batch(recorder.load(0, []), *twice))
    assert nothing_is_written(owner)


@pytest.mark.parametrize("key", ["x", "x" * 80, "键" * 80, "😀" * 80, "e\u0301" * 40, "' --"])
def test_a_key_is_any_text_of_up_to_80_characters(recorder: LedgerRecorder, key: str) -> None:
    append(recorder, event("person-1", 1), key=key)
    answer = append(recorder, event("person-1", 2), key=key)
    assert answer.known == {0: First(b"digest", 1, 1)}


@pytest.mark.parametrize("key", ["", "x" * 81, "键" * 81, "e\u0301" * 41])
def test_a_longer_key_or_none_is_refused(
    recorder: LedgerRecorder, owner: Connection, key: str
) -> None:
    with pytest.raises(IntegrityError, match="key"):
        append(recorder, event("person-1", 1), key=key)
    assert nothing_is_written(owner)


def test_keys_are_compared_byte_by_byte(recorder: LedgerRecorder) -> None:
    for number, key in enumerate(("é", "e\u0301", "E", "e", "e "), 1):
        assert append(recorder, event("person-1", number), key=key).status == "appended"


def test_of_two_threads_with_the_same_key_one_writes(each_database: str) -> None:
    rounds = 20
    barrier = Barrier(2, timeout=10)
    answers: list[Appended] = []

    def send() -> None:
        with recorder_of(each_database) as recorder:
            seen = recorder.load(0, [])
            for number in range(rounds):
                same = command(f"key-{number}", event(f"person-{number}", 1))
                barrier.wait()
                answers.append(recorder.append(batch(seen, same)))

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == ["appended"] * rounds + ["known"] * rounds
    with recorder_of(each_database) as recorder:
        assert len(everything(recorder)) == rounds


# -- refusals and dry runs ---------------------------------------------------------------------


def test_a_batch_that_writes_nothing_is_told_what_moved(recorder: LedgerRecorder) -> None:
    seen = recorder.load(0, [])
    append(recorder, event("person-1", 1), event("person-2", 1))
    stale = recorder.append(batch(seen, command("refused"), read=["person-1"]))
    assert (stale.status, stale.tail) == ("moved", 2)
    assert stale.moved == frozenset({"person-1", "person-2"})
    fresh = recorder.append(batch(seen, command("refused"), read=["person-3"]))
    assert (fresh.status, fresh.tail) == ("appended", 2)
    assert fresh.moved == frozenset({"person-1", "person-2"})
    assert fresh.recorded == []


def test_a_batch_without_commands_says_where_the_log_ends(recorder: LedgerRecorder) -> None:
    append(recorder, event("person-1", 1))
    seen = recorder.load(0, [])
    answer = recorder.append(batch(seen))
    assert (answer.status, answer.tail, answer.epoch) == ("appended", 1, seen.epoch)


def test_a_batch_that_writes_nothing_does_not_wait_for_a_writer(
    recorder: LedgerRecorder, owner: Connection
) -> None:
    seen = recorder.load(0, [])
    with owner.transaction():
        owner.execute("SELECT ledger.take_order_lock()")
        assert recorder.append(batch(seen, command("refused"))).status == "appended"


def test_what_moved_is_named_up_to_10_000_events(recorder: LedgerRecorder) -> None:
    seen = recorder.load(0, [])
    many = [event(f"person-{number}", 1) for number in range(10_000)]
    append(recorder, *many)
    streams = frozenset(each.stream for each in many)
    assert recorder.append(batch(seen)).moved == streams
    assert recorder.load(0, []).moved == streams
    append(recorder, event("person-10000", 1), key="one more")
    assert recorder.load(0, []).moved is None
    answer = recorder.append(batch(seen, command("new", event("person-10001", 1))))
    assert (answer.status, answer.moved) == ("moved", None)
