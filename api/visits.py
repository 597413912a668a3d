"""Visits: what is noted of one request while it is served, and told to logs and metrics after it.

Nothing personal is kept: the route's template instead of the path, ids that mean nothing outside,
codes and numbers. What was tried and refused stands here too, so that an auditor can see it.
"""

import asyncio
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPMethod
from itertools import count
from secrets import token_hex
from time import perf_counter
from typing import BinaryIO, Final

import msgspec
from starlette.requests import Request
from starlette.types import Scope

METHODS: Final = frozenset(HTTPMethod)
REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
VISIT: Final = "jiefang.visit"
PROCESS: Final = token_hex(4)
REQUESTS: Final = count(1)


@dataclass(slots=True)
class Visit:
    """One request: what it says of itself, who asked, what became of it.

    `headers_out` go with whatever it is answered, `noted` are lines beside its own.
    """

    request_id: str
    headers: dict[bytes, bytes]
    began: float = field(default_factory=perf_counter)
    actor: str | None = None
    code: str | None = None
    status: int = 0
    position: int | None = None
    headers_out: list[tuple[bytes, bytes]] = field(default_factory=list)
    noted: list[msgspec.Struct] = field(default_factory=list)


def begin(scope: Scope) -> Visit:
    """Note a request; its own id is kept if it has the shape of one."""
    headers = dict(scope["headers"])
    given = headers.get(b"x-request-id", b"")
    visit = Visit(given.decode() if REQUEST_ID.fullmatch(given) else _an_id(), headers)
    scope[VISIT] = visit
    return visit


def _an_id() -> str:
    """Of this process and, in it, of one request; nothing can be told from it."""
    return f"{PROCESS}{next(REQUESTS):08x}"


def visit_of(request: Request) -> Visit:
    """What is noted of the request under way."""
    visit: Visit = request.scope[VISIT]
    return visit


def header(request: Request, name: bytes) -> str | None:
    """A header of the request, its name in lower case; they were read once, when it came in."""
    value = visit_of(request).headers.get(name)
    return None if value is None else value.decode("latin-1")


def template_of(scope: Scope) -> str:
    """The route that served it, without the ids in its path; one word for all that have none."""
    return getattr(scope.get("route"), "path", "unknown")


def method_of(scope: Scope) -> str:
    """The method; one word for all that HTTP does not know, so that nobody makes up figures."""
    method: str = scope["method"]
    return method if method in METHODS else "unknown"


class Line(msgspec.Struct):
    """What is written down of a request."""

    time: datetime
    method: str
    route: str
    status: int
    code: str | None
    ms: float
    request_id: str
    actor: str | None
    position: int | None


class Journal:
    """One JSON line for each request, written before the event loop waits for the next one."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self._stream = stream or sys.stderr.buffer
        self._encode = msgspec.json.Encoder().encode
        self._lines: list[bytes] = []

    def enter(self, scope: Scope, visit: Visit) -> None:
        """Write down one request that was served, behind what was noted while it was."""
        line = Line(
            datetime.now(UTC),
            method_of(scope),
            template_of(scope),
            visit.status,
            visit.code,
            round((perf_counter() - visit.began) * 1000, 1),
            visit.request_id,
            visit.actor,
            visit.position,
        )
        if not self._lines:
            asyncio.get_running_loop().call_soon(self.write)
        self._lines += [self._encode(each) + b"\n" for each in (*visit.noted, line)]

    def write(self) -> None:
        """Write down what has gathered; one system call a request was a tenth of its time."""
        gathered = b"".join(self._lines)
        self._lines.clear()
        with suppress(OSError):  # a full disk or a closed terminal must not fail a request
            self._stream.write(gathered)
            self._stream.flush()
