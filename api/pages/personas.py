"""Personas: who one can be in a demo, where they are there."""

from typing import Any

from starlette.requests import Request

from api.desk import Desk, desk_of
from ledger.access.accounts import number_of
from ledger.demo.personas import PERSONAS, Persona
from ledger.domain.book import LedgerKind


def is_open(desk: Desk) -> bool:
    """Whether this ledger is a demo."""
    return desk.kind is LedgerKind.demo


async def who_one_can_be(request: Request) -> tuple[Persona, ...]:
    """The personas that are there; nobody where this is no demo."""
    desk = desk_of(request)
    if not is_open(desk):
        return ()

    def ask(connection: Any) -> tuple[Persona, ...]:  # noqa: ANN401 - see Entrance
        return tuple(each for each in PERSONAS if number_of(connection, each.person))

    return await desk.entrance.look(ask)
