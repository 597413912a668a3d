"""The demo, served on this machine as `jiefang demo` serves it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from pydantic import SecretStr

from api.app import create_app
from api.visits import Journal
from ledger.cli import begun, open_demo
from ledger.demo import personas, staff
from ledger.demo.case import load
from ledger.demo.rows import WORKED_EXAMPLE, read
from ledger.exchange.terminal import catch_up
from ledger.running import Running
from ledger.settings import Settings

START_SECONDS_MOST = 30
HOST = "127.0.0.1"


@dataclass
class Demo:
    """A demo, and where it is served."""

    origin: str
    here: Running

    def tail(self) -> int:
        """The last position of the log."""
        return self.here.ledger.recorder.max_notification_id() or 0

    def caught_up(self) -> None:
        """Wait until the read models have come to the end of the log."""
        catch_up(self.here)


@contextmanager
def loaded_demo(database: str, folder: Path, **settings: Any) -> Iterator[Running]:
    """The worked example, folded, with everybody one can be."""
    known = Settings(database_url=SecretStr(database), key_dir=folder / "keys", **settings)
    with open_demo(known) as here:
        load(read(WORKED_EXAMPLE), here.ledger)
        staff.let_in(here.ledger, begun(None))
        with psycopg.connect(here.url, autocommit=True) as connection:
            personas.let_in(here.ledger, connection, begun(None))
        catch_up(here)
        yield here


@contextmanager
def open_demo_site(database: str, folder: Path) -> Iterator[Demo]:
    """The same, served on a port of its own."""
    port = _free_port()
    with (
        loaded_demo(database, folder, host=HOST, port=port) as here,
        _serving(here, port),
    ):
        yield Demo(f"http://{HOST}:{port}", here)


@contextmanager
def _serving(here: Running, port: int) -> Iterator[None]:
    app = create_app(here, Journal(BytesIO()))
    server = uvicorn.Server(
        uvicorn.Config(app, host=HOST, port=port, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, name="demo")
    thread.start()
    until = time.monotonic() + START_SECONDS_MOST
    while not server.started:
        if time.monotonic() > until or not thread.is_alive():
            raise RuntimeError("the demo does not answer")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        port: int = listening.getsockname()[1]
        return port
