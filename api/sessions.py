"""Sessions: the cookie by which a browser is known, and from where it may ask for a change.

The cookie holds the secret of a session and is the browser's alone: no script reads it, no other
host sets it, and it goes with the window. What changes something must come from our own pages, as
the browser itself says in `Sec-Fetch-Site`, or an older one in `Origin`.
"""

from typing import Final

from starlette.requests import Request

from api import security_log
from api.obstacles import Obstacle
from api.problems import obstacle
from api.security_log import Kind
from api.visits import header, visit_of

COOKIE: Final = "__Host-sid"
KEPT: Final = "Path=/; Secure; HttpOnly; SameSite=Lax"
FORGOTTEN: Final = f"{KEPT}; Max-Age=0"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OURS: Final = frozenset({"same-origin", "none"})
SET_COOKIE: Final = b"set-cookie"
DEPENDS_ON_COOKIE: Final = (b"vary", b"Cookie")


def cookie(request: Request, name: str = COOKIE) -> str | None:
    """What the browser keeps under that name; None where it sends none, or several."""
    pairs = (pair.strip().partition("=") for pair in (header(request, b"cookie") or "").split(";"))
    found = [value for known, _, value in pairs if known == name]
    return found[0] if len(found) == 1 and found[0] else None


def keep(request: Request, secret: str, name: str = COOKIE) -> None:
    """Let the browser keep a secret, with whatever this request is answered."""
    _answer_with(request, f"{name}={secret}; {KEPT}")


def keep_for(request: Request, name: str, value: str, seconds: int) -> None:
    """Let the browser keep what is no secret for so long."""
    _answer_with(request, f"{name}={value}; {KEPT}; Max-Age={seconds}")


def forget(request: Request, name: str = COOKIE) -> None:
    """Let the browser forget it."""
    _answer_with(request, f"{name}=; {FORGOTTEN}")


def _answer_with(request: Request, value: str) -> None:
    visit_of(request).headers_out.append((SET_COOKIE, value.encode("latin-1")))


def must_be_from_our_pages(request: Request, own: str) -> None:
    """Raise the problem 403 where another page may have made the browser ask for a change."""
    if request.method in SAFE:
        return
    site, origin = header(request, b"sec-fetch-site"), header(request, b"origin")
    if site in OURS or (site is None and origin == own):
        return
    security_log.note(request, Kind.csrf_refused)
    raise obstacle(Obstacle.request_must_come_from_our_own_pages)
