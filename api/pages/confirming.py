"""Confirming: several people at once, each by herself, and why some of them are not confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from api import asked
from api.answers import problem_of
from api.desk import desk_of
from api.pages import fields
from api.pages.forms import KEY, command_of, new_key
from api.pages.refusals import named
from api.problems import Problem
from api.reading import nothing_there
from api.visits import visit_of
from ledger.access.signed_in import SignedIn
from ledger.deciding.answers import Accepted, Declined, Unit
from ledger.domain.service import ConfirmService
from ledger.domain.service_records import ServiceHeld

PICK: Final = "pick-"
"""A box that is ticked: its value is the shift and the person."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of those who were picked; `refused` are not confirmed, each with its reason.

    The page that shows it is of that position at least.
    """

    confirmed: Sequence[Accepted] = ()
    refused: Sequence[tuple[ConfirmService, Problem]] = ()
    nobody: bool = False
    position: int = 0

    @property
    def held(self) -> int:
        """How many were confirmed and wait for a second person."""
        return sum(_is_held(each) for each in self.confirmed)

    @property
    def counted(self) -> int:
        """How many were confirmed and count."""
        return len(self.confirmed) - self.held

    @property
    def status(self) -> int:
        """The HTTP status of the page that tells it."""
        if self.refused:
            return self.refused[0][1].status
        return 422 if self.nobody else 200


def _is_held(accepted: Accepted) -> bool:
    return any(isinstance(each.event, ServiceHeld) for each in accepted.events)


async def confirm_picked(request: Request, who: SignedIn) -> Tried:
    """Confirm all whose boxes the form has; a unit each, so that none waits for another."""
    given = await fields.read(request)
    key = given.get(KEY) or new_key()
    commands = {
        f"{key}-{name.removeprefix(PICK)}"[: asked.KEY_LENGTH_MOST]: _command(text)
        for name, text in given.items()
        if name.startswith(PICK)
    }
    if not commands:
        return Tried(nobody=True)
    at = asked.time(request)
    units = [Unit(who.authority, its_key, (each,), at) for its_key, each in commands.items()]
    answers = await desk_of(request).decide(units, dry_run=False)
    both = list(zip(commands.values(), answers, strict=True))
    refused = [
        (each, await named(request, problem_of(answer)))
        for each, answer in both
        if not isinstance(answer, Accepted)
    ]
    if refused:
        visit_of(request).code = refused[0][1].code.name
    reached = [each.position for each in answers if isinstance(each, Accepted | Declined)]
    confirmed = [each for each in answers if isinstance(each, Accepted)]
    return Tried(confirmed, refused, position=max(reached, default=0))


def _command(text: str) -> ConfirmService:
    """The command of a box. Raises the problem 404 where the box is none of ours."""
    shift, _, person = text.partition(" ")
    command = command_of("service/confirm", {"shift": shift, "person": person})
    if not isinstance(command, ConfirmService):
        raise nothing_there()
    return command
