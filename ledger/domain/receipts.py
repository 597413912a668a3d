"""Receipts: money that came in and turns out not to stand is taken out again, once.

Only a receipt from outside of which not a fen was spent, moved or promised can be reversed: what
somebody was paid with cannot be undone at its source.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from ledger.domain import communities, fund_rules, funds, lots
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream
from ledger.domain.fund_records import ReceiptReversalReason, ReceiptReversed
from ledger.domain.fund_state import Fund
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Count, FundId, month_of


@dataclass(frozen=True, slots=True)
class ReverseReceipt:
    """Take a receipt of the fund out again.

    What was returned to the giver left on a day of its own: `returned_on`, or else today.
    """

    fund: FundId
    receipt: Count
    reason: ReceiptReversalReason
    returned_on: date | None = None


ReceiptCommand: TypeAlias = ReverseReceipt


def place(command: ReceiptCommand, known: Known) -> CommunityId | None:
    """The fund's community; None for a fund nobody opened."""
    return known[funds.stream(command.fund)].community


def needs(command: ReceiptCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The fund and its community."""
    yield funds.stream(command.fund)
    fund = known.get(funds.stream(command.fund))
    if fund is not None and fund.community is not None:
        yield communities.stream(fund.community)


def decide(command: ReceiptCommand, known: Known, context: Context) -> Outcome:
    """Reverse a receipt that nothing was done with."""
    fund = known[funds.stream(command.fund)]
    if fund.community is None:
        return Refused(Code.fund_must_be_known, fund=command.fund)
    community = known[communities.stream(fund.community)]
    event = reversal(command, fund, community, context)
    return event if isinstance(event, Refused) else ((funds.stream(command.fund), event),)


def reversal(
    command: ReverseReceipt, fund: Fund, community: Community, context: Context
) -> ReceiptReversed | Refused:
    """The reversal of a receipt, for its own day or that of the refund, or why it must stand."""
    name, number = command.fund, command.receipt
    if not 1 <= number <= fund.receipts:
        return Refused(Code.record_must_be_known, record=f"{name}/{number}")
    if number in fund.reversed_receipts:
        return Refused(Code.receipt_must_not_be_reversed_twice, fund=name, receipt=number)
    lot = [each for each in fund.lots if each.number == number]
    receipt = lots.untouched(lot)
    if receipt is None:
        return Refused(Code.receipt_must_be_unspent, fund=name, receipt=number)
    if receipt.amount_fen > fund.available_fen:
        return Refused(
            Code.fund_must_cover_the_amount,
            fund=name,
            balance_fen=fund.balance_fen,
            promised_fen=fund.reserved_fen + fund.awaited_fen,
            amount_fen=receipt.amount_fen,
        )
    refund = command.reason is ReceiptReversalReason.returned_to_the_giver
    day = fund_rules.day_of_reversal(
        command.returned_on, max(each.came_on for each in lot), community, context, refund=refund
    )
    if isinstance(day, Refused):
        return day
    return ReceiptReversed(
        name,
        number,
        receipt.kind,
        receipt.source,
        receipt.amount_fen,
        command.reason,
        context.actor,
        day,
        community.books_mirror_of(max(month_of(day), *(each.booked_in for each in lot))),
    )
