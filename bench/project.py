"""Catching up with a long log, and how long a command takes to show while others arrive.

*Catch-up*: 200,000 events of `bench/history.py` into all read models at once, then into each alone,
from empty tables, with Python's collector as a running ledger has it; beside pgbench. What a read
model costs alone holds the reading and decoding of the log, which all of them share.
*Lag*: a ledger and its projector in one process, as they are served, and ten claims every ten
milliseconds for ten seconds; from the commit until a reader who asks for that position is served.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from queue import SimpleQueue
from statistics import quantiles
from threading import Thread
from typing import Final

from bench import history, pgbench
from bench.figures import ROUNDS, Figure, medians, stopwatch
from bench.stand import Stand
from bench.town import claims, days_before_today, must_be_accepted, units
from ledger.deciding.answers import Accepted, Unit
from ledger.projections import rebuild
from ledger.projections.model import ReadModel
from ledger.projections.models import MODELS
from ledger.projections.projector import Projector
from ledger.projections.watch import Watch
from ledger.running import Running, running, spare_the_collector
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder

DAYS: Final = 40
PEOPLE: Final = 6_000
TICK_SECONDS: Final = 0.01
PER_TICK: Final = 10
LAG_SECONDS: Final = 10
LAG_MILLISECONDS_MOST: Final = 100


def measure(stand: Stand) -> Iterator[Figure]:
    """Events a second into the read models, then the lag."""
    spare_the_collector()
    with _written(stand) as template:
        found = medians(
            lambda: {"all": _caught_up(stand, template, MODELS)},
            lambda: {"pgbench": pgbench.rows_per_second(stand)},
        )
        unit = "events/s"
        name = "catch-up, all read models"
        yield Figure(name, found["all"], unit, pgbench.NAME, found["pgbench"], "≥ 0.5")
        alone = {model.name: _caught_up(stand, template, (model,)) for model in MODELS}
    for name, speed in alone.items():
        told = "all read models together"
        yield Figure(f"catch-up, cost of {name} alone", 1e6 / speed, "µs", told, 1e6 / found["all"])
    yield from _lag(stand)


# -- catching up -------------------------------------------------------------------------------


@contextmanager
def _written(stand: Stand) -> Iterator[str]:
    """A database with the history and with read models that are empty."""
    name = stand.server.create(stand.server.migrated)
    url = stand.server.url_of(name)
    rebuild.prepare(url, MODELS)
    with LedgerDatastore(url) as datastore:
        history.write(LedgerRecorder(datastore), history.Extent(stand.size(PEOPLE), DAYS))
    try:
        yield name
    finally:
        stand.server.drop(name)


def _caught_up(stand: Stand, template: str, models: Sequence[ReadModel]) -> float:
    name = stand.server.create(template)
    try:
        with LedgerDatastore(stand.server.url_of(name)) as datastore:
            projector = Projector(datastore, models)
            stand.settle()
            with stopwatch() as watch:
                events = projector.catch_up()
            if projector.parked:
                raise ValueError(f"a read model does not fold the history: {projector.parked}")
    finally:
        stand.server.drop(name)
    return events / watch.seconds


# -- lag ---------------------------------------------------------------------------------------


def _lag(stand: Stand) -> Iterator[Figure]:
    days = iter(days_before_today(ROUNDS))
    with stand.town() as settings, running(settings) as opened:
        found = medians(lambda: _lags(opened, _asked(stand, next(days))))
    told = "what was wanted at most"
    name = f"lag, {found['per second']:.0f} commands/s"
    for percentile in ("p99", "p50"):
        wanted = "≤ 1" if percentile == "p99" else ""
        ours = found[percentile]
        yield Figure(f"{name}, {percentile}", ours, "ms", told, LAG_MILLISECONDS_MOST, wanted)


def _asked(stand: Stand, day: date) -> list[Unit]:
    commands = round(stand.seconds(LAG_SECONDS) / TICK_SECONDS) * PER_TICK
    return units(claims((number % stand.people for number in range(commands)), day))


def _lags(opened: Running, asked: list[Unit]) -> dict[str, float]:
    """Give the commands at their pace; a thread waits for each position to show."""
    if opened.watch is None:
        raise ValueError("nobody folds")
    committed: SimpleQueue[tuple[int, float] | None] = SimpleQueue()
    lags: list[float] = []
    waiter = Thread(target=_wait, args=(opened.watch, committed, lags))
    waiter.start()
    began = time.perf_counter()
    for number, first in enumerate(range(0, len(asked), PER_TICK)):
        time.sleep(max(0.0, began + number * TICK_SECONDS - time.perf_counter()))
        answers = opened.ledger.execute(asked[first : first + PER_TICK])
        must_be_accepted(answers)
        position = max(each.position for each in answers if isinstance(each, Accepted))
        committed.put((position, time.perf_counter()))
    spent = time.perf_counter() - began
    committed.put(None)
    waiter.join()
    cuts = quantiles(lags, n=100)
    return {"p50": cuts[49] * 1e3, "p99": cuts[98] * 1e3, "per second": len(asked) / spent}


def _wait(
    watch: Watch, committed: "SimpleQueue[tuple[int, float] | None]", lags: list[float]
) -> None:
    while (found := committed.get()) is not None:
        position, at = found
        if not watch.wait_for(position, seconds=60):
            raise TimeoutError(f"position {position} does not show")
        lags.append(time.perf_counter() - at)
