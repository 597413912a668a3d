"""Figures: what was measured of us and of a peer, and how the two take turns."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Final

ROUNDS: Final = 3

Contender = Callable[[], Mapping[str, float]]
"""Runs once and says what it measured, by name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` beside `theirs`, in the same unit; without a peer it stands alone.

    `wanted` is what the ratio was meant to be.
    """

    bench: str
    ours: float
    unit: str
    peer: str | None = None
    theirs: float | None = None
    wanted: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours in theirs."""
        return self.ours / self.theirs if self.theirs else None

    def line(self) -> str:
        """One line of JSON."""
        told = {
            "bench": self.bench,
            "ours": rounded(self.ours),
            "unit": self.unit,
            "peer": self.peer,
            "theirs": rounded(self.theirs),
            "ratio": rounded(self.ratio),
        }
        return json.dumps(told, ensure_ascii=False)


def rounded(number: float | None) -> float | None:
    """Three digits that mean something, whatever the size."""
    if number is None or number >= 100:
        return None if number is None else round(number)
    return float(f"{number:.3g}")


def medians(*contenders: Contender) -> dict[str, float]:
    """Three rounds in which each contender runs in turn; the median of whatever was measured.

    In turn, because a machine is never the same machine a minute later.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for contender in contenders:
            for name, value in contender().items():
                found[name].append(value)
    return {name: median(values) for name, values in found.items()}


class Watched:
    """Seconds that passed, and seconds that this process computed, between begin and end."""

    seconds = 0.0
    computed_seconds = 0.0


@contextmanager
def stopwatch() -> Iterator[Watched]:
    """Take the time of the block."""
    watched = Watched()
    began, computed = time.perf_counter(), time.process_time()
    yield watched
    watched.seconds = time.perf_counter() - began
    watched.computed_seconds = time.process_time() - computed
