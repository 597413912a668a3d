"""A proxy between a worker and its PostgreSQL that cuts the connection at a chosen moment.

    with Proxy(url) as proxy:
        proxy.cut(when, marker=b"key-1")      # the next request that contains the marker
        ... use proxy.url ...

It listens on the loopback interface and forwards to the server's unix socket.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

CHUNK = 1 << 20  # a request of these tests fits into one read


class When(Enum):
    """The moment at which the connection is lost, as seen from the request with the marker."""

    before_the_request = auto()  # nothing of it reaches the server
    inside_the_request = auto()  # the server gets the first half of it
    behind_the_request = auto()  # the server gets it whole, and nobody waits for what it does
    before_the_reply = auto()  # the server has done it and replied; nothing of it comes back
    inside_the_reply = auto()  # the first bytes of the reply come back


class Proxy:
    def __init__(self, url: str) -> None:
        self._target = _socket_of(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = make_conninfo(url, host="127.0.0.1", port=port)
        self._armed: tuple[When, bytes] | None = None
        self.cuts = 0
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _close(self._listener)
        for each in self._sockets:
            _close(each)
        for thread in self._threads:
            thread.join()

    def cut(self, when: When, marker: bytes) -> None:
        """Lose the connection once, around the next request that contains the marker."""
        with self._lock:
            self._armed = (when, marker)

    def _run(self, work: Callable[..., None], *given: object) -> None:
        thread = Thread(target=work, args=given)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed at the end
            while True:
                worker, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._sockets += [worker, server]
                line = _Line(self, worker, server)
                self._run(line.carry_requests)
                self._run(line.carry_replies)

    def take(self, request: bytes) -> When | None:
        """What is to happen to this request."""
        with self._lock:
            if self._armed is None or self._armed[1] not in request:
                return None
            when, _ = self._armed
            self._armed = None
            self.cuts += 1
            return when


class _Line:
    """One connection of the worker, carried on to the server."""

    def __init__(self, proxy: Proxy, worker: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._worker = worker
        self._server = server
        self._reply: When | None = None

    def carry_requests(self) -> None:
        with suppress(OSError):
            while request := self._worker.recv(CHUNK):
                when = self._reply = self._proxy.take(request)
                match when:
                    case When.before_the_request:
                        break
                    case When.inside_the_request:
                        self._server.sendall(request[: len(request) // 2])
                        break
                    case _:
                        self._server.sendall(request)
                if when is When.behind_the_request:
                    break
        self._close()

    def carry_replies(self) -> None:
        with suppress(OSError):
            while reply := self._server.recv(CHUNK):
                if self._reply in {When.behind_the_request, When.before_the_reply}:
                    break
                if self._reply is When.inside_the_reply:
                    self._worker.sendall(reply[:20])
                    break
                self._worker.sendall(reply)
        self._close()

    def _close(self) -> None:
        _close(self._worker)
        _close(self._server)


def _socket_of(url: str) -> str:
    where = conninfo_to_dict(url)
    return f"{where['host']}/.s.PGSQL.{where['port']}"


def _close(each: socket.socket) -> None:
    with suppress(OSError):  # whoever came first has closed it
        each.shutdown(socket.SHUT_RDWR)
    each.close()
