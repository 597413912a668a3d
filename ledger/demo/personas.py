"""Personas: who one can be in a demo: a person for each kind of work, with the role for it.

All of them are invented, live in the same community and have nothing to do with each other, so that
every step that takes a second person can be tried by being that person next.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.deciding.answers import Accepted, Unit
from ledger.demo import names, staff
from ledger.demo.town import GROWN_UP
from ledger.domain.authority import Authority, Role
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.grants import GrantRole
from ledger.domain.people import RegisterPerson
from ledger.domain.values import CommunityId, PersonId, Title
from ledger.engine import Ledger


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to be: her word in addresses, her invented name, and her roles in the whole town."""

    word: str
    name: Title
    roles: tuple[Role, ...]

    @property
    def person(self) -> PersonId:
        """Her id, the same in every demo."""
        return KNOWN.get(self.word) or names.person(f"demo-{self.word}")


KNOWN: Final = {"volunteer": staff.VOLUNTEER, "administrator": staff.ADMINISTRATOR}
"""Whom the demo knows already: by her record, or by what she granted."""
PERSONAS: Final = (
    Persona("volunteer", Title("V01(例)"), ()),
    Persona("clerk", Title("何窗口(例)"), (Role.canteen_clerk,)),
    Persona("leader", Title("梁队长(例)"), (Role.leader,)),
    Persona("fund-manager", Title("关基金(例)"), (Role.fund_manager,)),
    Persona("approver", Title("黎审批(例)"), (Role.approver, Role.confirmer)),
    Persona("cashier", Title("冯出纳(例)"), (Role.cashier,)),
    Persona("auditor", Title("罗核查(例)"), (Role.auditor,)),
    Persona("administrator", Title("邓管理(例)"), ()),
)
BY_WORD: Final = {persona.word: persona for persona in PERSONAS}


def let_in(ledger: Ledger, home: CommunityId, at: datetime) -> None:
    """Register them at home and grant what they do; a second time changes nothing."""
    registrar = Authority.alike(staff.EVERYBODY, (Role.registrar,), None)
    administrator = Authority.alike(staff.ADMINISTRATOR, (Role.administrator,), None)
    for persona in PERSONAS[1:]:
        person = persona.person
        register = RegisterPerson(person, home, Contact(persona.name), FactSheet(GROWN_UP))
        units = [Unit(registrar, f"demo-register-{persona.word}", (register,), at)]
        grants = tuple(GrantRole(person, role) for role in persona.roles)
        if grants:
            units.append(Unit(administrator, f"demo-grant-{persona.word}", grants, at))
        for answer in ledger.execute(units):
            if not isinstance(answer, Accepted):
                raise RuntimeError(f"nobody can be {persona.word}: {answer}")
