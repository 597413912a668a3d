"""What the stories of accounts, slips and cards have in common: who there is, and what happened."""

from datetime import date, datetime, timedelta

from ledger.domain import grant_records, people
from ledger.domain.account_records import CardEnd, DisableReason, EnableReason, SlipPurpose
from ledger.domain.accounts import DisableAccount, EnableAccount
from ledger.domain.authority import Role
from ledger.domain.cards import IssueCard, RevokeCard
from ledger.domain.decisions import Happening
from ledger.domain.grant_records import RoleGranted
from ledger.domain.person_records import DeathRecorded, PersonRegistered
from ledger.domain.slips import CountersignSlip, IssueSlip, UseSlip, WithdrawSlip
from ledger.domain.values import CardId, CommunityId, Count, PersonId, SlipId
from tests.builders import person
from tests.story import NOON, SOMEBODY, Part, Told, given

MEI, LIN, HE = person(1), person(2), person(3)
REGISTRAR, SECOND = SOMEBODY, LIN
HOME = CommunityId("jinning")
TODAY = date(2026, 3, 2)
SLIP = SlipId("5a0f3c1e-8d2b-4f6a-9c7e-1b4d6f8a0c2e")
OTHER_SLIP = SlipId("6b0f3c1e-8d2b-4f6a-9c7e-1b4d6f8a0c2e")
CARD = CardId("c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e")
OTHER_CARD = CardId("d3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e")
ENDS_AT = NOON + timedelta(hours=72)


def registered(who: PersonId = MEI) -> Happening:
    event = PersonRegistered(who, HOME, Count(1), "commitment", date(2026, 1, 1))
    return people.stream(who), event


def died(who: PersonId = MEI) -> Happening:
    return people.stream(who), DeathRecorded(who, TODAY, TODAY)


def granted(role: Role, until: date | None = None, who: PersonId = MEI) -> Happening:
    return grant_records.stream(who), RoleGranted(who, role, HOME, until, TODAY)


APPROVER = granted(Role.approver)
issue = IssueSlip(MEI, SLIP, SlipPurpose.enrol)
countersign = CountersignSlip(MEI, SLIP)
withdraw = WithdrawSlip(MEI, SLIP)
use = UseSlip(MEI, SLIP)
disable = DisableAccount(MEI, DisableReason.device_lost)
enable = EnableAccount(MEI, EnableReason.found_in_order)
issue_card = IssueCard(MEI, CARD)
revoke_card = RevokeCard(MEI, CARD, CardEnd.lost)


def told(command: object, *happened: Part, by: PersonId = REGISTRAR, at: datetime = NOON) -> Told:
    """The command, where 梅 is registered and this happened."""
    return given(registered(), *happened).when(command, by=by, at=at)


def issued(*happened: Part) -> tuple[Part, ...]:
    """This happened, and then the slip was issued to 梅."""
    return (*happened, told(issue, *happened))


def countersigned(*happened: Part) -> tuple[Part, ...]:
    """This happened, and then the slip was issued and countersigned."""
    before = issued(*happened)
    return (*before, told(countersign, *before, by=SECOND))
