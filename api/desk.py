"""The desk: what the routes of one process share, and how a problem is told there."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from api import security_log
from api.batching import Batcher
from api.callers import Callers
from api.entrance import Entrance
from api.figures import Figures
from api.gate import Gate
from api.metrics import Metrics
from api.problems import Problem, language_of, respond
from api.uploads import HeldUploads
from api.visits import header, visit_of
from ledger.deciding.answers import Answer, Unit
from ledger.domain.book import LedgerKind
from ledger.projections.reading import reading, standing
from ledger.running import Running

POSITION: Final = "Ledger-Position"
CONNECTIONS_KEPT: Final = 8
"""Connections that questions leave to the engine, the projector, gate, entrance and health."""


class Desk:
    """A running ledger, and whoever waits for it."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.metrics = Metrics()
        self.batcher = Batcher(running.ledger.execute, self.metrics.batch)
        callers = Callers(running.datastore, running.ways)
        self.gate = Gate(callers.by_bearer, callers.by_cookie, running.settings.own_origin)
        self.readers = CapacityLimiter(max(running.settings.pool_most - CONNECTIONS_KEPT, 2))
        self.entrance = Entrance(running.datastore, running.ways, self.readers)
        self.figures = Figures()
        self.uploads = HeldUploads()
        self.kind: LedgerKind | None = None
        self.following = 0

    def reading(self) -> AbstractContextManager[Any]:
        """A connection for questions: one snapshot, no writing, ten seconds a statement."""
        return reading(self.running.datastore)

    def tail(self) -> int:
        """The last position of the log."""
        with self.reading() as connection:
            return standing(connection, ())[0]

    async def know_kind(self) -> None:
        """Learn what kind of ledger this is, unless that is known: then it never changes."""
        if self.kind is None:
            book = await to_thread.run_sync(self.running.ledger.book)
            self.kind = book.kind

    async def decide(self, units: Sequence[Unit], *, dry_run: bool) -> list[Answer]:
        """Give commands to the ledger, together with whatever else comes in meanwhile."""
        answers = await self.batcher.submit(units, dry_run=dry_run)
        await self.know_kind()
        return answers

    @property
    def simulated(self) -> bool:
        """Whether the clock of this ledger is set by whoever asks; said on every answer."""
        return self.kind in (LedgerKind.demo, LedgerKind.test)

    def kind_header(self) -> bytes | None:
        """The kind as a header has it; None while nobody knows."""
        return None if self.kind is None else self.kind.value.encode()


def desk_of(request: Request) -> Desk:
    """The desk of the application that serves this request."""
    desk: Desk = request.app.state.desk
    return desk


def tell(request: Request, problem: Problem, position: int | None = None) -> Response:
    """The problem as the answer to this request, in the caller's language, and in the journal."""
    visit = visit_of(request)
    visit.code = problem.code.name
    security_log.note_denial(request, problem.code)
    visit.position = position
    return respond(
        problem,
        path=request.url.path,
        request_id=visit.request_id,
        language=language_of(header(request, b"accept-language") or ""),
        position=position,
    )
