"""The machine, as far as figures depend on it; nothing that tells whose it is."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psycopg


def described(url: str) -> str:
    """One sentence about this machine, its programs and its load at this moment."""
    with psycopg.connect(url) as connection:
        ((version,),) = connection.execute("SHOW server_version").fetchall()
    facts = (
        f"{os.cpu_count()} cores, {_processor()}",
        f"{_memory_bytes() / 2**30:.0f} GB memory",
        f"{platform.system()} {platform.release().partition('-')[0]}",
        f"PostgreSQL {version} with its own durability",
        f"Python {platform.python_version()}",
        f"load average {os.getloadavg()[0]:.2f} at the start",
        f"{datetime.now(UTC):%Y-%m-%d}",
    )
    return " · ".join(facts)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def resident_megabytes(process: int) -> float:
    """What a process holds in memory now, shared libraries included."""
    return _megabytes(process, "VmRSS:")


def most_megabytes(process: int) -> float:
    """The most that it ever held; unlike what the system tells at its end, not its parent's."""
    return _megabytes(process, "VmHWM:")


def _megabytes(process: int, what: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {process} has no memory of its own")
