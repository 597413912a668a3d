"""Servers to be loaded: ours and an empty one, each a process of its own with the same settings.

    with serving("ours", settings) as served: ...

Run as `python -m bench.serving ours|empty PORT`; the ledger is named by the environment.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import Any, Final

import psycopg
import uvicorn
from fastapi import FastAPI, Request, Response

from ledger.access import tokens
from ledger.domain.meals import ClaimMeal
from ledger.running import running
from ledger.settings import PREFIX, Settings
from tests.builders import CLERK
from tests.grants import TRUSTED, grant

HOST: Final = "127.0.0.1"
PATH: Final = "/v1/meals/claim"
DECLARED: Final = "/declared"
START_SECONDS_MOST: Final = 120
ANSWER: Final = b"{" + b" " * 600 + b"}"
"""An answer about as long as ours."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: where, and as which process."""

    port: int
    process: int


@contextmanager
def serving(which: str, settings: Settings | None = None) -> Iterator[Served]:
    """A server of that kind, stopped afterwards."""
    port = _free_port()
    command = (sys.executable, "-m", "bench.serving", which, str(port))
    with TemporaryFile() as journal:  # a line for each request is part of what is measured
        process = subprocess.Popen(command, env=_environment(settings), stderr=journal)
        try:
            if not _answers(process, port):
                journal.seek(0)
                raise RuntimeError(f"the server does not answer:\n{journal.read().decode()}")
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait()


def token(settings: Settings) -> str:
    """A token of the clerk of the whole town."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with running(settings, project=False) as opened:
        grant(opened.ledger, CLERK, TRUSTED)
    with psycopg.connect(_url(settings)) as connection:
        return tokens.create(connection, CLERK, TRUSTED, None, tomorrow)


def _environment(settings: Settings | None) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    if settings is None:
        return mine
    ledger = {"DATABASE_URL": _url(settings), "KEY_DIR": str(settings.keys)}
    return mine | {f"{PREFIX}{name}": value for name, value in ledger.items()}


def _url(settings: Settings) -> str:
    if settings.database_url is None:
        raise ValueError("a ledger to be measured has a database of its own")
    return settings.database_url.get_secret_value()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS_MOST
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return True
    return False


# -- in the server's process -------------------------------------------------------------------


def empty_app() -> FastAPI:
    """An application that takes the body and does nothing with it, read or declared."""
    app = FastAPI()

    @app.post(PATH)
    async def take(request: Request) -> Response:
        await request.body()
        return Response(ANSWER, 201, media_type="application/json")

    @app.post(DECLARED)
    async def take_declared(claim: ClaimMeal) -> Response:  # noqa: ARG001 - FastAPI checks it
        return Response(ANSWER, 201, media_type="application/json")

    return app


def _serve(app: Any, port: int) -> None:  # noqa: ANN401 - any ASGI application
    uvicorn.run(app, host=HOST, port=port, access_log=False, log_level="warning")


def main(which: str, port: int) -> None:
    """Serve until terminated."""
    if which == "empty":
        _serve(empty_app(), port)
        return
    from api.app import create_app
    from ledger.running import running

    with running(Settings.read()) as opened:
        _serve(create_app(opened), port)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
