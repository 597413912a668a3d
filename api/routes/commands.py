"""Commands: one POST for each of the catalogue, so that a new command is a new path by itself.

The body is the command's data; who acts is told by the token, when is told by the ledger's clock.
`Idempotency-Key` makes sending it twice the same as sending it once.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from api import answers, asked, bodies
from api.desk import Desk, tell
from api.gate import caller
from api.problems import of_malformed
from api.quick import QuickRoute
from ledger.deciding.answers import Unit
from ledger.domain.catalogue import VERBS
from ledger.domain.roles import ROLES_OF
from ledger.exchange.faults import Malformed
from ledger.exchange.wire import parse

NAMES: Final = tuple(name for name in VERBS if ROLES_OF[name].held_by(own=True))
"""Every command that can be given with a token."""


def add(app: FastAPI, desk: Desk) -> None:
    """A path for each command."""
    for name in NAMES:
        app.router.add_api_route(
            f"/v1/{name}",
            endpoint(desk, name),
            methods=["POST"],
            dependencies=[Depends(caller)],
            route_class_override=QuickRoute,
            operation_id=name.replace("/", "_").replace("-", "_"),
            tags=[name.partition("/")[0]],
        )


def endpoint(desk: Desk, name: str) -> Callable[[Request], Awaitable[Response]]:
    """How one command is taken, decided and answered."""

    async def give(request: Request) -> Response:
        authority = await desk.gate.authority(request)
        asked.only(request, ("dry_run",))
        dry_run = asked.flag(request, "dry_run")
        key, at = asked.key(request), asked.time(request)
        bodies.content_type(request, bodies.JSON)
        command = parse(name, await bodies.read(request, bodies.COMMAND_BYTES_MOST))
        if isinstance(command, Malformed):
            return tell(request, of_malformed(command))
        unit = Unit(authority, key, (command,), at)
        (answer,) = await desk.decide([unit], dry_run=dry_run)
        return answers.respond(request, desk, answer, authority, dry_run=dry_run, group=False)

    return give
