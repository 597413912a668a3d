"""Trail: everything that concerns a person, a shift, a canteen, a fund, a community or an actor.

What happened in a community that the auditor does not reach is not in it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, KnownAt, Paged
from api.reading import Listed, Room, answer
from ledger.domain.values import PersonId
from ledger.projections.trail import MODEL, SubjectKind, trail
from ledger.store.codec import Recorded

router: Final = APIRouter(tags=["trail"])

KindPath = Annotated[SubjectKind, Path(examples=["site"])]
SubjectPath = Annotated[
    str, Path(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=120, examples=["jinning-canteen"])
]


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """An event as it stands in the log: what happened, who decided it, when, by which command."""

    position: int
    recorded_at: datetime
    stream: str
    version: int
    type: str
    actor: PersonId
    command: str
    decided_at: datetime
    data: Any


class Trail(Listed[TrailEvent]):
    """Events, newest first."""


@router.get("/v1/trail/{kind}/{subject}", **answers(Trail))
async def list_trail(
    asking: Asking, known: KnownAt, page: Paged, kind: KindPath, subject: SubjectPath
) -> Response:
    """Everything that concerns a subject, newest first."""

    def ask(room: Room) -> Trail:
        room.must_hold_a_role("audit-trail")
        after = room.after(tuple[int])
        rows = trail(
            room.connection,
            kind,
            subject,
            limit=room.limit,
            after=after[0] if after else None,
            known=room.view.known,
            reach=room.reach("audit-trail"),
        )
        return room.listed(Trail, tuple(map(_told, rows)), lambda at: (at.position,))

    return await answer(asking, ask, MODEL, when=known, page=page)


def _told(at: Recorded) -> TrailEvent:
    return TrailEvent(
        at.position,
        at.recorded_at,
        at.stream,
        at.version,
        at.name,
        at.actor,
        at.command,
        at.decided_at,
        at.event,
    )
