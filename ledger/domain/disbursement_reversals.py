"""Reversing a payment: its money is in the fund again, and its voucher has a voucher of its own."""

from datetime import date

from ledger.domain import disbursement_rules, fund_rules, payees
from ledger.domain.decisions import Context, Known, Outcome, Refused, first_refusal
from ledger.domain.disbursement_records import DisbursementReversed, PaymentReversalReason, Stage
from ledger.domain.disbursement_rules import Seen
from ledger.domain.lots import uses
from ledger.domain.values import month_of


def reversal(
    reason: PaymentReversalReason,
    returned_on: date | None,
    seen: Seen,
    known: Known,
    context: Context,
) -> Outcome:
    """Another person than who paid takes it back, once; for its own day or that of the refund."""
    it, community = seen.disbursement, seen.community
    refund = reason is PaymentReversalReason.returned_by_the_payee
    day = fund_rules.day_of_reversal(returned_on, it.paid_on, community, context, refund=refund)
    refused = first_refusal(
        *payees.unless_impartial(seen.payee, known, context),
        disbursement_rules.unless_by_another(seen, context, it.paid_by),
        disbursement_rules.unless_in(seen, Stage.paid),
        day if isinstance(day, Refused) else None,
    )
    if isinstance(day, Refused):
        return refused or day
    event = DisbursementReversed(
        *seen.name,
        it.payee,
        it.purpose,
        it.amount_fen,
        it.voucher,
        seen.fund.next_voucher,
        uses(it.spent),
        reason,
        context.actor,
        day,
        community.books_mirror_of(max(it.booked_in, month_of(day))),
    )
    return refused or ((seen.stream, event), disbursement_rules.dropped(seen))
