"""Batching: requests that arrive together are written together.

While one batch is decided and committed, the next gathers; there is no timer, so a lone request
never waits for company that has not come yet. One thread gives the batches to the ledger, one after
another. The line is bounded: whoever finds it full is told to come back. A long request is written
in parts, between which the others have their turn. Rehearsals (dry runs) are never mixed with what
is written, nor parted: they must see what they did before. A request that is given up keeps its
place: what was asked is answered, to nobody.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate, takewhile
from secrets import token_hex
from time import perf_counter
from typing import Final, Protocol, TypeAlias

from ledger.deciding.answers import Answer, Broken, LedgerUnavailable, Unit

log: Final = logging.getLogger(__name__)

WAITING_MOST: Final = 20_000
"""Commands that may wait; beyond it the answer is 503."""
RUN_MOST: Final = 1_000
"""Commands of several requests given to the ledger at once, so that nobody holds its lock long."""
PART_MOST: Final = 2_000
"""Commands of one request given to it at once: enough for it to decide some while it writes others.
A group is one unit and never parted, however long.
"""

LOOKS: Final = 3
"""How often the event loop goes round before a run begins, so that requests that have arrived are
read, and those that were just answered may be followed by the next: a run of thirty costs as much
as three runs of one.
"""

Outcome: TypeAlias = list[Answer] | Exception
Observe: TypeAlias = Callable[[int, float], None]


class Execute(Protocol):
    """What `Ledger.execute` does."""

    def __call__(self, units: Sequence[Unit], *, dry_run: bool = False) -> list[Answer]: ...


class LineFull(RuntimeError):
    """Too many commands are waiting already."""


@dataclass(slots=True)
class _Waiting:
    """A request; `size` is how many of its commands have no answer yet."""

    units: Sequence[Unit]
    dry_run: bool
    future: asyncio.Future[list[Answer]]
    size: int
    answers: list[Answer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a request is given to the ledger at once: mostly all of it."""

    of: _Waiting
    units: Sequence[Unit]
    size: int

    @property
    def whole(self) -> bool:
        """Whether it is the whole request."""
        return len(self.units) == len(self.of.units)


def _next_part(waiting: _Waiting) -> _Part:
    """As much of what has no answer yet as goes at once, and one unit at least."""
    rest = waiting.units[len(waiting.answers) :]
    if waiting.dry_run or waiting.size <= PART_MOST:
        return _Part(waiting, rest, waiting.size)
    sizes = accumulate([len(unit.commands) for unit in rest])
    fitting = list(takewhile(lambda size: size <= PART_MOST, sizes)) or [len(rest[0].commands)]
    return _Part(waiting, rest[: len(fitting)], fitting[-1])


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
        self._line: deque[_Waiting] = deque()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="ledger-batcher")
        self._writing: asyncio.Task[None] | None = None
        self.waiting = 0

    async def submit(self, units: Sequence[Unit], *, dry_run: bool = False) -> list[Answer]:
        """The ledger's answers. Raises LineFull, LedgerUnavailable, or what the ledger raised."""
        size = sum([len(unit.commands) for unit in units])
        if self.waiting and self.waiting + size > self._waiting_most:
            raise LineFull
        future: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
        self.waiting += size
        self._line.append(_Waiting(units, dry_run, future, size))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await future

    async def close(self) -> None:
        """Finish what is in the line, then stop."""
        if self._writing is not None:
            await self._writing
        self._writer.shutdown()

    # -- the event loop ------------------------------------------------------------------------

    async def _write(self) -> None:
        """Run after run, until nobody waits."""
        loop = asyncio.get_running_loop()
        while self._line:
            for _ in range(LOOKS):
                await asyncio.sleep(0)
            run = self._next_run()
            outcomes = await loop.run_in_executor(self._writer, self._outcomes, run)
            if isinstance(outcomes[0], LedgerUnavailable):  # for whoever waits, as for these
                run += [_Part(each, each.units, each.size) for each in self._line]
                outcomes = outcomes[:1] * len(run)
                self._line.clear()
            self._settle(run, outcomes)
        self._writing = None

    def _next_run(self) -> list[_Part]:
        """Whoever waits, up to the first that does not fit."""
        first = _next_part(self._line.popleft())
        run, size = [first], first.size
        while self._line and not first.of.dry_run and not self._line[0].dry_run:
            size += self._line[0].size
            if size > RUN_MOST:
                break
            run.append(_next_part(self._line.popleft()))
        return run

    def _settle(self, run: list[_Part], outcomes: list[Outcome]) -> None:
        """Answer those that are through; whoever is not goes to the end of the line."""
        for part, outcome in zip(run, outcomes, strict=True):
            waiting = part.of
            if isinstance(outcome, Exception):
                self.waiting -= waiting.size
                if not waiting.future.done():  # else given up by whoever asked
                    waiting.future.set_exception(outcome)
                continue
            self.waiting -= part.size
            waiting.size -= part.size
            waiting.answers += outcome
            if len(waiting.answers) < len(waiting.units):
                self._line.append(waiting)
            elif not waiting.future.done():
                waiting.future.set_result(waiting.answers)

    # -- the thread ----------------------------------------------------------------------------

    def _outcomes(self, run: list[_Part]) -> list[Outcome]:
        """For each part its answers, or why there are none."""
        began = perf_counter()
        try:
            units = [unit for each in run for unit in each.units]
            answers = iter(self._execute(units, dry_run=run[0].of.dry_run))
            return [[next(answers) for _ in each.units] for each in run]
        except LedgerUnavailable as fault:
            return [fault] * len(run)
        except Exception as fault:
            if len(run) > 1:  # look for the one whose fault it is
                return [self._outcomes([each])[0] for each in run]
            reference = token_hex(8)
            log.exception("a batch of %d commands failed, reference %s", run[0].size, reference)
            if run[0].whole:
                return [fault]
            return [[Broken(reference)] * len(run[0].units)]  # the other parts have their answers
        finally:
            self._observe(sum([each.size for each in run]), perf_counter() - began)
