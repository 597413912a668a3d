"""Reading: a question is asked of one snapshot, by somebody who may; the answer has a position.

    as_of     what occurred up to and including that local day
    known_at  what was recorded by then: a position, a time, or the end of a local day (see zones)
    at_least  the position of one's own write, which the answer must have reached

Every answer says the position that it reflects. Asked again with the ETag of the last answer, it
costs one look at the position. The pages of a list are all about the position of the first one,
wherever the read model remembers what it was.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Any, Final, Generic, TypeAlias, TypeVar, get_args

import msgspec
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.bodies import JSON
from api.cursors import Cursor
from api.desk import POSITION, Desk, desk_of
from api.files import Shown, saved_as
from api.obstacles import Obstacle
from api.parameters import Format, Known, Question, Whole
from api.problems import Problem, ProblemFound, must_be_none, obstacle
from api.tables import CSV, Table, table_of, written
from api.visits import header, visit_of
from api.zones import position_asked
from ledger.domain.authority import Authority, Reach
from ledger.domain.decisions import Stream
from ledger.domain.permissions import reading_reach, reading_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, PersonId
from ledger.projections.horizon import Horizon
from ledger.projections.model import ReadModel
from ledger.projections.reading import homes, positions_of
from ledger.projections.view import View

WAIT_SECONDS: Final = 5
LOOK_SECONDS: Final = 0.01

Ids: TypeAlias = tuple[PersonId, ...]
T = TypeVar("T")
encode: Final = msgspec.json.Encoder().encode


class Told(msgspec.Struct):
    """What every answer begins with: the position it reflects, and whether time is simulated."""

    position: int
    simulated: bool

    def table(self) -> Table:
        """What of the answer is a table: of those that may be asked for in another form, only."""
        raise NotImplementedError


class Listed(Told, Generic[T]):
    """A page of rows; `next` is the path of the page behind it, null on the last one."""

    items: tuple[T, ...]
    next: str | None

    def table(self) -> Table:
        """The rows; the class of the list names their kind."""
        (base,) = vars(type(self))["__orig_bases__"]
        return table_of(get_args(base)[0], self.items)


L = TypeVar("L", bound=Listed[Any])


@dataclass(frozen=True, slots=True)
class Room:
    """A question while it is answered: who asks, the snapshot, and what of it she wants to see.

    `of_then` says that she asks what was known at a time. The view names a position also where a
    list goes on and where read models stand apart. Every permission widens the horizon.
    """

    connection: Any
    horizon: Horizon
    request: Request
    authority: Authority
    simulated: bool
    view: View
    of_then: bool
    position: int
    limit: int
    cursor: Cursor | None

    @property
    def heading(self) -> tuple[int, bool]:
        """What every answer begins with."""
        return self.position, self.simulated

    def must_read(self, view: str, place: CommunityId | None, own: Ids = ()) -> None:
        """Raise the problem if the caller may not read it there; under `own` ids it is hers."""
        must_be_none(reading_refusal(self.authority, view, place, own=bool(own)))
        self.horizon.widen(self.reach(view), own)

    def may_read(self, view: str, place: CommunityId | None) -> bool:
        """Whether the caller may read the view of that place."""
        return reading_refusal(self.authority, view, place, own=False) is None

    def must_hold_a_role(self, view: str) -> None:
        """Raise the problem if the caller may not read the view of any place."""
        anywhere = Authority.alike(self.authority.person, self.authority.held, None)
        must_be_none(reading_refusal(anywhere, view, None, own=False))
        self.horizon.widen(self.reach(view))

    def reach(self, view: str) -> Reach:
        """How far the caller may read the view."""
        return reading_reach(self.authority, view)

    def must_find(self, view: str, stream: Stream[Any], own: Ids = ()) -> CommunityId | None:
        """The community of what is asked about. Raise the problem if it is not to be read.

        What does not exist is answered like what lies out of reach, but for her `own` empty record.
        """
        place = homes(self.connection, {stream}).get(stream)
        self.must_read(view, place, own=own)
        if place is None and not own:
            raise nothing_there()
        return place

    def after(self, kind: type[T]) -> T | None:
        """The key behind which this page begins; None for the first page."""
        return None if self.cursor is None else self.cursor.key_as(kind)

    def listed(
        self,
        kind: type[L],
        rows: tuple[T, ...],
        key: Callable[[T], tuple[Any, ...]],
    ) -> L:
        """A page of the rows."""
        return kind(*self.heading, rows, self.next(rows, key))

    def next(
        self, rows: tuple[T, ...], key: Callable[[T], tuple[Any, ...]], **also: str
    ) -> str | None:
        """The path of the next page, if there may be one; it is asked for with `also`.

        It names the last of the rows, so the rows must be those that the caller sees.
        """
        if len(rows) < self.limit:
            return None
        return cursors.behind(self.request, self.position, key(rows[-1]), **also)


def nothing_there() -> ProblemFound:
    """The problem of what does not exist, or is not to be known of."""
    return ProblemFound(Problem(Code.record_must_be_within_reach))


Ask = Callable[[Room], Told | Shown]


async def answer(
    question: Question,
    ask: Ask,
    *models: ReadModel,
    when: Known | None = None,
    page: Whole | None = None,
) -> Response:
    """The answer that `ask` finds in a snapshot of the models.

    Raises the problems of waiting in vain, of a cursor of another list, and whatever `ask` raises.
    """
    desk = desk_of(question.request)
    await desk.know_kind()
    await _reached(desk, question.at_least)
    reading = _Reading(desk, question, ask, tuple(model.name for model in models), when, page)
    response = await to_thread.run_sync(reading.respond, limiter=desk.readers)
    visit_of(question.request).position = int(response.headers[POSITION])
    return response


async def _reached(desk: Desk, position: int) -> None:
    """Wait until the read models have come to the position, but not long, nor for what is not."""
    watch = desk.running.watch
    if watch is None or watch.position >= position:
        return
    tail = await to_thread.run_sync(desk.tail)
    if position > tail:
        raise obstacle(Obstacle.position_must_be_in_the_log, position=tail, at_least=position)
    until = monotonic() + WAIT_SECONDS
    while watch.position < position:
        if monotonic() > until:
            raise _too_late(watch.position, position)
        await asyncio.sleep(LOOK_SECONDS)


def _too_late(position: int, at_least: int) -> ProblemFound:
    return obstacle(
        Obstacle.position_must_be_reached_in_time,
        position=position,
        at_least=at_least,
        seconds=WAIT_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One question on a thread of its own, because the database makes it wait."""

    desk: Desk
    question: Question
    ask: Ask
    models: tuple[str, ...]
    when: Known | None
    page: Whole | None

    def respond(self) -> Response:
        request = self.question.request
        cursor = self._cursor()
        with self.desk.reading() as connection:
            folded, furthest = positions_of(connection, *self.models)
            if folded < self.question.at_least:
                raise _too_late(folded, self.question.at_least)
            view = self._view(connection, folded, furthest, cursor)
            position = folded if view.known is None else view.known
            tag = self._tag(position)
            headers = {POSITION: str(position), "ETag": tag}
            if tag in (header(request, b"if-none-match") or ""):
                return Response(None, 304, headers)
            room = Room(
                connection,
                Horizon(connection),
                request,
                self.question.authority,
                self.desk.simulated,
                view,
                self.when is not None and self.when.known_at is not None,
                position,
                self.page.limit if self.page else 0,
                cursor,
            )
            told = self.ask(room)
        return self._written(told, headers)

    def _cursor(self) -> Cursor | None:
        if self.page is None or self.page.after is None:
            return None
        return cursors.read(cursors.question_of(self.question.request), self.page.after)

    def _view(
        self,
        connection: Any,  # noqa: ANN401 - see Room
        folded: int,
        furthest: int,
        cursor: Cursor | None,
    ) -> View:
        """What all read models know: where one has come further, it is asked about the others' end.

        Where they stand together, all that they hold is of that position, which is cheaper to ask.
        """
        when = self.when or Known()
        limits = [] if cursor is None else [cursor.position]
        if when.known_at is not None:
            asked = self.question.request, when.known_at
            limits.append(position_asked(connection, *asked, folded))
        known = min([folded, *limits]) if limits or folded < furthest else None
        return View(when.as_of, known, when.basis)

    def _tag(self, position: int) -> str:
        """An answer is the same as long as the position, the question and the caller are.

        What is on display also ends with a day, which a ledger whose clock is set has from its log.
        """
        url, asker = self.question.request.url, self.question.authority.told
        asked = f"{url.path}?{url.query}|{self._format()}|{asker}|{self.question.nonce}"
        if self.question.asked_at is not None and not self.desk.simulated:
            asked += f"|{self.question.asked_at}"
        return f'"{position}-{sha256(asked.encode()).hexdigest()[:16]}"'

    def _format(self) -> Format:
        if self.page is None:
            return Format.json
        accepts_csv = CSV in (header(self.question.request, b"accept") or "")
        return self.page.format or (Format.csv if accepts_csv else Format.json)

    def _written(self, told: Told | Shown, headers: dict[str, str]) -> Response:
        if not isinstance(told, Told):
            return told.response(headers)
        if (following := getattr(told, "next", None)) is not None:
            headers["Link"] = f'<{following}>; rel="next"'
        if self._format() is Format.json:
            return Response(encode(told), 200, headers, JSON)
        name = getattr(told, "saved_as", self.question.request.scope["route"].name)
        return Response(written(told.table()), 200, headers | saved_as(f"{name}.csv"), CSV)
