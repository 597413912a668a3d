"""Events of funds, made short for the stories about them."""

from ledger.domain import fund_records as records
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.fund_records import (
    FundOpened,
    ImportedPaymentReversed,
    MoneyMovedBack,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversalReason,
    MoveReversed,
    PaymentImported,
)
from ledger.domain.lots import LotMoved, LotUse, Origin, ReceiptKind
from ledger.domain.values import CommunityId, Count, Fen, FundId, Month, Slug, Title
from tests.projections.by_hand import LEADER
from tests.projections.service_events import JINNING, MARCH_2, NEW_YEAR

MEALS, YOUTH = FundId("jinning-meals"), FundId("jinning-youth")
MARCH = Month("2026-03")


def opened(fund: FundId, community: CommunityId = JINNING) -> FundOpened:
    return FundOpened(fund, community, Title("基金"), records.UNRESTRICTED, NEW_YEAR)


def received(fund: FundId, fen: int, receipt: int, source: str = "li") -> MoneyReceived:
    return MoneyReceived(
        fund, ReceiptKind.donation, Slug(source), None, Fen(fen), Count(receipt), MARCH_2, MARCH
    )


def paid(fund: FundId, voucher: int, **lots_used: int) -> PaymentImported:
    uses = tuple(LotUse(Count(int(lot[1:])), Fen(fen)) for lot, fen in lots_used.items())
    total = Fen(sum(lots_used.values()))
    return PaymentImported(
        fund, Slug("grocer"), Slug("meals"), total, Count(voucher), uses, LEADER, MARCH_2, MARCH
    )


def moved(
    giver: FundId, taker: FundId, voucher: int, *parts: LotMoved
) -> tuple[MovedBetweenFunds, MoneyMovedIn]:
    total = Fen(sum(part.amount_fen for part in parts))
    uses = tuple(LotUse(part.from_lot, part.amount_fen) for part in parts)
    facts = (giver, taker, total, Count(voucher))
    return (
        MovedBetweenFunds(*facts, uses, LEADER, MARCH_2, MARCH),
        MoneyMovedIn(*facts, parts, MARCH_2, MARCH),
    )


def unpaid(fund: FundId, reverses: int, voucher: int, **lots_used: int) -> ImportedPaymentReversed:
    payment = paid(fund, reverses, **lots_used)
    return ImportedPaymentReversed(
        fund, payment.payee, payment.purpose, payment.amount_fen, payment.voucher, Count(voucher),
        payment.lots, PaymentReversalReason.entered_by_mistake, LEADER, MARCH_2, MARCH,
    )  # fmt: skip


def moved_back(
    giver: FundId, taker: FundId, reverses: int, voucher: int, *parts: LotMoved
) -> tuple[MoveReversed, MoneyMovedBack]:
    (move, _) = moved(giver, taker, reverses, *parts)
    what = (giver, taker, move.amount_fen, move.voucher, Count(voucher))
    reason = MoveReversalReason.entered_by_mistake
    return (
        MoveReversed(*what, move.lots, reason, LEADER, MARCH_2, MARCH),
        MoneyMovedBack(*what, parts, MARCH_2, MARCH),
    )


def part(lot: int, from_lot: int, fen: int, origin_fund: FundId, origin_lot: int) -> LotMoved:
    return LotMoved(Count(lot), Count(from_lot), Origin(origin_fund, Count(origin_lot)), Fen(fen))


THERE_AND_BACK = (
    opened(MEALS),
    opened(YOUTH),
    received(MEALS, 100, 1, "li"),
    received(MEALS, 50, 2, "wu"),
    *moved(MEALS, YOUTH, 1, part(1, 1, 80, MEALS, 1)),
    *moved(YOUTH, MEALS, 1, part(3, 1, 30, MEALS, 1)),
    paid(YOUTH, 2, l1=40),
    paid(MEALS, 2, l1=20, l2=50, l3=5),
)

MOVED_BY_MISTAKE = (
    opened(MEALS),
    opened(YOUTH),
    received(MEALS, 100, 1, "li"),
    *moved(MEALS, YOUTH, 1, part(1, 1, 80, MEALS, 1)),
    *moved_back(MEALS, YOUTH, 1, 2, part(1, 1, 80, MEALS, 1)),
    paid(MEALS, 3, l1=30),
    unpaid(MEALS, 3, 4, l1=30),
)
"""The move is at 4 and 5, taken back at 6 and 7; what is paid at 8 is there again at 9."""
