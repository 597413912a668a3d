"""The gate: who asks, told by a token; a route that does not say whom it lets in cannot be built.

    Caller       whoever holds a token; what she may do or read is decided where it is known
    open_to_all  health, the description of problems, and public notices

An authority is remembered for a few seconds, so a withdrawn token dies within that time. Whatever
goes wrong on the way lets nobody in.
"""

from collections.abc import Callable
from hashlib import sha256
from time import monotonic
from typing import Annotated, Final, TypeAlias

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from api.obstacles import Obstacle
from api.problems import obstacle
from api.visits import header, visit_of
from ledger.domain.authority import Authority

REMEMBERED_SECONDS: Final = 5.0
REMEMBERED_MOST: Final = 10_000
TOKEN_LENGTH_MOST: Final = 200
SEARCHES_MOST: Final = 3
"""Tokens looked up at once, so that a flood of unknown ones leaves connections to the others."""

SCHEME: Final = HTTPBearer(
    scheme_name="token",
    description="A token made with `jiefang token`, sent as `Authorization: Bearer …`.",
    auto_error=False,
)

Find = Callable[[str], Authority | None]


class Gate:
    """Knows people by their tokens."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._known: dict[bytes, tuple[Authority, float]] = {}
        self._searches = CapacityLimiter(SEARCHES_MOST)

    async def authority(self, request: Request) -> Authority:
        """Who asks, and how far she reaches. Raises the problem 401."""
        token = _token(request)
        digest = sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is None or known[1] < monotonic():
            known = await self._look_up(token, digest)
        visit_of(request).actor = known[0].person
        return known[0]

    async def _look_up(self, token: str, digest: bytes) -> tuple[Authority, float]:
        until = monotonic() + REMEMBERED_SECONDS
        authority = await to_thread.run_sync(self._find, token, limiter=self._searches)
        if authority is None:
            self._known.pop(digest, None)
            raise obstacle(Obstacle.caller_must_be_known)
        if len(self._known) >= REMEMBERED_MOST:
            self._known.clear()
        self._known[digest] = known = (authority, until)
        return known


def _token(request: Request) -> str:
    scheme, _, token = (header(request, b"authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= TOKEN_LENGTH_MOST:
        raise obstacle(Obstacle.caller_must_be_known)
    return token


async def caller(request: Request, _: Annotated[object, Depends(SCHEME)]) -> Authority:
    """The dependency of every route that is not open."""
    gate: Gate = request.app.state.gate
    return await gate.authority(request)


Caller: TypeAlias = Annotated[Authority, Depends(caller)]


async def open_to_all() -> None:
    """For what everybody may know; said, so that no route is open by oversight."""
