"""Paying a settlement, payer by payer, and taking a payment back that does not stand.

A fund's part is drawn out of its lots and gives back what was reserved. A payment that is reversed
is owed again: the fund has its money back in the same lots, and reserved.
"""

from dataclasses import dataclass
from datetime import date

from ledger.domain import fund_rules, funds, settlement_rules
from ledger.domain.decisions import Context, Known, Outcome, Refused, first_refusal
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.fund_state import Settled
from ledger.domain.lots import draw, uses
from ledger.domain.refusals import Code
from ledger.domain.settlement_records import (
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaid,
    SettlementPaymentReversed,
)
from ledger.domain.settlement_rules import Seen
from ledger.domain.settlement_state import Payment
from ledger.domain.values import (
    Count,
    Fen,
    FundId,
    Month,
    PayerPath,
    PersonId,
    SiteId,
    fund_of,
    month_of,
)

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaySettlement:
    """Enter what a payer has paid the canteen, all of it or a part."""

    canteen: SiteId
    month: Month
    payer: PayerPath
    amount_fen: Fen
    paid_on: date


@dataclass(frozen=True, slots=True)
class ReverseSettlementPayment:
    """Take a payment back, by its number among the settlement's: the payer owes it again.

    What the canteen returned came back on a day of its own: `returned_on`, or else today.
    """

    canteen: SiteId
    month: Month
    payment: Count
    reason: PaymentReversalReason
    returned_on: date | None = None


# -- paying ------------------------------------------------------------------------------------


def payment(command: PaySettlement, seen: Seen, known: Known, context: Context) -> Outcome:
    """A fourth person enters what a payer has paid of what it owed that day."""
    payer, amount_fen, paid_on = command.payer, command.amount_fen, command.paid_on
    refused = first_refusal(
        fund_rules.day_has_come(paid_on, seen.community, context),
        fund_rules.amount_is_positive(amount_fen),
        *settlement_rules.unless_new_hands(seen, known, context),
        _unless_taken_back_by(context.actor, payer, seen),
        settlement_rules.unless_approved(seen),
        fund_rules.payment_follows_its_approval(paid_on, seen.settlement.approved_on),
        settlement_rules.unless_owing(payer, amount_fen, paid_on, seen),
    )
    if refused is not None:
        return refused
    fund = fund_of(payer)
    if fund is not None:
        return _out_of_the_fund(fund, command, seen, known, context)
    booked_in = _books(command, seen)
    paid = SettlementPaid(*seen.name, payer, amount_fen, context.actor, paid_on, booked_in)
    return ((seen.stream, paid),)


def _out_of_the_fund(
    name: FundId, command: PaySettlement, seen: Seen, known: Known, context: Context
) -> Outcome:
    payer, amount_fen, paid_on = command.payer, command.amount_fen, command.paid_on
    here = funds.stream(name)
    fund = known[here]
    month = _books(command, seen)
    drawn = draw(fund.lots, amount_fen, paid_on, month)
    booked_in = fund_rules.books_spending(drawn, month, seen.community)
    paid = SettlementPaid(*seen.name, payer, amount_fen, context.actor, paid_on, booked_in)
    disbursed = SettlementDisbursed(
        name,
        *seen.where,
        settlement_rules.payee(seen.canteen, paid_on, known),
        amount_fen,
        fund.next_voucher,
        uses(drawn),
        context.actor,
        paid_on,
        booked_in,
    )
    refused = fund_rules.lots_fit(name, drawn)
    return refused or ((seen.stream, paid), (here, disbursed))


def _books(command: PaySettlement, seen: Seen) -> Month:
    """The month that books the payment: none before one that books the return of an earlier one.

    A reopened month may be open again and earlier, and would have both (decision 32).
    """
    back = seen.settlement.taken_back(command.payer)
    first = max((month_of(command.paid_on), *(each.booked_in for each in back)))
    return seen.community.first_open_month(first)


def _unless_taken_back_by(actor: PersonId, payer: PayerPath, seen: Seen) -> Refused | None:
    """Who says that it was not paid does not pay it again: that would be paying twice, alone."""
    if all(each.reversed_by != actor for each in seen.settlement.taken_back(payer)):
        return None
    return Refused(Code.settlement_steps_must_be_by_different_persons, month=seen.at)


# -- taking back -------------------------------------------------------------------------------


def reversal(
    command: ReverseSettlementPayment, seen: Seen, known: Known, context: Context
) -> Outcome:
    """Another person than who paid takes it back, once; for its own day or that of the refund."""
    number, reason = command.payment, command.reason
    if not 1 <= number <= len(seen.settlement.payments):
        record = f"{seen.canteen}/{seen.at}/{number}"
        return Refused(Code.record_must_be_known, record=record)
    it = seen.settlement.payments[number - 1]
    refund = reason is PaymentReversalReason.returned_by_the_payee
    day = fund_rules.day_of_reversal(
        command.returned_on, it.paid_on, seen.community, context, refund=refund
    )
    refused = first_refusal(
        *settlement_rules.unless_impartial(seen, seen.at, known, context),
        _unless_by_another(it, seen, context),
        _unless_reversed(number, it, seen),
        day if isinstance(day, Refused) else None,
    )
    if isinstance(day, Refused):
        return refused or day
    if refused is not None:
        return refused
    event = SettlementPaymentReversed(
        *seen.name,
        number,
        it.payer,
        it.amount_fen,
        reason,
        context.actor,
        day,
        seen.community.books_mirror_of(max(it.booked_in, month_of(day))),
    )
    fund = fund_of(it.payer)
    if fund is None:
        return ((seen.stream, event),)
    return ((seen.stream, event), (funds.stream(fund), _back_in_the_fund(fund, event, seen, known)))


def _back_in_the_fund(
    name: FundId, event: SettlementPaymentReversed, seen: Seen, known: Known
) -> SettlementDisbursementReversed:
    fund = known[funds.stream(name)]
    paid = _paid_by_the_fund(fund.settled[seen.where], event, seen)
    return SettlementDisbursementReversed(
        name,
        *seen.where,
        paid.payee,
        event.amount_fen,
        paid.voucher,
        fund.next_voucher,
        uses(paid.spent),
        event.reason,
        event.reversed_by,
        event.occurred_on,
        event.booked_in,
    )


def _paid_by_the_fund(
    paid: tuple[Settled, ...], event: SettlementPaymentReversed, seen: Seen
) -> Settled:
    """The fund has its own payments of the settlement in the same order."""
    before = seen.settlement.payments[: event.payment - 1]
    return paid[sum(each.payer == event.payer for each in before)]


def _unless_by_another(it: Payment, seen: Seen, context: Context) -> Refused | None:
    if context.actor != it.paid_by:
        return None
    return Refused(Code.settlement_steps_must_be_by_different_persons, month=seen.at)


def _unless_reversed(number: Count, it: Payment, seen: Seen) -> Refused | None:
    if it.reversal is None:
        return None
    return Refused(
        Code.settlement_payment_must_not_be_reversed_twice,
        canteen=seen.canteen,
        month=seen.at,
        payment=number,
    )
