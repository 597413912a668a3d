"""Personas: who one can be in a demo: a person for each kind of work, with the role for it.

All of them are invented, live in the same community and have nothing to do with each other, so that
every step that takes a second person can be tried by being that person next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ledger.access import accounts
from ledger.deciding.answers import Accepted, Declined, Unit
from ledger.demo import names, staff
from ledger.demo.town import GROWN_UP
from ledger.domain.authority import Authority, Role
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.grants import GrantRole
from ledger.domain.people import RegisterPerson
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, PersonId, Title
from ledger.engine import Ledger


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be: her word in addresses, her invented name, and her roles in the whole town.

    Whoever is in the worked example already has no other name.
    """

    word: str
    name: Title | None
    roles: tuple[Role, ...] = ()

    @property
    def person(self) -> PersonId:
        """Her id, the same in every demo."""
        return KNOWN.get(self.word) or names.person(f"demo-{self.word}")


HOME: Final = CommunityId("jinning")
REGISTRAR: Final = Authority.alike(staff.EVERYBODY, (Role.registrar,), None)
ADMINISTRATOR: Final = Authority.alike(staff.ADMINISTRATOR, (Role.administrator,), None)
KNOWN: Final = {"volunteer": staff.VOLUNTEER, "administrator": staff.ADMINISTRATOR}
"""Whom the demo knows already: by her record, or by what she granted."""
PERSONAS: Final = (
    Persona("volunteer", None),
    Persona("clerk", Title("何窗口(例)"), (Role.canteen_clerk,)),
    Persona("leader", Title("梁队长(例)"), (Role.leader,)),
    Persona("fund-manager", Title("关基金(例)"), (Role.fund_manager,)),
    Persona("approver", Title("黎审批(例)"), (Role.approver, Role.confirmer)),
    Persona("cashier", Title("冯出纳(例)"), (Role.cashier,)),
    Persona("checker", Title("苏审核(例)"), (Role.settlement_checker, Role.publisher)),
    Persona("auditor", Title("罗审计(例)"), (Role.auditor,)),
    Persona("registrar", Title("谭登记(例)"), (Role.registrar,)),
    Persona("administrator", Title("邓管理(例)")),
)
BY_WORD: Final = {persona.word: persona for persona in PERSONAS}


EATER: Final = names.person("R01")
EATER_NAME: Final = names.example("陈阿好")
"""A resident of the worked example: a name that whoever plays the clerk may type in."""
LET_IN_BEFORE: Final = (
    Code.person_must_be_new,
    Code.key_must_not_be_used_for_another_request,
)
"""She is there, and may have been called something else by an earlier version."""
STAND_IN: Final = Title("区志愿(例)")
"""What the volunteer is called in a town that the worked example is no part of."""


def let_in(ledger: Ledger, connection: Any, at: datetime) -> None:  # noqa: ANN401 - see accounts
    """Register them, grant what they do and give each an account; again, it changes nothing."""
    units = [unit for persona in PERSONAS for unit in _units(persona, at)]
    for unit, answer in zip(units, ledger.execute(units), strict=True):
        match answer:
            case Accepted():
                pass
            case Declined(refused) if refused.code in LET_IN_BEFORE:
                pass
            case _:
                raise RuntimeError(f"{unit.key}: {answer}")
    for persona in PERSONAS:
        accounts.enrol(connection, persona.person)


def _units(persona: Persona, at: datetime) -> Iterator[Unit]:
    contact = Contact(persona.name or STAND_IN)
    command = RegisterPerson(persona.person, HOME, contact, FactSheet(GROWN_UP))
    yield Unit(REGISTRAR, f"demo-register-{persona.word}", (command,), at)
    if persona.roles:
        grants = tuple(GrantRole(persona.person, role) for role in persona.roles)
        yield Unit(ADMINISTRATOR, f"demo-grant-{persona.word}", grants, at)
