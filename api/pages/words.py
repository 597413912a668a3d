"""Words: how the closed lists of the ledger are said to a person; the catalogues have them all."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import Speech
from api.pages.languages import marked as _
from ledger.domain.certificate_records import VoidReason
from ledger.domain.disbursement_records import DisbursementRefusal, PaymentReversalReason, Stage
from ledger.domain.fund_records import UNRESTRICTED
from ledger.domain.origins import OriginReason
from ledger.domain.service_records import (
    Hold,
    OpeningReversalReason,
    RefusalReason,
    ReversalReason,
    Status,
)
from ledger.domain.settlement_records import PURPOSE
from ledger.domain.shift_records import EvidenceGrade
from ledger.projections.disbursements import WaitingFor
from ledger.projections.fund_records import MovementKind
from ledger.projections.settlement_records import SettlementStage
from ledger.projections.settlements import SettlementLine
from ledger.projections.shifts import PersonInShift, Unconfirmed

GRADES: Final = MappingProxyType(
    {
        EvidenceGrade.checked: _("checked in and out on the spot"),
        EvidenceGrade.attested: _("entered on your word or the leader's"),
        EvidenceGrade.imported: _("taken over from an earlier system"),
        EvidenceGrade.estimated: _("estimated from memory"),
    }
)
PUBLIC_GRADES: Final = MappingProxyType(
    {
        EvidenceGrade.checked: _("checked in and out on the spot"),
        EvidenceGrade.attested: _("entered on somebody's word"),
        EvidenceGrade.imported: _("taken over from an earlier system"),
        EvidenceGrade.estimated: _("estimated from memory"),
    }
)
"""The same for whoever looks at somebody else's certificate."""
STILL_THERE: Final = _("checked in on the spot")
VOID_REASONS: Final = MappingProxyType(
    {
        VoidReason.issued_by_mistake: _("it was issued by mistake"),
        VoidReason.records_corrected: _("records on it were corrected"),
        VoidReason.replaced: _("another one took its place"),
        VoidReason.misused: _("it was misused"),
        VoidReason.other: _("another reason"),
    }
)
ORIGIN_REASONS: Final = MappingProxyType(
    {
        OriginReason.older_backup: _("it was put back from an older backup"),
        OriginReason.key_lost: _("its key was lost"),
        OriginReason.key_stolen: _("its key was stolen"),
    }
)
STATUSES: Final = MappingProxyType(
    {
        Status.credited: _("confirmed"),
        Status.held: _("waiting"),
        Status.refused: _("not counted"),
        Status.reversed: _("minutes taken back"),
    }
)
HOLDS: Final = MappingProxyType(
    {
        Hold.month_closed: _("the month's books were closed already; a second person looks at it"),
        Hold.late_entry: _("it was entered late; a second person looks at it"),
        Hold.day_over_town_limit: _("the day is over the town's limit; the town looks at it"),
        Hold.day_over_unit_limit: _("the day is over the limit; a second person looks at it"),
    }
)
REASONS: Final = MappingProxyType(
    {
        RefusalReason.not_present.value: _("not present"),
        RefusalReason.not_service.value: _("no volunteer service"),
        RefusalReason.wrong_person.value: _("entered for the wrong person"),
        RefusalReason.entered_twice.value: _("entered twice"),
        RefusalReason.after_death.value: _("after a recorded death"),
        ReversalReason.entered_by_mistake.value: _("entered by mistake"),
        ReversalReason.found_false.value: _("found to be false"),
        OpeningReversalReason.figure_wrong.value: _("the figure was wrong"),
        OpeningReversalReason.counted_twice.value: _("counted twice"),
        RefusalReason.other.value: _("another reason"),
    }
)
STAGES: Final = MappingProxyType(
    {
        Stage.requested: _("requested"),
        Stage.approved: _("approved"),
        Stage.refused: _("refused"),
        Stage.withdrawn: _("taken back by the requester"),
        Stage.paid: _("paid"),
        Stage.reversed: _("payment reversed"),
    }
)
WAITING: Final = MappingProxyType(
    {
        WaitingFor.approval: _("waiting for approval"),
        WaitingFor.payment: _("waiting for payment"),
    }
)
SETTLEMENT_STAGES: Final = MappingProxyType(
    {
        SettlementStage.submitted: _("presented"),
        SettlementStage.checked: _("checked"),
        SettlementStage.returned: _("returned"),
        SettlementStage.approved: _("approved, to be paid"),
    }
)


def settled(line: SettlementLine) -> str:
    """How far a settlement has come; one that came to nothing is paid by nobody."""
    if line.stage is not SettlementStage.approved or line.left_fen:
        return SETTLEMENT_STAGES[line.stage]
    return _("paid") if line.payable_fen else _("approved, nothing to pay")


MOVEMENTS: Final = MappingProxyType(
    {
        MovementKind.opening: _("taken over from older books"),
        MovementKind.award: _("award"),
        MovementKind.donation: _("donation"),
        MovementKind.contribution: _("contribution of a resident"),
        MovementKind.appropriation: _("appropriation"),
        MovementKind.moved_in: _("moved in from another fund"),
        MovementKind.moved_out: _("moved out to another fund"),
        MovementKind.payment: _("payment of before"),
        MovementKind.disbursement: _("payment"),
        MovementKind.settlement: _("meals of a canteen"),
        MovementKind.payment_reversed: _("payment reversed"),
        MovementKind.move_reversed: _("move reversed"),
        MovementKind.receipt_reversed: _("receipt reversed"),
        MovementKind.recovery: _("money that came back"),
        MovementKind.recovery_reversed: _("money that came back, reversed"),
    }
)
RECEIVED: Final = frozenset(
    {
        MovementKind.opening,
        MovementKind.award,
        MovementKind.donation,
        MovementKind.contribution,
        MovementKind.appropriation,
        MovementKind.receipt_reversed,
        MovementKind.recovery,
        MovementKind.recovery_reversed,
    }
)
"""What is told by the number of its receipt; everything else has a voucher."""
SOURCES: Final = MappingProxyType({"town": _("the town")})
"""Who gave, where it is no person; another one is shown by its short name."""
REFUSALS_TO_PAY: Final = MappingProxyType(
    {
        DisbursementRefusal.not_needed: _("it is not needed"),
        DisbursementRefusal.wrong_purpose: _("it is not what the money is for"),
        DisbursementRefusal.too_much: _("it is too much"),
        DisbursementRefusal.papers_missing: _("papers are missing"),
        DisbursementRefusal.other: _("another reason"),
    }
)
PAYMENT_REVERSALS: Final = MappingProxyType(
    {
        PaymentReversalReason.entered_by_mistake: _("entered by mistake"),
        PaymentReversalReason.returned_by_the_payee: _("returned by the payee"),
        PaymentReversalReason.not_executed: _("the bank did not make it"),
        PaymentReversalReason.other: _("another reason"),
    }
)
RESTRICTIONS: Final = MappingProxyType(
    {
        UNRESTRICTED: _("for any purpose"),
        PURPOSE: _("for the canteen"),
        "youth": _("for the youth palace"),
        "award": _("out of awards, for what they were given for"),
        "award-apart": _("awards that are not assigned yet"),
    }
)
"""What money may be spent on; a purpose that is not here is shown by its short name."""
FIELDS: Final = MappingProxyType(
    {
        "payee": _("Payee"),
        "purpose": _("Purpose"),
        "amount_yuan": _("Amount"),
        "resolution": _("Resolution"),
        "paid_on": _("Paid on"),
        "reason": _("Reason"),
        "valid_until": _("First day without it"),
        "payer": _("Payer"),
        "submission": _("Submission"),
        "counted_on": _("Counted on"),
        "counting": _("Which count"),
        "payment": _("Number of the payment"),
        "returned_on": _("Returned on"),
        "recovery": _("Number of the recovery"),
        "repaid_on": _("Repaid on"),
        "notice": _("Name of the notice"),
        "at_position": _("Position in the ledger"),
        "digest": _("Digest (SHA-256)"),
        "until": _("On display until"),
    }
)
"""What is typed, as it is called where it is shown again."""
PERSONAS: Final = MappingProxyType(
    {
        "volunteer": _("a volunteer"),
        "clerk": _("the clerk at the meal desk"),
        "leader": _("a team leader"),
        "fund-manager": _("the fund manager"),
        "approver": _("who approves, and confirms service"),
        "cashier": _("the cashier"),
        "checker": _("who checks settlements and publishes"),
        "auditor": _("an auditor"),
        "registrar": _("the registrar"),
        "administrator": _("the administrator"),
    }
)
"""Who one can be in a demo."""
DONE: Final = MappingProxyType(
    {
        "requested": _("It was asked for. It can be taken back for ten minutes."),
        "approve": _("Approved."),
        "refuse": _("Refused, and the money is free again."),
        "pay": _("The payment is entered."),
        "reverse": _("The payment is taken back; its money is in the fund again."),
        "withdraw": _("Taken back."),
    }
)


def options(texts: Mapping[str, str], say: Speech) -> list[tuple[str, str]]:
    """A closed list as a choice has it."""
    return [(value, say.said(text)) for value, text in texts.items()]


def grade_of(seen: PersonInShift | Unconfirmed) -> str:
    """How an attendance was recorded, which is said of the time of leaving once it is known."""
    if seen.grade is EvidenceGrade.checked and seen.check_out is None:
        return STILL_THERE
    return PUBLIC_GRADES[seen.grade] if seen.grade else ""
