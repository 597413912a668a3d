"""Permissions: which role may give which command and read which view, and how far it reaches.

Two tables and nothing else decide; what stands in neither is denied. Roles are held for some
communities or for the whole town. What lies out of reach is answered like what does not exist,
so that nobody learns from a refusal what another community has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.domain.authority import Authority, Reach, Role
from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId


@dataclass(frozen=True, slots=True)
class Rule:
    """One of `roles` may do it for anybody within reach, one of `herself` for herself only.

    `everywhere`: it holds nothing that communities keep from each other, so reach is not asked.
    `either` are those of `roles` and of `herself`.
    """

    roles: frozenset[Role]
    herself: frozenset[Role] = frozenset()
    everywhere: bool = False
    either: frozenset[Role] = frozenset()

    def held_by(self, *, own: bool) -> frozenset[Role]:
        """The roles that suffice."""
        return self.either if own else self.roles


def _by(*roles: Role, herself: Role | None = None, everywhere: bool = False) -> Rule:
    others, own = frozenset(roles), frozenset({herself} if herself else ())
    return Rule(others, own, everywhere, others | own)


ROLES_OF: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "book/create-ledger": _by(),  # at the machine, never by token
        # Whoever grants holds nothing else; the first who may is appointed at the machine.
        "administrators/appoint-first": _by(),
        "administrators/break-glass": _by(),
        "grants/grant": _by(Role.administrator),
        "grants/revoke": _by(Role.administrator),
        # A slip for somebody who holds an office takes two of these; who comes with it is told by
        # the sign-in service alone.
        "slips/issue": _by(Role.registrar, Role.administrator),
        "slips/countersign": _by(Role.registrar, Role.administrator),
        "slips/withdraw": _by(Role.registrar, Role.administrator, herself=Role.volunteer),
        "slips/use": _by(),
        "accounts/disable": _by(Role.registrar, Role.administrator, herself=Role.volunteer),
        "accounts/enable": _by(Role.registrar, Role.administrator),
        "cards/issue": _by(Role.registrar),
        "cards/revoke": _by(Role.registrar, herself=Role.volunteer),
        "views/anchor": _by(),  # as create-ledger
        # Whoever keeps the data says that the log must begin anew; the town says that it may.
        "origins/note-restore": _by(),
        "origins/propose": _by(Role.data_officer),
        "origins/approve": _by(Role.town_approver),
        "communities/register": _by(Role.registrar),
        "communities/record-population": _by(Role.registrar),
        "communities/register-cooperative": _by(Role.registrar),
        "communities/register-unit": _by(Role.registrar),
        "communities/set-service-rules": _by(Role.registrar),
        "communities/set-approval-bands": _by(Role.registrar),
        "sites/register": _by(Role.registrar),
        "sites/change-operator": _by(Role.registrar),
        "sites/set-service-days": _by(Role.registrar),
        "people/register": _by(Role.registrar),
        "people/record-facts": _by(Role.registrar),
        "people/record-contact": _by(Role.registrar),
        "people/set-league-visibility": _by(Role.registrar, herself=Role.volunteer),
        "consents/give": _by(Role.registrar, herself=Role.volunteer),
        "consents/withdraw": _by(Role.registrar, herself=Role.volunteer),
        # Whoever looks after the data does not look into the case, and the other way round.
        "rights/restrict": _by(Role.data_officer),
        "rights/lift": _by(Role.data_officer),
        "rights/erase": _by(Role.data_officer),
        "rights/hold": _by(Role.auditor),
        "rights/release": _by(Role.auditor),
        "duplicates/merge": _by(Role.registrar),
        "duplicates/separate": _by(Role.registrar),
        "deaths/record": _by(Role.registrar),
        "deaths/correct": _by(Role.registrar),
        "shifts/schedule": _by(Role.leader),
        "shifts/cancel": _by(Role.leader),
        "shifts/sign-up": _by(Role.leader, herself=Role.volunteer),
        "shifts/withdraw-sign-up": _by(Role.leader, herself=Role.volunteer),
        "attendance/check-in": _by(Role.leader, herself=Role.volunteer),
        "attendance/check-out": _by(Role.leader, herself=Role.volunteer),
        "attendance/attest": _by(Role.leader),
        "attendance/correct": _by(Role.leader),
        "attendance/mark-no-show": _by(Role.leader),
        "service/confirm": _by(Role.confirmer),
        "service/refuse": _by(Role.confirmer, Role.town_approver),
        "service/reverse": _by(Role.confirmer),
        "service/import-opening-minutes": _by(Role.registrar),
        "service/reverse-opening-minutes": _by(Role.registrar, Role.confirmer),
        "holds/release": _by(Role.confirmer),
        "holds/release-for-town": _by(Role.town_approver),
        "lateness/record": _by(Role.leader, Role.confirmer),
        "lateness/approve": _by(Role.confirmer),
        "objections/raise": _by(Role.leader, Role.registrar, herself=Role.volunteer),
        "objections/answer": _by(Role.confirmer),
        # Whoever records certifies: the office that confirms, or the one that keeps the register.
        "certificates/issue": _by(Role.registrar, Role.confirmer),
        "certificates/void": _by(Role.registrar, Role.confirmer),
        "handovers/hand-over": _by(Role.data_officer),
        "stars/grant": _by(Role.town_approver),
        "timebank/transfer": _by(Role.registrar, herself=Role.volunteer),
        "timebank/redeem": _by(Role.registrar, herself=Role.volunteer),
        "timebank/donate": _by(Role.registrar, herself=Role.volunteer),
        "timebank/reverse": _by(Role.registrar, Role.confirmer),
        # Whoever manages the fund answers for what it promises to pay; the publisher's role is
        # for public notices, which promise nothing.
        "policies/publish": _by(Role.fund_manager),
        "policies/withdraw": _by(Role.fund_manager),
        "meals/claim": _by(Role.canteen_clerk),
        "meals/reverse": _by(Role.canteen_clerk),
        "canteens/attest-plates": _by(Role.canteen_clerk),
        "canteens/count-takings": _by(Role.canteen_clerk),
        "canteens/reverse-takings": _by(Role.canteen_clerk, Role.settlement_checker),
        "canteens/close-claims": _by(Role.settlement_checker),
        "settlements/submit": _by(Role.canteen_clerk),
        "settlements/check": _by(Role.settlement_checker),
        "settlements/return": _by(Role.settlement_checker, Role.approver),
        "settlements/approve": _by(Role.approver),
        "settlements/pay": _by(Role.cashier),
        "settlements/reverse-payment": _by(Role.approver, Role.cashier),
        "recoveries/settle": _by(Role.cashier),
        "recoveries/write-off": _by(Role.approver),
        "recoveries/reverse": _by(Role.approver, Role.cashier),
        "periods/close": _by(Role.fund_manager),
        "periods/propose-reopen": _by(Role.fund_manager),
        "periods/reopen": _by(Role.approver),
        # Whoever publishes moves nothing; what she publishes is counted, and not hers to write.
        "notices/publish": _by(Role.publisher),
        "notices/withdraw": _by(Role.publisher),
        "funds/open": _by(Role.fund_manager),
        "funds/record-opening-balance": _by(Role.fund_manager),
        "funds/receive-money": _by(Role.fund_manager),
        "funds/move": _by(Role.fund_manager),
        "funds/reverse-move": _by(Role.fund_manager, Role.approver),
        "funds/import-payment": _by(Role.fund_manager),
        "funds/reverse-imported-payment": _by(Role.fund_manager, Role.approver),
        # Whoever spends under a resolution is not the one who says what it allows.
        "resolutions/record": _by(Role.registrar),
        "resolutions/revoke": _by(Role.registrar),
        "councils/record-meeting": _by(Role.registrar),
        "councils/record-attendance": _by(Role.registrar),
        "councils/withdraw-attendance": _by(Role.registrar),
        "purposes/request-change": _by(Role.fund_manager),
        "purposes/approve-change": _by(Role.approver),
        "purposes/refuse-change": _by(Role.approver, Role.fund_manager),
        # A giver promises, takes back and shows by herself; what came in is entered by others.
        "contributions/pledge": _by(Role.registrar, herself=Role.volunteer),
        "contributions/record": _by(Role.registrar, Role.fund_manager),
        "contributions/withdraw": _by(Role.registrar, Role.fund_manager, herself=Role.volunteer),
        "ideas/answer": _by(Role.registrar),
        "contributions/set-amount-visibility": _by(Role.registrar, herself=Role.volunteer),
        "receipts/reverse": _by(Role.fund_manager),
        # Whoever asks for money does not enter whom it may go to.
        "payees/register": _by(Role.registrar),
        "disbursements/request": _by(Role.fund_manager),
        "disbursements/withdraw": _by(Role.fund_manager),
        "disbursements/approve": _by(Role.approver),
        "disbursements/refuse": _by(Role.approver),
        "disbursements/pay": _by(Role.cashier),
        "disbursements/reverse": _by(Role.approver, Role.cashier),
    }
)
"""Who may give a command, by its name in the catalogue."""

_MONEY: Final = (
    Role.settlement_checker,
    Role.fund_manager,
    Role.approver,
    Role.cashier,
    Role.auditor,
)

_WORK_WITH_PEOPLE: Final = (Role.leader, Role.registrar, Role.canteen_clerk, Role.data_officer)

READS: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "statement": _by(
            Role.leader,
            Role.confirmer,
            Role.registrar,
            Role.town_approver,
            Role.auditor,
            herself=Role.volunteer,
        ),
        "certificates": _by(Role.confirmer, Role.registrar, Role.auditor, herself=Role.volunteer),
        # What is only kept is for herself, and for whoever keeps it.
        "restricted": _by(Role.data_officer, herself=Role.volunteer),
        "rights": _by(Role.registrar, Role.data_officer, Role.auditor, herself=Role.volunteer),
        "shifts": _by(
            Role.volunteer,
            Role.leader,
            Role.confirmer,
            Role.registrar,
            Role.town_approver,
            Role.auditor,
        ),
        "claims": _by(Role.canteen_clerk, *_MONEY),
        "balances": _by(*_MONEY),
        "entries": _by(*_MONEY),
        "funds": _by(Role.publisher, *_MONEY),
        # What became of a person's gift is told to herself, by whoever enters it and must answer
        # for it, and to the audit: no other role learns both who gave and how much.
        "gifts": _by(Role.fund_manager, Role.auditor, herself=Role.volunteer),
        "settlements": _by(Role.canteen_clerk, Role.publisher, *_MONEY),
        "disbursements": _by(Role.publisher, *_MONEY),
        "payees": _by(Role.registrar, *_MONEY),
        "exports": _by(Role.fund_manager, Role.auditor),
        "grounds": _by(Role.fund_manager, Role.auditor),
        "audit-trail": _by(Role.auditor),
        "receipt": _by(Role.auditor, herself=Role.volunteer),
        "exceptions": _by(Role.auditor),
        # What is personal: whoever works with people sees what the work needs; no auditor does.
        "search": _by(*_WORK_WITH_PEOPLE),
        "contact": _by(*_WORK_WITH_PEOPLE, herself=Role.volunteer),
        "facts": _by(Role.registrar, Role.data_officer, herself=Role.volunteer),
        "notes": _by(
            *(Role.confirmer, Role.town_approver, Role.data_officer), herself=Role.volunteer
        ),
        "export": _by(Role.data_officer, herself=Role.volunteer),
        "views": _by(Role.data_officer, herself=Role.volunteer),
        "grants": _by(Role.administrator, Role.auditor, herself=Role.volunteer),
        "notices": _by(Role.publisher, Role.auditor),
        "handovers": _by(Role.data_officer, Role.auditor, everywhere=True),
        "league": _by(*Role, everywhere=True),
        "policies": _by(*Role, everywhere=True),
        "resolutions": _by(*Role, everywhere=True),
        "councils": _by(*Role, everywhere=True),
        "reopenings": _by(*Role, everywhere=True),
        "contributions": _by(*Role),
        "units": _by(*Role, everywhere=True),
        "health": _by(*Role, everywhere=True),
    }
)
"""Who may read a view. An auditor reads every amount, an administrator none."""

_NOBODY: Final = _by()


def refusal(
    authority: Authority, name: str, place: CommunityId | None, *, own: bool
) -> Refused | None:
    """Why this person may not give the command of that name in that place; None if she may.

    `place` is the community it happens in, None for the town's matters and for what does not
    exist; `own` says that the command is about the person who gives it.
    """
    rule = ROLES_OF.get(name, _NOBODY)
    enough = rule.held_by(own=own)
    if not rule.held_by(own=True):
        if authority.at_the_machine and name in ROLES_OF:
            return None
        return Refused(Code.command_must_be_given_at_the_machine, command=name)
    if enough.isdisjoint(authority.held):
        return Refused(Code.actor_must_hold_a_role_for_this, command=name, roles=_listed(enough))
    return _out_of_reach(authority.reach(enough), place)


def reading_refusal(
    authority: Authority, view: str, place: CommunityId | None, *, own: bool
) -> Refused | None:
    """Why this person may not read the view of that place; None if she may.

    Her own record is hers to read wherever it was made.
    """
    rule = READS.get(view, _NOBODY)
    enough = rule.held_by(own=own)
    if enough.isdisjoint(authority.held):
        return Refused(Code.reader_must_hold_a_role_for_this, view=view, roles=_listed(enough))
    return None if own or rule.everywhere else _out_of_reach(authority.reach(enough), place)


def reading_reach(authority: Authority, view: str) -> Reach:
    """How far she may read the view: one role that suffices lends its reach to no other."""
    rule = READS.get(view, _NOBODY)
    if rule.everywhere and not rule.roles.isdisjoint(authority.held):
        return None
    return authority.reach(rule.roles)


def _out_of_reach(reach: Reach, place: CommunityId | None) -> Refused | None:
    if reach is None or place in reach:
        return None
    return Refused(Code.record_must_be_within_reach)


def _listed(roles: frozenset[Role]) -> str:
    return ", ".join(role for role in Role if role in roles)
