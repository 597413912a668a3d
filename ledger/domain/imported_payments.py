"""Payments of history: made outside this ledger, entered by one person, taken back by another.

Whoever was paid and for what was decided elsewhere; the fund's money, its lots and its purpose are
asked as for any payment. One that was entered wrongly is reversed, and entered anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import fund_rules, identity, lots, payees
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.fund_records import ImportedPaymentReversed, PaymentImported
from ledger.domain.fund_state import Fund, stream
from ledger.domain.refusals import Code
from ledger.domain.values import Count, Fen, FundId, Slug, month_of

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportPayment:
    """Enter a payment that was decided and made outside this ledger."""

    fund: FundId
    payee: Slug
    purpose: Slug
    paid_on: date
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class ReverseImportedPayment:
    """Take such a payment back, by its voucher; the money is in its lots again.

    What the payee returned came back on a day of its own: `returned_on`, or else today.
    """

    fund: FundId
    voucher: Count
    reason: PaymentReversalReason
    returned_on: date | None = None


ImportedPaymentCommand: TypeAlias = ImportPayment | ReverseImportedPayment


# -- deciding ----------------------------------------------------------------------------------


def needs(
    command: ReverseImportedPayment, fund: Fund | None, known: Known, context: Context
) -> Iterable[Stream[Any]]:
    """Who takes it back, and who stands behind the payee, if the payee is known here."""
    yield from identity.streams_of(context.actor, known)
    if fund is not None and command.voucher in fund.imported:
        yield from payees.streams_of(fund.imported[command.voucher].entry.payee, known)


def decide(
    command: ImportedPaymentCommand, known: Known, community: Community, context: Context
) -> Outcome:
    """The fund is open."""
    match command:
        case ImportPayment():
            return _import(command, known, community, context)
        case ReverseImportedPayment():
            return _reverse(command, known, community, context)
        case _:
            assert_never(command)


def _import(
    command: ImportPayment, known: Known, community: Community, context: Context
) -> Outcome:
    fund, day = known[stream(command.fund)], command.paid_on
    drawn = fund_rules.drawn(fund, command.amount_fen, day, community)
    refused = first_refusal(
        fund_rules.day_has_come(day, community, context),
        fund_rules.amount_is_positive(command.amount_fen),
        fund_rules.follows_the_opening(day, command.fund, fund),
        fund_rules.purpose_matches(fund.restriction, command.purpose),
        fund_rules.fund_covers(command.fund, fund, command.amount_fen),
        fund_rules.lots_fit(command.fund, drawn),
        fund_rules.money_has_come(day, command.fund, drawn),
    )
    if refused is not None:
        return refused
    event = PaymentImported(
        command.fund,
        command.payee,
        command.purpose,
        command.amount_fen,
        fund.next_voucher,
        lots.uses(drawn),
        context.actor,
        occurred_on=day,
        booked_in=fund_rules.books_spending(drawn, community.books(day), community),
    )
    return ((stream(command.fund), event),)


def _reverse(
    command: ReverseImportedPayment, known: Known, community: Community, context: Context
) -> Outcome:
    """Another person than who imported it takes it back, once; a refund has a day of its own."""
    name, voucher, reason = command.fund, command.voucher, command.reason
    fund = known[stream(name)]
    it = fund.imported.get(voucher)
    if it is None:
        return Refused(Code.record_must_be_known, record=f"{name}/{voucher}")
    entry = it.entry
    refund = reason is PaymentReversalReason.returned_by_the_payee
    day = fund_rules.day_of_reversal(
        command.returned_on, entry.occurred_on, community, context, refund=refund
    )
    refused = first_refusal(
        *payees.unless_impartial(known[payees.stream(entry.payee)], known, context),
        fund_rules.voucher_is_of_another(name, voucher, entry.imported_by, context),
        fund_rules.voucher_stands(name, voucher, was_reversed=it.reversed),
        day if isinstance(day, Refused) else None,
    )
    if isinstance(day, Refused):
        return refused or day
    event = ImportedPaymentReversed(
        name,
        entry.payee,
        entry.purpose,
        entry.amount_fen,
        voucher,
        fund.next_voucher,
        entry.lots,
        reason,
        context.actor,
        day,
        community.books_mirror_of(max(entry.booked_in, month_of(day))),
    )
    return refused or ((stream(name), event),)
