"""Events: how far the read models have come, told as it happens, so that nobody has to ask.

Only positions are told, one a second at most; what stands there is asked for as ever, by
whoever may. A stream ends after some minutes, and whoever comes back for the next one shows again
who she is. Whoever names the position that she has seen (`Last-Event-ID`) is told of later ones.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from fastapi import APIRouter, Header, Query, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BeforeValidator
from starlette.responses import Response, StreamingResponse

from api import asked
from api.describing import reference
from api.desk import Desk, desk_of
from api.gate import Caller
from api.obstacles import Obstacle
from api.parameters import POSITION_MOST
from api.problems import obstacle
from api.visits import header

router: Final = APIRouter(tags=["events"])
STREAM: Final = EventSourceResponse.media_type
LINES: Final = "application/x-ndjson"
NAME: Final = "position"
LOOK_SECONDS: Final = 0.25
PAUSE_SECONDS: Final = 1.0
"""How long nothing is told after something was, so that whoever looks each time is not driven."""
BEAT_SECONDS: Final = 15.0
SECONDS_MOST: Final = 300
STREAMS_MOST: Final = 200
"""So many follow at once in one process; whoever comes then tries again a little later."""

SecondsIn: TypeAlias = Annotated[
    int,
    BeforeValidator(asked.whole),
    Query(ge=1, le=SECONDS_MOST, description="How long the stream lasts."),
]
SeenIn: TypeAlias = Annotated[
    int,
    BeforeValidator(asked.whole),
    Header(alias="Last-Event-ID", ge=0, le=POSITION_MOST, description="What was seen already."),
]


class Reached(msgspec.Struct):
    """Every read model has come to this position."""

    position: int


DESCRIBED: Final[dict[str, Any]] = {
    "response_model": None,
    "response_class": Response,
    "responses": {
        200: {
            "description": "Positions as they are reached.",
            "content": {
                STREAM: {"schema": {"type": "string"}},
                LINES: {"schema": reference(Reached)},
            },
        }
    },
}


@router.get("/v1/events", **DESCRIBED)
async def follow_events(
    request: Request, _: Caller, seconds: SecondsIn = SECONDS_MOST, seen: SeenIn = 0
) -> Response:
    """Positions as the read models reach them: Server-Sent Events, or a line of JSON each."""
    asked.only(request, ("seconds",))
    desk = desk_of(request)
    if desk.following >= STREAMS_MOST:
        raise obstacle(Obstacle.streams_must_have_room)
    as_lines = LINES in (header(request, b"accept") or "")
    told = _Told(desk, seen, monotonic() + seconds, as_lines=as_lines)
    return StreamingResponse(told.stream(), media_type=LINES if as_lines else STREAM)


@dataclass(slots=True)
class _Told:
    """One stream: what it has told, and when it ends."""

    desk: Desk
    seen: int
    until: float
    as_lines: bool
    beaten: float = 0.0

    async def stream(self) -> AsyncIterator[bytes]:
        self.desk.following += 1
        try:
            while True:
                news = self._news(monotonic())
                if news is not None:
                    yield news
                if monotonic() >= self.until:
                    return
                await asyncio.sleep(PAUSE_SECONDS if news else LOOK_SECONDS)
        finally:
            self.desk.following -= 1

    def _news(self, now: float) -> bytes | None:
        """The position, if it is a later one; a sign of life, if nothing was said for a while."""
        watch = self.desk.running.watch
        position = 0 if watch is None else watch.position
        if position > self.seen:
            self.seen, self.beaten = position, now
            return self._event(position)
        if now - self.beaten >= BEAT_SECONDS and not self.as_lines:
            self.beaten = now
            return format_sse_event(comment="alive")
        return None

    def _event(self, position: int) -> bytes:
        line = msgspec.json.encode(Reached(position))
        if self.as_lines:
            return line + b"\n"
        return format_sse_event(data_str=line.decode(), event=NAME, id=str(position))
