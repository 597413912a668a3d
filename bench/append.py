"""Meal claims through `Ledger.execute`: seven streams read, 500 claims a transaction.

*One call*: 30,000 claims in one call, which the engine writes 500 at a time and decides ahead.
*Calls of 500*: as many calls as there are batches, so that nothing is decided ahead.
*Cold*: nobody was met before, so streams and fact sheets are read and sheets decrypted; *warm*: the
same people on the next day. Each claim is decided, checked against what others wrote, and committed
with its idempotency key. The peers commit what nobody decided.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bench import hordak, library, pgbench, pieces
from bench.figures import Figure, medians, stopwatch
from bench.stand import Stand
from bench.town import claims, days_before_today, must_be_accepted, units
from ledger.deciding.answers import Unit
from ledger.engine import UNITS_MOST, Ledger
from ledger.running import running

PER_SECOND: Final = "commands/s"
WAYS: Final = ("one call, cold", "one call, warm", "calls of 500, cold", "calls of 500, warm")


def measure(stand: Stand) -> Iterator[Figure]:
    """Us in four ways, beside each peer."""
    hordak.install()
    found = medians(
        lambda: _in_one_call(stand),
        lambda: {"plain": pgbench.rows_per_second(stand)},
        lambda: _in_calls_of_500(stand),
        lambda: {"like ours": pgbench.rows_per_second(stand, pgbench.LIKE_OURS)},
        lambda: {"library": library.saves_per_second(stand)},
        lambda: {"hordak": hordak.transfers_per_second(stand)},
    )
    for way in WAYS:
        ours = found[way]
        yield Figure(f"append, {way}", ours, PER_SECOND, pgbench.NAME, found["plain"], "≥ 1.2")
    like_ours = f"{pgbench.NAME}, a row like an event"
    for peer, name, wanted in (
        ("like ours", like_ours, ""),
        ("library", library.NAME, "≥ 20"),
        ("hordak", hordak.NAME, "≥ 10"),
    ):
        for way in WAYS[:2]:
            yield Figure(f"append, {way}", found[way], PER_SECOND, name, found[peer], wanted)
    yield from pieces.measure(stand)


def _in_one_call(stand: Stand) -> dict[str, float]:
    return {
        f"one call, {state}": speed
        for state, speed in _cold_then_warm(stand, per_call=stand.people).items()
    }


def _in_calls_of_500(stand: Stand) -> dict[str, float]:
    return {
        f"calls of 500, {state}": speed
        for state, speed in _cold_then_warm(stand, per_call=UNITS_MOST).items()
    }


def _cold_then_warm(stand: Stand, per_call: int) -> dict[str, float]:
    everybody = range(stand.people)
    with stand.town() as settings, running(settings, project=False) as opened:
        return {
            state: _speed(opened.ledger, units(claims(everybody, day)), per_call)
            for state, day in zip(("cold", "warm"), days_before_today(2), strict=True)
        }


def _speed(ledger: Ledger, asked: Sequence[Unit], per_call: int) -> float:
    calls = [asked[first : first + per_call] for first in range(0, len(asked), per_call)]
    with stopwatch() as watch:
        answers = [ledger.execute(call) for call in calls]
    for each in answers:
        must_be_accepted(each)
    return len(asked) / watch.seconds
