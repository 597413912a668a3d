"""Events of funds, made short for the stories about them."""

from ledger.domain import fund_records as records
from ledger.domain.fund_records import (
    FundOpened,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    PaymentImported,
)
from ledger.domain.lots import LotMoved, LotUse, Origin, ReceiptKind
from ledger.domain.values import CommunityId, Count, Fen, FundId, Month, Slug, Title
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
        fund, Slug("grocer"), Slug("meals"), total, Count(voucher), uses, MARCH_2, MARCH
    )


def moved(
    giver: FundId, taker: FundId, voucher: int, *parts: LotMoved
) -> tuple[MovedBetweenFunds, MoneyMovedIn]:
    total = Fen(sum(part.amount_fen for part in parts))
    uses = tuple(LotUse(part.from_lot, part.amount_fen) for part in parts)
    facts = (giver, taker, total, Count(voucher))
    return (
        MovedBetweenFunds(*facts, uses, MARCH_2, MARCH),
        MoneyMovedIn(*facts, parts, MARCH_2, MARCH),
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
