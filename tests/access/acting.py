"""What happens to accounts in the log, in short words."""

from itertools import count
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from ledger.access import accounts, passwords
from ledger.access.slips import Printed, open_slip
from ledger.deciding.answers import Accepted, Answer, Unit
from ledger.domain.account_records import DisableReason, EnableReason, SlipPurpose
from ledger.domain.accounts import DisableAccount, EnableAccount
from ledger.domain.authority import Authority, Role
from ledger.domain.cards import IssueCard
from ledger.domain.grants import GrantRole
from ledger.domain.slips import IssueSlip, UseSlip
from ledger.domain.values import CardId, PersonId, SlipId
from ledger.engine import Ledger
from tests.builders import JINNING, accepted, person, unit

MEI, HE = person(1), person(2)
REGISTRAR, SECOND = person(3), person(4)
PASSWORD = "四月的荔枝 and boats"
_ids = count(1)
_keys = count(1)


def _uuid() -> str:
    return str(UUID(int=next(_ids) << 64 | 0x4000_8000_0000_0000_0000, version=4))


def give(ledger: Ledger, command: object, by: PersonId = REGISTRAR) -> Accepted:
    """The command, which must be accepted."""
    return accepted(ledger.execute([unit(command, by=by)])[0])


def answer(ledger: Ledger, command: object, by: PersonId = REGISTRAR) -> Answer:
    """What the command is answered."""
    return ledger.execute([unit(command, by=by)])[0]


def use(ledger: Ledger, slip: SlipId, by: PersonId = MEI, *, dry_run: bool = False) -> Answer:
    """The sign-in service reports that 梅 came with the slip."""
    authority, key = Authority.of_the_machine(by), f"slip-{next(_keys)}"
    return ledger.execute([Unit(authority, key, (UseSlip(MEI, slip),))], dry_run=dry_run)[0]


def issue(ledger: Ledger, purpose: SlipPurpose = SlipPurpose.enrol) -> SlipId:
    """A slip for 梅, by the registrar."""
    slip = SlipId(_uuid())
    give(ledger, IssueSlip(MEI, slip, purpose))
    return slip


def opened(connection: Connection[Any], slip: SlipId, by: PersonId = REGISTRAR) -> Printed:
    """What stands on the slip, which must not have been shown before."""
    printed = open_slip(connection, slip, MEI, by)
    assert printed is not None
    return printed


def card_of(ledger: Ledger, who: PersonId = MEI) -> CardId:
    """A card that the registrar issued."""
    card = CardId(_uuid())
    give(ledger, IssueCard(who, card))
    return card


def enrolled(connection: Connection[Any], who: PersonId = MEI, password: str = PASSWORD) -> str:
    """The number of an account with a password."""
    number = accounts.enrol(connection, who)
    accounts.set_password(connection, who, passwords.hashed(password))
    return number


def disable(ledger: Ledger, who: PersonId = MEI) -> None:
    give(ledger, DisableAccount(who, DisableReason.device_lost))


def enable(ledger: Ledger, who: PersonId = MEI) -> None:
    give(ledger, EnableAccount(who, EnableReason.found_in_order))


def give_office(ledger: Ledger, who: PersonId = MEI, role: Role = Role.approver) -> None:
    give(ledger, GrantRole(who, role, JINNING))


def all_rows(connection: Connection[Any], *schemas: str) -> str:
    """Every row of every table of these schemas, as text; bytes in hexadecimal and as they are."""
    tables = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema = ANY (%s) AND table_type = 'BASE TABLE'",
        (list(schemas),),
    ).fetchall()
    assert tables
    found = []
    for schema, table in tables:
        query = SQL("SELECT * FROM {}").format(Identifier(schema, table))
        for row in connection.execute(query):
            found += [_text(value) for value in row]
    return "\n".join(found)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return f"{value.hex()} {value.decode(errors='replace')}"
    return str(value)
