"""Uploads: a file that a form brings, held for some minutes in memory while she looks at it.

Nothing is written to a disk of ours but while the file is read. Whoever takes longer, or meets
another process after a restart, chooses the file again; as an import knows its rows, that is no
harm.
"""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api import bodies
from api.obstacles import Obstacle
from api.problems import obstacle

FORM: Final = "multipart/form-data"
FILE_BYTES_MOST: Final = 2 * 1024 * 1024
AROUND_BYTES_MOST: Final = 16 * 1024
"""The form's other fields, and what stands between them."""
FIELDS_MOST: Final = 8
NAME_LENGTH_MOST: Final = 100
HELD_MOST: Final = 16
HELD_SECONDS: Final = 15 * 60


class Upload(NamedTuple):
    """A file: as it is called where it comes from, without its folder, and what is in it."""

    name: str
    content: bytes


async def read(request: Request, name: str) -> Upload | None:
    """The file of that field; None if none was chosen. Raises the problems 400, 413 and 415."""
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind != FORM:
        bodies.content_type(request, FORM)
    body = await bodies.read(request, FILE_BYTES_MOST + AROUND_BYTES_MOST)

    async def chunks() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, chunks(), max_files=1, max_fields=FIELDS_MOST)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise obstacle(Obstacle.form_must_be_readable) from None
    try:
        found = form.get(name)
        if not isinstance(found, UploadFile) or not found.filename:
            return None
        called = found.filename.replace("\\", "/").rpartition("/")[2][-NAME_LENGTH_MOST:]
        return Upload(called, await found.read())
    finally:
        await form.close()


class _Held(NamedTuple):
    session: str
    upload: Upload
    until: float


@dataclass(slots=True)
class HeldUploads:
    """The files that somebody looks at just now, each for her own session alone."""

    clock: Callable[[], float] = monotonic
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def hold(self, session: str, upload: Upload) -> str:
        """Hold it; the name under which it is found. The oldest makes room."""
        name = token_urlsafe(16)
        with self._lock:
            self._held[name] = _Held(session, upload, self.clock() + HELD_SECONDS)
            while len(self._held) > HELD_MOST:
                self._held.popitem(last=False)
        return name

    def found(self, session: str, name: str) -> Upload | None:
        """The file of that name; None once its time is over, and for another session."""
        with self._lock:
            held = self._held.get(name)
            if held is None or held.session != session:
                return None
            if held.until < self.clock():
                del self._held[name]
                return None
            return held.upload

    def drop(self, name: str) -> None:
        """It is not needed any more."""
        with self._lock:
            self._held.pop(name, None)
