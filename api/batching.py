"""Batching: requests that arrive together are written together.

While one batch is decided and committed, the next gathers; there is no timer, so a lone request
never waits for company. One thread gives the batches to the ledger. The line is bounded: whoever
finds it full is told to come back. Rehearsals (dry runs) are never mixed with what is written.
A request that is given up keeps its place: what was asked is answered, to nobody.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import perf_counter
from typing import Any, Final, Protocol, TypeAlias

from ledger.deciding.answers import Answer, LedgerUnavailable, Unit

log: Final = logging.getLogger(__name__)

WAITING_MOST: Final = 20_000
"""Commands that may wait; beyond it the answer is 503."""
RUN_MOST: Final = 1_000
"""Commands given to the ledger at once, so that nobody holds its lock long."""

Future: TypeAlias = asyncio.Future[list[Answer]]
Observe: TypeAlias = Callable[[int, float], None]


class Execute(Protocol):
    """What `Ledger.execute` does."""

    def __call__(self, units: Sequence[Unit], *, dry_run: bool = False) -> list[Answer]: ...


class LineFull(RuntimeError):
    """Too many commands are waiting already."""


@dataclass(slots=True)
class _Waiting:
    units: Sequence[Unit]
    dry_run: bool
    future: Future
    size: int


class Batcher:
    """Gives what one event loop submits to the ledger, in the order in which it came."""

    def __init__(
        self,
        execute: Execute,
        observe: Observe = lambda _size, _seconds: None,
        waiting_most: int = WAITING_MOST,
    ) -> None:
        self._execute = execute
        self._observe = observe
        self._waiting_most = waiting_most
        self._line: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._held: _Waiting | None = None
        self._thread = Thread(target=self._work, name="ledger-batcher", daemon=True)
        self.waiting = 0

    def start(self) -> "Batcher":
        """Begin to work."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Finish what is in the line, then stop."""
        self._line.put(None)
        self._thread.join()

    async def submit(self, units: Sequence[Unit], *, dry_run: bool = False) -> list[Answer]:
        """The ledger's answers. Raises LineFull, LedgerUnavailable, or what the ledger raised."""
        size = sum(len(unit.commands) for unit in units)
        if self.waiting and self.waiting + size > self._waiting_most:
            raise LineFull
        future: Future = asyncio.get_running_loop().create_future()
        self.waiting += size
        self._line.put(_Waiting(units, dry_run, future, size))
        return await future

    # -- the thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        while (run := self._next_run()) is not None:
            began = perf_counter()
            try:
                answers = self._execute(
                    [unit for each in run for unit in each.units], dry_run=run[0].dry_run
                )
            except Exception as fault:  # noqa: BLE001 - whoever asked is told
                self._fail(run, fault)
            else:
                self._answer(run, answers)
            self._observe(sum(each.size for each in run), perf_counter() - began)

    def _next_run(self) -> list[_Waiting] | None:
        """Whoever waits, up to the first that does not fit; None when the line is closed."""
        first = self._held or self._line.get()
        self._held = None
        if first is None:
            return None
        run, size = [first], first.size
        while (following := self._take()) is not None:
            size += following.size
            if following.dry_run or first.dry_run or size > RUN_MOST:
                self._held = following
                break
            run.append(following)
        return run

    def _take(self) -> _Waiting | None:
        try:
            following = self._line.get_nowait()
        except Empty:
            return None
        if following is None:
            self._line.put(None)  # the end, to be met again when this run is done
        return following

    def _answer(self, run: list[_Waiting], answers: list[Answer]) -> None:
        rest = iter(answers)
        self._tell(run, [[next(rest) for _ in each.units] for each in run])

    def _fail(self, run: list[_Waiting], fault: Exception) -> None:
        """A lost database fails whoever waits; any other fault is looked for one by one."""
        if isinstance(fault, LedgerUnavailable):
            self._tell(run + self._everybody(), fault)
        elif len(run) == 1:
            log.error("a batch of %d commands failed", run[0].size, exc_info=fault)
            self._tell(run, fault)
        else:
            for each in run:
                self._alone(each)

    def _alone(self, waiting: _Waiting) -> None:
        try:
            answers = self._execute(waiting.units, dry_run=waiting.dry_run)
        except Exception as fault:  # noqa: BLE001 - whoever asked is told
            self._fail([waiting], fault)
        else:
            self._answer([waiting], answers)

    def _everybody(self) -> list[_Waiting]:
        found = [] if self._held is None else [self._held]
        self._held = None
        while (following := self._take()) is not None:
            found.append(following)
        return found

    def _tell(self, run: list[_Waiting], outcome: Any) -> None:  # noqa: ANN401 - answers or a fault
        loop = run[0].future.get_loop()
        try:
            loop.call_soon_threadsafe(self._settle, run, outcome)
        except RuntimeError:
            log.warning("the event loop ended before %d answers reached it", len(run))

    # -- the event loop again ------------------------------------------------------------------

    def _settle(self, run: list[_Waiting], outcome: list[list[Answer]] | Exception) -> None:
        for place, each in enumerate(run):
            self.waiting -= each.size
            if each.future.done():
                continue  # given up by whoever asked
            if isinstance(outcome, Exception):
                each.future.set_exception(outcome)
            else:
                each.future.set_result(outcome[place])
