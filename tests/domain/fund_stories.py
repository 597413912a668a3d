"""A town with four funds of one community and one of another, and what may happen to them."""

from datetime import date

from ledger.domain import communities, funds
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.decisions import Happening
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.fund_records import UNRESTRICTED, FundOpened, MoneyReceived
from ledger.domain.funds import ReceiveMoney, RecordOpeningBalance
from ledger.domain.imported_payments import ImportPayment
from ledger.domain.lots import LotMoved, LotUse, Origin, ReceiptKind
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    Month,
    Slug,
    Title,
    ZoneName,
    month_of,
)
from tests.story import Given, given

JINNING, XIANHU = CommunityId("jinning"), CommunityId("xianhu")
GENERAL, YOUTH, PALACE, MEALS = (FundId(name) for name in ("general", "youth", "palace", "meals"))
THEIRS = FundId("theirs")
RESTRICTIONS = {
    GENERAL: UNRESTRICTED,
    YOUTH: Slug("youth"),
    PALACE: Slug("youth"),
    MEALS: Slug("meals"),
}
TODAY = date(2026, 3, 2)
TOMORROW = date(2026, 3, 3)
MARCH = Month("2026-03")
YUAN = 100


def community(name: CommunityId) -> Happening:
    title, town, zone = Title("社区"), Title("丹灶镇"), ZoneName("Asia/Shanghai")
    return (communities.stream(name), CommunityRegistered(name, title, town, zone, TODAY))


def opened(fund: FundId, at: CommunityId = JINNING) -> Happening:
    restriction = RESTRICTIONS.get(fund, UNRESTRICTED)
    return (funds.stream(fund), FundOpened(fund, at, Title("基金"), restriction, TODAY))


def received(fund: FundId, receipt: int, amount: int, on: date = TODAY) -> Happening:
    event = MoneyReceived(
        fund,
        ReceiptKind.donation,
        Slug("donor"),
        None,
        Fen(amount),
        Count(receipt),
        on,
        month_of(on),
    )
    return (funds.stream(fund), event)


def receive(
    fund: FundId,
    amount: int,
    on: date = TODAY,
    kind: ReceiptKind = ReceiptKind.donation,
    award: Slug | None = None,
) -> ReceiveMoney:
    return ReceiveMoney(fund, kind, Slug("donor"), on, Fen(amount), award)


def move(origin: FundId, target: FundId, amount: int, on: date = TODAY) -> MoveBetweenFunds:
    return MoveBetweenFunds(origin, target, Fen(amount), on)


def pay(fund: FundId, amount: int, on: date = TODAY, purpose: Slug | None = None) -> ImportPayment:
    return ImportPayment(fund, Slug("bookshop"), purpose or RESTRICTIONS[fund], on, Fen(amount))


def opening(fund: FundId, amount: int, as_of: date = TODAY) -> RecordOpeningBalance:
    return RecordOpeningBalance(fund, as_of, Fen(amount), Slug("old-book"))


def town(*happenings: Happening) -> Given:
    return given(
        community(JINNING),
        community(XIANHU),
        *(opened(fund) for fund in RESTRICTIONS),
        opened(THEIRS, XIANHU),
        *happenings,
    )


def use(lot: int, amount: int) -> LotUse:
    return LotUse(Count(lot), Fen(amount))


def moved_lot(lot: int, from_lot: int, origin: tuple[FundId, int], amount: int) -> LotMoved:
    return LotMoved(Count(lot), Count(from_lot), Origin(origin[0], Count(origin[1])), Fen(amount))
