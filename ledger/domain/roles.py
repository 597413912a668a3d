"""Roles: which of them may give which command, and read which view; see `permissions`.

What stands in neither table is denied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.domain.authority import Role


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


def by(*roles: Role, herself: Role | None = None, everywhere: bool = False) -> Rule:
    others, own = frozenset(roles), frozenset({herself} if herself else ())
    return Rule(others, own, everywhere, others | own)


ROLES_OF: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "book/create-ledger": by(),  # at the machine, never by token
        # Whoever grants holds nothing else; the first who may is appointed at the machine.
        "administrators/appoint-first": by(),
        "administrators/break-glass": by(),
        "grants/grant": by(Role.administrator),
        "grants/revoke": by(Role.administrator),
        # A slip for somebody who holds an office takes two of these; who comes with it is told by
        # the sign-in service alone.
        "slips/issue": by(Role.registrar, Role.administrator),
        "slips/countersign": by(Role.registrar, Role.administrator),
        "slips/withdraw": by(Role.registrar, Role.administrator, herself=Role.volunteer),
        "slips/use": by(),
        "accounts/disable": by(Role.registrar, Role.administrator, herself=Role.volunteer),
        "accounts/enable": by(Role.registrar, Role.administrator),
        "cards/issue": by(Role.registrar),
        "cards/revoke": by(Role.registrar, herself=Role.volunteer),
        "views/anchor": by(),  # as create-ledger
        # Whoever keeps the data says that the log must begin anew; the town says that it may.
        "origins/note-restore": by(),
        "origins/propose": by(Role.data_officer),
        "origins/approve": by(Role.town_approver),
        "communities/register": by(Role.registrar),
        "communities/record-population": by(Role.registrar),
        "communities/register-cooperative": by(Role.registrar),
        "communities/register-unit": by(Role.registrar),
        "communities/set-service-rules": by(Role.registrar),
        "communities/set-approval-bands": by(Role.registrar),
        "sites/register": by(Role.registrar),
        "sites/change-operator": by(Role.registrar),
        "sites/set-service-days": by(Role.registrar),
        "people/register": by(Role.registrar),
        "people/record-facts": by(Role.registrar),
        "people/record-contact": by(Role.registrar),
        "people/set-league-visibility": by(Role.registrar, herself=Role.volunteer),
        "consents/give": by(Role.registrar, herself=Role.volunteer),
        "consents/withdraw": by(Role.registrar, herself=Role.volunteer),
        # Whoever looks after the data does not look into the case, and the other way round.
        "rights/restrict": by(Role.data_officer),
        "rights/lift": by(Role.data_officer),
        "rights/erase": by(Role.data_officer),
        "rights/hold": by(Role.auditor),
        "rights/release": by(Role.auditor),
        "duplicates/merge": by(Role.registrar),
        "duplicates/separate": by(Role.registrar),
        "deaths/record": by(Role.registrar),
        "deaths/correct": by(Role.registrar),
        "shifts/schedule": by(Role.leader),
        "shifts/cancel": by(Role.leader),
        "shifts/sign-up": by(Role.leader, herself=Role.volunteer),
        "shifts/withdraw-sign-up": by(Role.leader, herself=Role.volunteer),
        "attendance/check-in": by(Role.leader, herself=Role.volunteer),
        "attendance/check-out": by(Role.leader, herself=Role.volunteer),
        "attendance/attest": by(Role.leader),
        "attendance/correct": by(Role.leader),
        "attendance/mark-no-show": by(Role.leader),
        "service/confirm": by(Role.confirmer),
        "service/refuse": by(Role.confirmer, Role.town_approver),
        "service/reverse": by(Role.confirmer),
        "service/import-opening-minutes": by(Role.registrar),
        "service/reverse-opening-minutes": by(Role.registrar, Role.confirmer),
        "holds/release": by(Role.confirmer),
        "holds/release-for-town": by(Role.town_approver),
        "lateness/record": by(Role.leader, Role.confirmer),
        "lateness/approve": by(Role.confirmer),
        "objections/raise": by(Role.leader, Role.registrar, herself=Role.volunteer),
        "objections/answer": by(Role.confirmer),
        # Whoever records certifies: the office that confirms, or the one that keeps the register.
        "certificates/issue": by(Role.registrar, Role.confirmer),
        "certificates/void": by(Role.registrar, Role.confirmer),
        "handovers/hand-over": by(Role.data_officer),
        "stars/grant": by(Role.town_approver),
        "timebank/transfer": by(Role.registrar, herself=Role.volunteer),
        "timebank/redeem": by(Role.registrar, herself=Role.volunteer),
        "timebank/donate": by(Role.registrar, herself=Role.volunteer),
        "timebank/reverse": by(Role.registrar, Role.confirmer),
        # Whoever manages the fund answers for what it promises to pay; the publisher's role is
        # for public notices, which promise nothing.
        "policies/publish": by(Role.fund_manager),
        "policies/withdraw": by(Role.fund_manager),
        "meals/claim": by(Role.canteen_clerk),
        "meals/reverse": by(Role.canteen_clerk),
        "unclaimable/enter": by(Role.canteen_clerk),
        # Whoever gets the paper sheets sees who has paid.
        "unclaimable/end": by(Role.settlement_checker),
        "canteens/attest-plates": by(Role.canteen_clerk),
        "canteens/count-takings": by(Role.canteen_clerk),
        "canteens/reverse-takings": by(Role.canteen_clerk, Role.settlement_checker),
        "canteens/close-claims": by(Role.settlement_checker),
        "settlements/submit": by(Role.canteen_clerk),
        "settlements/check": by(Role.settlement_checker),
        "settlements/return": by(Role.settlement_checker, Role.approver),
        "settlements/approve": by(Role.approver),
        "settlements/pay": by(Role.cashier),
        "settlements/reverse-payment": by(Role.approver, Role.cashier),
        "recoveries/settle": by(Role.cashier),
        "recoveries/write-off": by(Role.approver),
        "recoveries/reverse": by(Role.approver, Role.cashier),
        "periods/close": by(Role.fund_manager),
        "periods/propose-reopen": by(Role.fund_manager),
        "periods/reopen": by(Role.approver),
        # Whoever publishes moves nothing; what she publishes is counted, and not hers to write.
        "notices/publish": by(Role.publisher),
        "notices/withdraw": by(Role.publisher),
        "funds/open": by(Role.fund_manager),
        "funds/record-opening-balance": by(Role.fund_manager),
        "funds/receive-money": by(Role.fund_manager),
        "funds/move": by(Role.fund_manager),
        "funds/reverse-move": by(Role.fund_manager, Role.approver),
        "funds/import-payment": by(Role.fund_manager),
        "funds/reverse-imported-payment": by(Role.fund_manager, Role.approver),
        # Whoever spends under a resolution is not the one who says what it allows.
        "resolutions/record": by(Role.registrar),
        "resolutions/revoke": by(Role.registrar),
        "councils/record-meeting": by(Role.registrar),
        "councils/record-attendance": by(Role.registrar),
        "councils/withdraw-attendance": by(Role.registrar),
        "purposes/request-change": by(Role.fund_manager),
        "purposes/approve-change": by(Role.approver),
        "purposes/refuse-change": by(Role.approver, Role.fund_manager),
        # A giver promises, takes back and shows by herself; what came in is entered by others.
        "contributions/pledge": by(Role.registrar, herself=Role.volunteer),
        "contributions/record": by(Role.registrar, Role.fund_manager),
        "contributions/withdraw": by(Role.registrar, Role.fund_manager, herself=Role.volunteer),
        "ideas/answer": by(Role.registrar),
        "contributions/set-amount-visibility": by(Role.registrar, herself=Role.volunteer),
        "receipts/reverse": by(Role.fund_manager),
        # Whoever asks for money does not enter whom it may go to.
        "payees/register": by(Role.registrar),
        "disbursements/request": by(Role.fund_manager),
        "disbursements/withdraw": by(Role.fund_manager),
        "disbursements/approve": by(Role.approver),
        "disbursements/refuse": by(Role.approver),
        "disbursements/pay": by(Role.cashier),
        "disbursements/reverse": by(Role.approver, Role.cashier),
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
        "statement": by(
            Role.leader,
            Role.confirmer,
            Role.registrar,
            Role.town_approver,
            Role.auditor,
            herself=Role.volunteer,
        ),
        "certificates": by(Role.confirmer, Role.registrar, Role.auditor, herself=Role.volunteer),
        # What is only kept is for herself, and for whoever keeps it.
        "restricted": by(Role.data_officer, herself=Role.volunteer),
        "rights": by(Role.registrar, Role.data_officer, Role.auditor, herself=Role.volunteer),
        "shifts": by(
            Role.volunteer,
            Role.leader,
            Role.confirmer,
            Role.registrar,
            Role.town_approver,
            Role.auditor,
        ),
        # Whoever records who comes has what says so hung up.
        "site-codes": by(Role.leader),
        "claims": by(Role.canteen_clerk, *_MONEY),
        "balances": by(*_MONEY),
        "entries": by(*_MONEY),
        "funds": by(Role.publisher, *_MONEY),
        # What became of a person's gift is told to herself, by whoever enters it and must answer
        # for it, and to the audit: no other role learns both who gave and how much.
        "gifts": by(Role.fund_manager, Role.auditor, herself=Role.volunteer),
        "settlements": by(Role.canteen_clerk, Role.publisher, *_MONEY),
        "disbursements": by(Role.publisher, *_MONEY),
        # How far a month has come, counted, without a name: for all whose steps end it.
        "month-ends": by(Role.canteen_clerk, Role.publisher, *_MONEY),
        "payees": by(Role.registrar, *_MONEY),
        "exports": by(Role.fund_manager, Role.auditor),
        "grounds": by(Role.fund_manager, Role.auditor),
        # Whoever may publish a policy tries it; the sums rest on facts that nobody is shown.
        "simulations": by(Role.fund_manager),
        # Whoever checks the claims and whoever audits them read their tiers and shares; what these
        # would be by newer facts tells no more of a person than her next claim.
        "later-facts": by(Role.settlement_checker, Role.auditor),
        "audit-trail": by(Role.auditor),
        "receipt": by(Role.auditor, herself=Role.volunteer),
        "exceptions": by(Role.auditor),
        # What is personal: whoever works with people sees what the work needs; no auditor does.
        "search": by(*_WORK_WITH_PEOPLE),
        "contact": by(*_WORK_WITH_PEOPLE, herself=Role.volunteer),
        # Nobody can say of a number whether it was there: whoever confirms is told how somebody is
        # called, and not how she is reached.
        "name": by(*_WORK_WITH_PEOPLE, Role.confirmer, Role.town_approver, herself=Role.volunteer),
        "facts": by(Role.registrar, Role.data_officer, herself=Role.volunteer),
        "notes": by(
            *(Role.confirmer, Role.town_approver, Role.data_officer), herself=Role.volunteer
        ),
        "export": by(Role.data_officer, herself=Role.volunteer),
        "views": by(Role.data_officer, herself=Role.volunteer),
        "grants": by(Role.administrator, Role.auditor, herself=Role.volunteer),
        "notices": by(Role.publisher, Role.auditor),
        "handovers": by(Role.data_officer, Role.auditor, everywhere=True),
        "league": by(*Role, everywhere=True),
        "policies": by(*Role, everywhere=True),
        "resolutions": by(*Role, everywhere=True),
        "councils": by(*Role, everywhere=True),
        "reopenings": by(*Role, everywhere=True),
        "contributions": by(*Role),
        "units": by(*Role, everywhere=True),
        "health": by(*Role, everywhere=True),
    }
)
"""Who may read a view. An auditor reads every amount, an administrator none."""

NOBODY: Final = by()
