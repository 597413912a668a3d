"""The line before the ledger: who waits together is written together, and nobody waits for long."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from api import batching
from api.batching import Batcher, LineFull
from ledger.deciding.answers import Accepted, Answer, Broken, LedgerUnavailable, Unit
from tests.builders import everything

SECONDS_MOST = 10


def unit(name: str, commands: int = 1) -> Unit:
    return Unit(everything(), name, tuple(f"{name}/{place}" for place in range(commands)))


class SlowLedger:
    """Answers in turn, keeps what it was given, and waits at the gate while that is shut."""

    def __init__(self) -> None:
        self.runs: list[tuple[list[str], bool]] = []
        self.entered = Event()
        self.gate = Event()
        self.gate.set()
        self.fault: dict[str, Exception] = {}

    def execute(self, units: Sequence[Unit], *, dry_run: bool = False) -> list[Answer]:
        self.runs.append(([each.key for each in units], dry_run))
        self.entered.set()
        assert self.gate.wait(SECONDS_MOST)
        for each in units:
            if each.key in self.fault:
                raise self.fault[each.key]
        return [Accepted((), int(each.key[1:] or 0), None) for each in units]


@contextmanager
def gathering(ledger: SlowLedger, **options: Any) -> Iterator[Batcher]:
    batcher = Batcher(ledger.execute, **options)
    try:
        yield batcher
    finally:
        ledger.gate.set()
        asyncio.run(batcher.close())


async def behind_a_shut_gate(
    ledger: SlowLedger, batcher: Batcher, *waiting: tuple[Unit, bool]
) -> list[Any]:
    """The first is being written while the others come; what each of the others is answered."""
    ledger.gate.clear()
    first = asyncio.create_task(batcher.submit([unit("k0")]))
    assert await asyncio.to_thread(ledger.entered.wait, SECONDS_MOST)
    others = [
        asyncio.create_task(batcher.submit([each], dry_run=dry_run)) for each, dry_run in waiting
    ]
    await asyncio.sleep(0)
    ledger.gate.set()
    await first
    return await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), SECONDS_MOST)


def positions(answers: list[Any]) -> list[Any]:
    return [[each.position for each in one] if isinstance(one, list) else one for one in answers]


def test_who_comes_while_one_is_written_is_written_together() -> None:
    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        waiting = [(unit(f"k{number}"), False) for number in range(1, 6)]
        answers = asyncio.run(behind_a_shut_gate(ledger, batcher, *waiting))
    assert ledger.runs == [(["k0"], False), (["k1", "k2", "k3", "k4", "k5"], False)]
    assert positions(answers) == [[1], [2], [3], [4], [5]]
    assert batcher.waiting == 0


def test_a_lone_request_does_not_wait_for_company() -> None:
    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        (answer,) = asyncio.run(asyncio.wait_for(batcher.submit([unit("k7")]), SECONDS_MOST))
    assert isinstance(answer, Accepted)
    assert ledger.runs == [(["k7"], False)]


def test_rehearsals_are_never_mixed_with_what_is_written() -> None:
    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        waiting = [
            (unit("k1"), False), (unit("k2"), True), (unit("k3"), True), (unit("k4"), False),
            (unit("k5"), False),
        ]  # fmt: skip
        answers = asyncio.run(behind_a_shut_gate(ledger, batcher, *waiting))
    assert ledger.runs[1:] == [
        (["k1"], False), (["k2"], True), (["k3"], True), (["k4", "k5"], False),
    ]  # fmt: skip
    assert positions(answers) == [[1], [2], [3], [4], [5]]


def test_a_run_has_its_most_and_a_larger_request_goes_alone() -> None:
    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        waiting = [(unit("k1", 600), False), (unit("k2", 400), False), (unit("k3", 1), False),
                   (unit("k4", 5_000), False), (unit("k5", 1), False)]  # fmt: skip
        asyncio.run(behind_a_shut_gate(ledger, batcher, *waiting))
    assert [keys for keys, _ in ledger.runs[1:]] == [["k1", "k2"], ["k3"], ["k4"], ["k5"]]


def test_whoever_finds_the_line_full_is_told_at_once() -> None:
    ledger = SlowLedger()
    with gathering(ledger, waiting_most=3) as batcher:
        waiting = [(unit(f"k{number}"), False) for number in range(1, 5)]
        answers = asyncio.run(behind_a_shut_gate(ledger, batcher, *waiting))
        assert positions(answers[:2]) == [[1], [2]]
        assert all(isinstance(each, LineFull) for each in answers[2:])
        (answer,) = asyncio.run(batcher.submit([unit("k9")]))
    assert isinstance(answer, Accepted)


def test_one_that_is_too_large_for_the_line_is_taken_when_nobody_waits() -> None:
    ledger = SlowLedger()
    with gathering(ledger, waiting_most=3) as batcher:
        assert asyncio.run(batcher.submit([unit("k1", 10)]))


def test_what_is_given_up_is_written_all_the_same_and_harms_nobody() -> None:
    async def give_up(ledger: SlowLedger, batcher: Batcher) -> list[Answer]:
        ledger.gate.clear()
        first = asyncio.create_task(batcher.submit([unit("k0")]))
        assert await asyncio.to_thread(ledger.entered.wait, SECONDS_MOST)
        given_up = asyncio.create_task(batcher.submit([unit("k1")]))
        patient = asyncio.create_task(batcher.submit([unit("k2")]))
        await asyncio.sleep(0)
        given_up.cancel()
        ledger.gate.set()
        await first
        return await asyncio.wait_for(patient, SECONDS_MOST)

    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        (answer,) = asyncio.run(give_up(ledger, batcher))
        assert batcher.waiting == 0
    assert isinstance(answer, Accepted)
    assert answer.position == 2
    assert ledger.runs[1] == (["k1", "k2"], False)


def test_a_fault_of_one_is_not_suffered_by_the_others() -> None:
    ledger = SlowLedger()
    ledger.fault["k2"] = ZeroDivisionError()
    with gathering(ledger) as batcher:
        waiting = [(unit(f"k{number}"), False) for number in range(1, 4)]
        answers = asyncio.run(behind_a_shut_gate(ledger, batcher, *waiting))
    assert positions(answers)[::2] == [[1], [3]]
    assert isinstance(answers[1], ZeroDivisionError)
    assert [keys for keys, _ in ledger.runs[1:]] == [["k1", "k2", "k3"], ["k1"], ["k2"], ["k3"]]


def test_a_lost_database_is_told_to_everybody_who_waits() -> None:
    ledger = SlowLedger()
    ledger.fault["k1"] = LedgerUnavailable("gone")
    with gathering(ledger) as batcher:
        waiting = [(unit("k1", 900), False), (unit("k2", 900), False), (unit("k3"), True)]
        answers = asyncio.run(behind_a_shut_gate(ledger, batcher, *waiting))
        assert all(isinstance(each, LedgerUnavailable) for each in answers)
        assert len(ledger.runs) == 2
        assert asyncio.run(batcher.submit([unit("k4")]))
        assert batcher.waiting == 0


def test_closing_finishes_what_is_in_the_line() -> None:
    async def close_meanwhile(ledger: SlowLedger, batcher: Batcher) -> list[Answer]:
        ledger.gate.clear()
        first = asyncio.create_task(batcher.submit([unit("k0")]))
        assert await asyncio.to_thread(ledger.entered.wait, SECONDS_MOST)
        last = asyncio.create_task(batcher.submit([unit("k1")]))
        await asyncio.sleep(0)
        closing = asyncio.create_task(batcher.close())
        ledger.gate.set()
        await first
        await closing
        return await asyncio.wait_for(last, SECONDS_MOST)

    ledger = SlowLedger()
    batcher = Batcher(ledger.execute)
    (answer,) = asyncio.run(close_meanwhile(ledger, batcher))
    assert isinstance(answer, Accepted)


# -- a long request ------------------------------------------------------------------------------


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "RUN_MOST", 2)
    monkeypatch.setattr(batching, "PART_MOST", 3)


async def long_and_short(
    ledger: SlowLedger, batcher: Batcher, long: list[Unit], short: Unit, *, dry_run: bool = False
) -> list[Any]:
    """The long request came first, the short one while both had to wait."""
    ledger.gate.clear()
    first = asyncio.create_task(batcher.submit([unit("k0")]))
    assert await asyncio.to_thread(ledger.entered.wait, SECONDS_MOST)
    waiting = [
        asyncio.create_task(batcher.submit(long, dry_run=dry_run)),
        asyncio.create_task(batcher.submit([short])),
    ]
    await asyncio.sleep(0)
    ledger.gate.set()
    await first
    return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), SECONDS_MOST)


SEVEN = [unit(f"k{number}") for number in range(1, 8)]


@pytest.mark.usefixtures("short_parts")
def test_others_have_their_turn_between_the_parts_of_a_long_request() -> None:
    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        answers = asyncio.run(long_and_short(ledger, batcher, SEVEN, unit("k8")))
        assert batcher.waiting == 0
    assert positions(answers) == [[1, 2, 3, 4, 5, 6, 7], [8]]
    runs = [keys for keys, _ in ledger.runs[1:]]
    assert runs == [["k1", "k2", "k3"], ["k8"], ["k4", "k5", "k6"], ["k7"]]


@pytest.mark.usefixtures("short_parts")
def test_a_rehearsal_is_never_parted_because_it_must_see_what_it_did_before() -> None:
    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        asyncio.run(long_and_short(ledger, batcher, SEVEN, unit("k8"), dry_run=True))
    assert ledger.runs[1] == ([each.key for each in SEVEN], True)


@pytest.mark.usefixtures("short_parts")
def test_a_group_is_never_parted() -> None:
    ledger = SlowLedger()
    groups = [unit("k1", 4), unit("k2", 2), unit("k3", 1), unit("k4", 1)]
    with gathering(ledger) as batcher:
        answers = asyncio.run(long_and_short(ledger, batcher, groups, unit("k5")))
    assert positions(answers) == [[1, 2, 3, 4], [5]]
    assert [keys for keys, _ in ledger.runs[1:]] == [["k1"], ["k5"], ["k2", "k3"], ["k4"]]


@pytest.mark.usefixtures("short_parts")
def test_a_fault_in_one_part_leaves_the_others_their_answers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ledger = SlowLedger()
    ledger.fault["k5"] = ZeroDivisionError()
    with gathering(ledger) as batcher:
        (long, short) = asyncio.run(long_and_short(ledger, batcher, SEVEN, unit("k8")))
        assert batcher.waiting == 0
    assert [each.position for each in (*long[:3], *long[6:], *short)] == [1, 2, 3, 7, 8]
    broken = long[3:6]
    assert all(isinstance(each, Broken) and each.reference in caplog.text for each in broken)


@pytest.mark.usefixtures("short_parts")
def test_a_database_lost_between_two_parts_is_told_for_the_whole_request() -> None:
    """Sent again with the same keys, what was written is answered as it was the first time."""
    ledger = SlowLedger()
    ledger.fault["k5"] = LedgerUnavailable("gone")
    with gathering(ledger) as batcher:
        (long, short) = asyncio.run(long_and_short(ledger, batcher, SEVEN, unit("k8")))
        assert isinstance(long, LedgerUnavailable)
        assert positions([short]) == [[8]]
        assert batcher.waiting == 0
        assert [keys for keys, _ in ledger.runs[1:]] == [
            ["k1", "k2", "k3"],
            ["k8"],
            ["k4", "k5", "k6"],
        ]


@pytest.mark.usefixtures("short_parts")
def test_a_long_request_that_is_given_up_is_written_to_its_end() -> None:
    async def give_up(ledger: SlowLedger, batcher: Batcher) -> None:
        ledger.gate.clear()
        long = asyncio.create_task(batcher.submit(SEVEN))
        assert await asyncio.to_thread(ledger.entered.wait, SECONDS_MOST)
        long.cancel()
        ledger.gate.set()
        await batcher.close()

    ledger = SlowLedger()
    batcher = Batcher(ledger.execute)
    asyncio.run(give_up(ledger, batcher))
    assert [key for keys, _ in ledger.runs for key in keys] == [each.key for each in SEVEN]
    assert batcher.waiting == 0


@pytest.mark.parametrize("requests", [200])
def test_many_requests_get_each_its_own_answer(requests: int) -> None:
    async def many(batcher: Batcher) -> list[list[Answer]]:
        return await asyncio.gather(
            *(batcher.submit([unit(f"k{number}")]) for number in range(requests))
        )

    ledger = SlowLedger()
    with gathering(ledger) as batcher:
        answers = asyncio.run(many(batcher))
    assert positions(answers) == [[number] for number in range(requests)]
    assert len(ledger.runs) < requests
