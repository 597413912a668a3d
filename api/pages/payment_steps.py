"""Payment steps: what is done about a request, by whom, and what is shown before it is done.

    the fund manager   asks, and takes back what she asked for, for ten minutes
    the approver       approves, refuses, takes a payment back
    the cashier        enters the payment, takes another one's payment back

Whoever has taken a step of a request takes no other, but an approver can still refuse what she
approved. What the page says may still be spent takes off all meals that were eaten; the rule knows
of those that are presented (decision 20), so it is warned where the two differ.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

from api.pages import words
from api.pages.acting import Sent
from api.pages.board import community_at
from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.pages.reading import holds, now_of
from api.reading import Room
from ledger.deciding.answers import Accepted
from ledger.domain import bands
from ledger.domain.authority import Role
from ledger.domain.bands import Measure
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRequested,
    DisbursementReversed,
    PaymentReversalReason,
    Stage,
)
from ledger.domain.disbursement_rules import UNDO
from ledger.domain.payees import Payee, stream
from ledger.domain.settlement_records import SettlementPaymentReversed
from ledger.domain.values import Fen
from ledger.projections.disbursements import Disbursement, DisbursementLine
from ledger.projections.funds import Fund
from ledger.projections.reading import state_at


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does about a request: the command, whose it is, and at which stages."""

    command: str
    told: str
    roles: tuple[Role, ...]
    stages: frozenset[Stage]
    surely: bool = True


TO_APPROVE: Final = frozenset({Stage.requested})
TO_PAY: Final = frozenset({Stage.approved})
PAID: Final = frozenset({Stage.paid})
REVERSES: Final = (Role.approver, Role.cashier)
STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "approve": Step("disbursements/approve", _("Approve"), (Role.approver,), TO_APPROVE),
        "refuse": Step("disbursements/refuse", _("Refuse"), (Role.approver,), TO_APPROVE | TO_PAY),
        "pay": Step("disbursements/pay", _("Enter the payment"), (Role.cashier,), TO_PAY),
        "reverse": Step("disbursements/reverse", _("Take the payment back"), REVERSES, PAID),
        "withdraw": Step(
            "disbursements/withdraw",
            _("Take it back"),
            (Role.fund_manager,),
            TO_APPROVE,
            surely=False,
        ),
    }
)
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        str(each): text
        for texts in (words.REFUSALS_TO_PAY, words.PAYMENT_REVERSALS)
        for each, text in texts.items()
    }
)
"""Why one was refused, or taken back."""


def open_to_her(room: Room, found: Disbursement) -> frozenset[str]:
    """The steps that are hers to take; the ledger looks again when she takes one."""
    line, reader = found.line, room.authority.person
    acted = reader in {each.taken_by for each in found.steps}
    kept = {"approve": acted, "pay": acted, "refuse": line.requested_by == reader}
    kept["reverse"] = has_paid(room, found)
    kept["withdraw"] = not acted or bool(found.steps[1:])
    kept["withdraw"] |= now_of(room) > found.steps[0].recorded_at + UNDO
    return frozenset(
        name
        for name, step in STEPS.items()
        if line.stage in step.stages
        and any(holds(room, role, line.community) for role in step.roles)
        and not kept[name]
    )


def has_paid(room: Room, found: Disbursement) -> bool:
    """Whether the reader entered the payment: another person takes it back."""
    payers = {each.taken_by for each in found.steps if each.step is Stage.paid}
    return room.authority.person in payers


# -- what would come of it -----------------------------------------------------------------------


Entry: TypeAlias = DisbursementRequested | DisbursementApproved | DisbursementPaid
"""What leaves the fund another sum to be spent, unless it is the same as decided before."""


def entry_of(answer: Accepted) -> Entry | None:
    """The entry that the step would make, if it is about what may be spent."""
    return next((each.event for each in answer.events if isinstance(each.event, Entry)), None)


def spendable(fund: Fund, entry: Entry, decided_fen: int, say: Speech) -> Iterator[tuple[str, str]]:
    """What may be spent before the entry and after it."""
    yield _("May still be spent before it"), say.yuan(fund.available_fen)
    yield _("May still be spent after it"), say.yuan(left_fen(fund, entry, decided_fen))


def left_fen(fund: Fund, entry: Entry, decided_fen: int) -> int:
    """What is left: a request takes its sum; what is less than decided before becomes free."""
    if isinstance(entry, DisbursementRequested):
        return fund.available_fen - entry.amount_fen
    return fund.available_fen + decided_fen - entry.amount_fen


def warnings(fund: Fund, entry: Entry, decided_fen: int, say: Speech) -> Iterator[str]:
    """What she should know before it is done."""
    if left_fen(fund, entry, decided_fen) < 0:
        yield say.said(
            "Afterwards the fund is below zero: %(owed)s are owed for meals that were eaten and "
            "are not settled yet. Money must come in before they can be paid.",
            owed=say.yuan(fund.accrued_fen),
        )
    if isinstance(entry, DisbursementPaid) and entry.amount_fen < decided_fen:
        rest = say.yuan(decided_fen - entry.amount_fen)
        yield say.said(
            "The other %(rest)s will not be paid: they must be asked for anew.", rest=rest
        )


def measured(
    room: Room, asked: DisbursementRequested | DisbursementLine, on: date, more_fen: int = 0
) -> Measure:
    """What is asked for the payee and the purpose around that day, and what so much needs."""
    payee: Payee = state_at(room.connection, stream(asked.payee), room.position)
    sum_fen = bands.sum_around(payee.asked.values(), asked.purpose, on)
    in_force = community_at(room, asked.community).bands_on(on)
    return bands.measure(in_force, Fen(sum_fen + more_fen))


def why_so_many(needed: int, sum_fen: int, say: Speech) -> str:
    """How many must approve, and of which sum."""
    return say.said(
        "%(needed)d, because within thirty days %(sum)s are asked for this payee and purpose",
        needed=needed,
        sum=say.yuan(sum_fen),
    )


def days_of_refunds(sent: Sent, say: Speech) -> Iterator[tuple[str, str]]:
    """The day on which money counts as returned, where the form leaves it to the ledger."""
    for each in sent.to_be_sure.events if sent.to_be_sure else ():
        if not isinstance(each.event, DisbursementReversed | SettlementPaymentReversed):
            continue
        is_refund = each.event.reason is PaymentReversalReason.returned_by_the_payee
        if is_refund and not sent.form.value("returned_on"):
            yield _("Returned on"), say.day(each.event.occurred_on)
