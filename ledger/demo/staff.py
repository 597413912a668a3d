"""The staff of a demo: an administrator, and somebody who holds every other role.

Who plays with a demo is everybody at once. The rules about two persons hold all the same.
"""

from datetime import datetime
from typing import Final

from ledger.deciding.answers import Accepted, Answer, Declined, Unit
from ledger.demo import names, offices
from ledger.domain.administrators import AppointFirst
from ledger.domain.authority import Authority, Role
from ledger.domain.grants import GrantRole
from ledger.domain.refusals import Code
from ledger.engine import Ledger
from ledger.settings import Settings

ADMINISTRATOR: Final = offices.ADMINISTRATOR
EVERYBODY: Final = names.person("everybody")
VOLUNTEER: Final = names.person("V01")
"""A volunteer of the worked example, for whoever would look at the pages as she does."""
ROLES: Final = tuple(role for role in Role if role is not Role.administrator)
HELP_DESK: Final = "0757-0000000（例 example）"
"""Nobody answers there: no number of the district begins with a zero."""


def with_a_help_desk(settings: Settings) -> Settings:
    """An invented number to ask at, as elders are told one on each page, unless there is one."""
    return settings.model_copy(update={"help_desk": settings.help_desk or HELP_DESK})


def let_in(ledger: Ledger, at: datetime) -> None:
    """Grant all that can be granted to one person; a second time changes nothing."""
    machine = Authority.of_the_machine()
    first = Unit(machine, "demo-administrator", (AppointFirst(ADMINISTRATOR),), at)
    by = Authority.alike(ADMINISTRATOR, (Role.administrator,), None)
    grants = tuple(GrantRole(EVERYBODY, role) for role in ROLES)
    for answer in ledger.execute([first, Unit(by, "demo-everybody", grants, at)]):
        _must_have_happened(answer)


def _must_have_happened(answer: Answer) -> None:
    match answer:
        case Accepted():
            pass
        case Declined(refused) if refused.code in (
            Code.first_administrator_must_be_appointed_once,
            Code.role_must_not_be_held_already,
        ):
            pass
        case _:
            raise RuntimeError(f"the staff of the demo cannot be let in: {answer}")
