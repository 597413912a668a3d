"""A process that serves a ledger: `python -m tests.api.served DATABASE KEYS PORT`."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import uvicorn
from pydantic import SecretStr

from api.app import create_app
from ledger.domain.book import LedgerKind
from ledger.running import running
from ledger.settings import Settings
from tests.builders import START

START_SECONDS_MOST = 60


class Served:
    """A process of its own and its address."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def served(database: str, folder: Path) -> Iterator[Served]:
    """A process that serves the ledger in the database, ended afterwards."""
    port = _free_port()
    command = (sys.executable, "-m", "tests.api.served", database, str(folder / "keys"), str(port))
    with (folder / f"served-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", process)
            yield Served(process, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS_MOST
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(url).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the process does not serve {url}")


def main(database: str, keys: str, port: str) -> None:
    settings = Settings(database_url=SecretStr(database), key_dir=Path(keys))
    with running(settings, kind=LedgerKind.demo, began=START) as open_ledger:
        uvicorn.run(create_app(open_ledger), port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
