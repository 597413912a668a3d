"""Offices: who holds a role in a case, granted before anything of it happens.

Whoever takes a step holds the role that it asks for, in her community or in the whole town. What
nobody in the case is said to have typed, was typed by an office that holds this role alone. Nobody
is granted a role for a step that must be refused: who tries it holds that of her own work.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from ledger.demo import names
from ledger.demo.rows import Case
from ledger.demo.steps import Row, Step, Turn
from ledger.domain.administrators import AppointFirst
from ledger.domain.authority import Role
from ledger.domain.catalogue import NAME_OF_COMMAND
from ledger.domain.grants import GrantRole
from ledger.domain.roles import ROLES_OF
from ledger.domain.values import PersonId

ADMINISTRATOR: Final = names.person("administrator")
REFUSED: Final = "REFUSED"


def role_for(command: object) -> Role:
    """The first of the roles that may give it to anybody."""
    enough = ROLES_OF[NAME_OF_COMMAND[type(command)]].roles
    return next(role for role in Role if role in enough)


def office(role: Role) -> PersonId:
    """Whoever types in what nobody in the case is said to have typed."""
    return names.person(f"office-{role}")


def staffed(case: Case, planned: Iterable[Step], began: datetime) -> list[Step]:
    """The steps with whoever takes them; first she is granted her role by the administrator."""
    steps = [_taken(step) for step in planned]
    granted = dict.fromkeys(_grants(case, steps))
    of_town = [each for each in granted if each.community is None]
    elsewhere = [each for each in granted if each.community is not None]
    founded = [step for step in steps if step.turn is Turn.town]
    others = [step for step in steps if step.turn is not Turn.town]
    return [
        Step(began, Turn.town, Row("offices", "first"), AppointFirst(ADMINISTRATOR)),
        *(_granting(each, began) for each in of_town),
        *founded,
        *(_granting(each, began) for each in elsewhere),
        *others,
    ]


def _taken(step: Step) -> Step:
    return step if step.actor else step.by(office(role_for(step.command)))


def _grants(case: Case, steps: Iterable[Step]) -> Iterator[GrantRole]:
    refused = set(_refused(case))
    for step in steps:
        if step.actor and step.row not in refused:
            yield GrantRole(step.actor, role_for(step.command), step.home)


def _refused(case: Case) -> Iterator[Row]:
    yield from (Row("story", each.id) for each in case.story if each.status == REFUSED)
    yield from (Row("attendance", each.id) for each in case.attendance if each.status == REFUSED)


def _granting(command: GrantRole, at: datetime) -> Step:
    row = Row("offices", f"{command.person} {command.role} {command.community or ''}".strip())
    return Step(at, Turn.town, row, command, ADMINISTRATOR)
