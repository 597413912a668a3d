"""The gate: who asks, told by a token or by a session; no route is built that lets in by oversight.

    Caller       whoever holds a token or is signed in; what she may do or read is decided where
                 it is known
    open_to_all  health, the description of problems, public notices, the check of a certificate
                 by its code, hashes of the log and whether a paper agrees with them, and the doors
                 themselves

An authority by token is remembered for a few seconds, so a withdrawn token dies within that time. A
session is remembered never: who signs out is out at once. A token wins over a session beside it,
also one that is not good. Whatever goes wrong on the way lets nobody in.
"""

from collections.abc import Callable
from hashlib import sha256
from time import monotonic
from typing import Annotated, Final, TypeAlias

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from api import security_log, sessions
from api.obstacles import Obstacle
from api.problems import obstacle
from api.security_log import Kind
from api.visits import header, template_of, visit_of
from ledger.access.oidc_faults import Fault
from ledger.access.oidc_tokens import TOKEN_BYTES_MOST
from ledger.access.signed_in import SignedIn
from ledger.domain.authority import Authority

REMEMBERED_SECONDS: Final = 5.0
REMEMBERED_MOST: Final = 10_000
SEARCHES_MOST: Final = 3
"""Tokens and sessions looked up at once, so that a flood of unknown ones leaves connections."""
OPENED_BY_CARD: Final = frozenset(
    {"/v1/persons/{person}/statement", "/v1/persons/{person}/unconfirmed"}
)

SCHEME: Final = HTTPBearer(
    scheme_name="token",
    description="A token made with `jiefang token`, sent as `Authorization: Bearer …`; or an "
    "access token of the identity provider, where there is one. A browser that has signed in at "
    "`/sign-in` needs none: it has a cookie, with which changes must come from our own pages.",
    auto_error=False,
)
Find = Callable[[str], Authority | Fault | None]
FindSession = Callable[[str], SignedIn | None]


class Gate:
    """Knows people by their tokens and their sessions. `origin` is that of our own pages."""

    def __init__(self, find: Find, find_session: FindSession, origin: str) -> None:
        self._find = find
        self._find_session = find_session
        self.origin = origin
        self._known: dict[bytes, tuple[Authority, float]] = {}
        self._searches = CapacityLimiter(SEARCHES_MOST)

    async def authority(self, request: Request) -> Authority:
        """Who asks, and how far she reaches. Raises the problems 401 and 403."""
        if header(request, b"authorization") is None:
            return await self._by_session(request)
        token = _token(request)
        digest = sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is None or known[1] < monotonic():
            known = await self._look_up(request, token, digest)
        visit_of(request).actor = known[0].person
        return known[0]

    async def signed_in(self, request: Request) -> SignedIn:
        """Who is signed in. Raises the problem 401, and 403 where another page made her ask."""
        visit = visit_of(request)
        visit.headers_out.append(sessions.DEPENDS_ON_COOKIE)
        secret = sessions.cookie(request)
        if secret is None:
            raise obstacle(Obstacle.caller_must_be_known)
        sessions.must_be_from_our_pages(request, self.origin)
        found = await to_thread.run_sync(self._find_session, secret, limiter=self._searches)
        if found is None:
            raise obstacle(Obstacle.caller_must_be_known)
        visit.actor = found.session.person
        return found

    async def _by_session(self, request: Request) -> Authority:
        found = await self.signed_in(request)
        if found.by_card and not _opened_by_card(request):
            raise obstacle(Obstacle.card_must_only_be_looked_with)
        return found.authority

    async def _look_up(
        self, request: Request, token: str, digest: bytes
    ) -> tuple[Authority, float]:
        until = monotonic() + REMEMBERED_SECONDS
        found = await to_thread.run_sync(self._find, token, limiter=self._searches)
        if not isinstance(found, Authority):
            self._known.pop(digest, None)
            security_log.note(request, Kind.token_refused, reason=found and found.value)
            passes = found is not None and found.passes
            raise obstacle(
                Obstacle.identity_provider_must_be_reachable
                if passes
                else Obstacle.caller_must_be_known
            )
        if len(self._known) >= REMEMBERED_MOST:
            self._known.clear()
        self._known[digest] = known = (found, until)
        return known


def _opened_by_card(request: Request) -> bool:
    """A card may be found by anybody: it opens her hours, and none of her papers."""
    return request.method in sessions.SAFE and template_of(request.scope) in OPENED_BY_CARD


def _token(request: Request) -> str:
    scheme, _, token = (header(request, b"authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= TOKEN_BYTES_MOST:
        security_log.note(request, Kind.token_refused, reason=Fault.token_malformed.value)
        raise obstacle(Obstacle.caller_must_be_known)
    return token


async def caller(request: Request, _: Annotated[object, Depends(SCHEME)]) -> Authority:
    """The dependency of every route that is not open."""
    gate: Gate = request.app.state.gate
    return await gate.authority(request)


Caller: TypeAlias = Annotated[Authority, Depends(caller)]


async def open_to_all() -> None:
    """For what everybody may know; said, so that no route is open by oversight."""


async def from_our_pages(request: Request) -> None:
    """For a form that lets somebody in: another page must not sign a browser in as somebody."""
    gate: Gate = request.app.state.gate
    sessions.must_be_from_our_pages(request, gate.origin)
