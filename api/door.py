"""The door: what every request passes on its way in, and every answer on its way out.

Each gets an id, the headers that keep a browser from doing harm, a line in the journal and its
count in the metrics. What nobody caught becomes a problem here, without a stack trace.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import visits
from api.metrics import Metrics
from api.obstacles import Obstacle
from api.problems import Problem, language_of, respond
from api.visits import Journal, Visit

log: Final = logging.getLogger(__name__)

Header = tuple[bytes, bytes]

ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"cache-control", b"no-store"),
)


class Door:
    """The outermost layer. `kind` answers the header that says whose clock this ledger has.

    `page` is the page of what nobody caught, if a person asked.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        journal: Journal,
        metrics: Metrics,
        kind: Callable[[], bytes | None],
        page: Callable[[Scope, Problem], ASGIApp | None],
    ) -> None:
        self._app = app
        self._journal = journal
        self._metrics = metrics
        self._kind = kind
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, and its answer out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = visits.begin(scope)

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                message["headers"] = self._headers(visit, message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, out)
        except ClientDisconnect:
            visit.status = visit.status or CLOSED_BY_CALLER
        except Exception:
            log.exception("request %s failed", visit.request_id)
            if not visit.status:
                await self._failed(scope, visit)(scope, receive, out)
        finally:
            self._note(scope, visit)

    def _headers(self, visit: Visit, own: Iterable[Header]) -> list[Header]:
        """The answer's own headers, and those of ours that it does not have: a page has its own."""
        headers = list(own)
        known = {name for name, _ in headers}
        headers += [each for each in ALWAYS if each[0] not in known]
        headers += [*visit.headers_out, (b"x-request-id", visit.request_id.encode())]
        kind = self._kind()
        if kind is not None:
            headers.append((b"ledger-kind", kind))
        return headers

    def _failed(self, scope: Scope, visit: Visit) -> ASGIApp:
        problem = Problem(Obstacle.answer_must_not_fail, {"reference": visit.request_id})
        visit.code = problem.code.name
        page: ASGIApp | None = None
        try:
            page = self._page(scope, problem)
        except Exception:  # what failed may be what draws every page
            log.exception("no page of the failed request %s", visit.request_id)
        language = language_of(visit.headers.get(b"accept-language", b"").decode("latin-1"))
        told = {"path": scope["path"], "request_id": visit.request_id, "language": language}
        return page or respond(problem, **told)

    def _note(self, scope: Scope, visit: Visit) -> None:
        route = visits.template_of(scope)
        self._metrics.served(visits.method_of(scope), route, visit.status, visit.began)
        self._journal.enter(scope, visit)


CLOSED_BY_CALLER: Final = 499
"""Not sent to anybody: the caller had gone. The number is the one that nginx writes."""
