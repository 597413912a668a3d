"""POST of one claim, 32 connections, beside a FastAPI route that does nothing.

Both are served by uvicorn with the same settings and loaded by the same generator with the same
requests, on the same machine; our server has PostgreSQL beside it and folds the read models
meanwhile. The peer reads the body as bytes, which is the least a route can do; the second one
declares it, as FastAPI's guide does. Both answer with 600 bytes.
"""

from collections.abc import Iterator
from typing import Final

from bench import load
from bench.figures import ROUNDS, Figure, medians
from bench.serving import DECLARED, PATH, serving, token
from bench.stand import Stand
from bench.town import claims, days_before_today

SECONDS: Final = 8
DAYS: Final = 9


def measure(stand: Stand) -> Iterator[Figure]:
    """Requests a second, ours and theirs."""
    days = iter(days_before_today(DAYS))
    with (
        stand.town() as settings,
        serving("ours", settings) as ours,
        serving("empty") as empty,
    ):
        mine = token(settings)

        file, seconds = stand.folder / "claims.txt", stand.seconds(SECONDS)

        def us() -> dict[str, float]:
            several = [next(days) for _ in range(DAYS // ROUNDS)]
            load.write(file, (each for day in several for each in claims(range(stand.people), day)))
            stand.settle()
            speed = load.requests_per_second(ours, PATH, file, mine, seconds)
            if speed * seconds > stand.people * len(several):
                raise ValueError("there were too few claims: some were posted twice")
            return {"ours": speed}

        def them(path: str) -> float:
            return load.requests_per_second(empty, path, file, mine, seconds)

        found = medians(us, lambda: {"empty": them(PATH)}, lambda: {"declared": them(DECLARED)})
    by = f"POST of a claim, 32 connections, by {load.generator()}"
    unit = "requests/s"
    yield Figure(by, found["ours"], unit, "empty FastAPI route", found["empty"], "≥ 0.6")
    yield Figure(by, found["ours"], unit, "empty FastAPI route, body declared", found["declared"])
