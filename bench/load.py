"""Load: 32 connections that post claims, each as soon as the last one is answered.

By `wrk` where it is installed, else by a generator of our own; ours and the peer by the same one.
What is posted stands in a file, a line each: key, tab, body.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from uuid import uuid4

from bench.serving import HOST, Served
from ledger.domain.meals import ClaimMeal
from ledger.exchange.wire import to_wire

CONNECTIONS: Final = 32
SCRIPT: Final = Path(__file__).parent / "claims.lua"


def write(file: Path, claims: Iterable[ClaimMeal]) -> None:
    """The claims as they are posted, each under a key of its own."""
    with file.open("w") as lines:
        for claim in claims:
            lines.write(f"{uuid4()}\t{json.dumps(to_wire(claim), default=str)}\n")


def requests_per_second(served: Served, path: str, file: Path, token: str, seconds: int) -> float:
    """How many requests a second were answered with 201. Raises ValueError for any other answer.

    When the lines are used up, wrk begins again, and our own generator ends.
    """
    url = f"http://{HOST}:{served.port}{path}"
    given = (str(file), token)
    if shutil.which("wrk"):
        options = ("--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}s")
        return _by_wrk(_told("wrk", *options, f"--script={SCRIPT}", url, "--", *given))
    counts = (str(CONNECTIONS), str(seconds))
    command = (sys.executable, "-m", "bench.generator", str(served.port), path)
    return float(_told(*command, *given, *counts))


def generator() -> str:
    """Which one it is."""
    return "wrk" if shutil.which("wrk") else "a generator of our own"


def _told(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _by_wrk(told: str) -> float:
    found = re.search(r"^Requests/sec:\s*([0-9.]+)", told, re.MULTILINE)
    if found is None or "Non-2xx" in told or "Socket errors" in told:
        raise ValueError(f"not every claim was accepted:\n{told}")
    return float(found[1])
