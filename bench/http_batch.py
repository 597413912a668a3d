"""NDJSON of 10,000 claims in one POST, beside pgbench.

From the first byte sent to the last byte of 10,000 outcomes received, three requests a round, each
about other people. The memory is that of the server after all rounds, with the states of everybody
it met; beside it an empty FastAPI application.
"""

import json
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from typing import Final
from uuid import uuid4

from bench import pgbench
from bench.figures import ROUNDS, Figure, medians
from bench.machine import resident_megabytes
from bench.serving import HOST, Served, serving, token
from bench.stand import Stand
from bench.town import claims, days_before_today
from ledger.domain.meals import ClaimMeal
from ledger.exchange.wire import to_wire

ROWS: Final = 10_000
CREATED: Final = b'{"status":201,'


def measure(stand: Stand) -> Iterator[Figure]:
    """Rows a second, and what the server holds afterwards."""
    days = iter(days_before_today(ROUNDS))
    rows = stand.size(ROWS)
    with stand.town() as settings, serving("ours", settings) as served, serving("empty") as empty:
        mine = token(settings)

        def us() -> dict[str, float]:
            day = next(days)
            firsts = range(0, stand.people, rows)
            bodies = [_body(claims(range(first, first + rows), day)) for first in firsts]
            stand.settle()
            spent = sum(_seconds(served, mine, body, rows) for body in bodies)
            return {"ours": rows * len(bodies) / spent}

        found = medians(us, lambda: {"pgbench": pgbench.rows_per_second(stand)})
        held = resident_megabytes(served.process), resident_megabytes(empty.process)
    name = f"NDJSON of {rows:,} claims"
    yield Figure(name, found["ours"], "rows/s", pgbench.NAME, found["pgbench"], "≥ 0.7")
    states = f"memory of the server with {stand.people:,} people's states"
    yield Figure(states, held[0], "MB", "empty FastAPI application", held[1])


def _body(several: Sequence[ClaimMeal]) -> bytes:
    lines = (
        {"command": "meals/claim", "key": str(uuid4()), "data": to_wire(claim)} for claim in several
    )
    return "\n".join(json.dumps(line, default=str) for line in lines).encode()


def _seconds(served: Served, token: str, body: bytes, rows: int) -> float:
    connection = HTTPConnection(HOST, served.port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    connection.connect()
    began = time.perf_counter()
    connection.request("POST", "/v1/commands", body, headers)
    answer = connection.getresponse().read()
    spent = time.perf_counter() - began
    connection.close()
    if answer.count(CREATED) != rows:
        raise ValueError(f"not every claim was accepted: {answer[:2_000]!r}")
    return spent
