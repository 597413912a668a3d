"""Answers of the ledger to commands, as HTTP has them.

    201  it happened now, or had happened when the same key was first sent (`replayed`)
    200  it would happen (a dry run)
    …    a problem with the refusal's own status

An accepted command tells its events. What happened in a community beyond the caller's reach, such
as a meal of another canteen that a late death takes back, is named there without its data.
"""

from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import JSON
from api.desk import POSITION, Desk, tell
from api.obstacles import Obstacle
from api.places import location
from api.problems import Problem, of_refusal
from api.visits import visit_of
from ledger.deciding.answers import Accepted, Answer, Broken, Declined, Written
from ledger.domain.authority import Authority, Role

encode: Final = msgspec.json.Encoder().encode


class Happened(msgspec.Struct, omit_defaults=True):
    """One event, as its caller is told of it; `data` is absent beyond the caller's reach."""

    stream: str
    version: int
    type: str
    position: int | None
    data: Any = None


class Outcome(msgspec.Struct):
    """An accepted command. `position` is that of its last event, or where a dry run was true."""

    position: int
    simulated: bool
    recorded_at: datetime | None
    replayed: bool
    dry_run: bool
    events: list[Happened]


def outcome(accepted: Accepted, authority: Authority, *, dry_run: bool, simulated: bool) -> Outcome:
    """What is told of an accepted command."""
    return Outcome(
        accepted.position,
        simulated,
        accepted.recorded_at,
        accepted.replayed,
        dry_run,
        [_happened(written, authority) for written in accepted.events],
    )


def _happened(written: Written, authority: Authority) -> Happened:
    stream, version, name, event, position = written
    reach = authority.reach(authority.held.keys() - {Role.volunteer})
    own = getattr(event, "person", None) == authority.person
    if not own and reach is not None and getattr(event, "community", None) not in (None, *reach):
        event = None
    return Happened(str(stream), version, name, position, event)


def problem_of(answer: Declined | Broken, *, group: bool = False) -> Problem:
    """Why it did not happen; of a group, also which command was refused."""
    if isinstance(answer, Broken):
        return Problem(Obstacle.ledger_must_not_fail, {"reference": answer.reference})
    return of_refusal(answer.refused, answer.place if group else None)


def respond(
    request: Request,
    desk: Desk,
    answer: Answer,
    authority: Authority,
    *,
    dry_run: bool,
    group: bool,
) -> Response:
    """The answer to one command, or to one group."""
    if not isinstance(answer, Accepted):
        position = answer.position if isinstance(answer, Declined) else None
        return tell(request, problem_of(answer, group=group), position)
    visit_of(request).position = answer.position
    body = encode(outcome(answer, authority, dry_run=dry_run, simulated=desk.simulated))
    headers = {POSITION: str(answer.position)}
    if dry_run:
        return Response(body, 200, headers, JSON)
    first = answer.events[0]
    headers["Location"] = location(first)
    headers["ETag"] = f'"v{first.version}"'
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(body, 201, headers, JSON)
