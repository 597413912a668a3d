"""Vouchers: what funds paid in a month of the books, or had back, and which request it was for.

A payment for a canteen's meals stands in two places: the entry of its settlement, and behind it the
voucher of the fund, so the settlement is found one position before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from ledger.domain.settlement_records import SettlementDisbursed, SettlementDisbursementReversed
from ledger.domain.values import CommunityId, Count, FundId, Month, SiteId, Slug, fund_of
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, Reach, ask, seen, within
from ledger.projections.fund_records import MovementKind
from ledger.projections.month_sums import PAYMENTS
from ledger.projections.reading import event_at
from ledger.projections.settlements import SettlementPayment
from ledger.projections.view import NOW, View

OF_MONTH: Final = """
SELECT movement.position, movement.fund, fund.community, movement.kind,
       movement.number AS voucher, movement.other, movement.purpose,
       -movement.amount_fen AS paid_fen, movement.occurred_on, movement.reverses,
       step.disbursement, paid.canteen, paid.month
FROM funds.funds AS fund JOIN funds.movements AS movement ON movement.fund = fund.fund
LEFT JOIN disbursements.steps AS step
    ON (step.fund, step.position) = (movement.fund, movement.position)
LEFT JOIN settlements.payments AS paid
    ON step.position IS NULL AND paid.position = movement.position - 1
    AND paid.payer = 'fund/' || movement.fund
WHERE movement.booked_in = %(month)s AND movement.kind = ANY (%(payments)s)
  AND movement.position <= %(known)s AND movement.position < %(before)s
  AND (%(reach)s::text[] IS NULL OR fund.community = ANY (%(reach)s::text[]))
ORDER BY movement.position DESC LIMIT %(limit)s
"""
"""The kinds are those that the sums of a month count as paid."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher of a fund: to whom or from whom, and how much was paid; below zero, it came back.

    It is for a request of the fund (`disbursement`), for a canteen's month, or for neither: then it
    was entered as history, or is what somebody paid back.
    """

    position: int
    fund: FundId
    community: CommunityId
    kind: MovementKind
    voucher: Count
    other: Slug
    purpose: Slug | None
    paid_fen: int
    occurred_on: date
    reverses: Count | None
    disbursement: Count | None
    canteen: SiteId | None
    month: Month | None


def of_month(
    connection: Connection[Any],
    month: Month,
    view: View = NOW,
    *,
    reach: Reach = None,
    limit: int = PAGE_MOST,
    after: int | None = None,
) -> tuple[Voucher, ...]:
    """The vouchers that the month's books have, the newest first; a page goes on `after` one."""
    return ask(
        connection,
        Voucher,
        OF_MONTH,
        month=month,
        payments=list(PAYMENTS),
        reach=within(reach),
        limit=limit,
        before=POSITION_MOST if after is None else after,
        **seen(view),
    )


def of_settlement(
    connection: Connection[Any], payments: Iterable[SettlementPayment]
) -> Mapping[int, Count]:
    """The vouchers of what funds paid of a settlement, by the position of the payment there."""
    found: dict[int, Count] = {}
    for each in payments:
        beside = event_at(connection, each.position + 1)
        event = beside and beside.event
        if isinstance(event, SettlementDisbursed | SettlementDisbursementReversed) and (
            fund_of(each.payer) == event.fund
        ):
            found[each.position] = event.voucher
    return found
