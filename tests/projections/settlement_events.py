"""Events of settlements, by hand: Jinning's canteen in March, on 2 April, unless told otherwise."""

from datetime import date

from ledger.domain.canteen_records import (
    PlatesAttested,
    TakingsCounted,
    TakingsReversalReason,
    TakingsReversed,
)
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryEnd,
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReopened,
    RecoveryReversalReason,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.settlement_records import (
    DayOverPlates,
    PayerDue,
    ReturnReason,
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementReturned,
    SettlementSubmitted,
)
from ledger.domain.values import CommunityId, Count, Digest, Fen, Month, PayerPath, SiteId, Slug
from tests.projections.by_hand import LEADER
from tests.projections.meal_events import CANTEEN, COOPERATIVE, FUND
from tests.projections.service_events import APRIL, CHEN, JINNING, MARCH

APRIL_2 = date(2026, 4, 2)
KITCHEN = Slug("kitchen")
XIANHU, XIANHU_CANTEEN = CommunityId("xianhu"), SiteId("xianhu-canteen")
HOME = {CANTEEN: JINNING, XIANHU_CANTEEN: XIANHU}


def due(payer: PayerPath = FUND, shares: int = 900, repaid: int = 0, carried: int = 0) -> PayerDue:
    return PayerDue(payer, shares, Fen(repaid), carried, shares + repaid + carried)


DUES = (due(COOPERATIVE, 300), due(FUND, 900))


def submitted(
    submission: int = 1,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    dues: tuple[PayerDue, ...] = DUES,
    over: tuple[DayOverPlates, ...] = (),
    without: int = 0,
    on: date = APRIL_2,
) -> SettlementSubmitted:
    return SettlementSubmitted(
        at,
        HOME[at],
        month,
        Count(submission),
        meals=3 * submission,
        entries=Count(4),
        price_fen=4500,
        copayment_fen=3300,
        payers=dues,
        days_over_plates=over,
        days_without_plates=Count(without),
        digest=Digest(f"{submission:064x}"),
        submitted_by=LEADER,
        occurred_on=on,
    )


def checked(
    submission: int = 1, at: SiteId = CANTEEN, month: Month = MARCH, on: date = APRIL_2
) -> SettlementChecked:
    return SettlementChecked(at, HOME[at], month, Count(submission), LEADER, on)


def returned(
    submission: int = 1, at: SiteId = CANTEEN, month: Month = MARCH, on: date = APRIL_2
) -> SettlementReturned:
    reason = ReturnReason.plates_differ
    return SettlementReturned(at, HOME[at], month, Count(submission), reason, LEADER, on)


def approved(
    submission: int = 1,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    dues: tuple[PayerDue, ...] = DUES,
    on: date = APRIL_2,
) -> SettlementApproved:
    number = Count(submission)
    return SettlementApproved(at, HOME[at], month, number, dues, LEADER, on, Month("2026-04"))


def paid(
    fen: int,
    payer: PayerPath = FUND,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    on: date = APRIL_2,
) -> SettlementPaid:
    return SettlementPaid(at, HOME[at], month, payer, Fen(fen), LEADER, on, Month("2026-04"))


def taken_back(
    number: int = 1,
    fen: int = 900,
    payer: PayerPath = FUND,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    on: date = APRIL_2,
) -> SettlementPaymentReversed:
    what = (Count(number), payer, Fen(fen), PaymentReversalReason.not_executed)
    return SettlementPaymentReversed(at, HOME[at], month, *what, LEADER, on, Month("2026-04"))


def raised(
    number: int = 1,
    meals: int = 2,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    fen: int = 1200,
    on: date = APRIL_2,
) -> RecoveryRaised:
    claims = tuple(ClaimName(Month("2026-02"), Count(claim)) for claim in range(1, meals + 1))
    name = (at, HOME[at], month, Count(number))
    return RecoveryRaised(*name, CHEN, FUND, claims, Fen(fen), Month("2026-02"), on)


def lifted(
    number: int = 1,
    claim: int = 1,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    fen: int = 600,
    on: date = APRIL_2,
) -> RecoveryLifted:
    claims = (ClaimName(Month("2026-02"), Count(claim)),)
    return RecoveryLifted(at, HOME[at], month, Count(number), claims, Fen(fen), on)


def ended(
    number: int = 1,
    end: RecoveryEnd = RecoveryEnd.repaid,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    fen: int = 1200,
    on: date = APRIL_2,
) -> RecoverySettled:
    name = (at, HOME[at], month, Count(number))
    books = Month("2026-04")
    return RecoverySettled(*name, end, FUND, KITCHEN, Fen(fen), LEADER, on, books)


def reopened(
    number: int = 1,
    end: RecoveryEnd = RecoveryEnd.repaid,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    fen: int = 1200,
    on: date = APRIL_2,
) -> RecoveryReopened:
    name, reason = (at, HOME[at], month, Count(number)), RecoveryReversalReason.not_honoured
    books = Month("2026-04")
    return RecoveryReopened(*name, end, FUND, KITCHEN, Fen(fen), reason, LEADER, on, books)


def given_up_no_more(
    number: int = 1,
    claim: int = 1,
    at: SiteId = CANTEEN,
    month: Month = MARCH,
    *,
    fen: int = 600,
    on: date = APRIL_2,
    smaller: Month = APRIL,
) -> WriteOffReversed:
    """Of a recovery of that month; another settlement is smaller by it."""
    claims = (ClaimName(Month("2026-02"), Count(claim)),)
    name = (at, HOME[at], smaller, Count(number))
    return WriteOffReversed(*name, CHEN, FUND, claims, Fen(fen), month, on, Month("2026-04"))


def plates(count: int, on: date, at: SiteId = CANTEEN) -> PlatesAttested:
    return PlatesAttested(at, HOME[at], Count(count), LEADER, on)


def takings(fen: int, on: date, at: SiteId = CANTEEN) -> TakingsCounted:
    return TakingsCounted(at, HOME[at], Fen(fen), LEADER, on, MARCH)


def uncounted(number: int, fen: int, on: date, at: SiteId = CANTEEN) -> TakingsReversed:
    what = (Count(number), Fen(fen), TakingsReversalReason.counted_wrongly)
    return TakingsReversed(at, HOME[at], *what, LEADER, on, MARCH)
